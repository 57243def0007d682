"""`./run demo` as whoever runs it sees it: a page, kill -9 of each part, a clean end, and a start in seconds with the data.

The very first start, which plays the city's year, is every run's own seed (`tests.journeys.stack.seeded`).
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.development import ROOT, remove
from tests.journeys.stack import seeded

pytestmark = pytest.mark.slow
START_SECONDS = 15
RECOVERY_SECONDS = 15


def environment_of(var: Path) -> dict[str, str]:
    """What somebody has set who wants nothing but another folder."""
    return {"PATH": "/usr/bin:/bin", "ALLMENDE_VAR": str(var), "PYTHONWARNINGS": "default"}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    """A command of ./run."""
    command = [sys.executable, "-m", "portal.development", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)


class Demo:
    """A running demo with a var/ of its own."""

    def __init__(self, var: Path, port: int) -> None:
        self.port = port
        self.log = var.with_name(f"{var.name}-{time.monotonic_ns()}.log")
        self.environment = environment_of(var)
        self.family: set[int] = set()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.development", "demo", "--port", str(port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def call(self, *arguments: str) -> subprocess.CompletedProcess:
        """Another command of ./run beside the demo."""
        return run(self.environment, *arguments)

    def is_ready(self) -> bool:
        """Whether it has said so; fails with what it said if it has ended instead."""
        assert self.process.poll() is None, self.log.read_text()
        self.family |= descendants(self.process.pid)
        return "Ctrl-C stops it" in self.log.read_text()

    def serves(self) -> bool:
        """Whether the start page is there."""
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def child(self, word: str) -> int | None:
        """The supervisor's child with this word in its command."""
        for pid in children(self.process.pid):
            if word in command_of(pid):
                return pid
        return None

    def end(self, number: signal.Signals) -> None:
        """Send it a signal and wait."""
        self.family |= descendants(self.process.pid)
        self.process.send_signal(number)
        self.process.wait(30)

    def leaves_nothing(self) -> bool:
        """Whether every process that it ever had is gone."""
        return not any(str(ROOT) in command_of(pid) or "postgres" in command_of(pid) for pid in self.family)


def children(pid: int) -> set[int]:
    """The direct children that live."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.add(int(entry.name))
    return found


def descendants(pid: int) -> set[int]:
    """All that live below a process."""
    direct = children(pid)
    return direct.union(*(descendants(child) for child in direct))


def command_of(pid: int) -> str:
    """The command line, empty if there is no such process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def wait_for(condition: Callable[[], object], seconds: float) -> float | None:
    """The seconds until the condition came true, None if it did not."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if condition():
            return time.monotonic() - began
        time.sleep(0.1)
    return None


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data that the demos of this module share; the database may lie elsewhere, so it is removed by name."""
    folder = tmp_path_factory.mktemp("demo") / "var"
    restored = run(environment_of(folder), "restore", str(seeded()))
    assert restored.returncode == 0, restored.stderr
    yield folder
    remove(folder / "postgres")


@pytest.fixture
def start(var: Path) -> Iterator[Callable[[], Demo]]:
    """Starts a demo on a free port; it is ended in any case."""
    started: list[Demo] = []

    def begin() -> Demo:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        started.append(Demo(var, port))
        return started[-1]

    yield begin
    for demo in started:
        if demo.process.poll() is None:
            demo.end(signal.SIGTERM)


def test_kill_9_of_each_part_and_a_clean_end(start: Callable[[], Demo]) -> None:
    demo = start()
    assert wait_for(demo.is_ready, 120) is not None, demo.log.read_text()
    assert f"http://localhost:{demo.port}" in demo.log.read_text()
    assert demo.serves()
    second = demo.call("demo", "--port", "1024")
    assert second.returncode == 1 and "running already" in second.stderr
    for word in ("gunicorn", "celery", "postgres"):
        victim = demo.child(word)
        assert victim is not None, word
        os.kill(victim, signal.SIGKILL)
        took = wait_for(lambda: demo.child(word) not in (None, victim) and demo.serves(), RECOVERY_SECONDS)  # noqa: B023
        assert took is not None, f"{word}: {demo.log.read_text()}"
    demo.end(signal.SIGTERM)
    assert demo.process.returncode == 0
    assert wait_for(demo.leaves_nothing, 5) is not None


def test_another_start_takes_seconds_keeps_the_data_and_a_backup_brings_it_back(
    start: Callable[[], Demo], tmp_path: Path
) -> None:
    began = time.monotonic()
    demo = start()
    assert wait_for(demo.is_ready, 120) is not None, demo.log.read_text()
    assert time.monotonic() - began < START_SECONDS
    events = demo.call("manage", "shell", "-c", "from audit.models import Event; print(Event.objects.count())")
    assert events.returncode == 0 and int(events.stdout.split()[-1]) > 100
    saved = demo.call("backup", str(tmp_path / "demo.tar"))
    assert saved.returncode == 0, saved.stderr
    demo.end(signal.SIGKILL)
    assert wait_for(demo.leaves_nothing, 20) is not None
    refused = demo.call("restore", str(tmp_path / "demo.tar"))
    assert refused.returncode == 1 and "--force" in refused.stderr
    restored = demo.call("restore", "--force", str(tmp_path / "demo.tar"))
    assert restored.returncode == 0, restored.stderr
    again = demo.call("manage", "shell", "-c", "from audit.models import Event; print(Event.objects.count())")
    assert int(again.stdout.split()[-1]) >= int(events.stdout.split()[-1])
