"""Seats: filled, left, vacant again; suspension; and the history of a seat without a gap."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.messages import send
from accounts.models import Person, Role, User
from audit.clock import today
from audit.services import label, record, require
from councils.models import Council, Membership, Renewal, Seat, SeatQuerySet, Suspension
from councils.permissions import can, can_for
from councils.services.locking import locked

Reason = Membership.EndReason


@transaction.atomic
def fill_seat(
    council: Council, *, person: Person, begin_date: datetime.date, by: User, number: int | None = None
) -> Membership:
    """Give `person` a vacant seat (the lowest, or seat `number`) from `begin_date`, and the office of a member.

    The last seat of a renewal ends it. Refused without a vacant seat and for somebody who holds one.
    """
    council = locked(council)
    require(can(by, "fill_seat", council))
    require(
        not Membership.objects.current().filter(person=person).exists(),
        _("This person already holds a seat."),
    )
    vacant = vacant_seats(council)
    seat = (vacant.filter(number=number) if number else vacant).order_by("number").first()
    require(seat is not None, _("This seat is not vacant.") if number else _("No seat is vacant."))
    assert seat is not None  # noqa: S101  (for the type checker)
    require(
        not seat.memberships.filter(end_date__gt=begin_date).exists(),
        _("The seat is still held on this date."),
    )
    membership = Membership.objects.create(seat=seat, person=person, begin_date=begin_date)
    accounts.grant_role(person, kind=Role.Kind.MEMBER, organization=council.organization, begin_date=begin_date, by=by)
    record("seat.filled", council, by=by, seat=seat.number, person=label(person), begin_date=begin_date.isoformat())
    send("membership_began", to=person, about=label(council), council=council, seat=seat, begin_date=begin_date)
    finish_if_full(council, by=by)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, reason: str, end_date: datetime.date, by: User) -> Membership:
    """End a membership; `end_date` is the first day on which the seat is vacant, today at the latest.

    The office of the member ends the day before. Refused for one that has ended and for a date ahead or too early.
    """
    council = locked(membership.seat.council)
    require(can(by, "end_membership", council))
    return end_held(council, membership, reason=reason, end_date=end_date, by=by)


@transaction.atomic
def resign(membership: Membership, *, by: User, end_date: datetime.date | None = None) -> Membership:
    """The member gives the seat back, from today or from `end_date` on; the desk enters it for somebody else."""
    council = locked(membership.seat.council)
    require(can_for(by, "resign", membership))
    return end_held(council, membership, reason=Reason.RESIGNED, end_date=end_date or today(), by=by)


@transaction.atomic
def note_moving(membership: Membership, *, by: User, end_date: datetime.date | None = None) -> Membership:
    """Note that a member has moved out of the city: the seat becomes vacant."""
    return end_membership(membership, reason=Reason.MOVED_AWAY, end_date=end_date or today(), by=by)


def end_held(
    council: Council, membership: Membership, *, reason: str, end_date: datetime.date, by: User | None
) -> Membership:
    """End a membership of the locked `council`; for services that have asked for the right. `by` None is the clock."""
    membership = Membership.objects.select_for_update().select_related("seat", "person").get(pk=membership.pk)
    require(membership.end_date is None, _("This membership has already ended."))
    require(
        membership.begin_date <= end_date <= today(),
        _("A membership ends after it began, today at the latest."),
    )
    for open_one in membership.suspensions.filter(end_date__isnull=True):
        _close(open_one, max(end_date, open_one.begin_date))
    membership.group_places.filter(end_date__isnull=True).update(end_date=end_date)
    membership.state = Membership.State.ENDED
    membership.end_date, membership.end_reason = end_date, reason
    membership.save(update_fields=["state", "end_date", "end_reason"])
    accounts.end_role(
        membership.person,
        kind=Role.Kind.MEMBER,
        organization=council.organization,
        end_date=end_date - datetime.timedelta(days=1),
        by=by,
    )
    number = membership.seat.number
    record("membership.ended", council, by=by, seat=number, reason=reason, end_date=end_date.isoformat())
    send("membership_ended", to=membership.person, about=label(council), council=council, membership=membership)
    return membership


# --- Suspension ---------------------------------------------------------------------------------------------------


@transaction.atomic
def suspend(membership: Membership, *, reason: str, by: User, until: datetime.date | None = None) -> Suspension:
    """Let a membership rest from today, until `until` (the first day on which it counts again) or a decision.

    The seat stays held; its holder does not vote. Refused without a reason and for one that rests or has ended.
    """
    council = locked(membership.seat.council)
    membership = Membership.objects.select_for_update().select_related("seat").get(pk=membership.pk)
    require(can(by, "suspend", council))
    require(membership.state == Membership.State.ACTIVE, _("Only an active membership can be suspended."))
    require(bool(reason.strip()), _("Say why the membership is suspended."))
    require(until is None or until > today(), _("A suspension ends on a later day."))
    row = Suspension.objects.create(membership=membership, reason=reason.strip(), begin_date=today(), until=until)
    membership.state = Membership.State.SUSPENDED
    membership.save(update_fields=["state"])
    until_text = until.isoformat() if until else None
    record("membership.suspended", council, by=by, seat=membership.seat.number, until=until_text)
    return row


@transaction.atomic
def resume(membership: Membership, *, by: User | None) -> Membership:
    """End the suspension today. `by` is None when its day has come."""
    council = locked(membership.seat.council)
    membership = Membership.objects.select_for_update().select_related("seat").get(pk=membership.pk)
    row = membership.suspensions.filter(end_date__isnull=True).first()
    if by is None:
        require(row is not None and row.until is not None and row.until <= today())
    else:
        require(can(by, "suspend", council))
    require(membership.state == Membership.State.SUSPENDED, _("This membership is not suspended."))
    if row is not None:
        _close(row, min(row.until, today()) if row.until else today())
    membership.state = Membership.State.ACTIVE
    membership.save(update_fields=["state"])
    record("membership.resumed", council, by=by, seat=membership.seat.number)
    return membership


def settle_suspensions() -> int:
    """End every suspension whose day has come; how many."""
    due = Suspension.objects.filter(end_date__isnull=True, until__lte=today()).select_related(
        "membership__seat__council"
    )
    rows = list(due.order_by("pk"))
    for row in rows:
        resume(row.membership, by=None)
    return len(rows)


def _close(row: Suspension, end_date: datetime.date) -> None:
    row.end_date = end_date
    row.save(update_fields=["end_date"])


# --- Vacant seats and their history -----------------------------------------------------------------------------


def vacant_seats(council: Council) -> SeatQuerySet:
    """The seats of `council` that nobody holds, by number; those a renewal freed are among them."""
    return Seat.objects.filter(council=council).vacant().order_by("number")


def renewal_seats(council: Council) -> SeatQuerySet:
    """The vacant seats that the open renewal of `council` freed, to be drawn anew; none without a renewal."""
    renewal = council.renewals.filter(finished_on__isnull=True).first()
    return vacant_seats(council).filter(number__in=renewal.seats if renewal else [])


def left_early(council: Council) -> dict[int, int]:
    """Vacant seats whose last member left before the time was over: the seat's number → that person's key.

    An alternate of that member's draw moves up here. A seat that a renewal or a term's end freed is drawn anew, also
    one that had been vacated early when the renewal began.
    """
    rows = Membership.objects.filter(seat__in=vacant_seats(council).values("pk")).order_by("begin_date", "pk")
    last = {row.seat.number: row for row in rows.select_related("seat")}
    renewed: dict[int, datetime.date] = {}
    for seats, begun_on in council.renewals.order_by("number").values_list("seats", "begun_on"):
        renewed |= dict.fromkeys(seats, begun_on)
    return {
        number: row.person_id
        for number, row in last.items()
        if row.end_reason != Reason.TERM and not renewed.get(number, row.begin_date) > row.begin_date
    }


def finish_if_full(council: Council, *, by: User | None) -> None:
    """End the open renewal of the locked `council` once none of its seats is vacant."""
    renewal = council.renewals.select_for_update().filter(finished_on__isnull=True).first()
    if renewal is not None and not renewal_seats(council).exists():
        close_renewal(council, renewal, by=by)


def close_renewal(council: Council, renewal: Renewal, *, by: User | None) -> None:
    """The council works on with whoever sits there; for services that have asked for the right."""
    renewal.finished_on = today()
    renewal.save(update_fields=["finished_on"])
    if council.state == Council.State.RENEWING:
        council.state = Council.State.IN_TERM
        council.save(update_fields=["state"])
    record("renewal.finished", council, by=by, number=renewal.number)


@dataclass(frozen=True)
class Stretch:
    """A part of a seat's history: from `begin` to before `end` (None: still), held by `membership` or vacant.

    `reason` says why it is vacant: that it was never filled, or how the one before ended.
    """

    begin: datetime.date
    end: datetime.date | None
    membership: Membership | None
    reason: str = ""


def seat_history(seat: Seat) -> list[Stretch]:
    """Who held `seat` and when nobody did, from its first holder on, without a gap or an overlap. Newest last."""
    stretches: list[Stretch] = []
    before: Membership | None = None
    for held in seat.memberships.order_by("begin_date", "end_date", "pk"):
        if before is not None and before.end_date is not None and before.end_date < held.begin_date:
            stretches.append(Stretch(before.end_date, held.begin_date, None, before.end_reason))
        stretches.append(Stretch(held.begin_date, held.end_date, held))
        before = held
    if before is not None and before.end_date is not None:
        stretches.append(Stretch(before.end_date, None, None, before.end_reason))
    return stretches
