"""A whole running city for tests: the demo's own supervisor, on a port and in a folder of its own."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg2

from portal import development
from portal.development import places, postgres

READY = "Ctrl-C stops it"
"""The supervisor's last line before it only watches."""
FIRST_START_SECONDS = 900
ANOTHER_PLACE = ("DATABASE_URL", "ALLMENDE_TEST_DATABASE", "ALLMENDE_TESTING", "DJANGO_SETTINGS_MODULE")
"""Variables of the test run that the city must not see."""


def free_port() -> int:
    """A port of localhost nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def new_folder() -> Path:
    """A folder for the data of one city; its path is short, since it ends in a socket."""
    return Path(tempfile.mkdtemp(prefix="allmende-j-", dir=places.short_temporary_folder()))


class Stack:
    """`./run demo` in a folder of its own: database, web, worker. Start it, ask it, stop it."""

    def __init__(self, folder: Path | None = None, port: int | None = None) -> None:
        self.folder = folder or new_folder()
        self.port = port or free_port()
        self.log = self.folder / "demo.log"
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """Where a browser finds it; passkeys want the name, not the number."""
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        """The environment of a person who has set nothing but the folder."""
        kept = {name: value for name, value in os.environ.items() if name not in ANOTHER_PLACE}
        return {**kept, "ALLMENDE_VAR": str(self.folder), "DJANGO_SETTINGS_MODULE": "portal.settings"}

    def start(self) -> float:
        """Start it and wait until its page is served. Returns the seconds that took; fails with what it printed."""
        began = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.development", "demo", "--port", str(self.port)],
                cwd=development.ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=postgres.die_with_parent(signal.SIGTERM),
            )
        while READY not in self.printed():
            if self.process.poll() is not None or time.monotonic() - began > FIRST_START_SECONDS:
                self.stop()
                raise AssertionError(f"The city did not start:\n{self.printed()[-3000:]}")
            time.sleep(0.1)
        return time.monotonic() - began

    def printed(self) -> str:
        """What the supervisor has printed since its start."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        """SIGTERM, as a service manager does it; returns when it is gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(40)
            self.process = None

    def remove(self) -> None:
        """Stop it and delete its data. Errors: AssertionError if anything of it still runs."""
        self.stop()
        left = self.processes()
        development.remove(self.folder / "postgres")
        shutil.rmtree(self.folder, ignore_errors=True)
        assert left == {}, f"still running after the stop: {left}"

    def processes(self) -> dict[int, str]:
        """Every process of this city with its command, found by its folder in arguments, environment or place."""
        home = places.find_home(self.folder / "postgres") or self.folder
        marks = [os.fsencode(self.folder) + b"\0", os.fsencode(self.folder) + b"/", os.fsencode(home) + b"/"]
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes()
                traces = (
                    words + b"\0" + (entry / "environ").read_bytes() + b"\0" + os.fsencode(os.readlink(entry / "cwd"))
                )
            except OSError:
                continue
            if words and any(mark in traces + b"/" for mark in marks):
                found[int(entry.name)] = words.replace(b"\0", b" ").decode(errors="replace").strip()
        return found

    def connect(self) -> Any:
        """A connection to its database, as the application's role."""
        home = places.find_home(self.folder / "postgres")
        assert home is not None, "the city has no database yet"
        return psycopg2.connect(host=str(places.find_socket_folder(home)), user="portal", dbname="portal")

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple]:
        """All rows of a query."""
        connection = self.connect()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall()
        finally:
            connection.close()

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The one value of a query. Errors: AssertionError unless there is exactly one row."""
        rows = self.query(sql, parameters)
        assert len(rows) == 1, f"{len(rows)} rows instead of one: {sql} {parameters}"
        return rows[0][0]

    def run(self, *arguments: str) -> str:
        """One command of `./run` (backup, restore, manage …) for this city; fails with what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "portal.development", *arguments],
            cwd=development.ROOT,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def scene(self, name: str, *arguments: str) -> dict[str, Any]:
        """Something that happens off stage (tests/journeys/scenes.py); fails with what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.journeys.scenes", name, *arguments],
            cwd=development.ROOT,
            env={**self.environment(), "PUBLIC_URL": self.url},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def mails(self) -> list[str]:
        """The files of all mails sent, oldest first."""
        files = sorted((self.folder / "mail").glob("*.log"), key=lambda path: (path.stat().st_mtime, path.name))
        return [path.read_text(errors="replace") for path in files]


def seeded() -> Path:
    """A backup of the demo city as it stands after its first start.

    Played once for all journeys and faults of a test run, by whichever of its processes asks first; it stands where
    `ALLMENDE_SEED` says, which may be an older one, to save the time while tests are being written.
    """
    tar = Path(os.environ["ALLMENDE_SEED"])
    with tar.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tar.exists():
            played = Stack()
            try:
                played.start()
                played.stop()
                played.run("backup", str(tar))
            finally:
                played.remove()
    return tar


def from_seed() -> Stack:
    """A city of its own with the demo's data, not started yet."""
    tar = seeded()
    city = Stack()
    city.run("restore", str(tar))
    return city
