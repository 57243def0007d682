"""The demo's supervisor: what dies comes back, what stops leaves nothing behind, every trouble is one line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.development import Trouble, supervisor
from portal.development.supervisor import Service

CHILD_AND_PARENT = """
import os, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "a").write(f"{os.getpid()} {child.pid}\\n")
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A var/ of the test's own."""
    folder = tmp_path / "var"
    (folder / "log").mkdir(parents=True)
    monkeypatch.setenv("ALLMENDE_VAR", str(folder))
    return folder


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A process with a child of its own; both write their numbers down."""
    made = Service("web", [sys.executable, "-c", CHILD_AND_PARENT, str(tmp_path / "pids")], dict(os.environ))
    yield made
    made.clear()


def pids(tmp_path: Path, starts: int) -> list[int]:
    """The numbers of parent and child, when the process has started this often."""
    path = tmp_path / "pids"
    assert wait_for(lambda: path.exists() and path.read_text().count("\n") == starts)
    return [int(word) for word in path.read_text().splitlines()[-1].split()]


def runs(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether the condition comes true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def test_a_killed_process_comes_back_at_once_and_its_orphans_are_ended(
    service: Service, tmp_path: Path, capsys
) -> None:
    service.start()
    parent, child = pids(tmp_path, 1)
    os.kill(parent, signal.SIGKILL)
    assert wait_for(service.has_ended)
    assert runs(child)
    service.look_after()
    assert wait_for(lambda: not runs(child))
    assert pids(tmp_path, 2)[0] != parent
    assert "web ended and is started again" in capsys.readouterr().out


def test_a_process_that_dies_again_and_again_is_started_ever_more_rarely() -> None:
    service = Service("web", [sys.executable, "-c", ""], dict(os.environ))
    pauses = []
    for _ in range(6):
        service.start()
        assert wait_for(service.has_ended)
        service.look_after()  # sees that it ended: starts it at once the first time, else says when
        pauses.append(round(max(0.0, service.due_at - time.monotonic()), 1))
        service.clear()
    assert pauses[0] == 0
    assert pauses == sorted(pauses)
    assert pauses[-1] == 5


def test_stopping_ends_the_whole_session_even_of_a_process_that_ignores_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.3)
    script = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + CHILD_AND_PARENT
    service = Service("web", [sys.executable, "-c", script, str(tmp_path / "pids")], dict(os.environ))
    service.start()
    numbers = pids(tmp_path, 1)
    supervisor.stop_services([service])
    assert wait_for(lambda: not any(runs(pid) for pid in numbers))


SUPERVISOR = """
import os, sys, time
from portal.development.supervisor import Service
Service("web", [sys.executable, "-c", sys.argv[2], sys.argv[1]], dict(os.environ)).start()
time.sleep(60)
"""
ALONE = "import os, sys, time; open(sys.argv[1], 'w').write(f'{os.getpid()}\\n'); time.sleep(60)"


def test_processes_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(tmp_path / "pids"), ALONE]) as parent:
        [pid] = pids(tmp_path, 1)
        parent.kill()
    assert wait_for(lambda: not runs(pid))


def test_a_busy_port_names_the_next_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble) as error:
            supervisor.addresses(port)
    assert str(error.value) == f"Port {port} is in use; choose another: ./run demo --port {port + 1}"
    assert f"127.0.0.1:{port}" in supervisor.addresses(port)


def test_a_full_disk_is_named_before_anything_is_written(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "NEEDED_MEGABYTES", 10**9)
    with pytest.raises(Trouble, match=rf"The disk is full: {var} has \d+ MB left, .* Free some space\."):
        supervisor.check_disk()


def test_only_one_demo_runs_in_a_folder() -> None:
    with supervisor.only_one(), pytest.raises(Trouble, match="running already"), supervisor.only_one():
        pass
    with supervisor.only_one():
        pass


def test_reset_deletes_the_data_but_neither_secrets_nor_backups(var: Path) -> None:
    for name in ("private", "backups", "secrets"):
        (var / name).mkdir()
        (var / name / "file").write_text("x")
    supervisor.make_folders(reset=False)
    assert (var / "private" / "file").exists()
    supervisor.make_folders(reset=True)
    assert not (var / "private" / "file").exists() and (var / "private").is_dir()
    assert (var / "backups" / "file").exists() and (var / "secrets" / "file").exists()


def test_the_demo_never_plays_in_what_may_be_a_real_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://portal@db.example.org/portal")
    monkeypatch.delenv("ALLMENDE_DEVELOPMENT")
    with pytest.raises(Trouble, match="env -u DATABASE_URL"):
        supervisor.check_environment(reset=False)
    monkeypatch.setenv("ALLMENDE_DEVELOPMENT", "1")
    with pytest.raises(Trouble, match="embedded database only"):
        supervisor.check_environment(reset=True)
    supervisor.check_environment(reset=False)


def test_a_failing_step_names_itself(capfd) -> None:
    with pytest.raises(Trouble, match=r"failed \(status 3\); the reason is above"):
        supervisor.run_step(["-c", "print('why'); raise SystemExit(3)"], dict(os.environ))
    assert "why" in capfd.readouterr().out
