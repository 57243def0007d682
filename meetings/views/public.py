"""What everyone sees: the list of meetings, and one meeting with its agenda, presence and votes."""

import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audit.clock import local_date
from audit.services import Refused
from councils.models import Council
from councils.paging import bounded_page
from councils.services import rules_at
from councils.views import seats_of
from meetings.filters import MeetingFilter
from meetings.models import AgendaItem, Meeting, Presence
from meetings.permissions import can, can_call, sees_closed
from meetings.services import quorum_needed
from meetings.views.record import record_of
from proposals.acting import Acting, acting_in, date_of


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings, the latest first."""
    acting = acting_in(request)
    narrowed = MeetingFilter(request.GET, queryset=Meeting.objects.visible_to(request.user))
    rows = narrowed.qs.annotate(council_name=F("council__organization__name"))
    page = bounded_page(request, rows.order_by("-starts_at", "-pk"))
    council = Council.objects.select_related("organization").filter(deleted_at__isnull=True).first()
    context = {
        "page": page,
        "meetings": page.rows,
        "filter_form": narrowed.form,
        "is_filtered": narrowed.form.is_valid() and any(narrowed.form.cleaned_data.values()),
        "acting": acting,
        "may_call": council is not None and can_call(acting.user, council),
    }
    return render(request, "meetings/meeting_list.html", context)


def find_meeting(request: HttpRequest, pk: int) -> Meeting:
    """The meeting of an address; 404 for what the reader may not see."""
    rows = Meeting.objects.visible_to(request.user).select_related("council__organization")
    rows = rows.annotate(minutes_state=F("minutes__state"))
    return get_object_or_404(rows, pk=pk)


@require_safe
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting: when and where, its agenda with votes and resolutions, who is present, what can be done now."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    may_see = sees_closed(acting.user, meeting.council)
    date = date_of(acting.user)
    seats = seats_here(meeting, acting)
    context = {
        "meeting": meeting,
        "items": [_shown(item, may_see) for item in items_of(meeting)],
        "seats": seats,
        "present": sum(seat["is_present"] for seat in seats),
        "quorum": _quorum(meeting, date),
        "mine": next((seat for seat in seats if seat["is_acting"]), None),
        "can": {action: can(acting.user, action, meeting) for action in STAFF},
        "acting": acting,
        "record": record_of(meeting, acting.user),
        "today": date,
        "is_today": local_date(meeting.starts_at) <= date,
    }
    return render(request, "meetings/meeting_detail.html", context)


STAFF = ("edit_agenda", "open", "note_presence", "open_vote", "close_vote", "close")


def _quorum(meeting: Meeting, date: datetime.date) -> int:
    """How many must be present under the rules of the meeting's day (of today while it lies ahead); 0 without rules."""
    try:
        rules = rules_at(meeting.council, min(date, local_date(meeting.starts_at)))
    except Refused:
        return 0
    return quorum_needed(rules, meeting.council)


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The agenda in its order, with what a page needs of proposal and vote."""
    items = meeting.items.select_related("proposal", "vote").order_by("order")
    columns = ("pk", "order", "title", "is_public", "resolution", "meeting_id")
    return list(items.only(*columns, "proposal__title", "proposal__stage", "vote__state", "vote__closes_at"))


def _shown(item: AgendaItem, may_see: bool) -> dict[str, Any]:
    """An item as the reader may know it: of a closed one only that there is one."""
    is_withheld = not item.is_public and not may_see
    if is_withheld:
        return {"order": item.order, "is_withheld": True}
    return {"order": item.order, "is_withheld": False, "item": item, "proposal": item.proposal, "vote": item.vote}


def seats_here(meeting: Meeting, acting: Acting) -> list[dict[str, Any]]:
    """The council's seats with who is in the room: `state` for the picture, `is_present`, `is_acting`; two queries."""
    here = set(
        Presence.objects.filter(meeting=meeting, left_at__isnull=True).values_list(
            "membership__seat__number", flat=True
        )
    )
    if meeting.state == Meeting.State.CLOSED:
        rows = Presence.objects.filter(meeting=meeting).values_list("membership__seat__number", flat=True)
        here = set(rows)
    seats = seats_of(meeting.council, acting.person.pk if acting.person else None)
    for seat in seats:
        seat["is_present"] = seat["number"] in here
        seat["is_acting"] = seat["state"] == "mine"
        if not seat["is_present"] and seat["state"] != "vacant":
            seat["state"] = "absent"
        elif seat["is_acting"] and acting.is_for_another:
            seat["state"] = "active"
    return seats
