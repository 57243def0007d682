"""PostgreSQL of a folder: make, start, find, stop.

It listens on a Unix socket only and ends with the process that started it, however that one ends. After a kill -9
of the server, `start` clears what is left of it and starts again; with `durable` nothing acknowledged is lost.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from portal.development import places
from portal.development.places import Account, Trouble

DATABASE = "portal"
START_SECONDS = 60
STOP_SECONDS = 20
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    # Nothing personal in logs: neither the failing statement nor the row that broke a constraint.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
}
"""For tests, whose data may be lost."""

EXTENSIONS = """
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
"""
PREPARATION = "\n".join(
    [
        r"SELECT 'CREATE ROLE portal LOGIN CREATEDB CREATEROLE' WHERE to_regrole('portal') IS NULL \gexec",
        "ALTER ROLE portal SET createrole_self_grant = 'set, inherit';",
        "SELECT 'CREATE DATABASE portal OWNER portal TEMPLATE template0'",
        r"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec",
        r"\connect portal portal",
        EXTENSIONS,
        r"\connect template1 postgres",
        EXTENSIONS,
    ]
)
"""For psql, may run again and again. template1 gets the extensions too: test databases are copies of it."""

_processes: dict[Path, subprocess.Popen] = {}
"""The servers that this process started, by folder."""


def die_with_parent(number: int) -> Callable[[], None] | None:
    """A `preexec_fn` after which the kernel sends the child this signal when our thread ends (prctl(2), Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def prepare() -> None:
        prctl(1, number)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def url(folder: Path | None = None, *, user: str = DATABASE) -> str:
    """The URL of the running server of a folder (of this checkout by default), in the form django-environ reads.

    Errors: Trouble if none is running. Under the demo's supervisor, which brings a dead server back, it is not asked.
    """
    folder = folder or places.data_folder()
    home = places.find_home(folder)
    if home is None or not (os.environ.get("ALLMENDE_SUPERVISED") or is_running(folder)):
        raise Trouble("The database is not running: ./run demo or ./run manage … starts it.")
    return _url(home, user)


def _url(home: Path, user: str = DATABASE) -> str:
    return f"postgres://{user}@/{places.find_socket_folder(home)}/{DATABASE}"


def is_running(folder: Path) -> bool:
    """Whether a server of this folder takes connections."""
    home = places.find_home(folder)
    if home is None:
        return False
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(places.find_socket_folder(home) / ".s.PGSQL.5432"))
        except PermissionError:
            raise Trouble(f"{home} belongs to another account: run as that account, or as root.") from None
        except OSError:
            return False
    return True


def start(folder: Path, *, durable: bool = True) -> str:
    """Start the server of a folder, making it first if needed, and return its URL; one that runs is left alone.

    It ends with the thread that called this: call it from the main thread. Without `durable` it is faster and loses
    data when the machine fails. Errors: Trouble.
    """
    folder = folder.absolute()
    try:
        account = places.server_account(places.find_home(folder) or folder)
        home = places.make_home(folder, account)
        with _locked(home):
            if not is_running(folder):
                if not (home / "data").exists():
                    _make_cluster(home, account, durable=durable)
                _launch(folder, home, account, durable=durable)
                _prepare_database(home)
    except PermissionError as error:
        raise Trouble(f"{error.filename} belongs to another account: run as that account, or as root.") from error
    except OSError as error:
        raise Trouble(f"PostgreSQL could not be started in {folder}: {error.strerror}.") from error
    return _url(home)


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One process at a time makes or starts the server of a folder."""
    handle = os.open(home / "start.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _as_server(account: Account | None) -> dict:
    """Arguments of `subprocess` for PostgreSQL's own programs."""
    return {"cwd": "/", "env": dict(places.CLEAN_ENVIRONMENT), **(account.as_arguments() if account else {})}


