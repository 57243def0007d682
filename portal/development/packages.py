"""The system packages of apt.txt that the tests need: found, installed by root, or named in one line."""

import os
import re
import shutil
import subprocess
import sys

from portal.development.places import ROOT, Trouble


def read_list(text: str) -> dict[str, str | None]:
    """Package names of an apt.txt, each with the program that makes it unnecessary, if the comment above names one.

    Such a comment says `or program: java`.
    """
    found: dict[str, str | None] = {}
    instead: str | None = None
    for line in text.splitlines():
        name, _, comment = line.partition("#")
        named = re.search(r"or program: (\S+)", comment)
        instead = named.group(1) if named else instead
        if name.strip():
            found[name.strip()] = instead
            instead = None
    return found


def missing(wanted: dict[str, str | None]) -> list[str]:
    """Those that neither dpkg knows as installed nor another package's program replaces."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [
        name for name, program in wanted.items() if name not in installed and not (program and shutil.which(program))
    ]


def ensure() -> None:
    """Have the packages of apt.txt: root installs what is missing, anyone else is told the one line that does."""
    wanted = read_list((ROOT / "apt.txt").read_text())
    if not shutil.which("dpkg-query"):
        print(f"This is no Debian: the tests need {', '.join(wanted)}.", file=sys.stderr)
        return
    names = missing(wanted)
    if not names:
        return
    if os.geteuid() != 0:
        raise Trouble(f"Packages are missing: sudo apt-get install -y {' '.join(names)}")
    print(f"• Installing {', '.join(names)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *names]):
        done = subprocess.run(
            ["apt-get", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        reason = next((line for line in done.stderr.splitlines() if line.startswith("E:")), "no reason given")
        raise Trouble(f"apt-get failed ({reason}): apt-get install -y {' '.join(names)}")
