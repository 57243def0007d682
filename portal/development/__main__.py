"""The commands behind `./run`: `python -m portal.development demo|manage|check|test|backup|restore …`."""

import argparse
import contextlib
import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.development import backup, packages, places, postgres, supervisor
from portal.development.places import ROOT, Trouble


def parser() -> argparse.ArgumentParser:
    """The arguments; what is passed on to other programs is split off before."""
    top = argparse.ArgumentParser(prog="./run", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="play the demo until Ctrl-C")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--reset", action="store_true", help="delete the demo's data first")
    save = commands.add_parser("backup", help="database and files into one tar")
    save.add_argument("file", nargs="?", type=Path)
    load = commands.add_parser("restore", help="bring back a backup")
    load.add_argument("file", type=Path)
    load.add_argument("--force", action="store_true", help="replace the data that is there")
    return top


def main(arguments: list[str]) -> int:
    """Run one command; a Trouble becomes one line on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        if arguments[:1] == ["manage"]:
            return manage(arguments[1:])
        if arguments[:1] == ["check"]:
            return check()
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        chosen = parser().parse_args(arguments)
        if chosen.command == "demo":
            return supervisor.demo(port=chosen.port, reset=chosen.reset)
        return save_or_load(chosen)
    except Trouble as trouble:
        print(f"run: {trouble}", file=sys.stderr)
    except OSError as error:
        cures = {
            errno.ENOSPC: "The disk is full: free some space and start again",
            errno.EACCES: "That belongs to another account: run as that account, or copy the project to a folder of yours",
            errno.EROFS: "The disk is read-only: copy the project to a folder of yours",
        }
        if error.errno not in cures:
            raise
        print(f"run: {cures[error.errno]} ({error.filename}).", file=sys.stderr)
    return 1


def database() -> contextlib.AbstractContextManager:
    """The database of the environment or, without one, this checkout's own, which runs meanwhile.

    `ALLMENDE_DEVELOPMENT=0`, as production sets it, forbids the latter: then a forgotten DATABASE_URL fails.
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("ALLMENDE_DEVELOPMENT") == "0":
        return contextlib.nullcontext()
    os.environ["ALLMENDE_DEVELOPMENT"] = "1"
    return postgres.server(places.data_folder())


def call(*arguments: str, environment: dict[str, str] | None = None) -> int:
    """Run the project's Python in the foreground and return its status; signals reach it, we clean up after it."""
    child = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        preexec_fn=postgres.die_with_parent(signal.SIGTERM),
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends Ctrl-C to the child as well
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, frame: child.send_signal(number))
    status = child.wait()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return status if status >= 0 else 128 - status


def manage(arguments: list[str]) -> int:
    """manage.py with the database running."""
    with database():
        return call("manage.py", *arguments)


def check() -> int:
    """Django's own checks, and whether a migration is missing; on an empty database of their own."""
    with contextlib.ExitStack() as stack:
        address = os.environ.get("ALLMENDE_TEST_DATABASE") or stack.enter_context(postgres.temporary())
        environment = {"DATABASE_URL": address, "ALLMENDE_DEVELOPMENT": "1"}
        return call("manage.py", "check", environment=environment) or call(
            "manage.py", "makemigrations", "--check", "--dry-run", environment=environment
        )


NOTHING_CHOSEN = 5
"""What pytest ends with where ARGS chose no test."""
RUNS = (
    ("not whole and not alone", "-n", "2", "--dist", "worksteal"),
    ("whole", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"),
    ("alone",),
)
"""The marks of `conftest.py`: most tests on two cores, then whole cities by whole files, then what takes the time."""


def test(arguments: list[str]) -> int:
    """Checks, then pytest: with ARGS as they stand; without, in three runs. `--quick` leaves out what is marked slow."""
    packages.ensure()
    status = check()
    if status != 0:
        return status
    is_quick, rest = "--quick" in arguments, [argument for argument in arguments if argument != "--quick"]
    if rest and not is_quick:
        return call("-m", "pytest", *rest)
    ends = set()
    with contextlib.ExitStack() as stack:
        shared = shared_by_runs(stack)
        for marks, *way in RUNS:
            kept = f"not slow and {marks}" if is_quick else marks
            ends.add(call("-m", "pytest", "-m", kept, *way, *rest, environment=shared))
    return max(ends - {NOTHING_CHOSEN}, default=NOTHING_CHOSEN)


def shared_by_runs(stack: contextlib.ExitStack) -> dict[str, str]:
    """What takes minutes and is the same for all three: the migrated database that each copies, the city that is played."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="allmende-shared-"))
    shared = {"ALLMENDE_SEED": os.environ.get("ALLMENDE_SEED", f"{folder}/city.tar")}
    if "ALLMENDE_TEST_DATABASE" in os.environ:
        return shared
    address = stack.enter_context(postgres.temporary())
    files = Path(folder, "files")
    files.mkdir()
    shared |= {"ALLMENDE_TEST_DATABASE": address, "ALLMENDE_VAR": str(files)}
    migrating = {"DATABASE_URL": address, "ALLMENDE_DEVELOPMENT": "1", "ALLMENDE_TESTING": "1"}
    if call("manage.py", "migrate", "--verbosity", "0", environment=shared | migrating) == 0:
        shared["ALLMENDE_TEST_TEMPLATE"] = address.rsplit("/", 1)[-1]
    return shared


def save_or_load(chosen: argparse.Namespace) -> int:
    """`backup` and `restore`."""
    places.var_folder().mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        if chosen.command == "restore" and not os.environ.get("DATABASE_URL"):
            stack.enter_context(supervisor.only_one())
        stack.enter_context(database())
        installation = backup.this_installation()
        if chosen.command == "backup":
            target = (chosen.file or backup.default_name()).absolute()
            size = backup.create(installation, target)
            print(f"{target}: {size / 1e6:.1f} MB. It holds personal data; keep it as safe as the server.")
        else:
            backup.restore(installation, chosen.file.absolute(), force=chosen.force)
            print(f"Restored from {chosen.file}. ./run manage migrate brings older data up to this version.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