def _make_cluster(home: Path, account: Account | None, *, durable: bool) -> None:
    """initdb beside the final place and then rename: an interrupted one leaves nothing half-made."""
    draft = home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    done = subprocess.run(
        [
            *(str(places.server_programs(account) / "initdb"), "--pgdata", str(draft), "--username", "postgres"),
            *("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            *("--data-checksums", "--auth", "trust"),  # the socket's folder is closed to everyone else
            *(() if durable else ("--no-sync",)),
        ],
        capture_output=True,
        text=True,
        check=False,
        **_as_server(account),
    )
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise Trouble(_explain(done.stderr, home))
    os.rename(draft, home / "data")


def _explain(log: str, home: Path) -> str:
    """One line that names the cure, from what PostgreSQL printed."""
    if "No space left on device" in log:
        return f"The disk that holds {home} is full: free some space and start again."
    lines = [line.strip() for line in log.splitlines() if "FATAL" in line or "error" in line.lower()]
    return f"PostgreSQL did not start ({home / 'postgres.log'}): {(lines or ['no reason given'])[-1]}"


def _launch(folder: Path, home: Path, account: Account | None, *, durable: bool) -> None:
    """Start the server and wait until it answers."""
    sockets = places.make_socket_folder(home, account)
    settings = {**SETTINGS, **({} if durable else FAST_SETTINGS), "unix_socket_directories": str(sockets)}
    command = [str(places.server_programs(account) / "postgres"), "-D", str(home / "data")]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    _clear_remains(home / "data")
    log = os.open(home / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C in the terminal is for us; we stop the server last
            preexec_fn=die_with_parent(signal.SIGINT),  # SIGINT is PostgreSQL's fast shutdown
            **_as_server(account),
        )
    finally:
        os.close(log)
    _processes[folder] = process
    try:
        _wait_until_ready(process, home, sockets)
    except BaseException:
        stop(folder)
        raise


def _wait_until_ready(process: subprocess.Popen, home: Path, sockets: Path) -> None:
    """Ask pg_isready: the pid file of a killed server still says it runs."""
    deadline = time.monotonic() + START_SECONDS
    ask = [places.program("pg_isready"), "-q", "-h", str(sockets), "-U", "postgres", "-d", "postgres"]
    while subprocess.run(ask, check=False, env=dict(places.CLEAN_ENVIRONMENT)).returncode != 0:
        if process.poll() is not None:
            raise Trouble(_explain((home / "postgres.log").read_text(errors="replace"), home))
        if time.monotonic() > deadline:
            raise Trouble(f"PostgreSQL did not answer within {START_SECONDS} s: see {home / 'postgres.log'}.")
        time.sleep(0.03)


def _processes_in(data: Path) -> list[int]:
    """The processes that work in a data folder: each of PostgreSQL's does (Linux; elsewhere none are found)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd") == str(data):
                found.append(int(entry.name))
    return found


def _clear_remains(data: Path) -> None:
    """End the orphans of a killed server, then drop its pid file.

    PostgreSQL drops a stale pid file itself, but not if the number belongs to another process by now, as is usual
    in a container that was started again; and it does not start while an orphan still uses the shared memory.
    """
    if not (data / "postmaster.pid").exists() or not Path("/proc/self/cwd").exists():
        return
    data = data.resolve()
    for attempt in range(100):
        orphans = _processes_in(data)
        if not orphans:
            break
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT if attempt < 30 else signal.SIGKILL)
        time.sleep(0.1)
    (data / "postmaster.pid").unlink(missing_ok=True)


def _psql(home: Path, script: str) -> str:
    """Run a script as the cluster's superuser; stops at the first error."""
    done = subprocess.run(
        [
            *(places.program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(places.find_socket_folder(home)), "-U", "postgres", "-d", "postgres"),
        ],
        input=script,
        capture_output=True,
        text=True,
        check=False,
        env=dict(places.CLEAN_ENVIRONMENT),
    )
    if done.returncode != 0:
        raise Trouble(_explain(done.stderr, home))
    return done.stdout


def _prepare_database(home: Path) -> None:
    """The application's role, as little privileged as in production, its database, and the extensions."""
    _psql(home, PREPARATION)


def process_of(folder: Path) -> subprocess.Popen | None:
    """The server that this process started for a folder, if any."""
    return _processes.get(folder.absolute())


def stop(folder: Path) -> None:
    """Stop the server of a folder if this process started it; returns when it is gone."""
    process = _processes.pop(folder.absolute(), None)
    if process is None:
        return
    for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        with contextlib.suppress(subprocess.TimeoutExpired):
            if process.poll() is None:
                process.send_signal(number)
            process.wait(seconds)
            return


@contextlib.contextmanager
def server(folder: Path, *, durable: bool = True) -> Iterator[str]:
    """The URL of the folder's server, which runs meanwhile; one that already ran goes on running."""
    address = start(folder, durable=durable)
    try:
        yield address
    finally:
        stop(folder)


def remove(folder: Path) -> None:
    """Delete the cluster of a folder, wherever it lies; it must not be running."""
    home = places.find_home(folder)
    if home is not None:
        if is_running(folder):
            raise Trouble("The database is in use: stop ./run demo or ./run manage … first.")
        sockets = places.find_socket_folder(home)
        for path in {sockets, home}:
            shutil.rmtree(path, ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)


@contextlib.contextmanager
def temporary() -> Iterator[str]:
    """The URL of a fresh server for tests; it is gone afterwards."""
    base = Path(places.short_temporary_folder())
    for left in base.glob("allmende-test-*"):
        # Of a test run that was killed: nobody runs it, and it is too old to be just starting.
        with contextlib.suppress(OSError, Trouble):
            if left.stat().st_mtime < time.time() - 3600 and not _processes_in((left / "data").resolve()):
                remove(left)
    folder = Path(tempfile.mkdtemp(prefix="allmende-test-", dir=base))
    try:
        with server(folder, durable=False) as address:
            yield address
    finally:
        remove(folder)
