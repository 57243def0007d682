"""The start page: what the council works on, what can be voted on now, what boards still owe an answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.clock import today
from councils.models import Council
from decisions.models import Addressee
from meetings.models import Meeting
from proposals.models import Proposal

WAITING = [Addressee.State.DELIVERED, Addressee.State.ACKNOWLEDGED]
SHOWN = 4


def home(request: HttpRequest) -> HttpResponse:
    """Five queries whatever the city's size: council, meeting, proposals, waiting answers, given answers."""
    council = Council.objects.select_related("organization").exclude(state=Council.State.DISSOLVED).first()
    return render(
        request,
        "portal/home.html",
        {
            "council": council,
            "seat_numbers": range(1, (council.seat_count if council else 0) + 1),
            "meeting": Meeting.objects.exclude(state=Meeting.State.CLOSED).order_by("starts_at").first(),
            "proposals": _open_proposals(),
            "waiting": _addressees(WAITING).order_by("due_on", "pk")[:SHOWN],
            "answered": _addressees([Addressee.State.ANSWERED, Addressee.State.IMPLEMENTING]).order_by("-modified_at")[
                :SHOWN
            ],
            "today": today(),
        },
    )


def _open_proposals() -> list[Proposal]:
    """What can be supported, discussed or voted on now; the vote first."""
    stages = [Proposal.Stage.VOTE, Proposal.Stage.DELIBERATION, Proposal.Stage.SUPPORT]
    shown = Proposal.objects.filter(stage__in=stages, deleted_at__isnull=True).order_by("-modified_at")[: SHOWN * 3]
    return sorted(shown, key=lambda proposal: stages.index(Proposal.Stage(proposal.stage)))[:SHOWN]


def _addressees(states: list[str]):  # type: ignore[no-untyped-def]
    return Addressee.objects.filter(state__in=states).select_related("decision", "organ__organization")


def participate(request: HttpRequest) -> HttpResponse:
    """How to take part, on screen and without one."""
    return render(request, "portal/participate.html")
