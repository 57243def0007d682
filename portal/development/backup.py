"""Backup and restore: the database and the files that belong to it, in one tar.

    database.dump     pg_dump's custom format, one consistent snapshot
    private/ media/   the files; those under private/ are named by their content and never change
    secrets/          the local secrets of a development database; production keeps its own elsewhere
    manifest.json     written last: format, time, database roles, and the SHA-256 of every other member

The database is read first. A file that is added meanwhile is taken along without need; one that is purged meanwhile
is missing, as it would be a moment later.
"""

import datetime
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from portal.development import places
from portal.development.places import Trouble

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
LOCK_TIMEOUT = "10s"


@dataclass(frozen=True)
class Installation:
    """What is saved: a database as Django's settings name it, and folders by their name in the tar."""

    database: dict
    folders: dict[str, Path]

    def environment(self) -> dict[str, str]:
        """The database for libpq; in the environment, since arguments can be read by everyone on the machine."""
        names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
        given = {variable: str(self.database[key]) for key, variable in names.items() if self.database.get(key)}
        options = self.database.get("OPTIONS", {})
        tls = {f"PG{key.upper()}": str(options[key]) for key in ("sslmode", "sslrootcert") if key in options}
        return {**places.CLEAN_ENVIRONMENT, **given, **tls}


def this_installation() -> Installation:
    """The installation that the settings describe. Errors: Trouble if a setting is missing."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        database = dict(settings.DATABASES["default"])
    except ImproperlyConfigured as error:
        raise Trouble(f"{error} (docs/settings.md).") from error
    folders = {"private": Path(settings.PRIVATE_ROOT), "media": Path(settings.MEDIA_ROOT)}
    if settings.DEVELOPMENT:
        folders["secrets"] = places.var_folder() / "secrets"
    return Installation(database, folders)


def run(installation: Installation, *command: str, feed: str | None = None) -> str:
    """Run one of PostgreSQL's client programs on the database. Errors: Trouble with its first line of complaint."""
    done = subprocess.run(
        [places.program(command[0]), *command[1:]],
        input=feed,
        capture_output=True,
        text=True,
        check=False,
        env=installation.environment(),
    )
    if done.returncode != 0:
        complaint = next((line for line in done.stderr.splitlines() if "error" in line.lower()), done.stderr.strip())
        raise Trouble(f"{command[0]} failed: {complaint}")
    return done.stdout


def query(installation: Installation, sql: str) -> list[str]:
    """The first column of a query, as text."""
    return run(installation, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql).split("\n")[:-1]


def roles_of(installation: Installation) -> list[str]:
    """The other roles that own something or hold a right in this database: a dump refers to them, but lacks them."""
    return query(
        installation,
        """SELECT DISTINCT rolname FROM pg_shdepend JOIN pg_roles ON pg_roles.oid = refobjid
           JOIN pg_database ON pg_database.oid = dbid
           WHERE refclassid = 'pg_authid'::regclass AND datname = current_database()
             AND rolname <> current_user AND rolname !~ '^pg_' AND NOT rolsuper ORDER BY 1""",
    )


def closed_roles(installation: Installation) -> list[str]:
    """Of those, the roles that this one may become but whose rights it does not hold otherwise (the pool's)."""
    roles = query(
        installation,
        "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND pg_has_role(current_user, oid, 'SET')"
        " AND NOT pg_has_role(current_user, oid, 'USAGE') ORDER BY 1",
    )
    return sorted(set(roles) & set(roles_of(installation)))


