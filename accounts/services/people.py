"""People enter the portal: by themselves, at the desk, out of a draw; and change what is known about them."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Municipality, Person, User, Verification
from accounts.permissions import ADMITTING, DESK, entered_by, require_now
from accounts.services.codes import send_code, withdraw_codes
from accounts.services.identity import KEPT_YEARS, claim_hash, find_double, note_verification, open_conflict
from accounts.verification.identity import same_place
from audit.clock import clock, today
from audit.personal import years
from audit.services import label, record, require

ADDRESS = ("street", "postal_code", "town")
NAMES = ("given_name", "family_name")
VERIFIED_FIELDS = frozenset({*NAMES, *ADDRESS, "district"})
"""What an ID or a letter has confirmed: at the desk two correct it together."""

CONTACT_FIELDS = frozenset(
    {*ADDRESS, "district", "email", "phone", "channel", "language", "helper_name", "helper_phone", "needs"}
)
GRACE_DAYS = 28
"""How long somebody who moved stays verified, until the letter to the new address is answered."""


@transaction.atomic
def register_person(*, by: User, given_name: str, family_name: str, **contact: Any) -> Person:
    """Note somebody at the desk, not verified yet. `contact` holds any of `CONTACT_FIELDS`."""
    require_now(by, *DESK)
    person = _create(given_name, family_name, contact)
    record("person.registered", person, by=by)
    return person


@transaction.atomic
def link_login(user: User, *, given_name: str, family_name: str, **contact: Any) -> Person:
    """The person of a login that has none yet, as they say who they are; not verified by that.

    Refused for a login that has a person: two tabs sent at once make one.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    require(user.is_active)
    require(user.person is None, _("We know already who you are."))
    contact = {"email": user.email, "channel": Person.Channel.EMAIL, **contact}
    user.person = _create(given_name, family_name, contact)
    user.save(update_fields=["person"])
    record("person.registered", user.person, by=user)
    return user.person


@transaction.atomic
def admit_person(
    *,
    by: User,
    given_name: str,
    family_name: str,
    street: str,
    postal_code: str,
    town: str,
    district: Municipality | None,
    channel: str,
    email: str = "",
    phone: str = "",
    needs: str = "",
    language: str = "de",
    identity: str = "",
) -> Person:
    """A volunteer drawn from the register becomes a verified person, old enough to vote as all of the sample are.

    `identity` is the keyed hash of name and birth date (`accounts.verification.identity`), "" where nobody knew the date.

    Somebody known already under the same identity at the same address stays that person, verified anew; only what
    was empty is filled in. If somebody else seems to be the same human, the new person waits unverified for a clerk.
    """
    require_now(by, *ADMITTING)
    known = _known(identity, street, postal_code) if identity else None
    contact = {"street": street, "postal_code": postal_code, "town": town, "district": district, "needs": needs}
    contact |= {"email": email, "phone": phone, "channel": channel, "language": language}
    person = known or _create(given_name, family_name, contact)
    record("person.admitted", person, by=by, is_known=known is not None)
    if known is None and _is_doubtful(person, identity):
        return person
    filled = {"voting_from": today(), **contact}
    for name, value in filled.items():
        setattr(person, name, getattr(person, name) or value)
    person.save(update_fields=list(filled))
    note_verification(person, method="draw", by=by)
    return person


def _known(identity: str, street: str, postal_code: str) -> Person | None:
    person = Person.objects.select_for_update().filter(identity_hash=identity, postal_code=postal_code).first()
    return person if person and same_place(person.street, street) else None


def _is_doubtful(person: Person, identity: str) -> bool:
    """Whether a conflict was opened; an identity that is known is claimed on the way."""
    if identity:
        return claim_hash(person, identity, today(), method="draw") is not None
    double = find_double(person)
    return double is not None and bool(open_conflict(person, double, method="draw"))


@transaction.atomic
def verify_person(person: Person, *, method: str, by: User, until: datetime.date | None = None) -> Verification:
    """Confirm as an office that `person` lives here, by `method` (accounts.verification), until a date if given.

    Nobody confirms themselves. What residents do on their own is in `codes`, `register` and `claims`.
    """
    officer = require_now(by, *ADMITTING)
    require(officer.pk != person.pk)
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(person.erased_at is None, _("This person has been erased."))
    return note_verification(person, method=method, by=by, until=until)


@transaction.atomic
def update_person(person: Person, *, by: User, **changes: Any) -> Person:
    """Change what is known about `person`, by themselves or at the desk; fields that stay as they are do nothing.

    Names of somebody verified, and at the desk the address too, are corrected by two (`request_correction`). Whoever
    is verified and moves stays so for `GRACE_DAYS` days and gets a new code by letter.
    """
    clerk = entered_by(person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(changes.keys() <= CONTACT_FIELDS | set(NAMES))
    changed = {name for name, value in changes.items() if getattr(person, name) != value}
    if person.verified_until is not None or person.identity_hash:
        two = VERIFIED_FIELDS if clerk else NAMES
        require(changed.isdisjoint(two), _("What has been confirmed is corrected at the desk, by two people."))
    if not changed:
        return person
    is_moved = not changed.isdisjoint(ADDRESS)
    for name in changed:
        setattr(person, name, changes[name])
    if "email" in changed:
        person.is_email_bouncing = False
    person.save()
    record("person.changed", person, by=by, fields=sorted(changed))
    if is_moved:
        _note_move(person, by=by)
    return person


def _note_move(person: Person, *, by: User) -> None:
    """The old address proves nothing any more."""
    withdraw_codes(person)
    if not person.is_verified or person.verified_until is None:
        return
    person.verified_until = min(person.verified_until, today() + datetime.timedelta(days=GRACE_DAYS))
    person.save(update_fields=["verified_until"])
    record("person.moved", person, by=by, verified_until=person.verified_until.isoformat())
    if person.has_address:
        send_code(person, by=by)
    send("person_moved", to=person, about=label(person), until=person.verified_until)


def _create(given_name: str, family_name: str, contact: dict[str, Any]) -> Person:
    require(contact.keys() <= CONTACT_FIELDS)
    now = clock()
    return Person.objects.create(
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        created_at=now,
        delete_on=years(KEPT_YEARS, today()),
        **contact,
    )
