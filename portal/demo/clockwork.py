"""Moving the demo's clock: the story is told in days before today."""

import datetime

from audit.clock import BERLIN, clock, set_clock


class Calendar:
    """The real day on which the demo is played; `at` counts back from it."""

    start: datetime.datetime | None = None


def begin() -> None:
    """Take today's real date as the day the story ends."""
    set_clock(None)
    Calendar.start = clock()


def at(days_ago: int, hour: int = 10, minute: int = 0) -> None:
    """Set the clock to a local time (ten o'clock if none is said), `days_ago` days before the end of the story."""
    if Calendar.start is None:
        raise RuntimeError("begin() first")
    day = Calendar.start.astimezone(BERLIN).date() - datetime.timedelta(days=days_ago)
    set_clock(datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=BERLIN))


def passes(minutes: int = 0, seconds: int = 0) -> None:
    """Let so much time go by."""
    set_clock(clock() + datetime.timedelta(minutes=minutes, seconds=seconds))


def end() -> None:
    """Let the clock run as it really does."""
    set_clock(None)
