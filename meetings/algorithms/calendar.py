"""Meetings as iCalendar (RFC 5545, updates and cancellations as in RFC 5546). Standard library only.

Times stand in Europe/Berlin with the zone's rules beside them, because a meeting at six stays at six when clocks change.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


@dataclass(frozen=True)
class Entry:
    """A meeting in a calendar. `uid` never changes; `sequence` grows with every change that moves or cancels it."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    changed_at: datetime.datetime
    place: str = ""
    url: str = ""
    text: str = ""
    is_cancelled: bool = False
    categories: tuple[str, ...] = field(default=())


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """The calendar as a file: UTF-8, lines ended by CRLF and folded at 75 octets."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Allmende//Meetings//DE", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    lines += ZONE.splitlines()
    for entry in entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(entry: Entry) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(entry.changed_at)}",
        f"LAST-MODIFIED:{_utc(entry.changed_at)}",
        f"DTSTART;TZID=Europe/Berlin:{_local(entry.starts_at)}",
        f"DTEND;TZID=Europe/Berlin:{_local(entry.ends_at)}",
        f"SUMMARY:{escaped(entry.title)}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
    ]
    optional = {"LOCATION": escaped(entry.place), "DESCRIPTION": escaped(entry.text), "URL": entry.url}
    lines += [f"{name}:{value}" for name, value in optional.items() if value]
    if entry.categories:
        lines.append(f"CATEGORIES:{','.join(map(escaped, entry.categories))}")
    return [*lines, "END:VEVENT"]


def _local(moment: datetime.datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%Y%m%dT%H%M%S")


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """`text` as a value: backslash, semicolon, comma and line ends escaped, other control characters left out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(letter for letter in text if letter >= " " and letter != "\x7f")


def folded(line: str) -> str:
    """`line` broken so that no part has more than 75 octets, never inside a character."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 75:
            parts.append(part)
            part, size = " ", 1
        part, size = part + letter, size + width
    return "\r\n".join([*parts, part])
