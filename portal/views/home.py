"""The start page: what the council works on, what can be voted on now, what boards still owe an answer."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.clock import today
from councils.models import Council, Membership, Seat
from decisions.models import Addressee
from meetings.models import Meeting
from proposals.models import Proposal

WAITING = [Addressee.State.DELIVERED, Addressee.State.ACKNOWLEDGED]
ANSWERED = [Addressee.State.ANSWERED, Addressee.State.REPLIED, Addressee.State.IMPLEMENTING]
STAGES = [Proposal.Stage.VOTE, Proposal.Stage.DELIBERATION, Proposal.Stage.SUPPORT]
SHOWN = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Six queries whatever the city's size: seats with council, meeting, proposals, two lists of answers, the date."""
    council, seats = _first_council()
    return render(
        request,
        "portal/home.html",
        {
            "council": council,
            "seats": seats,
            "meeting": Meeting.objects.exclude(state=Meeting.State.CLOSED).order_by("starts_at").first(),
            "proposals": _open_proposals(),
            "waiting": _addressees(WAITING).order_by("due_on", "pk")[:SHOWN],
            "answered": _addressees(ANSWERED).order_by("-modified_at")[:SHOWN],
            "letter_boxes": [_("Yes"), _("No"), _("Please call me")],
            "today": today(),
        },
    )


def _first_council() -> tuple[Council | None, list[dict[str, int | str]]]:
    """The oldest council that still exists, and its chairs."""
    held = Membership.objects.filter(seat=OuterRef("pk"), end_date__isnull=True)
    seats = list(
        Seat.objects.exclude(council__state=Council.State.DISSOLVED)
        .select_related("council__organization")
        .annotate(is_held=Exists(held))
        .order_by("council_id", "number")[:300]
    )
    if not seats:
        return Council.objects.select_related("organization").exclude(state=Council.State.DISSOLVED).first(), []
    council = seats[0].council
    chairs = [
        {"number": seat.number, "state": "active" if seat.is_held else "vacant"}
        for seat in seats
        if seat.council_id == council.pk
    ]
    return council, chairs


def _open_proposals() -> list[Proposal]:
    """What can be supported, discussed or voted on now; the vote first."""
    shown = Proposal.objects.filter(stage__in=STAGES, deleted_at__isnull=True).order_by("-modified_at")[: SHOWN * 3]
    return sorted(shown, key=lambda proposal: STAGES.index(Proposal.Stage(proposal.stage)))[:SHOWN]


def _addressees(states: list[Addressee.State]) -> QuerySet[Addressee]:
    return Addressee.objects.filter(state__in=states).select_related("decision", "organ__organization")


@require_safe
def participate(request: HttpRequest) -> HttpResponse:
    """How to take part, on screen and without one."""
    return render(request, "portal/participate.html")
