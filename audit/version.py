"""Whether anything has changed: one short text that stays the same exactly as long as every page would."""

import datetime

from django.db import connection

from audit.clock import BERLIN, now_sql


def version() -> tuple[str, datetime.date]:
    """The version of all that is stored, and the local date; one statement that reads no table of a real city.

    PostgreSQL's snapshot says which transactions have been committed. It is equal before and after only if none was
    committed in between, whoever wrote and by whatever way, so what was rendered at one version is never stale at it.
    Inside a transaction it says nothing of that transaction's own writes.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_current_snapshot()::text, (({now_sql()}) AT TIME ZONE '{BERLIN.key}')::date")
        return cursor.fetchone()