def quoted(name: str) -> str:
    """A role's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def files_of(folder: Path) -> Iterator[Path]:
    """The regular files below a folder, in a fixed order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def sha256(path: Path) -> str:
    """The hash of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def create(installation: Installation, target: Path) -> int:
    """Write the backup, readable by its owner only, and return its size in bytes. Errors: Trouble.

    It appears under its name when it is whole; what stood there before stays until then.
    """
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as file,
            tarfile.open(fileobj=file, mode="w") as tar,
            tempfile.TemporaryDirectory(dir=target.parent) as work,
        ):
            write_members(installation, tar, Path(work))
        os.replace(draft, target)
    except OSError as error:
        raise Trouble(f"The backup could not be written to {target}: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def write_members(installation: Installation, tar: tarfile.TarFile, work: Path) -> None:
    """Put dump, files and manifest into the tar."""
    dump = work / DUMP
    closed = closed_roles(installation)
    # A role apart owns the pool's rows, and is granted everything else too: it alone can read all of it.
    assume = [f"--role={name}" for name in closed[:1]]  # pg_dump quotes it
    run(installation, "pg_dump", *assume, "--format=custom", f"--file={dump}")
    hashes = {DUMP: sha256(dump)}
    tar.add(dump, DUMP)
    for name, folder in installation.folders.items():
        for path in files_of(folder):
            member = f"{name}/{path.relative_to(folder).as_posix()}"
            try:
                hashes[member] = sha256(path)
                tar.add(path, member)
            except FileNotFoundError:  # purged since the folder was listed
                hashes.pop(member, None)
    manifest = work / MANIFEST
    created = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    [owner] = query(installation, "SELECT current_user")
    roles = roles_of(installation)
    described = {"format": FORMAT, "created_at": created, "owner": owner, "roles": roles, "closed": closed}
    described["sha256"] = hashes
    manifest.write_text(json.dumps(described, indent=1))
    tar.add(manifest, MANIFEST)


def restore(installation: Installation, source: Path, *, force: bool) -> None:
    """Bring back a backup: everything is checked first, and the database changes in one transaction or not at all.

    A database with tables is replaced only with `force`. Errors: Trouble.
    """
    if not force and has_tables(installation):
        raise Trouble("There is data already; to replace all of it: ./run restore --force FILE")
    with tempfile.TemporaryDirectory(dir=places.var_folder()) as folder:
        work = Path(folder)
        manifest = unpack(source, work)
        if not manifest["sha256"].keys() >= {DUMP}:
            raise Trouble(f"{source} is not a backup of this portal.")
        if query(installation, "SELECT current_user") != [manifest["owner"]]:
            raise Trouble(f"The backup belongs to the database role {manifest['owner']}: restore it as that role.")
        for name, root in installation.folders.items():
            if name != "secrets":
                add_files(work / name, root)
        make_roles(installation, manifest["roles"])
        replace_database(installation, work / DUMP, closed=manifest.get("closed", []))
        # Last: files of the replaced data, which nothing refers to any more, and the secrets that fit the new data.
        for name, root in installation.folders.items():
            if name == "secrets":
                add_files(work / name, root)
            else:
                drop_others(work / name, root)


def has_tables(installation: Installation) -> bool:
    """Whether the database holds any table of ours."""
    count = query(
        installation,
        """SELECT count(*) FROM information_schema.tables
           WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'""",
    )
    return count != ["0"]


