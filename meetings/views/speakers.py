"""The list of speakers: everybody sees it, members raise a hand, the chair runs it with a keyboard alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person
from accounts.permissions import is_at_desk
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.clock import clock
from audit.services import require
from meetings import services
from meetings.algorithms.speakers import shares
from meetings.forms import SpeakingForm
from meetings.models import Meeting, Speech
from meetings.permissions import can, can_act_for
from meetings.services.speaking import current_item
from meetings.views.public import find_meeting
from proposals.acting import Acting, acting_in

HANDS = {
    "pro": (Speech.Side.PRO, Speech.Kind.SPEECH),
    "contra": (Speech.Side.CONTRA, Speech.Kind.SPEECH),
    "neutral": (Speech.Side.NEUTRAL, Speech.Kind.SPEECH),
    "order": (Speech.Side.NEUTRAL, Speech.Kind.ORDER),
}
"""What a button says: a side, or a point of order."""


@require_safe
def speaker_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who speaks, who is next, how the time was shared; what the reader or the chair can do now."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    may_run = can(acting.user, "run_speeches", meeting)
    listed = list_context(meeting)
    waiting = listed["waiting"]
    context = {
        **listed,
        "acting": acting,
        "is_polled": "HX-Request" in request.headers,
        "mine": [speech for speech in waiting if is_theirs(speech, acting.person)],
        "may_raise": acting.person is not None and can_act_for(acting.user, "raise_hand", meeting, acting.person),
        "may_run": may_run,
        "members": services.members_of(meeting.council) if may_run else [],
        "items": list(meeting.items.filter(withdrawn_at__isnull=True).order_by("order")) if may_run else [],
        "orders": list(orders_heard(meeting)) if may_run else [],
        "named": named_guests(meeting, acting),
        **shared_time(meeting),
    }
    return render(request, "meetings/speaker_list.html", context)


def list_context(meeting: Meeting) -> dict[str, Any]:
    """What everybody may know of the list: what is called, who speaks, who is next."""
    return {
        "meeting": meeting,
        "item": current_item(meeting),
        "waiting": services.queue(meeting),
        "speaking": speaking_now(meeting),
        "recess": services.recess_now(meeting) if meeting.state == "open" else None,
        "rule_label": meeting.get_speaking_order_display(),
    }


def orders_heard(meeting: Meeting) -> QuerySet[Speech]:
    """Points of order that had the floor, the last first; the chair notes what was decided on them."""
    rows = Speech.objects.filter(meeting=meeting, kind=Speech.Kind.ORDER, started_at__isnull=False)
    return rows.select_related("membership__seat").order_by("-started_at")


def named_guests(meeting: Meeting, acting: Acting) -> list[Speech]:
    """The guest who reads this, or for the desk every guest, where the minutes name them: one row a guest."""
    if not meeting.is_assembly or not acting.user.is_authenticated:
        return []
    rows = Speech.objects.filter(meeting=meeting).exclude(public_name="").order_by("number", "pk")
    if not is_at_desk(acting.user):
        rows = rows.filter(person=acting.person) if acting.person else rows.none()
    return list({speech.number: speech for speech in rows}.values())


def is_theirs(speech: Speech, person: Person | None) -> bool:
    """Whether it is the hand of `person`."""
    if person is None:
        return False
    return person.pk in (speech.person_id, speech.membership.person_id if speech.membership else None)


def speaking_now(meeting: Meeting) -> Speech | None:
    """Whoever speaks, with the seat."""
    rows = Speech.objects.filter(meeting=meeting, state=Speech.State.SPEAKING)
    return rows.select_related("membership__seat").first()


def shared_time(meeting: Meeting) -> dict[str, Any]:
    """How the time was shared: bars by side, rows by seat in the order of the seats, never ranked."""
    sides, speakers = shares(services.turns_of(meeting, now=clock()))
    labels = dict(Speech.Side.choices)
    tones = {"pro": "yes", "contra": "no", "neutral": "abstain"}
    bars = [{"label": labels[side], "value": seconds, "tone": tones[side]} for side, seconds in sides.items()]
    rows = [
        {"is_guest": kind == "guest", "number": int(number), "seconds": seconds, "words": in_words(seconds)}
        for (kind, number), seconds in ((key.split(":"), value) for key, value in speakers.items())
    ]
    rows.sort(key=lambda row: (row["is_guest"], row["number"]))
    return {"side_bars": bars if any(sides.values()) else [], "time_rows": rows}


def in_words(seconds: int) -> str:
    """Seconds as minutes and seconds: 134 is “2:14”."""
    return f"{seconds // 60}:{seconds % 60:02d}"


@login_required
@require_POST
def hand_raise(request: SignedInRequest, pk: int) -> HttpResponse:
    """Raise a hand: the member's own, for somebody with `?person=`, or by the chair for a seat or a guest."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    side, kind = HANDS.get(request.POST.get("hand", ""), HANDS["neutral"])
    person = acting.person
    if "seat" in request.POST:
        require(can(request.user, "run_speeches", meeting))
        person = _seated(meeting, request.POST["seat"])
    name = _name_for_minutes(request, person)
    require(person is not None or "seat" in request.POST)
    carry_out(
        request,
        lambda: services.raise_hand(meeting, person=person, side=side, kind=kind, public_name=name, by=request.user),
        _("The hand is up."),
    )
    return back_to_list(meeting, acting)


