"""What `./run backup` saves, `./run restore` brings back: every row of every table, every file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import development
from tests.journeys.stack import Stack, from_seed

pytestmark = pytest.mark.slow
TABLES = """SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""
CONTENT = (
    """SELECT count(*), md5(string_agg(line, '' ORDER BY line)) FROM (SELECT md5(t::text) AS line FROM {} t) rows"""
)
BECOME = "SET LOCAL ROLE portal_pool; "
"""The role that reads the pool too; the application's reads all else."""

SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"


def content(stack: Stack) -> dict[str, tuple]:
    """Number of rows and a hash of them for every table, and where every sequence stands."""
    with development.server(stack.folder / "postgres"):
        found = {table: stack.query(BECOME + CONTENT.format(table))[0] for (table,) in stack.query(TABLES)}
        found["sequences"] = tuple(stack.query(BECOME + SEQUENCES))
    return found


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture
def two() -> Iterator[list[Stack]]:
    stacks = [from_seed(), Stack()]
    yield stacks
    for stack in stacks:
        stack.remove()


def test_a_restored_city_is_the_same_city(two: list[Stack], tmp_path: Path) -> None:
    first, second = two
    tar = tmp_path / "city.tar"
    assert "MB" in first.run("backup", str(tar))
    assert tar.stat().st_mode & 0o077 == 0, "a backup holds personal data"
    second.run("restore", str(tar))
    before, after = content(first), content(second)
    assert len(before) > 50 and sum(row[0] for table, row in before.items() if table != "sequences") > 2_000
    assert {table for table in before if before[table] != after.get(table)} == set()
    assert before == after
    for name in ("private", "media", "secrets"):
        assert files(first.folder / name) == files(second.folder / name), name
    assert files(first.folder / "private"), "the demo keeps documents"


def test_a_second_backup_of_the_restored_city_holds_the_same(two: list[Stack], tmp_path: Path) -> None:
    first, second = two
    first.run("backup", str(tmp_path / "first.tar"))
    second.run("restore", str(tmp_path / "first.tar"))
    second.run("backup", str(tmp_path / "second.tar"))
    third = Stack()
    try:
        third.run("restore", str(tmp_path / "second.tar"))
        assert content(third) == content(first)
    finally:
        third.remove()
