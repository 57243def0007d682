"""The list of speakers: hands go up and down, the chair calls them, time is kept."""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person, User
from audit.clock import clock
from audit.services import record, require
from councils.models import Membership
from meetings.algorithms.speakers import Hand, Turn, order_hands
from meetings.models import AgendaItem, Meeting, Speech
from meetings.permissions import can, can_act_for
from meetings.services.rows import locked, members_of, require_no_recess

LONGEST = 3_600


@transaction.atomic
def raise_hand(
    meeting: Meeting,
    *,
    person: Person | None,
    side: str = Speech.Side.NEUTRAL,
    kind: str = Speech.Kind.SPEECH,
    public_name: str = "",
    by: User,
) -> Speech:
    """A hand goes up on the item that is called; raising it twice leaves one, on the side named last.

    `public_name` is the name under which a guest agrees to stand in the minutes; a seat has none.

    In a session members raise it who are noted as present. In an open assembly everybody does; without a `person` the
    chair enters a guest who is called by a number. No lock on the meeting: a hall raises its hands at one moment.
    """
    meeting = Meeting.objects.select_related("council__organization").get(pk=meeting.pk, deleted_at__isnull=True)
    if person is None:
        require(meeting.is_assembly and can(by, "run_speeches", meeting))
    else:
        require(can_act_for(by, "raise_hand", meeting, person))
    require(side in Speech.Side.values and kind in Speech.Kind.values)
    membership = _speaking_member(meeting, person) if person else None
    speaker = {"membership": membership, "person": None if membership else person}
    if person is not None:
        up = Speech.objects.filter(meeting=meeting, state=Speech.State.WAITING, kind=kind, **speaker)
        if up.update(side=side):
            return up.get()
    fields = {"item": current_item(meeting), "side": side, "kind": kind, "raised_at": clock(), **speaker}
    fields["public_name"] = "" if membership else " ".join(public_name.split())[:120]
    fields["entered_by"] = by.person if person is None or by.person_id != person.pk else None
    try:
        with transaction.atomic():
            return Speech.objects.create(meeting=meeting, number=_guest_number(meeting, speaker), **fields)
    except IntegrityError:  # the same hand, a moment ago on another device
        return Speech.objects.get(meeting=meeting, state=Speech.State.WAITING, kind=kind, **speaker)


def _speaking_member(meeting: Meeting, person: Person) -> Membership | None:
    """The membership under which `person` raises a hand; None for a guest. In a session refused unless present."""
    members = members_of(meeting.council).filter(person=person)
    if meeting.is_assembly:
        return members.first()
    here = members.filter(presences__meeting=meeting, presences__left_at__isnull=True).first()
    if here is None:
        require(members.exists())
        require(False, _("Only who is noted as present can raise a hand. Please say first that you are here."))
    return here


def _guest_number(meeting: Meeting, speaker: dict) -> int:
    """0 for a seat; for a guest the number they have in this meeting, or the next."""
    if speaker["membership"] is not None:
        return 0
    locked(meeting)  # two guests do not get one number
    guests = Speech.objects.filter(meeting=meeting, membership__isnull=True)
    known = guests.filter(person=speaker["person"]).first() if speaker["person"] else None
    return known.number if known else (guests.aggregate(last=Max("number"))["last"] or 0) + 1


def current_item(meeting: Meeting) -> AgendaItem | None:
    """The item that is called now."""
    return meeting.items.filter(started_at__isnull=False, ended_at__isnull=True).first()


@transaction.atomic
def withdraw_hand(speech: Speech, *, by: User) -> None:
    """Take a hand down: by whoever raised it, by the desk for them, or by the chair."""
    meeting = locked(speech.meeting)
    speech = (
        Speech.objects.select_for_update(of=("self",)).select_related("membership__person", "person").get(pk=speech.pk)
    )
    person = speech.membership.person if speech.membership else speech.person
    require(can(by, "run_speeches", meeting) or (person is not None and can_act_for(by, "raise_hand", meeting, person)))
    require(speech.state == Speech.State.WAITING, _("This hand is not up any more."))
    speech.state = Speech.State.WITHDRAWN
    speech.save(update_fields=["state"])


@transaction.atomic
def start_next(meeting: Meeting, *, by: User) -> Speech | None:
    """Whoever speaks ends, and the first of the list begins; None if no hand is up."""
    meeting = locked(meeting, "run_speeches", by)
    require_no_recess(meeting)
    end_speech(meeting)
    waiting = queue(meeting)
    return _start(waiting[0]) if waiting else None


