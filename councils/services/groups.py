"""Working groups, and the seats of organised civil society beside the drawn ones."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Organization, Person, User
from audit.clock import today
from audit.services import label, record, require
from councils.models import CivilNomination, CivilSeat, Council, GroupPlace, Membership, WorkingGroup
from councils.permissions import can, can_for
from councils.services.companies import new_organization
from councils.services.locking import locked


@transaction.atomic
def found_group(council: Council, *, name: str, task: str, by: User) -> WorkingGroup:
    """Set up a working group with its task. Refused without a name or a task."""
    council = locked(council)
    require(can(by, "manage_groups", council))
    require(bool(name.strip() and task.strip()), _("A working group has a name and a task."))
    group = WorkingGroup.objects.create(council=council, name=name.strip(), task=task.strip(), begin_date=today())
    record("group.founded", council, by=by, group=label(group))
    return group


@transaction.atomic
def join_group(group: WorkingGroup, *, membership: Membership, by: User) -> GroupPlace:
    """A member joins, by themselves or entered by an office; joining twice is the same place."""
    council = locked(group.council)
    group = WorkingGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    require(can_for(by, "join_group", membership))
    require(group.end_date is None, _("This working group has ended."))
    is_here = membership.seat.council_id == council.pk and membership.end_date is None
    require(is_here, _("Only members of the council work in its groups."))
    place, _is_new = GroupPlace.objects.get_or_create(
        group=group, membership=membership, end_date=None, defaults={"begin_date": today()}
    )
    record("group.joined", council, by=by, group=label(group), seat=membership.seat.number)
    return place


@transaction.atomic
def leave_group(place: GroupPlace, *, by: User) -> GroupPlace:
    """A member leaves a working group."""
    council = locked(place.group.council)
    require(can_for(by, "join_group", place.membership))
    require(place.end_date is None, _("This member has left the group already."))
    place.end_date = today()
    place.save(update_fields=["end_date"])
    record("group.left", council, by=by, group=label(place.group), seat=place.membership.seat.number)
    return place


@transaction.atomic
def end_group(group: WorkingGroup, *, by: User) -> WorkingGroup:
    """End a working group; its places end with it."""
    council = locked(group.council)
    require(can(by, "manage_groups", council))
    require(group.end_date is None, _("This working group has ended."))
    group.end_date = today()
    group.save(update_fields=["end_date"])
    group.places.filter(end_date__isnull=True).update(end_date=group.end_date)
    record("group.ended", council, by=by, group=label(group))
    return group


@transaction.atomic
def nominate_civil(
    council: Council, *, person: Person, letter: str, by: User, organization: Organization | None = None, name: str = ""
) -> CivilNomination:
    """Note whom an organisation names for its seat, by which letter; `name` is one that is not known yet.

    Refused while another person of it waits, and for somebody whom the lot has seated.
    """
    council = locked(council)
    require(can(by, "seat_civil", council))
    require((organization is not None) != bool(name.strip()), _("Choose an organisation, or enter a new one."))
    organization = organization or new_organization(name, Organization.Kind.CIVIL)
    require(organization.kind == Organization.Kind.CIVIL, _("This seat belongs to organised civil society."))
    require(bool(letter.strip()), _("Name the letter by which the organisation names somebody."))
    waiting = council.civil_nominations.filter(organization=organization, seat=None, declined_on=None)
    require(not waiting.exists(), _("Somebody of this organisation is named already. Please decide on that first."))
    is_free = not person.memberships.current().filter(seat__council=council).exists()
    require(is_free, _("This person sits in the council by lot."))
    nomination = CivilNomination.objects.create(
        council=council, organization=organization, person=person, letter=letter.strip(), nominated_on=today()
    )
    record("civil_seat.nominated", council, by=by, organization=label(organization))
    return nomination


@transaction.atomic
def appoint_civil(
    nomination: CivilNomination, *, basis_document: str, begin_date: datetime.date, by: User
) -> CivilSeat:
    """Appoint whom an organisation named; the one before ends with it. Refused when it has been decided."""
    council = locked(nomination.council)
    nomination = _open_nomination(nomination)
    seat = seat_civil_society(
        council,
        organization=nomination.organization,
        person=nomination.person,
        basis_document=basis_document,
        begin_date=begin_date,
        by=by,
    )
    nomination.seat = seat
    nomination.save(update_fields=["seat"])
    return seat


@transaction.atomic
def decline_nomination(nomination: CivilNomination, *, reason: str, by: User) -> CivilNomination:
    """Do not appoint whom an organisation named; it and the person are told, with the reason."""
    council = locked(nomination.council)
    require(can(by, "seat_civil", council))
    nomination = _open_nomination(nomination)
    require(bool(reason.strip()), _("Please say why."))
    nomination.declined_on, nomination.reason = today(), reason.strip()
    nomination.save(update_fields=["declined_on", "reason"])
    record("civil_seat.declined", council, by=by, organization=label(nomination.organization))
    for reader in (nomination.organization, nomination.person):
        if reader is not None:
            send("civil_seat_declined", to=reader, about=label(council), nomination=nomination)
    return nomination


def _open_nomination(nomination: CivilNomination) -> CivilNomination:
    rows = CivilNomination.objects.select_for_update(of=("self",)).select_related("organization", "person")
    nomination = rows.get(pk=nomination.pk)
    is_open = nomination.seat_id is None and nomination.declined_on is None
    require(is_open, _("This has been decided already."))
    return nomination


@transaction.atomic
def seat_civil_society(
    council: Council,
    *,
    organization: Organization,
    person: Person | None,
    basis_document: str,
    by: User,
    begin_date: datetime.date | None = None,
) -> CivilSeat:
    """Note whom an organisation of civil society sends, from today or `begin_date`; the one before ends with it.

    Refused for an organisation of another kind and without the document that gives the seat.
    """
    council = locked(council)
    require(can(by, "seat_civil", council))
    require(organization.kind == Organization.Kind.CIVIL, _("This seat belongs to organised civil society."))
    require(bool(basis_document.strip()), _("Name the document that gives this seat."))
    date = begin_date or today()
    standing = council.civil_seats.filter(organization=organization, end_date__isnull=True).first()
    if standing is not None:
        require(standing.begin_date <= date, _("Somebody is sent from a later day already."))
        standing.end_date = date
        standing.save(update_fields=["end_date"])
    seat = CivilSeat.objects.create(
        council=council,
        organization=organization,
        person=person,
        basis_document=basis_document.strip(),
        begin_date=date,
    )
    record("civil_seat.filled", council, by=by, organization=label(organization), begin_date=date.isoformat())
    return seat


@transaction.atomic
def end_civil_seat(seat: CivilSeat, *, by: User) -> CivilSeat:
    """End the seat of an organisation today."""
    council = locked(seat.council)
    require(can(by, "seat_civil", council))
    require(seat.end_date is None, _("This seat has ended already."))
    seat.end_date = today()
    seat.save(update_fields=["end_date"])
    record("civil_seat.ended", council, by=by, organization=label(seat.organization))
    return seat
