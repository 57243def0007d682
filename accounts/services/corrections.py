"""Corrections of what has been confirmed: one clerk enters them from a document, another confirms them."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Municipality, Person, PersonCorrection, User
from accounts.permissions import DESK, holders_now, require_now
from accounts.services.codes import withdraw_codes
from accounts.services.identity import lock_name, open_conflict
from accounts.services.people import ADDRESS, NAMES, VERIFIED_FIELDS
from accounts.stages import is_open
from accounts.verification.identity import identity_hash, voting_from
from audit.clock import clock
from audit.services import label, record, require


@transaction.atomic
def request_correction(
    person: Person, *, changes: dict[str, Any], reason: str, by: User, birth_date: datetime.date | None = None
) -> PersonCorrection:
    """Enter a correction of `VERIFIED_FIELDS`; fields that stay as they are are left out.

    A new name needs the birth date from the document, because the identity is recognised by both. Refused when
    nothing would change and while another correction waits.
    """
    clerk = require_now(by, *DESK)
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(clerk.pk != person.pk and changes.keys() <= VERIFIED_FIELDS)
    require(person.erased_at is None, _("This person has been erased."))
    rows = {
        name: {"old": _plain(getattr(person, name)), "new": _plain(value)}
        for name, value in changes.items()
        if getattr(person, name) != value
    }
    require(bool(rows), _("Nothing would change."))
    if not rows.keys().isdisjoint(NAMES):
        require(birth_date is not None, _("A new name needs the date of birth, as the document says it."))
    if birth_date is not None:
        given_name, family_name = (changes.get(name, getattr(person, name)) for name in NAMES)
        hashed = identity_hash(given_name, family_name, birth_date)
        rows["identity_hash"] = {"old": person.identity_hash, "new": hashed}
        rows["voting_from"] = {"old": None, "new": voting_from(birth_date).isoformat()}
    waiting = PersonCorrection.objects.filter(person=person, state=PersonCorrection.State.OPEN)
    require(not waiting.exists(), _("A correction of this person waits for a second clerk already."))
    correction = PersonCorrection.objects.create(
        person=person, changes=rows, reason=reason, entered_by=clerk, created_at=clock()
    )
    record("correction.requested", person, by=by, correction=correction.pk, fields=sorted(rows))
    return correction


@transaction.atomic
def confirm_correction(correction: PersonCorrection, *, by: User) -> PersonCorrection | None:
    """Carry the correction out as the second clerk. Both must be at the desk at this moment, and be two.

    None when the new identity belongs to another person: then a conflict waits and the correction stays open.
    """
    correction, person = _decide(correction, "confirm", by=by)
    require(
        correction.entered_by_id in holders_now([correction.entered_by_id], *DESK),
        _("Who entered this no longer works at the desk. Please enter it anew."),
    )
    changes = dict(correction.changes)
    hashed = changes.pop("identity_hash", {"new": person.identity_hash})["new"]
    born = changes.pop("voting_from", None)
    for name, change in changes.items():
        require(
            _plain(getattr(person, name)) == change["old"],
            _("The data has changed in between. Please refuse this and enter it anew."),
        )
        setattr(person, name, _value(name, change["new"]))
    lock_name(person.given_name, person.family_name)
    holder = Person.objects.filter(identity_hash=hashed).exclude(pk=person.pk).first() if hashed else None
    if holder is not None:
        open_conflict(person, holder, method="correction")
        return None
    person.identity_hash = hashed
    if born is not None:
        person.voting_from = datetime.date.fromisoformat(born["new"])
    if not changes.keys().isdisjoint(ADDRESS):
        withdraw_codes(person)
    person.save()
    _close(correction, PersonCorrection.State.CONFIRMED, by=by)
    send("person_corrected", to=person, about=label(person))
    return correction


@transaction.atomic
def refuse_correction(correction: PersonCorrection, *, by: User) -> PersonCorrection:
    """Turn the correction down as the second clerk; nothing changes."""
    correction, _person = _decide(correction, "refuse", by=by)
    return _close(correction, PersonCorrection.State.REFUSED, by=by)


def _decide(correction: PersonCorrection, action: str, *, by: User) -> tuple[PersonCorrection, Person]:
    """Lock the two rows for a clerk who is neither who entered it nor the person."""
    clerk = require_now(by, *DESK)
    person = Person.objects.select_for_update().get(pk=correction.person_id)
    correction = PersonCorrection.objects.select_for_update().get(pk=correction.pk)
    require(is_open(action, correction.state), _("This has been decided already."))
    require(
        clerk.pk not in (correction.entered_by_id, correction.person_id),
        _("A second clerk has to decide this: not the one who entered it, and not the one concerned."),
    )
    return correction, person


def _close(correction: PersonCorrection, state: str, *, by: User) -> PersonCorrection:
    correction.state, correction.decided_by = state, by.person
    correction.save(update_fields=["state", "decided_by"])
    record(f"correction.{state}", correction.person, by=by, correction=correction.pk)
    return correction


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Municipality) else value


def _value(name: str, plain: Any) -> Any:
    return Municipality.objects.filter(pk=plain).first() if name == "district" else plain
