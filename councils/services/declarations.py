"""What members say of themselves: oath, interests, and whether they want to be named."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.permissions import entered_by
from audit.canonical import digest
from audit.clock import clock, today
from audit.services import record, require
from councils.models import Company, Interest, Membership, NameConsent
from councils.permissions import can, can_for
from councils.services.locking import locked

WORDING = 2
"""The number of the words people agree to (`consent_words`); a change of the words is a new number."""


@transaction.atomic
def take_oath(membership: Membership, *, by: User) -> Membership:
    """Note that a member took the oath (or made the vow) today. Refused the second time."""
    council = locked(membership.seat.council)
    membership = _held(membership)
    require(can(by, "take_oath", council))
    require(membership.oath_on is None, _("This member has taken the oath already."))
    membership.oath_on = today()
    membership.save(update_fields=["oath_on"])
    record("oath.taken", council, by=by, seat=membership.seat.number)
    return membership


@transaction.atomic
def declare_interest(
    membership: Membership,
    *,
    kind: str,
    text: str,
    by: User,
    companies: Iterable[Company] = (),
    sectors: Iterable[str] = (),
) -> Interest:
    """Declare what ties a member to companies or sectors, by the member or entered at the desk.

    Refused without words, and where it concerns nothing a recusal could be proposed from.
    """
    council = locked(membership.seat.council)
    membership = _held(membership)
    require(can_for(by, "declare_interest", membership))
    named, touched = list(companies), sorted(set(sectors) & set(Company.Sector.values))
    require(kind in Interest.Kind.values, _("Please choose what kind of interest it is."))
    require(bool(text.strip()), _("Please say in your words what the interest is."))
    require(bool(named or touched), _("Please choose a company or a sector that it concerns."))
    interest = Interest.objects.create(
        membership=membership,
        kind=kind,
        text=text.strip(),
        sectors=touched,
        declared_on=today(),
        entered_by=entered_by(membership.person, by),
    )
    interest.companies.set(named)
    _note_declared(membership)
    record("interest.declared", council, by=by, seat=membership.seat.number)
    return interest


@transaction.atomic
def declare_no_interests(membership: Membership, *, by: User) -> Membership:
    """Declare that nothing ties a member to a company or sector. Refused while a declared interest stands."""
    council = locked(membership.seat.council)
    membership = _held(membership)
    require(can_for(by, "declare_interest", membership))
    entered_by(membership.person, by)
    require(not membership.interests.current().exists(), _("An interest is declared. Please end it first."))
    _note_declared(membership)
    record("interests.none_declared", council, by=by, seat=membership.seat.number)
    return membership


@transaction.atomic
def end_interest(interest: Interest, *, by: User) -> Interest:
    """Say that an interest no longer exists; what it was stays for the votes in which it counted."""
    membership = interest.membership
    council = locked(membership.seat.council)
    interest = Interest.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    require(can_for(by, "declare_interest", membership))
    require(interest.ended_on is None, _("This interest has ended already."))
    entered_by(membership.person, by)
    interest.ended_on = today()
    interest.save(update_fields=["ended_on"])
    record("interest.ended", council, by=by, seat=membership.seat.number)
    return interest


def consent_words() -> str:
    """The words somebody agrees to who wants to be named in public, in the language of the city."""
    with translation.override(settings.LANGUAGE_CODE):
        return _(
            "I agree that my name is shown on the public pages of the portal: beside what I write there and, while I "
            "hold one, beside my seat. I can take this back at any time; from then on only the number of my seat is "
            "shown, or “a resident”. Printed minutes that are out already stay."
        )


@transaction.atomic
def consent_to_name(person: Person, *, by: User) -> NameConsent:
    """`person` wants to be named in public, with the words of `WORDING`; the desk may enter a signed sheet."""
    clerk = entered_by(person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    standing = person.name_consents.filter(withdrawn_at__isnull=True).first()
    if standing is not None and person.name_is_public and standing.wording == WORDING:
        return standing
    _withdraw(person)
    row = NameConsent.objects.create(
        person=person, wording=WORDING, wording_hash=digest(consent_words()), given_at=clock(), entered_by=clerk
    )
    person.name_is_public = True
    person.save(update_fields=["name_is_public"])
    record("name.consented", person, by=by, wording=WORDING, hash=row.wording_hash)
    return row


@transaction.atomic
def withdraw_name(person: Person, *, by: User) -> None:
    """`person` no longer wants to be named; at once only the seat is shown."""
    entered_by(person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not _withdraw(person) and not person.name_is_public:
        return
    person.name_is_public = False
    person.save(update_fields=["name_is_public"])
    record("name.withdrawn", person, by=by)


def _withdraw(person: Person) -> int:
    return person.name_consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=clock())


def _note_declared(membership: Membership) -> None:
    membership.interests_declared_on = today()
    membership.save(update_fields=["interests_declared_on"])


def _held(membership: Membership) -> Membership:
    """The row, held; refused for a membership that has ended."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("seat__council", "person")
    membership = rows.get(pk=membership.pk)
    require(membership.end_date is None, _("This membership has already ended."))
    return membership