def _name_for_minutes(request: SignedInRequest, person: Person | None) -> str:
    """The name a guest agreed to: their own by a tick, or what the chair was told."""
    if person is None:
        return request.POST.get("public_name", "")
    return f"{person.given_name} {person.family_name}" if "is_named" in request.POST else ""


def _seated(meeting: Meeting, number: str) -> Person | None:
    """Who sits on a seat; None for a guest of an open assembly."""
    if not number:
        return None
    rows = services.members_of(meeting.council).filter(seat__number=number if number.isdecimal() else 0)
    return get_object_or_404(rows).person


@login_required
@require_POST
def hand_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a hand down."""
    acting = acting_in(request)
    speech = _find_speech(request, pk)
    carry_out(request, lambda: services.withdraw_hand(speech, by=request.user), _("The hand is down."))
    return back_to_list(speech.meeting, acting)


@login_required
@require_POST
def hand_call(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let somebody speak now, out of turn."""
    speech = _find_speech(request, pk)
    require(can(request.user, "run_speeches", speech.meeting))
    carry_out(request, lambda: services.start_speech(speech, by=request.user), _("Has the floor."))
    return back_to_list(speech.meeting)


def _find_speech(request: SignedInRequest, pk: int) -> Speech:
    rows = Speech.objects.select_related("meeting__council__organization", "membership")
    return get_object_or_404(rows, pk=pk, meeting__in=Meeting.objects.visible_to(request.user))


@login_required
@require_POST
def speaker_next(request: SignedInRequest, pk: int) -> HttpResponse:
    """The next of the list has the floor, or nobody (`stop`)."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "run_speeches", meeting))
    if request.POST.get("action") == "stop":
        carry_out(request, lambda: services.stop_speech(meeting, by=request.user), _("Nobody has the floor."))
    else:
        carry_out(request, lambda: services.start_next(meeting, by=request.user), _("The next has the floor."))
    return back_to_list(meeting)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def speaker_rule(request: SignedInRequest, pk: int) -> HttpResponse:
    """How the list is ordered, and how long one speaks."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "run_speeches", meeting))
    initial = {
        "order": meeting.speaking_order,
        "seconds": meeting.speaking_seconds,
        "seed": meeting.speaking_seed,
    }
    form = SpeakingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda: services.set_speaking(meeting, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The list is ordered anew."))
        return back_to_list(meeting)
    context = {
        "title": _("Order of the list"),
        "kicker": meeting.title,
        "lede": _("Points of order always come first. Everybody sees which rule applies."),
        "form": form,
        "submit_label": _("Apply"),
        "cancel_url": reverse("meetings:speakers", args=[meeting.pk]),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def item_call(request: SignedInRequest, pk: int) -> HttpResponse:
    """The chair calls an item of the agenda."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "call_item", meeting))
    key = request.POST.get("item", "")
    item = get_object_or_404(meeting.items, pk=key if key.isdecimal() else 0)
    carry_out(request, lambda: services.call_item(item, by=request.user), _("The item is called."))
    return back_to_list(meeting)


def back_to_list(meeting: Meeting, acting: Acting | None = None) -> HttpResponseRedirect:
    return redirect(reverse("meetings:speakers", args=[meeting.pk]) + (acting.query if acting else ""))
