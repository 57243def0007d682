"""What happened in a meeting, told from its rows: the generated part of the minutes, to the minute, seats not names.

Public and closed parts are two tellings: the public one holds of a closed item its number alone, the closed one only
the closed items. The shape is that of the paper `minutes` (docs/documents.md); pages show the same.
"""

import datetime
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import City
from audit.clock import local_date
from councils.models import Membership
from councils.wording import share
from meetings.models import (
    AgendaItem,
    CounterCall,
    Expert,
    Meeting,
    Minutes,
    Presence,
    Promise,
    Question,
    Recusal,
    Speech,
)
from meetings.services.course import Times, clock_time, course_of, seat_name, session_times, spans_of, spoken
from meetings.services.heard import guests_of, hearing_of, orders_of, questions_of, seats_of, speeches_by_item
from voting.models import BallotCorrection, Vote


def chronicle_of(minutes: Minutes, *, is_closed_part: bool = False, date: datetime.date) -> dict[str, Any]:
    """The whole content of the minutes in the city's language; `date` is that of the paper."""
    meeting = minutes.meeting
    began, ended = session_times(meeting)
    notes: dict[int | None, str] = {note.item_id: note.text for note in minutes.notes.all()}
    with translation.override(settings.LANGUAGE_CODE):
        items = _fetched(meeting)
        spans, speeches = spans_of(meeting, items), speeches_by_item(meeting)
        content = {
            **_head(meeting, date, began, ended),
            "attendance": attendance_of(meeting, began),
            "items": _items(items, notes, spans, speeches, is_closed_part),
        }
        if is_closed_part:
            content["title"] = _("%(title)s: part that is not public") % {"title": meeting.title}
        else:
            content["course"] = course_of(meeting, items, spans)
            content |= _under_no_item(meeting, content["items"], speeches)
        if None in notes and not is_closed_part:
            content["remarks"] = notes[None]
        if minutes.approved_at:
            content["approved_on"] = local_date(minutes.approved_at).isoformat()
        return content


def _head(
    meeting: Meeting, date: datetime.date, began: datetime.datetime | None, ended: datetime.datetime | None
) -> dict[str, Any]:
    city = City.objects.get()
    return {
        "city": {"name": city.name, "colour": city.colour},
        "date": date.isoformat(),
        "council": meeting.council.organization.name,
        "title": meeting.title,
        "held_on": local_date(began or meeting.starts_at).isoformat(),
        "time": _("%(begin)s to %(end)s") % {"begin": clock_time(began), "end": clock_time(ended)},
        "place": meeting.place,
    }


def attendance_of(meeting: Meeting, began: datetime.datetime | None) -> dict[str, Any]:
    """Who was there from when to when, who was not, and which seats were vacant on the day it `began`."""
    day = local_date(began or meeting.starts_at)
    times: dict[int, Times] = defaultdict(list)
    rows = Presence.objects.filter(meeting=meeting).order_by("came_at")
    for number, came, left in rows.values_list("membership__seat__number", "came_at", "left_at"):
        times[number].append((came, left))
    members = Membership.objects.filter(seat__council=meeting.council, begin_date__lte=day)
    on_the_day = members.filter(Q(end_date__isnull=True) | Q(end_date__gt=day))
    held = set(on_the_day.values_list("seat__number", flat=True)) | set(times)
    seats = range(1, meeting.council.seat_count + 1)
    return {
        "present": [seat_name(number) for number in sorted(times)],
        "absent": [seat_name(number) for number in seats if number in held and number not in times],
        "vacant": [seat_name(number) for number in seats if number not in held],
        "times": [{"seat": seat_name(number), "times": spoken(times[number])} for number in sorted(times)],
        "guest_count": meeting.guest_count,
    }


# --- Items ------------------------------------------------------------------------------------------------------------


