"""Two hundred people with names that occur nowhere else: the whole portal is asked, and nothing of them is anywhere.

Every address of the table of routes, with the draws of this world replaced by theirs; then everything that is kept outside
of the pool: each row of each table, mails, the log, every file that anybody may open.
"""

import logging

import pytest
from django.core import mail
from django.db import connection

from accounts.models import Role
from councils.tests.factories import CouncilFactory
from documents.models import File
from documents.services import read_file
from lottery import services
from lottery.tests.factories import rows_of
from lottery.tests.test_canaries import CanaryStage, answer_text, found_in
from tests.routes import ALL, ROWS, Row
from tests.world import ROLES, World, standing_world, undone

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
INSIDER = Role.Kind.DRAW_OFFICER.value
WATCHED = ("anonymous", "account", "resident", "member", "secretariat", "auditor")
"""Who opens what is there for all: a page for everybody differs by these at most."""

OF_SOMEBODY = "kanari(en(vorname|name|weg|futter|helfer)|[0-9]+x@)"
"""The words of `MARKS`, for the database."""

SEARCHES = ("?q=Kanarienname7x", "?q=Kanarienweg", "?paper=1")


class PostedStage(CanaryStage):
    """The letters are printed before anybody answers."""

    def invited(self) -> "PostedStage":
        super().invited()
        services.print_letters(self.draw)
        return self


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing_world() as made:
        answered = PostedStage(size=3, council=CouncilFactory(seat_count=3)).replied()
        drawn = CanaryStage(size=3, council=CouncilFactory(seat_count=3)).selected()
        services.print_letters(drawn.draw)
        for name in ("invited_draw", "replied_draw"):
            made.objects[name] = answered.draw
        made.objects["selected_draw"] = drawn.draw
        made.objects["invitation"], made.objects["drawn"] = answered.rows()[0], drawn.rows("selected")[0]
        made.objects["draw_letters"] = File.objects.filter(owner=f"draw:{answered.draw.pk}").order_by("pk")[0]
        yield made


def who(row: Row) -> list[str]:
    """The roles that open an address: all that may but the draw officer, and one that may not."""
    may = WATCHED if row.may == ALL else [role for role in ROLES if role in row.may and role != INSIDER]
    refused = [role for role in ROLES if role not in row.may and role != INSIDER]
    return [*may, *refused[:1]]


def test_there_are_two_hundred_and_they_can_be_found(world: World):
    assert len(rows_of(draw=world["selected_draw"])) == 200
    page = world.client(INSIDER).get(f"/losverfahren/leitung/{world['invited_draw'].pk}/rueckmeldungen/")
    assert len(found_in(answer_text(page))) >= 3 * 20


def test_no_address_shows_one_of_them_to_anybody_but_a_draw_officer(world: World, caplog):
    asked, shown = set(), []
    with caplog.at_level(logging.INFO):
        for row in (row for row in ROWS if row.method == "GET"):
            address = row.address(world)
            for role in who(row):
                if (address, role) in asked:
                    continue
                asked.add((address, role))
                with undone():
                    answer = world.client(role).get(address)
                    shown += [(role, address, mark) for mark in found_in(answer_text(answer))[:1]]
    assert shown == []
    assert len({address for address, _role in asked}) > 300
    assert not found_in(caplog.text)


def test_no_search_list_or_paper_finds_one_of_them(world: World):
    shown, count = [], 0
    for row in (row for row in ROWS if row.method == "GET" and row.may == ALL and not row.query):
        for query in SEARCHES:
            with undone():
                answer = world.client("secretariat").get(row.address(world) + query)
                text = answer_text(answer).replace(query.removeprefix("?q="), "")  # the page repeats what was typed
            count += 1
            shown += [(row.label, query, mark) for mark in found_in(text)[:1]]
    assert shown == []
    assert count > 150


def test_no_table_outside_the_pool_has_one_of_them(world: World):
    """Chains, jobs, outbox, sessions, cache, clock, everything: each row of each table as text, by the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = [(schema, table) for schema, table in cursor.fetchall() if schema != "pool"]
        assert len(tables) > 80
        found = []
        for schema, table in tables:  # names out of the catalogue
            counted = f'SELECT count(*) FROM "{schema}"."{table}" t WHERE t::text ~* %s'  # noqa: S608
            cursor.execute(counted, [OF_SOMEBODY])
            found += [(table, cursor.fetchone()[0])]
    assert [one for one in found if one[1]] == []


def test_no_mail_and_no_public_file_has_one_of_them(world: World):
    assert not [mark for message in mail.outbox for mark in found_in(str(message.message()))]
    public = [read_file(file).decode(errors="replace") for file in File.objects.filter(is_public=True)]
    assert public and not [mark for text in public for mark in found_in(text)]
