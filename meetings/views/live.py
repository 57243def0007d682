"""What a hall sees: one fragment a process renders at most twice a second, whoever asks, and the page for the projector.

The fragment shows nothing that depends on the reader but the language, and nothing closed. It carries an ETag, so that
a viewer who polls and finds nothing new gets an empty answer. No session is opened for it.
"""

import datetime
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from audit.clock import clock, local_date
from meetings import services
from meetings.models import AgendaItem, Meeting, Presence, Speech
from meetings.services.speaking import current_item
from meetings.views.public import find_meeting, quorum_on
from meetings.views.speakers import in_words, speaking_now
from voting.models import OpenBallot, RollEntry, Vote

FRESH_SECONDS = 0.5
"""How old the fragment may be: with a poll each second a projector is at most a second and a half behind."""

SHOWN = 6
"""Hands on the projector; of the others it says how many there are."""

KEPT_SECONDS = 10
"""How long a fragment is kept at all: whoever asks while a new one is rendered gets the one before."""


@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The fragment, or 304 if the viewer has it."""
    return answer(request, *fragment(pk, get_language() or "de"))


def answer(request: HttpRequest, tag: str, html: str) -> HttpResponse:
    """A fragment for whoever has not got it yet; 304 for whoever has."""
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(html)
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    return response


def fragment(pk: int, language: str) -> tuple[str, str]:
    """The tag and the HTML of a meeting in a language, at most `FRESH_SECONDS` old. 404 for no meeting."""
    return kept_fragment(f"live:{pk}:{language}", "meetings/_live.html", lambda: {"live": snapshot(pk)})


def kept_fragment(key: str, template: str, context: Callable[[], dict[str, Any]]) -> tuple[str, str]:
    """The tag and the HTML kept under `key`, drawn anew when older than `FRESH_SECONDS`."""
    kept, now = caches["process"], time.monotonic()
    known: tuple[float, str, str] | None = kept.get(key)
    if known and now - known[0] < FRESH_SECONDS:
        return known[1], known[2]
    if known:  # a crowd renders it once
        kept.set(key, (now, known[1], known[2]), KEPT_SECONDS)
    html = render_to_string(template, context())
    tag = f'"{sha256(html.encode()).hexdigest()[:20]}"'
    kept.set(key, (time.monotonic(), tag, html), KEPT_SECONDS)
    return tag, html


def snapshot(pk: int) -> dict[str, Any]:
    """Where a meeting stands, as everybody may know it: who is here, what is called, who speaks and is next, the vote."""
    meeting = Meeting.objects.select_related("council__organization").filter(pk=pk, deleted_at__isnull=True).first()
    if meeting is None:
        raise Http404
    now = clock()
    present = Presence.objects.filter(meeting=meeting, left_at__isnull=True).count()
    quorum = quorum_on(meeting, local_date(now))
    waiting = services.queue(meeting)
    return {
        "meeting": meeting,
        "present": present,
        "seat_count": meeting.council.seat_count,
        "quorum": quorum,
        "can_decide": bool(quorum) and present >= quorum,
        "item": _public(current_item(meeting)),
        "speaking": _speaking(meeting, now),
        "waiting": [_hand(speech) for speech in waiting[:SHOWN]],
        "more": max(0, len(waiting) - SHOWN),
        "vote": _vote(meeting),
        "recess": services.recess_now(meeting),
    }


def _public(item: AgendaItem | None) -> dict[str, Any] | None:
    """An item as strangers may know it."""
    if item is None:
        return None
    return {"order": item.order, "title": item.title if item.is_public else item.public_title}


def _hand(speech: Speech) -> dict[str, Any]:
    return {
        "label": speech.label,
        "side": speech.side,
        "word": speech.get_kind_display() if speech.kind == Speech.Kind.ORDER else speech.get_side_display(),
    }


def _speaking(meeting: Meeting, now: datetime.datetime) -> dict[str, Any] | None:
    speech = speaking_now(meeting)
    if speech is None or speech.started_at is None:
        return None
    spoken = max(0, int((now - speech.started_at).total_seconds()))
    return {
        **_hand(speech),
        "spoken": in_words(spoken),
        "limit": in_words(meeting.speaking_seconds),
        "is_over": spoken > meeting.speaking_seconds,
    }


def _vote(meeting: Meeting) -> dict[str, Any] | None:
    """The vote that is open in the hall: how many have voted, never how."""
    rows = AgendaItem.objects.filter(
        meeting=meeting, vote__state=Vote.State.CASTING, vote__closes_at__isnull=True
    ).select_related("vote")
    item = rows.order_by("order").first()
    if item is None:
        return None
    roll = RollEntry.objects.filter(vote=item.vote, is_excluded=False)
    shown = _public(item) or {}
    return {
        **shown,
        "question": item.vote.question if item.is_public and item.vote else "",
        "cast": OpenBallot.objects.filter(entry__in=roll).count(),
        "roll": roll.count(),
    }


@require_safe
def projector(request: HttpRequest, pk: int) -> HttpResponse:
    """The page for the wall of the hall: large, and asking for the fragment every second."""
    meeting = find_meeting(request, pk)
    _tag, html = fragment(meeting.pk, get_language() or "de")
    return render(request, "meetings/projector.html", {"meeting": meeting, "fragment": html})
