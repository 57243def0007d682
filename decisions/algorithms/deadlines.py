"""When an answer is due. Boards meet a few times a year, so deadlines count in sittings, not in weeks."""

import calendar
import datetime
from collections.abc import Sequence


def add_months(date: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last day of that month (31 August + 6 months = 28 February)."""
    index = date.year * 12 + date.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))


def answer_due(
    delivered: datetime.date, sittings: Sequence[tuple[datetime.date, datetime.date]], *, weeks: int, months: int
) -> tuple[datetime.date, int | None]:
    """The date an answer is due, and the index of the sitting that sets it (None: the longest time does).

    `sittings` are pairs (date, last day for the agenda). The first sitting counts whose agenda is still open
    `weeks` after delivery; if there is none within `months`, the answer is due `months` after delivery.
    """
    latest = add_months(delivered, months)
    prepared = delivered + datetime.timedelta(weeks=weeks)
    possible = [(date, index) for index, (date, closes) in enumerate(sittings) if closes >= prepared and date <= latest]
    return min(possible) if possible else (latest, None)


def overdue_level(due: datetime.date, today: datetime.date, after: Sequence[int]) -> int:
    """How far a missed date has been escalated by `today`: `after[n]` days past the date begin level n + 1."""
    days = (today - due).days
    return sum(1 for limit in after if days >= limit)