def unpack(source: Path, work: Path) -> dict:
    """Unpack a backup and check it against its manifest, which is returned. Errors: Trouble."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            for member in tar:
                unpack_member(tar, member, work)
        manifest = json.loads((work / MANIFEST).read_text())
        (work / MANIFEST).unlink()
    except FileNotFoundError as error:
        raise Trouble(f"{error.filename} is missing: {source} is no whole backup.") from error
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise Trouble(f"{source} is no whole backup: {error}.") from error
    except OSError as error:
        raise Trouble(f"{source} could not be unpacked: {error.strerror}.") from error
    if manifest.get("format") != FORMAT:
        raise Trouble(f"{source} has format {manifest.get('format')}; this version reads {FORMAT}.")
    found = {path.relative_to(work).as_posix(): sha256(path) for path in files_of(work)}
    wrong = sorted(
        name for name in found.keys() | manifest["sha256"] if found.get(name) != manifest["sha256"].get(name)
    )
    if wrong:
        raise Trouble(f"{source} is damaged: {wrong[0]} differs from the manifest ({len(wrong)} in all).")
    return manifest


def unpack_member(tar: tarfile.TarFile, member: tarfile.TarInfo, work: Path) -> None:
    """Write one member below `work`; only plain files with harmless names, whoever made the tar."""
    name = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or name.is_absolute() or ".." in name.parts:
        raise ValueError(f"it holds {member.name!r}")
    target = work / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(0o600)


def add_files(source: Path, root: Path) -> None:
    """Copy every file of the backup into the live folder, each whole or not at all."""
    for path in files_of(source):
        target = root / path.relative_to(source)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        shutil.copyfile(path, draft)
        draft.chmod(0o600)
        os.replace(draft, target)


def drop_others(source: Path, root: Path) -> None:
    """Delete the files of the live folder that the backup does not have."""
    for path in list(files_of(root)):
        if not (source / path.relative_to(root)).exists():
            path.unlink()


def make_roles(installation: Installation, names: list[str]) -> None:
    """Make the roles that the dump refers to and that this server lacks. Errors: Trouble with the SQL to run."""
    here = set(query(installation, "SELECT rolname FROM pg_roles"))
    for name in sorted(set(names) - here):
        sql = f"CREATE ROLE {quoted(name)} NOLOGIN; GRANT {quoted(name)} TO CURRENT_USER"
        try:
            query(installation, sql)
        except Trouble as trouble:
            raise Trouble(f"The backup needs a role; let the server's administrator run: {sql}") from trouble


def replace_database(installation: Installation, dump: Path, *, closed: Sequence[str] = ()) -> None:
    """Empty the database and fill it from the dump, in one transaction. Errors: Trouble; then nothing has changed.

    The rights of the `closed` roles are held meanwhile, and given up with the last statement.
    """
    contents = dump.with_suffix(".list")
    listing = run(installation, "pg_restore", "--list", str(dump)).splitlines()
    # A comment on an extension belongs to whoever installed it, often the server's administrator.
    contents.write_text("\n".join(line for line in listing if " COMMENT - EXTENSION " not in line))
    script = dump.with_suffix(".sql")
    run(installation, "pg_restore", f"--use-list={contents}", f"--file={script}", str(dump))
    empty, last = dump.with_suffix(".empty.sql"), dump.with_suffix(".last.sql")
    apart = sorted({*closed, *closed_roles(installation)})
    last.write_text("".join(f"GRANT {quoted(name)} TO CURRENT_USER WITH INHERIT FALSE;\n" for name in apart))
    empty.write_text(
        f"SET lock_timeout = '{LOCK_TIMEOUT}';\nSET client_min_messages = warning;\n"
        + "".join(f"GRANT {quoted(name)} TO CURRENT_USER WITH INHERIT TRUE;\n" for name in apart)
        + "".join(f"DROP SCHEMA {name} CASCADE;\n" for name in schemas_of(installation))
        + "CREATE SCHEMA public AUTHORIZATION pg_database_owner;\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n"
    )
    try:
        run(
            installation,
            *("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "--single-transaction"),
            *(part for file in (empty, script, last) for part in ("-f", str(file))),
        )
    except Trouble as trouble:
        if "lock timeout" in str(trouble):
            raise Trouble("The database is in use: stop web and worker first, then restore again.") from trouble
        raise


def schemas_of(installation: Installation) -> list[str]:
    """The schemas of this database that are not PostgreSQL's own, quoted."""
    return query(
        installation,
        "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
    )


def default_name() -> Path:
    """Where a backup goes that was given no name: by the time it was made."""
    now = datetime.datetime.now(datetime.UTC)
    return places.var_folder() / "backups" / f"allmende-{now:%Y%m%d-%H%M%S}.tar"
