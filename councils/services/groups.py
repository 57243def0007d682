"""Working groups, and the seats of organised civil society beside the drawn ones."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, Person, User
from audit.clock import today
from audit.services import label, record, require
from councils.models import CivilSeat, Council, GroupPlace, Membership, WorkingGroup
from councils.permissions import can, can_for
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
