"""The one clock: the database's, in every process the same, whatever the machine's own clock says."""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import DateField, Func

BERLIN = ZoneInfo("Europe/Berlin")


def clock() -> datetime.datetime:
    """The time of this statement (aware, UTC); a test or demo database may have set it forward or back."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {now_sql()}")
        return cursor.fetchone()[0]


def now_sql() -> str:
    """The moment of a statement; only a test or demo database has an offset."""
    if not settings.DEVELOPMENT:
        return "statement_timestamp()"
    return "statement_timestamp() + COALESCE((SELECT seconds FROM audit_clockoffset), 0) * interval '1 second'"


def today() -> datetime.date:
    """The local date on which deadlines are counted; a deadline ends with its day."""
    return local_date(clock())


def local_date(moment: datetime.datetime) -> datetime.date:
    """The date in Europe/Berlin at `moment`."""
    return moment.astimezone(BERLIN).date()


def end_of_day(date: datetime.date) -> datetime.datetime:
    """The first moment that no longer belongs to `date` in Europe/Berlin."""
    return datetime.datetime.combine(date + datetime.timedelta(days=1), datetime.time(), tzinfo=BERLIN)


class Today(Func):
    """`today()` inside a query, so that a filter by date needs no statement of its own."""

    arity = 0
    output_field = DateField()

    def as_sql(self, compiler, connection, **context):  # type: ignore[override]
        """The local date in Europe/Berlin of the statement."""
        return f"(({now_sql()}) AT TIME ZONE '{BERLIN.key}')::date", []


def set_clock(moment: datetime.datetime | None) -> None:
    """Make `clock()` run on from `moment`, or from the real time again. Only in a test or demo database."""
    if not settings.DEVELOPMENT:
        raise RuntimeError("the clock of a real city cannot be set")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_clockoffset")
        if moment is not None:
            cursor.execute(
                "INSERT INTO audit_clockoffset (id, seconds) "
                "VALUES (1, EXTRACT(EPOCH FROM %s::timestamptz - statement_timestamp()))",
                [moment],
            )
