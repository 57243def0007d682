"""The pool's rows lie in a schema of their own, which the application's role cannot read; `pool_open` opens it.

Names, addresses, answers and features of the sample belong to the role `<application's role>_pool`. The application's
role may become that role but inherits nothing from it: a query outside of `pool_open` finds no table, whatever page,
export, filter or injected statement it comes from. One connection, so that a change and its event stay atomic.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.migrations.operations.base import Operation

OPEN = "SELECT set_config('role', session_user || '_pool', true), set_config('search_path', 'public, pool', true)"
CLOSE = "SET LOCAL ROLE NONE; SET LOCAL search_path TO DEFAULT"


@contextmanager
def pool_open() -> Iterator[None]:
    """A transaction (or a savepoint of the one that runs) in which the pool can be read and written.

    Also a decorator: `@pool_open()` instead of `@transaction.atomic`. Querysets must be evaluated inside. An exception
    takes back role and changes alike.
    """
    with transaction.atomic():
        if getattr(connection, "is_pool_open", False):
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute(OPEN)
        connection.is_pool_open = True  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.is_pool_open = False  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(CLOSE)


class OpenPool(Operation):
    """First operation of a migration that changes tables of the pool, and nothing else: it runs as their owner.

    New tables go into the pool's schema. It lasts until the migration's transaction ends.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(OPEN.replace("'public, pool'", "'pool, public'"))

    database_backwards = database_forwards

    def describe(self) -> str:
        return "Open the pool until the migration ends"
