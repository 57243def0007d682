"""The start page: what the council works on, what can be voted on now, what boards still owe an answer."""

from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

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
    """Six queries whatever the city's size: seats with council, meeting, proposals, two lists of answers, the date (which the deadlines ask for)."""
    council, seats = _first_council()
    return render(
        request,
        "portal/home.html",
        {
            "council": council,
            "seats": seats,
            "meeting": _next_meeting(),
            "proposals": _open_proposals(),
            "waiting": _addressees(WAITING).order_by("due_on", "pk")[:SHOWN],
            "answered": _addressees(ANSWERED).order_by("-modified_at")[:SHOWN],
            "letter_boxes": [_("Yes"), _("No"), _("Please call me")],
        },
    )


def _first_council() -> tuple[str, list[dict[str, int | str]]]:
    """The name of the oldest council that still exists, and its chairs."""
    existing = Council.objects.exclude(state=Council.State.DISSOLVED).order_by("pk")
    held = Membership.objects.filter(seat=OuterRef("pk"), end_date__isnull=True)
    seats = list(
        Seat.objects.filter(council=existing.values("pk")[:1])
        .order_by("number")
        .values("number", is_held=Exists(held), name=F("council__organization__name"))
    )
    if not seats:
        return existing.values_list("organization__name", flat=True).first() or "", []
    chairs = [{"number": seat["number"], "state": "active" if seat["is_held"] else "vacant"} for seat in seats]
    return seats[0]["name"], chairs


def _open_proposals() -> list[Proposal]:
    """What can be supported, discussed or voted on now; the vote first."""
    rows = Proposal.objects.filter(stage__in=STAGES, deleted_at__isnull=True).only("title", "stage", "stage_until")
    shown = rows.order_by("-modified_at")[: SHOWN * 3]
    return sorted(shown, key=lambda proposal: STAGES.index(Proposal.Stage(proposal.stage)))[:SHOWN]


def _next_meeting() -> Meeting | None:
    rows = Meeting.objects.exclude(state=Meeting.State.CLOSED).only("title", "place", "starts_at")
    return rows.order_by("starts_at").first()


def _addressees(states: list[Addressee.State]) -> QuerySet[Addressee]:
    rows = Addressee.objects.filter(state__in=states).select_related("decision", "organ__organization")
    return rows.only("state", "due_on", "decision__title", "organ__organization__name")


@require_safe
def participate(request: HttpRequest) -> HttpResponse:
    """How to take part, on screen and without one."""
    return render(request, "portal/participate.html")
