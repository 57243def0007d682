"""The embedded PostgreSQL: made, found, stopped, and brought back after every kind of sudden end."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import environ
import psycopg2
import pytest

from portal.development import Trouble, postgres, remove, stop, url


def start(folder: Path, *, durable: bool = False) -> str:
    """A server that spares the disk: its processes are killed here, never the machine."""
    return postgres.start(folder, durable=durable)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder below a closed one, as in a home with mode 0700; its server is stopped afterwards."""
    tmp_path.chmod(0o700)
    data = tmp_path / "postgres"
    yield data
    stop(data)
    remove(data)


def connect(address: str) -> psycopg2.extensions.connection:
    """A connection as Django makes it from the URL."""
    database = environ.Env.db_url_config(address)
    connection = psycopg2.connect(host=database["HOST"], user=database["USER"], dbname=database["NAME"])
    connection.autocommit = True
    return connection


def ask(address: str, sql: str) -> object:
    """The first field of the first row."""
    connection = connect(address)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        value = cursor.fetchone()[0] if cursor.description else None
    connection.close()
    return value


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition comes true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def data_of(folder: Path) -> Path:
    """Where the cluster really lies."""
    home = postgres.places.find_home(folder)
    assert home is not None
    return (home / "data").resolve()


def kill_everything(folder: Path) -> None:
    """kill -9 for every process of the server, the postmaster first."""
    process = postgres.process_of(folder)
    assert process is not None
    process.kill()
    for pid in postgres._processes_in(data_of(folder)):
        if pid != process.pid:
            os.kill(pid, signal.SIGKILL)
    process.wait(10)


def test_it_listens_on_a_closed_socket_only_and_keeps_its_data(folder: Path) -> None:
    address = start(folder, durable=True)
    assert ask(address, "SHOW listen_addresses") == ""
    assert ask(address, "SHOW data_checksums") == "on"
    assert ask(address, "SHOW fsync") == "on"
    assert (
        ask(address, "SELECT datlocprovider::text || lower('ÄÖÜ') FROM pg_database WHERE datname = 'portal'") == "bäöü"
    )
    ask(address, "CREATE TABLE kept AS SELECT 7 AS value")
    host = Path(environ.Env.db_url_config(address)["HOST"])
    assert stat.S_IMODE(host.stat().st_mode) == 0o700
    stop(folder)
    with pytest.raises(Trouble, match="not running"):
        url(folder)
    assert ask(start(folder), "SELECT value FROM kept") == 7


def test_a_closed_folder_works_and_stays_closed(folder: Path) -> None:
    start(folder)
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(data_of(folder).parent.stat().st_mode) == 0o700
    assert data_of(folder).stat().st_uid != 0


def test_removing_it_leaves_nothing_anywhere(folder: Path) -> None:
    start(folder)
    home, sockets = data_of(folder).parent, postgres.places.find_socket_folder(data_of(folder).parent)
    with pytest.raises(Trouble, match="in use"):
        remove(folder)
    stop(folder)
    remove(folder)
    assert not folder.exists() and not home.exists() and not sockets.exists()


