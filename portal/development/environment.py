"""Makes and updates the virtual environment of `./run`; the system's Python runs this file by its path.

    python3 -I portal/development/environment.py base|dev COMMAND …    then goes on as that command
    python3 -I portal/development/environment.py --current base|dev    only tells (status) if it is up to date

Standard library only, nothing of the project is imported. `base` is what the portal runs on, `dev` adds what the
tests and checks need.
"""

import contextlib
import fcntl
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = {"base": "requirements.txt", "dev": "requirements-dev.txt"}
NEEDED_MEGABYTES = {"base": 700, "dev": 2200}
"""Disk that a new environment takes while it is made, measured and rounded up."""
NETWORK_SIGNS = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Connection refused",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
)


def fail(message: str) -> NoReturn:
    """Say in one line what is wrong and how to cure it, and end."""
    print(f"run: {message}", file=sys.stderr)
    raise SystemExit(1)


def wanted(level: str) -> str:
    """What the stamp of a finished environment says: the Python and every file that decides what is installed."""
    names = ["requirements.txt", "constraints.txt", *(["requirements-dev.txt"] if level == "dev" else [])]
    files = [(ROOT / name).read_text() for name in names if (ROOT / name).exists()]
    return "\n".join([platform.python_version(), *files])


def stamp(level: str) -> Path:
    """The file that says what a finished environment was made from."""
    return VENV / f"allmende-{level}.stamp"


def is_current(level: str) -> bool:
    """Whether the environment of the Python that runs this is complete and up to date."""
    try:
        return stamp(level).read_text() == wanted(level)
    except OSError:
        return False


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """One `./run` at a time makes the environment; a second one waits."""
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var" / "environment.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def works() -> bool:
    """Whether there is an environment with a usable Python and pip, of a version we support."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make(level: str) -> None:
    """Make the environment if there is none that works, and install into it."""
    if not works():
        free = shutil.disk_usage(ROOT).free // 1_000_000
        if free < NEEDED_MEGABYTES[level]:
            fail(
                f"The disk is full: {ROOT} has {free} MB left, {NEEDED_MEGABYTES[level]} MB are needed. Free some space."
            )
        print("• Making the virtual environment in .venv …", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            fail(explain(done.stdout + done.stderr, "The virtual environment could not be made"))
    install(level)


def install(level: str) -> None:
    """Let pip install the pinned requirements, with a line of progress now and then; stamp what is finished."""
    for name in REQUIREMENTS:
        stamp(name).unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--retries", "3", "--timeout", "30", "--no-warn-script-location"]
    command += ["-r", REQUIREMENTS[level], "-c", "constraints.txt"]
    print("• Installing packages (the first time this takes a few minutes) …", flush=True)
    lines: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        try:
            tell_progress(pip.stdout or (), lines)
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode != 0:
        fail(explain("".join(lines), "pip could not install the packages"))
    subprocess.run([PYTHON, "-I", __file__, "--stamp", level], check=True)


def tell_progress(output: Iterable[str], lines: list[str]) -> None:
    """Collect pip's output into `lines` and say in a few words how far it is."""
    found = 0
    for line in output:
        lines.append(line)
        found += line.startswith("Collecting ")
        if line.startswith("Collecting ") and found % 25 == 0:
            print(f"  {found} packages found …", flush=True)
        elif line.startswith("Installing collected"):
            print("  unpacking …", flush=True)


def explain(log: str, what: str) -> str:
    """One line with the cure for what pip or venv printed."""
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return f"{what}: the disk is full. Free some space ({NEEDED_MEGABYTES['base']} MB are needed) and run again."
    if any(sign in log for sign in NETWORK_SIGNS):
        return f"{what}: no connection to the package index. Check the network (or the proxy) and run again."
    if "ensurepip" in log:
        return f"{what}: sudo apt-get install -y python3 python3-venv"
    reasons = [line.strip() for line in log.splitlines() if "ERROR" in line or "rror:" in line]
    return f"{what}: {(reasons or log.strip().splitlines() or ['no reason given'])[-1]}"


def prepare(level: str) -> None:
    """Bring the environment up to date; ends the process with one clear line if that is not possible."""
    if not os.access(ROOT, os.W_OK):
        fail(f"{ROOT} cannot be written: run as its owner, or copy it to a folder of yours.")
    try:
        with locked():
            is_current_by_now = [str(PYTHON), "-I", __file__, "--current", level]
            if not works() or subprocess.run(is_current_by_now, check=False).returncode != 0:
                make(level)
    except OSError as error:
        fail(explain(str(error), "The virtual environment could not be made"))


def main(arguments: list[str]) -> int:
    """See the module; returns the exit status, unless it goes on with the command it was given."""
    if arguments[0] == "--current":
        return 0 if is_current(arguments[1]) else 1
    if arguments[0] == "--stamp":
        for name in REQUIREMENTS if arguments[1] == "dev" else ["base"]:
            stamp(name).write_text(wanted(name))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        prepare(arguments[0])
    except KeyboardInterrupt:
        return 130
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.execvp(arguments[1], arguments[1:])  # noqa: S606 - the arguments are ./run's own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
