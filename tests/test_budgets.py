"""What every page costs does not grow with the city: measured with ten proposals and with a thousand."""

import cProfile
import gzip
import logging
import re
from dataclasses import dataclass

import pytest

from councils.tests.budgets import counted
from tests.budgets import A_HANDFUL, A_ROW, BUDGETS, SIGNED_IN, budget_of
from tests.growth import COMMENTS, grow
from tests.routes import ROWS, Row
from tests.world import World, standing_world, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FEW, SOME, MANY = 10, 100, 1_000
READERS = ("anonymous", "resident", "secretariat", "draw_officer", "board_secretary")
PAGES = [row for row in ROWS if row.method == "GET" and row.may]
SHOWN = re.compile(r"<(?:tr|li|article|option|dt)\b")
"""What counts as a row that is shown: of a table, a list, a choice."""
TIMES = 1.25


@dataclass(frozen=True)
class Cost:
    """Of one page for one role: `sql`, `instances` built, bytes after gzip, `rows` shown."""

    sql: int
    instances: int
    size: int
    rows: int


Measured = dict[tuple[str, str], Cost]


def test_a_list_takes_no_longer_when_it_is_long():
    """With a hundred and a thousand, both of which fill a page; first, so that no other world stands yet."""
    lists = [row for row in PAGES if budget_of(row.name).is_list]
    with standing_world() as world:
        grow(world, 0, SOME)
        some = {row.label: calls(world, row) for row in lists}
        grow(world, SOME, MANY)
        many = {row.label: calls(world, row) for row in lists}
    slow = {label: f"{some[label]} → {many[label]}" for label in some if many[label] > TIMES * some[label]}
    assert slow == {}


def calls(world: World, row: Row) -> int:
    """Functions called in one request: the measure of work that no neighbour on the machine disturbs."""
    client, address, profile = world.client(readers_of(row)[0]), row.address(world), cProfile.Profile()
    client.get(address)
    profile.runcall(client.get, address)
    return sum(entry.callcount for entry in profile.getstats())  # type: ignore[attr-defined]  # the stubs lack it


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), standing_world() as made:
        yield made
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def costs(world) -> tuple[Measured, Measured]:
    """Every page, first with ten proposals and then with a thousand."""
    grow(world, 0, FEW)
    few = measured(world)
    grow(world, FEW, MANY)
    return few, measured(world)


def measured(world: World) -> Measured:
    """What each page costs each of the readers it answers; a file or a redirect costs no page."""
    return {(row.label, role): cost for row in PAGES for role in readers_of(row) if (cost := cost_of(world, row, role))}


def readers_of(row: Row) -> list[str]:
    return [role for role in READERS if role in row.may] or [min(row.may)]


def cost_of(world: World, row: Row, role: str) -> Cost | None:
    """One request, after one that warms what a process keeps (the city)."""
    with undone():
        client = world.client(role)
        client.get("/impressum/")
        with counted() as cost:
            response = client.get(row.address(world))
        body = response.getvalue()
    is_saved = response.headers.get("Content-Disposition", "").startswith("attachment")
    if response.status_code != 200 or is_saved or not response["Content-Type"].startswith("text/html"):
        return None
    return Cost(cost.sql, cost.instances, len(gzip.compress(body, 6)), len(SHOWN.findall(body.decode())))


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.label)
def test_a_page_costs_what_it_may_and_no_more_when_the_city_grows(costs, row):
    budget = budget_of(row.name)
    for role in readers_of(row):
        few, many = (each.get((row.label, role)) for each in costs)
        if few is None or many is None:
            assert few is many
            continue
        assert many.sql == few.sql, f"{role}: {few.sql} statements with {FEW}, {many.sql} with {MANY}"
        assert many.sql <= budget.sql + (0 if role == "anonymous" else SIGNED_IN), f"{role}: {many.sql} statements"
        for cost in (few, many):
            assert cost.instances <= A_ROW * cost.rows + A_HANDFUL, f"{role}: {cost}"
            assert cost.size <= budget.kilobytes * 1000, f"{role}: {cost.size} bytes"


def test_every_kind_of_page_was_measured(costs):
    pages = {row.label for row in PAGES if (row.label, readers_of(row)[0]) in costs[1]}
    assert {row.name for row in PAGES if row.label in pages} >= set(BUDGETS)
    assert len(pages) > 100


def test_a_proposal_with_fifty_comments_stays_a_page(costs, world):
    row = Row("GET", "proposals:detail", frozenset({"anonymous"}), "deliberated")
    for role, more in (("anonymous", 0), ("resident", SIGNED_IN), ("secretariat", SIGNED_IN)):
        cost = cost_of(world, row, role)
        assert cost.rows > COMMENTS
        assert cost.sql <= 12 + more
        assert cost.instances <= A_HANDFUL
        assert cost.size <= 25_000


def test_a_planted_question_per_row_is_found(costs, world):
    """The measure itself: a page that asks the database once for each row costs more when there are more."""
    from proposals.models import Proposal

    def page(count: int) -> tuple[int, int]:
        with counted() as cost:
            for proposal in Proposal.objects.order_by("-pk")[:count]:
                str(proposal.author)
        return cost.sql, cost.instances

    assert page(5) == (6, 10)
    assert page(25) == (26, 50)
