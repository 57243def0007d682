"""After the draw: those drawn confirm and get their seat; a seat that stays empty is offered to the next alternate."""

import datetime

from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.services import admit_person
from audit.clock import today
from audit.jobs import start_job
from audit.models import Event
from audit.services import label, record, require
from councils.models import Membership
from councils.services import fill_seat, left_early, rules_at
from lottery import record as published
from lottery.algorithms.alternates import fill_vacancies
from lottery.models import Draw, Invitation
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.preparation import locked
from lottery.volunteers import Volunteer, seating_of

State = Invitation.State
SEATED = (State.SELECTED, State.CONFIRMED)
AFTER_THE_DRAW = (Draw.State.SELECTED, Draw.State.CERTIFIED, Draw.State.CONFIRMED)


@pool_open()
def confirm_response(invitation: Invitation, *, by: User) -> Membership:
    """Somebody drawn says yes: they become a person the city knows, with the seat that was drawn for them."""
    draw = locked(invitation.draw)
    invitation = _locked_invitation(invitation)
    require(can(by, "confirm", draw))
    require(invitation.state == State.SELECTED, _("No seat is offered to this person."))
    person = admit_person(
        by=by,
        given_name=invitation.given_name,
        family_name=invitation.family_name,
        street=invitation.street,
        postal_code=invitation.postal_code,
        town=invitation.town,
        district=invitation.district,
        channel=_channel(invitation),
        email=invitation.email,
        phone=invitation.phone,
        needs=invitation.needs,
        identity=invitation.identity_hash,
    )
    membership = fill_seat(draw.council, person=person, begin_date=today(), by=by, number=invitation.seat_number)
    invitation.state, invitation.person, invitation.confirm_until = State.CONFIRMED, person, None
    invitation.identity_hash = ""
    invitation.save(update_fields=["state", "person", "confirm_until", "identity_hash"])
    record("response.confirmed", draw, by=by, seat=invitation.seat_number)
    _settle_draw(draw)
    return membership


def _channel(invitation: Invitation) -> str:
    """How somebody is reached: as they told us, by letter otherwise."""
    if invitation.email:
        return Person.Channel.EMAIL
    return Person.Channel.PHONE if invitation.phone else Person.Channel.LETTER


def _settle_draw(draw: Draw) -> None:
    """The draw is over once every seat is held."""
    confirmed = Invitation.objects.filter(draw=draw, state=State.CONFIRMED, seat_number__isnull=False).count()
    if confirmed >= draw.size and draw.state != Draw.State.CONFIRMED:
        draw.state = Draw.State.CONFIRMED
        draw.save(update_fields=["state"])
        record("draw.confirmed", draw)


@pool_open()
def decline_response(invitation: Invitation, *, by: User | None) -> Invitation:
    """Somebody drawn says no, or can no longer; the seat goes to the next alternate. `by` nobody: with their code."""
    draw = locked(invitation.draw)
    invitation = _locked_invitation(invitation)
    require(draw.state in AFTER_THE_DRAW if by is None else can(by, "confirm", draw))
    require(
        invitation.state in (State.SELECTED, State.ALTERNATE), _("No seat or place in the row is held by this person.")
    )
    invitation.state, invitation.confirm_until, invitation.alternate_rank = State.WITHDRAWN, None, None
    invitation.save(update_fields=["state", "confirm_until", "alternate_rank"])
    record("response.withdrawn", draw, by=by)
    return invitation


def _locked_invitation(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).select_related("district").get(pk=invitation.pk)


def settle_vacancies() -> int:
    """Offer every seat that became free to the next alternate of its draw; how many were offered.

    A seat is free when its offer was declined or not answered in time, or when its member left.
    """
    draws = Draw.objects.filter(state__in=AFTER_THE_DRAW, purged_at__isnull=True).light().select_related("council")
    return sum(_settle_one(draw) for draw in draws)


@pool_open()
def _settle_one(draw: Draw) -> int:
    rows = Invitation.objects.filter(draw=draw, seat_number__isnull=False)
    late = rows.filter(state=State.SELECTED, confirm_until__lt=today())
    anew = _drawn_anew(draw)
    early = {number: person for number, person in left_early(draw.council).items() if number not in anew}
    left = rows.filter(state=State.CONFIRMED, seat_number__in=early, person__in=early.values())
    given_up = rows.filter(state=State.WITHDRAWN).exclude(seat_number__in=anew)
    if not (late.exists() or left.exists() or given_up.exists()):
        return 0
    draw = locked(draw)
    for row in late.select_for_update():
        row.state, row.confirm_until = State.WITHDRAWN, None
        row.save(update_fields=["state", "confirm_until"])
        record("offer.lapsed", draw, seat=row.seat_number)
    freed = [*given_up.select_for_update(), *left.select_for_update()]
    offered = _offer(draw, sorted(freed, key=lambda row: row.seat_number or 0))
    if offered:
        start_job("lottery.print_letters", subject=label(draw), draw=draw.pk)
    return offered


def _drawn_anew(draw: Draw) -> set[int]:
    """Seats that this draw no longer fills: a renewal freed them after it, or a later draw gave them to somebody.

    What came first is read from the events: a renewal and the draw for it may fall on one day.
    """
    selected = Event.objects.filter(chain=label(draw), name="draw.selected").values_list("pk", flat=True).first()
    begun = Event.objects.filter(chain=label(draw.council), name="renewal.begun", pk__gt=selected or 0)
    seats = {seat for facts in begun.values_list("facts", flat=True) for seat in facts["seats"]}
    later = Invitation.objects.filter(draw__council=draw.council, draw__pk__gt=draw.pk, seat_number__isnull=False)
    return seats | {number for number in later.values_list("seat_number", flat=True) if number is not None}


def _offer(draw: Draw, freed: list[Invitation]) -> int:
    """Give the seats of `freed` to the alternates who keep the quotas, by the rule that was committed; how many.

    A seat for which nobody waits any more stays with its row and is asked for again.
    """
    waiting = list(Invitation.objects.filter(draw=draw, state=State.ALTERNATE).order_by("alternate_rank"))
    if not waiting:
        return 0
    gone = [row.pk for row in freed]
    seated = list(
        Invitation.objects.filter(draw=draw, state__in=SEATED, seat_number__isnull=False).exclude(pk__in=gone)
    )
    people = [Volunteer(row.pseudonym, row.features, row.household_hash) for row in [*seated, *waiting]]
    problem = seating_of(draw, people, published.quota_table(draw))
    ranking = range(len(seated), len(people))
    chosen = sorted(fill_vacancies(problem, range(len(seated)), ranking))[: len(freed)]
    weeks = rules_at(draw.council, today()).confirmation_weeks
    for row, person in zip(freed, chosen, strict=False):
        number, row.seat_number = row.seat_number, None
        row.save(update_fields=["seat_number"])
        called = waiting[person - len(seated)]
        called.state, called.seat_number = State.SELECTED, number
        called.confirm_until = today() + datetime.timedelta(weeks=weeks)
        called.save(update_fields=["state", "seat_number", "confirm_until"])
        record("alternate.called", draw, seat=number, rank=called.alternate_rank, council=label(draw.council))
    return len(chosen)
