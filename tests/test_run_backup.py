"""Backup and restore: the same database and the same files come back, or nothing changes."""

import json
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import environ
import pytest

from portal.development import Trouble, backup, postgres

FILLING = """
    CREATE ROLE pool NOLOGIN;
    CREATE SCHEMA pool AUTHORIZATION pool;
    CREATE TABLE person (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE);
    COMMENT ON TABLE person IS 'who someone is to the city';
    CREATE INDEX ON person USING gin (name gin_trgm_ops);
    CREATE TABLE pool.entry (id int PRIMARY KEY, person bigint REFERENCES person);
    ALTER TABLE pool.entry OWNER TO pool;
    GRANT INSERT ON person TO pool;
    INSERT INTO person (name) SELECT 'Jürgen ' || number FROM generate_series(1, 500) AS number;
    INSERT INTO pool.entry SELECT id, id FROM person;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append only'; END $$;
    CREATE TRIGGER append_only BEFORE DELETE ON person EXECUTE FUNCTION refuse();
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[str, str]]:
    """Two fresh servers: what is saved on one comes back on the other."""
    with postgres.temporary() as first, postgres.temporary() as second:
        yield first, second


def installation(address: str, root: Path) -> backup.Installation:
    """An installation with an empty database and empty folders."""
    database = environ.Env.db_url_config(address)
    made = backup.Installation(database, {name: root / name for name in ("private", "media", "secrets")})
    empty = "".join(f"DROP SCHEMA {name} CASCADE;" for name in backup.schemas_of(made))
    backup.query(made, f"{empty} CREATE SCHEMA public AUTHORIZATION pg_database_owner; CREATE EXTENSION pg_trgm")
    backup.query(made, "DROP ROLE IF EXISTS pool")
    for folder in made.folders.values():
        folder.mkdir(parents=True)
    return made


@pytest.fixture
def full(servers: tuple[str, str], tmp_path: Path) -> backup.Installation:
    """An installation with tables, another role's schema and files."""
    made = installation(servers[0], tmp_path / "full")
    backup.query(made, FILLING)
    (made.folders["private"] / "ab").mkdir()
    (made.folders["private"] / "ab" / "abcd").write_bytes(os.urandom(100_000))
    (made.folders["media"] / "wappen Ä.png").write_bytes(b"image")
    (made.folders["secrets"] / "person-key").write_text("key")
    return made


@pytest.fixture
def empty(servers: tuple[str, str], tmp_path: Path) -> backup.Installation:
    """An installation on another server, where nothing is yet."""
    return installation(servers[1], tmp_path / "empty")


def state(of: backup.Installation) -> tuple[str, dict[str, bytes]]:
    """Everything that must come back: the database as SQL, and every file."""
    sql = backup.run(of, "pg_dump", "--restrict-key=same")
    files = {
        f"{name}/{path.relative_to(folder)}": path.read_bytes()
        for name, folder in of.folders.items()
        for path in backup.files_of(folder)
    }
    return sql, files


def test_it_gives_back_the_same_on_another_server(full, empty, tmp_path: Path) -> None:
    file = tmp_path / "saved" / "city.tar"
    size = backup.create(full, file)
    assert size == file.stat().st_size > 100_000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["city.tar"]
    backup.restore(empty, file, force=False)
    assert state(empty) == state(full)
    assert backup.query(empty, "SELECT tableowner FROM pg_tables WHERE schemaname = 'pool'") == ["pool"]
    assert backup.query(empty, "SELECT has_table_privilege('pool', 'person', 'INSERT')") == ["t"]


def test_it_replaces_data_only_when_forced_and_again_and_again(full, empty, tmp_path: Path) -> None:
    backup.create(full, tmp_path / "city.tar")
    backup.query(empty, "CREATE TABLE other (id int); CREATE SCHEMA more; CREATE TABLE more.rows (id int)")
    (empty.folders["private"] / "old").write_text("of the replaced data")
    before = state(empty)
    with pytest.raises(Trouble, match="--force"):
        backup.restore(empty, tmp_path / "city.tar", force=False)
    assert state(empty) == before
    for _ in range(2):
        backup.restore(empty, tmp_path / "city.tar", force=True)
        assert state(empty) == state(full)


def change(file: Path, name: str, content: bytes) -> None:
    """Replace one member of a backup."""
    with tarfile.open(file) as old:
        members = {member.name: old.extractfile(member).read() for member in old}  # type: ignore[union-attr]
    members[name] = content
    with tarfile.open(file, "w") as new:
        for member, data in members.items():
            path = file.with_suffix(".member")
            path.write_bytes(data)
            new.add(path, member)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (backup.DUMP, b"PGDMP broken"),
        ("private/ab/abcd", b"tampered"),
        ("private/new", b"smuggled in"),
        ("../outside", b"elsewhere"),
        (backup.MANIFEST, b"{}"),
        (backup.MANIFEST, b"no json"),
        (backup.MANIFEST, json.dumps({"format": 2}).encode()),
    ],
)
def test_a_damaged_backup_changes_nothing(full, empty, tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / "city.tar"
    backup.create(full, file)
    change(file, name, content)
    before = state(empty)
    with pytest.raises(Trouble) as error:
        backup.restore(empty, file, force=True)
    assert "\n" not in str(error.value) and str(file) in str(error.value)
    assert state(empty) == before
    assert not (tmp_path.parent / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"no tar at all" * 100])
def test_a_file_that_is_no_backup_is_refused_by_name(empty, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wrong.tar").write_bytes(content)
    with pytest.raises(Trouble, match=r"wrong.tar"):
        backup.restore(empty, tmp_path / "wrong.tar", force=True)
    with pytest.raises(Trouble, match=r"missing.tar"):
        backup.restore(empty, tmp_path / "missing.tar", force=True)


def test_a_dump_that_fails_half_way_leaves_the_database_as_it_was(full, empty, tmp_path: Path) -> None:
    backup.create(full, tmp_path / "city.tar")
    backup.query(empty, "CREATE TABLE kept (id int)")
    before = state(empty)
    # Without the role that owns a schema, the script stops after it has emptied the database.
    work = tmp_path / "work"
    work.mkdir()
    backup.unpack(tmp_path / "city.tar", work)
    with pytest.raises(Trouble, match='role "pool" does not exist'):
        backup.replace_database(empty, work / backup.DUMP)
    assert state(empty) == before


def test_a_database_in_use_is_named(full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg2

    monkeypatch.setattr(backup, "LOCK_TIMEOUT", "300ms")
    backup.create(full, tmp_path / "city.tar")
    user = psycopg2.connect(host=full.database["HOST"], user="portal", dbname="portal")
    user.cursor().execute("SELECT * FROM person")
    with pytest.raises(Trouble, match="stop web and worker"):
        backup.restore(full, tmp_path / "city.tar", force=True)
    user.close()


def test_a_backup_that_cannot_be_written_keeps_the_old_one(full, tmp_path: Path) -> None:
    file = tmp_path / "city.tar"
    file.write_text("the old one")
    broken = backup.Installation({**full.database, "NAME": "absent"}, full.folders)
    with pytest.raises(Trouble, match=r'failed: .*database "absent" does not exist'):
        backup.create(broken, file)
    assert file.read_text() == "the old one"
    assert [path.name for path in tmp_path.glob("*city*")] == ["city.tar"]
