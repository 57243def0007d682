"""What everyone sees: the list of meetings, and one meeting with its agenda, presence and votes."""

import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from audit.clock import local_date
from audit.services import Refused
from councils.models import Council
from councils.paging import bounded_page
from councils.services import rules_at
from councils.views import seats_of
from meetings.filters import MeetingFilter
from meetings.models import AgendaChange, AgendaItem, Expert, Meeting, Presence, Question
from meetings.permissions import can, can_call, role_actions, sees_closed, visible_papers
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
    """A meeting: when and where, how to join, its agenda with papers and votes, who is present, what can be done now."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    date = date_of(acting.user)
    seats = seats_here(meeting, acting)
    items = shown_items(meeting, acting.user)
    context = {
        "meeting": meeting,
        "items": items,
        "reading_minutes": sum(paper.reading_minutes for one in items for paper in one.get("papers", [])),
        "seats": seats,
        "present": sum(seat["is_present"] for seat in seats),
        "quorum": quorum_on(meeting, date),
        "mine": next((seat for seat in seats if seat["is_acting"]), None),
        "can": {action: can(acting.user, action, meeting) for action in STAFF},
        "questions": shown_questions(meeting, acting.user),
        "may_join": may_join(meeting, acting),
        "is_over": meeting.state in (Meeting.State.CLOSED, Meeting.State.CANCELLED),
        "acting": acting,
        "record": record_of(meeting, acting.user),
        "today": date,
        "is_today": local_date(meeting.starts_at) <= date,
    }
    return render(request, "meetings/meeting_detail.html", context)


def may_join(meeting: Meeting, acting: Acting) -> bool:
    """Whether a way into the video room is shown: to members and the chair, in an open assembly to everybody."""
    actions = role_actions(acting.user, meeting.council)
    return meeting.is_assembly or bool(actions & {"run_speeches", "raise_hand", "see_closed"})


def shown_items(meeting: Meeting, user: User) -> list[dict[str, Any]]:
    """The agenda as `user` may know it, each item with its papers, experts and what became different."""
    items = items_of(meeting)
    may_see = sees_closed(user, meeting.council)
    papers, experts, changes = {}, {}, {}  # type: ignore[var-annotated]
    for paper in visible_papers(user).filter(item__meeting=meeting).defer("text"):
        papers.setdefault(paper.item_id, []).append(paper)
    for key in Expert.objects.filter(item__meeting=meeting, deleted_at__isnull=True).values_list("item", flat=True):
        experts[key] = experts.get(key, 0) + 1
    words = dict(AgendaChange.Kind.choices)
    rows = AgendaChange.objects.filter(item__meeting=meeting).order_by("at", "pk")
    for change in rows.values("item", "kind", "reason", "at"):
        changes.setdefault(change["item"], []).append({**change, "word": words[change["kind"]]})
    shown = []
    for item in items:
        one = _shown(item, may_see)
        one["papers"] = papers.get(item.pk, [])
        if not one["is_withheld"]:
            one |= {"experts": experts.get(item.pk, 0), "changes": changes.get(item.pk, [])}
        shown.append(one)
    return shown


def shown_questions(meeting: Meeting, user: User) -> list[dict[str, Any]]:
    """The questions of the public that were admitted, with their answers; to the chair those that wait as well."""
    rows = Question.objects.filter(meeting=meeting, expert__isnull=True, deleted_at__isnull=True).order_by("pk")
    if not can(user, "decide_question", meeting):
        rows = rows.filter(state__in=[Question.State.ADMITTED, Question.State.ANSWERED])
    words = dict(Question.State.choices)
    fields = ("pk", "text", "state", "reason", "answer", "answered_by", "channel")
    return [{**row, "word": words[row["state"]]} for row in rows.values(*fields)[:50]]


STAFF = (
    "edit_agenda",
    "edit_meeting",
    "cancel",
    "open",
    "note_presence",
    "open_vote",
    "close_vote",
    "close",
    "run_speeches",
    "decide_question",
)


def quorum_on(meeting: Meeting, date: datetime.date) -> int:
    """How many must be present under the rules of the meeting's day (of today while it lies ahead); 0 without rules."""
    try:
        rules = rules_at(meeting.council, min(date, local_date(meeting.starts_at)))
    except Refused:
        return 0
    return quorum_needed(rules, meeting.council)


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The agenda in its order, with what a page needs of proposal and vote."""
    items = meeting.items.select_related("proposal", "vote").order_by("order")
    columns = ["pk", "order", "title", "is_public", "public_title", "resolution", "meeting_id", "kind", "minutes"]
    columns += ["rules_draft_id"]
    columns += ["withdrawn_at", "withdrawn_reason", "started_at", "ended_at"]
    return list(items.only(*columns, "proposal__title", "proposal__stage", "vote__state", "vote__closes_at"))


def _shown(item: AgendaItem, may_see: bool) -> dict[str, Any]:
    """An item as the reader may know it: of a closed one only that there is one."""
    is_withheld = not item.is_public and not may_see
    if is_withheld:
        return {"order": item.order, "is_withheld": True, "public_title": item.public_title}
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
