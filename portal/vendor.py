"""Third-party files of the interface: pinned, checked, made smaller, compressed. No Node for whoever uses the portal.

The finished files are committed under `static/vendor/` and `static/fonts/`; `static/vendor.lock` names the package,
version and integrity hash each of them comes from and the SHA-256 of the file itself.

    python -m portal.vendor check      every file is what the lock says, every class and token used exists; no network
    python -m portal.vendor compress   write the `.gz` sibling of every text file whose sibling is missing or stale
    python -m portal.vendor fetch      make the files again from the packages (needs npm, for fonts fontTools and brotli)
    python -m portal.vendor fetch --update    the same, and write the new hashes into the lock

Packages come through `npm pack`, so the registry is whatever npm is configured to use. Three steps turn a package's
file into ours: `copy` as it is; `prune` keeps the rules of a style sheet whose classes we use; `subset` keeps the
characters of a font that German, its neighbours' names and our figures need.
"""

import argparse
import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from portal.vendor_css import prune, used_tokens

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
LOCK = STATIC / "vendor.lock"
COMPRESSED = {".css", ".js", ".svg", ".json"}
WORTH_COMPRESSING = 512  # bytes; below, the header costs more than it saves


def read_lock() -> dict:
    """The pinned list: `packages` (name, version, integrity, licence, files) and `prune` (blocks and icons kept)."""
    return json.loads(LOCK.read_text())


def integrity(data: bytes) -> str:
    """The subresource-integrity string of `data`, as npm writes it: `sha512-` and base64."""
    return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()


def fetch_package(package: dict, folder: Path) -> Path:
    """Download one pinned package into `folder` and return its tarball; `SystemExit` when its hash differs."""
    wanted = f"{package['name']}@{package['version']}"
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), wanted],
        capture_output=True,
        text=True,
        check=True,
    )
    tarball = folder / done.stdout.split()[-1]
    found = integrity(tarball.read_bytes())
    if found != package["integrity"]:
        raise SystemExit(f"{wanted}: the package's hash is {found}, the lock says {package['integrity']}")
    return tarball


def member(tarball: Path, name: str) -> bytes:
    """The content of one file of an npm package (all lie under `package/`)."""
    with tarfile.open(tarball) as archive:
        handle = archive.extractfile(f"package/{name}")
        if handle is None:
            raise SystemExit(f"{tarball.name} holds no file {name}")
        return handle.read()


def subset(data: bytes, characters: str) -> bytes:
    """The font `data` (woff2) with `characters` only (a list of Unicode ranges), kerning and table figures kept."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.woff2"), Path(folder, "out.woff2")
        source.write_bytes(data)
        command = [sys.executable, "-m", "fontTools.subset", str(source), f"--output-file={target}"]
        command += [f"--unicodes={characters}", "--flavor=woff2", "--no-hinting", "--desubroutinize"]
        command += ["--layout-features=kern,liga,lnum,tnum,ccmp,locl,mark", "--no-recalc-timestamp"]
        subprocess.run(command, check=True, capture_output=True)
        return target.read_bytes()


def make(data: bytes, entry: dict, lock: dict) -> bytes:
    """Turn a package's file into ours by the step its lock entry names."""
    match entry["step"]:
        case "copy":
            return data
        case "prune":
            own = "".join(path.read_text() for path in sorted((STATIC / "css").glob("*.css")))
            return prune(data.decode(), lock["prune"], used_tokens(own)).encode()
        case "subset":
            return subset(data, lock["characters"])
    raise SystemExit(f"unknown step {entry['step']}")


def fetch(update: bool) -> int:
    """Make every vendored file again; 1 when one differs from the lock and `update` is not set."""
    lock, differing = read_lock(), 0
    with tempfile.TemporaryDirectory() as folder:
        for package in lock["packages"]:
            tarball = fetch_package(package, Path(folder))
            for target, entry in package["files"].items():
                data = make(member(tarball, entry["from"]), entry, lock)
                digest = hashlib.sha256(data).hexdigest()
                if digest != entry.get("sha256") and not update:
                    print(f"{target}: made {digest}, the lock says {entry.get('sha256')}")
                    differing += 1
                    continue
                entry["sha256"] = digest
                path = ROOT / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                print(f"{target}: {len(data):,} bytes")
    if update:
        LOCK.write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n")
    compress()
    return min(differing, 1)


def text_files() -> Iterator[Path]:
    """Every static file that is served compressed."""
    for path in sorted(STATIC.rglob("*")):
        if path.suffix in COMPRESSED and path.stat().st_size >= WORTH_COMPRESSING:
            yield path


def sibling(path: Path) -> Path:
    return path.with_name(path.name + ".gz")


def is_stale(path: Path) -> bool:
    """Whether the `.gz` beside `path` is missing or holds something else (compared by content, not by date)."""
    other = sibling(path)
    return not other.exists() or gzip.decompress(other.read_bytes()) != path.read_bytes()


def compress() -> int:
    """Write missing and stale `.gz` siblings; the same input gives the same bytes (no date inside)."""
    for path in text_files():
        if is_stale(path):
            sibling(path).write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
            print(f"{path.relative_to(ROOT)}.gz: {sibling(path).stat().st_size:,} bytes")
    return 0


def faults() -> Iterator[str]:
    """What differs from the lock, and every KERN class or token used somewhere that the pruned sheet lacks."""
    lock = read_lock()
    for package in lock["packages"]:
        for target, entry in package["files"].items():
            path = ROOT / target
            if not path.exists():
                yield f"{target}: missing"
            elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
                yield f"{target}: not the file the lock names"
            elif path.is_relative_to(STATIC / "vendor") and path in set(text_files()) and is_stale(path):
                yield f"{target}.gz: missing or stale"
    sheet = (STATIC / "vendor/kern/kern.css").read_text()
    own = "".join(path.read_text() for path in sorted((STATIC / "css").glob("*.css")))
    for token in sorted(used_tokens(own)):
        if f"{token}:" not in sheet and f"{token}:" not in own:
            yield f"static/css uses {token}, which no style sheet defines"
    known = set(re.findall(r"\.(kern-[\w-]+)", sheet + own))
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for name in sorted(set(re.findall(r"(?<![\w.-])kern-[a-z][\w-]*\w", path.read_text())) - known):
            yield f"{path.relative_to(ROOT)} uses the class {name}, which the pruned sheet lacks"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m portal.vendor")
    parser.add_argument("command", choices=["check", "compress", "fetch"])
    parser.add_argument("--update", action="store_true", help="write new hashes into the lock")
    arguments = parser.parse_args()
    if arguments.command == "fetch":
        return fetch(arguments.update)
    if arguments.command == "compress":
        return compress()
    found = list(faults())
    print("\n".join(found) or "every vendored file is the one the lock names")
    return min(len(found), 1)


if __name__ == "__main__":
    sys.exit(main())
