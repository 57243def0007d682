"""The plan of a draw: every date counted back from the first sitting, who signs what, and what it costs.

Plain values in and out. The intervals are those of docs/domain.md (steps 5–9), as a city needs them at least.
"""

import datetime
from dataclasses import dataclass


def gettext_noop(message: str) -> str:
    """Marks a text for the catalogue of translations; whoever shows it translates it."""
    return message


@dataclass(frozen=True)
class Step:
    """A step of the way: how many days before the first sitting it should be done, by whom, and what it leaves."""

    key: str
    title: str
    text: str
    days_before: int
    signs: tuple[str, ...] = ()


OFFICER, AUDITOR, SECRETARIAT, COUNCIL = "draw_officer", "auditor", "secretariat", "city_council"

STEPS = (
    Step(
        "resolution",
        gettext_noop("Resolution"),
        gettext_noop("The elected council wants it, and names the basis."),
        182,
        (COUNCIL,),
    ),
    Step(
        "register",
        gettext_noop("Register sample"),
        gettext_noop("The office commits to its frame; a public number draws."),
        147,
    ),
    Step(
        "letter", gettext_noop("Letter"), gettext_noop("One page, 180 words, signed by both."), 140, (OFFICER, AUDITOR)
    ),
    Step(
        "release",
        gettext_noop("Codes published"),
        gettext_noop("Hashes of all codes, before a letter is posted."),
        133,
        (OFFICER, AUDITOR),
    ),
    Step("post", gettext_noop("Letters posted"), gettext_noop("Replies by internet, card, phone."), 132),
    Step("reminder", gettext_noop("Reminder"), gettext_noop("Only to those who have not answered."), 111),
    Step("close", gettext_noop("Replies closed"), gettext_noop("The pool stays as it is."), 97),
    Step(
        "postcard",
        gettext_noop("Postcard while waiting"),
        gettext_noop("To everybody who said yes: when the draw is."),
        90,
    ),
    Step("quotas", gettext_noop("Quotas frozen"), gettext_noop("Published before the draw."), 83, (OFFICER, AUDITOR)),
    Step(
        "seal", gettext_noop("Panels sealed"), gettext_noop("A commitment, out of the house."), 76, (OFFICER, AUDITOR)
    ),
    Step("number", gettext_noop("Public draw"), gettext_noop("The number is read; the panel follows."), 70),
    Step("confirm", gettext_noop("Seats confirmed"), gettext_noop("Alternates move up."), 42),
    Step("sitting", gettext_noop("First sitting"), gettext_noop("Invitations go out 14 days before."), 0),
)
"""The stations from the resolution to the first sitting, in order."""


@dataclass(frozen=True)
class Planned:
    """A step with its date; `is_done`, `is_next`, and whether its date has gone by."""

    step: Step
    date: datetime.date | None
    is_done: bool
    is_next: bool
    is_late: bool


def dates_before(first_sitting: datetime.date | None, done: set[str], today: datetime.date) -> list[Planned]:
    """The steps with their dates, moved to a working day; without a first sitting they have none yet."""
    found: list[Planned] = []
    open_seen = False
    for step in STEPS:
        date = first_sitting
        if first_sitting and step.days_before:
            date = working_day(first_sitting - datetime.timedelta(days=step.days_before))
        is_done = step.key in done
        is_next = not is_done and not open_seen
        open_seen = open_seen or is_next
        found.append(Planned(step, date, is_done, is_next, not is_done and date is not None and date < today))
    return found


def working_day(date: datetime.date) -> datetime.date:
    """The day itself, or the Friday before a weekend."""
    return date - datetime.timedelta(days=max(0, date.weekday() - 4))


def postage(letters: int, cents: int, *, answered_percent: int = 10) -> dict[str, int]:
    """What posting costs in cents: the letters, the reminders to those who did not answer, replies the city pays for."""
    reminders = letters - letters * answered_percent // 100
    replies = letters * answered_percent // 100
    parts = {"letters": letters * cents, "reminders": reminders * cents, "replies": replies * cents}
    return {**parts, "total": sum(parts.values()), "count": letters + reminders + replies}