def test_the_application_is_no_superuser_but_may_do_what_migrations_and_tests_need(folder: Path) -> None:
    address = start(folder)
    assert ask(address, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(address, "SELECT similarity(unaccent('Rat'), 'Rät') > 0") is True
    ask(address, "CREATE DATABASE test_portal")
    ask(address, "CREATE ROLE writer NOLOGIN")
    connection = connect(address)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE log (line text); GRANT INSERT ON log TO writer; SET ROLE writer")
        cursor.execute("INSERT INTO log VALUES ('x')")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("DELETE FROM log")
    connection.close()


def test_after_kill_9_under_load_every_acknowledged_row_is_there(folder: Path) -> None:
    address = start(folder, durable=True)
    ask(address, "CREATE TABLE done (number int PRIMARY KEY)")
    acknowledged: list[int] = []

    def write() -> None:
        connection = connect(address)
        with connection.cursor() as cursor:
            for number in range(100_000):
                try:
                    cursor.execute("INSERT INTO done VALUES (%s)", [number])
                except psycopg2.Error:
                    return
                acknowledged.append(number)

    for _ in range(3):
        ask(address, "TRUNCATE done")
        acknowledged.clear()
        writer = threading.Thread(target=write)
        writer.start()
        assert wait_for(lambda: len(acknowledged) > 50, 20)
        kill_everything(folder)
        writer.join(10)
        assert start(folder, durable=True) == address  # running processes find it again under the same name
        rows = ask(address, "SELECT array_agg(number ORDER BY number) FROM done")
        assert rows[: len(acknowledged)] == acknowledged


def test_orphans_of_a_killed_postmaster_do_not_hold_up_the_restart(folder: Path) -> None:
    address = start(folder)
    busy = connect(address)
    thread = threading.Thread(target=_count_for_ever, args=[busy])
    thread.start()
    assert wait_for(lambda: ask(address, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1e12%'") == 2, 10)
    process = postgres.process_of(folder)
    assert process is not None
    process.kill()
    process.wait()
    began = time.monotonic()
    start(folder)
    assert time.monotonic() - began < 10
    thread.join(10)
    assert not thread.is_alive()


def _count_for_ever(connection: psycopg2.extensions.connection) -> None:
    with pytest.raises(psycopg2.Error):
        connection.cursor().execute("SELECT count(*) FROM generate_series(1, 1e12::bigint)")


def test_a_stale_pid_file_that_names_a_foreign_process_is_dropped_and_the_process_spared(folder: Path) -> None:
    address = start(folder)
    pid_file = data_of(folder) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill_everything(folder)
    owner = pid_file.parent.stat()
    with subprocess.Popen(["sleep", "60"], cwd="/", **_as(owner)) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert start(folder) == address
        assert stranger.poll() is None
        stranger.kill()


def _as(owner: os.stat_result) -> dict:
    """Popen's arguments for a process of this owner, as a recycled number of the server's account would be."""
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.mark.parametrize("name", ["x" * 120, "Ärger & 100% + mehr"])
def test_a_long_or_odd_path_gets_a_short_socket_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "postgres"
    try:
        address = start(folder)
        host = environ.Env.db_url_config(address)["HOST"]
        assert len(f"{host}/.s.PGSQL.5432".encode()) <= 107
        assert ask(address, "SELECT 1") == 1
        stop(folder)
        assert start(folder) == address
    finally:
        stop(folder)
        remove(folder)


PARENT = """
import sys, time
from pathlib import Path
from portal.development import server
with server(Path(sys.argv[1]), durable=False) as address:
    print(address, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_the_process_that_started_it(folder: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().startswith("postgres://portal@//")
        data = data_of(folder)
        assert postgres._processes_in(data)
        parent.send_signal(number)
        parent.wait(30)
    assert wait_for(lambda: not postgres._processes_in(data), 10)
    assert ask(start(folder), "SELECT 1") == 1


def test_a_second_start_uses_the_running_server_and_does_not_stop_it(folder: Path) -> None:
    with postgres.server(folder, durable=False) as address:
        script = "import sys; from pathlib import Path; from portal.development import server\n"
        script += "with server(Path(sys.argv[1])) as address: print(address)"
        done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == address
        assert ask(address, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why_in_one_line(folder: Path) -> None:
    start(folder)
    stop(folder)
    (data_of(folder) / "postgresql.conf").write_text("max_wal_size = many\n")
    with pytest.raises(Trouble, match=r"postgres.log.*FATAL.*postgresql.conf") as error:
        start(folder)
    assert "\n" not in str(error.value)


def test_a_full_disk_is_named_with_its_cure(folder: Path) -> None:
    log = 'FATAL:  could not write to file "pg_wal/xlogtemp.29": No space left on device'
    assert postgres._explain(log, folder) == f"The disk that holds {folder} is full: free some space and start again."


def test_the_servers_log_holds_no_personal_data(folder: Path) -> None:
    address = start(folder)
    ask(address, "CREATE TABLE mail (address text PRIMARY KEY); INSERT INTO mail VALUES ('anna@example.org')")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        ask(address, "INSERT INTO mail VALUES ('anna@example.org')")
    log = (data_of(folder).parent / "postgres.log").read_text()
    assert "mail_pkey" in log and "anna" not in log