@transaction.atomic
def start_speech(speech: Speech, *, by: User) -> Speech:
    """Let somebody speak out of turn; whoever speaks ends."""
    meeting = locked(speech.meeting, "run_speeches", by)
    speech = Speech.objects.select_for_update(of=("self",)).get(pk=speech.pk)
    require(speech.state == Speech.State.WAITING, _("This hand is not up any more."))
    require_no_recess(meeting)
    end_speech(meeting)
    return _start(speech)


@transaction.atomic
def stop_speech(meeting: Meeting, *, by: User) -> None:
    """Whoever speaks ends; nobody begins."""
    end_speech(locked(meeting, "run_speeches", by))


def end_speech(meeting: Meeting) -> None:
    """End what is being said; inside a transaction that holds the meeting."""
    Speech.objects.filter(meeting=meeting, state=Speech.State.SPEAKING).update(
        state=Speech.State.DONE, ended_at=clock()
    )


def _start(speech: Speech) -> Speech:
    speech.state, speech.started_at = Speech.State.SPEAKING, clock()
    speech.save(update_fields=["state", "started_at"])
    return speech


@transaction.atomic
def rule_on_order(speech: Speech, *, asked: str, ruling: str, by: User) -> Speech:
    """Note what a point of order asked for and what was decided on it; noted again, the last words stand."""
    meeting = locked(speech.meeting, "run_speeches", by)
    speech = Speech.objects.select_for_update(of=("self",)).get(pk=speech.pk)
    is_heard = speech.kind == Speech.Kind.ORDER and speech.started_at is not None
    require(is_heard, _("Decided is a point of order that has been heard."))
    asked, ruling = " ".join(asked.split())[:300], " ".join(ruling.split())[:300]
    require(bool(asked and ruling), _("Please say what was asked for and what was decided."))
    speech.asked, speech.ruling, speech.ruled_at = asked, ruling, clock()
    speech.save(update_fields=["asked", "ruling", "ruled_at"])
    record("order.ruled", meeting, by=by, speech=speech.pk)
    return speech


@transaction.atomic
def set_speaking(meeting: Meeting, *, order: str, seconds: int, seed: str = "", by: User) -> Meeting:
    """How the list is ordered and how long one speaks (seconds). A lot needs the number that was said aloud."""
    meeting = locked(meeting, "run_speeches", by)
    require(order in Meeting.Order.values)
    require(order != Meeting.Order.RANDOM or bool(seed.strip()), _("Please enter the number that was said aloud."))
    require(10 <= seconds <= LONGEST, _("A speech is given 10 seconds at least and an hour at most."))
    meeting.speaking_order, meeting.speaking_seconds, meeting.speaking_seed = order, seconds, seed.strip()
    meeting.save(update_fields=["speaking_order", "speaking_seconds", "speaking_seed"])
    record("speaking.ordered", meeting, by=by, order=order, seconds=seconds, seed=meeting.speaking_seed)
    return meeting


def queue(meeting: Meeting) -> list[Speech]:
    """The hands that are up, in the order in which they are called; two queries."""
    rows = Speech.objects.filter(meeting=meeting, state=Speech.State.WAITING).select_related("membership__seat")
    waiting = {speech.pk: speech for speech in rows.order_by("raised_at", "pk")}
    hands = [
        Hand(speech.pk, speaker_of(speech), speech.side, speech.kind == Speech.Kind.ORDER)
        for speech in waiting.values()
    ]
    turns = turns_of(meeting) if meeting.speaking_order == Meeting.Order.BALANCED else []
    ordered = order_hands(hands, rule=meeting.speaking_order, turns=turns, seed=meeting.speaking_seed)
    return [waiting[hand.key] for hand in ordered]


def turns_of(meeting: Meeting, *, now: datetime.datetime | None = None) -> list[Turn]:
    """The speeches held so far, points of order apart; whoever speaks at `now` counts until then."""
    spoken = Speech.objects.filter(meeting=meeting, started_at__isnull=False, kind=Speech.Kind.SPEECH)
    rows = spoken.order_by("started_at").values_list(
        "membership__seat__number", "number", "side", "started_at", "ended_at"
    )
    turns = []
    for seat, guest, side, started_at, ended_at in rows:
        assert started_at is not None  # noqa: S101  (for the type checker)
        until = ended_at or now or started_at
        turns.append(Turn(_speaker(seat, guest), side, max(0, int((until - started_at).total_seconds()))))
    return turns


def speaker_of(speech: Speech) -> str:
    """The key under which a speaker's turns are counted."""
    return _speaker(speech.membership.seat.number if speech.membership else None, speech.number)


def _speaker(seat: int | None, guest: int) -> str:
    return f"seat:{seat}" if seat is not None else f"guest:{guest}"