def _fetched(meeting: Meeting) -> list[AgendaItem]:
    """The items of the agenda with all that is told of them."""
    questions = Question.objects.select_related("membership__seat").order_by("id")
    experts = Expert.objects.select_related("person").prefetch_related(Prefetch("questions", queryset=questions))
    rows = meeting.items.select_related("vote", "resolved").order_by("order")
    return list(
        rows.prefetch_related(
            Prefetch("recusals", queryset=Recusal.objects.select_related("membership__seat")),
            Prefetch("experts", queryset=experts),
            Prefetch("counter_calls", queryset=CounterCall.objects.select_related("membership__seat")),
            "promises",
        )
    )


def _items(
    items: list[AgendaItem],
    notes: dict[int | None, str],
    spans: dict[int, Times],
    speeches: dict[int | None, list[Speech]],
    is_closed_part: bool,
) -> list[dict[str, Any]]:
    corrected: dict[int, list[BallotCorrection]] = defaultdict(list)
    noted = BallotCorrection.objects.filter(entry__vote__in=[item.vote_id for item in items if item.vote_id])
    for row in noted.filter(confirmed_by__isnull=False).select_related("entry__ballot").order_by("entry__number"):
        corrected[row.entry.vote_id].append(row)
    found = []
    for item in items:
        if item.is_public != is_closed_part:
            told = _item(item, notes.get(item.pk, ""), corrected[item.vote_id or 0], spoken(spans.get(item.pk, [])))
            found.append(told | _spoke(item.pk, speeches))
        elif not is_closed_part:
            found.append(_withheld(item))
    return found


def _spoke(key: int | None, speeches: dict[int | None, list[Speech]]) -> dict[str, Any]:
    """Points of order, seats and guests that spoke under an item; under none for the key None."""
    here = speeches.get(key, [])
    told = {"orders": orders_of(here), "seats": seats_of(here), "guests": guests_of(here)}
    return {name: rows for name, rows in told.items() if rows}


def _under_no_item(
    meeting: Meeting, items: list[dict[str, Any]], speeches: dict[int | None, list[Speech]]
) -> dict[str, Any]:
    """What was said before an item was called, and the questions of the public where the agenda has no item for them."""
    found = _spoke(None, speeches)
    questions = questions_of(meeting)
    if not questions:
        return found
    kind = AgendaItem.Kind.QUESTIONS
    open_items = meeting.items.filter(kind=kind, is_public=True, withdrawn_at__isnull=True).order_by("order")
    order = open_items.values_list("order", flat=True).first()
    home = next((item for item in items if item["number"] == str(order)), None)
    if home is None:
        return found | {"questions": questions}
    home["questions"] = questions
    return found


def _withheld(item: AgendaItem) -> dict[str, Any]:
    return {"number": str(item.order), "title": _("Item that is not public"), "closed": True}


def _item(item: AgendaItem, note: str, corrected: list[BallotCorrection], time: str) -> dict[str, Any]:
    found: dict[str, Any] = {"number": str(item.order), "title": item.title, "time": time, **hearing_of(item)}
    recusals = {state: [row for row in item.recusals.all() if row.state == state] for state in Recusal.State.values}
    found["recused"] = [
        f"{row.membership.seat} ({row.reason}; {row.get_decided_how_display()})" for row in recusals["recused"]
    ]
    found["body"] = [
        _("Not recused: %(seat)s (%(reason)s; %(how)s).")
        % {"seat": row.membership.seat, "reason": row.reason, "how": row.get_decided_how_display()}
        for row in recusals["dismissed"]
    ]
    if item.withdrawn_at is not None:
        found["body"].append(_("Withdrawn: %(reason)s") % {"reason": item.withdrawn_reason})
    if item.vote is not None and item.vote.result is not None:
        found |= _voted(item, item.vote)
    elif item.resolution:
        found["resolutions"] = [{"number": _number(item), "text": item.resolution}]
    if corrected and item.vote is not None:
        found["corrections"] = [correction_words(row) for row in corrected]
    if note:
        found["remarks"] = note
    found["tasks"] = [_task(row) for row in item.promises.all()]
    return found


