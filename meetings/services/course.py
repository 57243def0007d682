"""The course of a session, to the minute: opened, who came and went, breaks, items begun and ended, closed."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from audit.clock import BERLIN
from audit.models import Event
from audit.services import label
from meetings.models import AgendaItem, Meeting, Presence

Times = list[tuple[datetime.datetime, datetime.datetime | None]]
Row = tuple[datetime.datetime, int, str]
END, MOVE, BEGIN = 0, 1, 2
"""What comes first of two things at one moment: what ends, who comes and goes, what begins."""

LAST_MINUTE = datetime.timedelta(minutes=1)
"""Who goes in the last minute goes with the end of the session, which closes every presence."""


def clock_time(moment: datetime.datetime | None) -> str:
    """The local minute in which something happened ("18:05"); a dash for what has not happened."""
    return moment.astimezone(BERLIN).strftime("%H:%M") if moment else "–"


def spoken(times: Times) -> str:
    """ "18:02–19:10, 19:30–20:40"."""
    return ", ".join(f"{clock_time(came)}–{clock_time(left)}" for came, left in times)


def seat_name(number: int) -> str:
    return _("Seat %(number)s") % {"number": number}


def session_times(meeting: Meeting) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """When the session was opened and closed."""
    rows = Event.objects.filter(chain=label(meeting), name__in=["meeting.opened", "meeting.closed"])
    times = dict(rows.values_list("name", "at"))
    return times.get("meeting.opened"), times.get("meeting.closed")


def spans_of(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[int, Times]:
    """From when to when each item was treated, by its key; an item called again has several spans.

    The trail keeps every call; a row keeps the first alone, and stands in where the trail says nothing.
    """
    names = ["item.called", "item.ended", "meeting.closed"]
    events = Event.objects.filter(chain=label(meeting), name__in=names).order_by("sequence")
    spans: dict[int, Times] = defaultdict(list)
    running: int | None = None
    for name, facts, at in events.values_list("name", "facts", "at"):
        if running is not None:
            spans[running][-1] = (spans[running][-1][0], at)
        running = facts["item"] if name == "item.called" else None
        if running is not None:
            spans[running].append((at, None))
    for item in items:
        if item.started_at is not None and item.pk not in spans:
            spans[item.pk].append((item.started_at, item.ended_at))
    return spans


def course_of(meeting: Meeting, items: list[AgendaItem], spans: dict[int, Times]) -> list[dict[str, str]]:
    """The rows of the course in their order. An item that is not public is a number alone."""
    began, ended = session_times(meeting)
    if began is None:
        return []
    here = list(Presence.objects.filter(meeting=meeting).values_list("membership__seat__number", "came_at", "left_at"))
    rows = [*_frame(began, ended, here), *_moves(here, began, ended), *_items(items, spans), *_recesses(meeting)]
    ordered = sorted(rows, key=lambda row: row[:2])
    return [{"time": clock_time(at), "text": text} for at, _rank, text in ordered]


Here = list[tuple[int, datetime.datetime, datetime.datetime | None]]


def _in_room(here: Here, at: datetime.datetime) -> list[int]:
    """The seats in the room right after a moment."""
    return sorted({number for number, came, left in here if came <= at and (left is None or left > at)})


def _frame(began: datetime.datetime, ended: datetime.datetime | None, here: Here) -> list[Row]:
    seats = ", ".join(seat_name(number) for number in _in_room(here, began)) or _("nobody")
    rows = [(began, END, _("The session is opened. In the room: %(seats)s.") % {"seats": seats})]
    if ended is not None:
        rows.append((ended, BEGIN, _("The session is closed.")))
    return rows


def _moves(here: Here, began: datetime.datetime, ended: datetime.datetime | None) -> list[Row]:
    """Who came after the beginning and who went before the end; those of one minute stand together."""
    came: dict[str, list[tuple[datetime.datetime, int]]] = defaultdict(list)
    left: dict[str, list[tuple[datetime.datetime, int]]] = defaultdict(list)
    for number, came_at, left_at in here:
        if came_at > began:
            came[clock_time(came_at)].append((came_at, number))
        if left_at is not None and (ended is None or left_at < ended - LAST_MINUTE):
            left[clock_time(left_at)].append((left_at, number))
    arrival, departure = _("Arrived: %(seats)s (%(count)s in the room)"), _("Left: %(seats)s (%(count)s in the room)")
    rows = []
    for moved, words in ((came, arrival), (left, departure)):
        for together in moved.values():
            last = max(at for at, _number in together)
            seats = ", ".join(seat_name(number) for number in sorted({number for _at, number in together}))
            rows.append((last, MOVE, words % {"seats": seats, "count": len(_in_room(here, last))}))
    return rows


def _items(items: list[AgendaItem], spans: dict[int, Times]) -> list[Row]:
    begins, again, ends = _("Item %(number)s begins"), _("Item %(number)s goes on"), _("Item %(number)s ends")
    rows = []
    for item in items:
        number = {"number": item.order}
        title = f": {item.title}" if item.is_public else " " + _("(not public)")
        for place, (start, end) in enumerate(spans.get(item.pk, [])):
            rows.append((start, BEGIN, (again if place else begins) % number + title))
            if end is not None:
                rows.append((end, END, ends % number))
    return rows


def _recesses(meeting: Meeting) -> list[Row]:
    rows = []
    for began, ended in meeting.recesses.values_list("began_at", "ended_at"):
        rows.append((began, BEGIN, _("Break")))
        if ended is not None:
            rows.append((ended, END, _("End of the break")))
    return rows
