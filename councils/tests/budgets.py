"""What a page costs: statements, rows built into objects, bytes. Used by the tests of every app's pages."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

NO_STATEMENTS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@dataclass
class Cost:
    """`sql` statements without those that only bound a transaction, `instances` built, `size` in bytes of gzip."""

    sql: int = 0
    instances: int = 0
    size: int = 0
    response: Any = None
    statements: tuple[str, ...] = ()


@contextmanager
def counted() -> Iterator[Cost]:
    """Count what happens inside the block."""
    cost = Cost()
    build = Model.from_db.__func__

    def from_db(cls, *args, **kwargs):
        cost.instances += 1
        return build(cls, *args, **kwargs)

    with mock.patch.object(Model, "from_db", classmethod(from_db)), CaptureQueriesContext(connection) as queries:
        yield cost
    statements = [query["sql"] for query in queries.captured_queries]
    cost.statements = tuple(sql for sql in statements if not sql.upper().startswith(NO_STATEMENTS))
    cost.sql = len(cost.statements)


def cost_of(client: Any, url: str, data: dict[str, Any] | None = None) -> Cost:
    """What one request costs: a GET, or a POST of `data`. The page must be there."""
    with counted() as cost:
        cost.response = client.get(url) if data is None else client.post(url, data)
    assert cost.response.status_code in (200, 302), cost.response.status_code
    cost.size = len(gzip.compress(cost.response.content, 6))
    return cost