def _number(item: AgendaItem) -> str:
    resolved = getattr(item, "resolved", None)
    return str(resolved) if resolved else ""


def _task(row: Promise) -> dict[str, Any]:
    found = {"who": row.who, "what": row.what}
    return {**found, "by": row.due_on.isoformat()} if row.due_on else found


def _voted(item: AgendaItem, vote: Vote) -> dict[str, Any]:
    """What was asked, what came of it, and every figure that decided."""
    asked = _("Vote opened %(opened)s, closed %(closed)s. %(question)s") % {
        "opened": clock_time(vote.opens_at),
        "closed": clock_time(vote.closed_at),
        "question": vote.question,
    }
    told = {"text": item.resolution, "asked": asked, "vote": vote_figures(vote)}
    number = _number(item)
    return {"resolutions": [{**told, "number": number}]} if number else {"motions": [told]}


def vote_figures(vote: Vote) -> dict[str, Any]:
    """The figures of a closed vote as papers print them: options with counts, rule, who could vote."""
    result = vote.result or {}
    figures = {
        "eligible": vote.roll_count,
        "present": result["present"],
        "recused": vote.statutory_members - vote.entitled_members,
        "statutory": vote.statutory_members,
        "entitled": vote.entitled_members,
        "not_cast": result["not_cast"],
    }
    if vote.method == "yes_no":
        options = [{"label": key, "count": result[key]} for key in ("yes", "no", "abstain")]
        rule = _("needed: %(needed)s of %(denominator)s, %(rule)s") % {**result, "rule": share(vote.rule["majority"])}
        verdict = "adopted" if result["is_adopted"] else "rejected" if result["has_quorum"] else _("no quorum")
        return {"options": options, "result": verdict, "rule": rule, "needed": result["needed"], **figures}
    counted, titles = result["count"], vote.option_titles()
    totals = counted["support"] if counted and "support" in counted else first_totals(counted)
    options = [{"label": title, "count": whole(totals.get(key, 0))} for key, title in titles.items()]
    chosen = ", ".join(titles[key] for key in result["winners"]) or _("nothing chosen")
    return {"options": options, "result": chosen, "rule": method_words(vote.method), **figures}


def first_totals(counted: dict[str, Any] | None) -> dict[str, Any]:
    """What each option had before anything was transferred."""
    totals: dict[str, Any] = counted["rounds"][0]["totals"] if counted and counted["rounds"] else {}
    return totals


def whole(number: Any) -> int:
    """A total as a whole number; decimals of a count by STV begin with whole votes."""
    return int(str(number).partition(".")[0].partition("/")[0])


def method_words(method: str) -> str:
    """How options were counted, in a few words."""
    words: dict[str, str] = {
        "plurality": _("one cross, the most win"),
        "approval": _("any number of crosses, the most win"),
        "score": _("points, the most win"),
        "consensus": _("resistance, the least wins"),
        "majority-judgment": _("grades, the best middle grade wins"),
        "schulze": _("ranking, compared in pairs (Schulze)"),
        "irv": _("ranking, the weakest drops out (instant runoff)"),
        "stv": _("ranking, seats in proportion (single transferable vote)"),
        "greedy": _("budget, by the number of crosses"),
        "equal-shares": _("budget, by equal shares"),
    }
    return words[method]


def correction_words(row: BallotCorrection) -> str:
    """ "Seat 3: yes instead of no (misread)."."""
    counted = getattr(row.entry, "ballot", None)
    return _("Corrected: %(seat)s %(now)s instead of %(before)s (%(reason)s). The outcome stays.") % {
        "seat": row.entry.label,
        "now": row.get_choice_display() or _("marked otherwise"),
        "before": (counted.get_choice_display() or _("marked otherwise")) if counted else _("not cast"),
        "reason": row.reason,
    }
