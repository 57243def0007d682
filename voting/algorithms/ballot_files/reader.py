"""Chooses the reader for a file: by its ending, else by how its text begins."""

import re
from pathlib import Path

from .blt import read_blt
from .csv_table import read_csv
from .model import BallotFile, FileFault
from .pabulib import read_pabulib
from .preflib import read_preflib

READERS = {
    ".blt": read_blt,
    ".pb": read_pabulib,
    ".soc": read_preflib,
    ".soi": read_preflib,
    ".toc": read_preflib,
    ".toi": read_preflib,
    ".cat": read_preflib,
    ".csv": read_csv,
    ".tsv": read_csv,
}


def read_ballot_file(
    path: Path, *, ignore: tuple[str, ...] = (), weight: str | None = None, contest: str | None = None
) -> BallotFile:
    """Read a ballot file. Raises FileFault for what cannot be counted and OSError if the file cannot be opened.

    `ignore` names CSV columns that are no options, `weight` the CSV column that says how many ballots a row is,
    `contest` (a part of its name) the contest of a CSV with several.
    """
    text = decode(path.read_bytes())
    if not text.strip():
        raise FileFault("the file is empty", cure="give a file with ballots")
    read = READERS.get(path.suffix.lower()) or by_content(text)
    if read is read_csv:
        return read_csv(text, ignore=ignore, weight=weight, contest=contest)
    return read(text)


def decode(raw: bytes) -> str:
    """Text of a file: UTF-8 with or without byte order mark, UTF-16 with one, else Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    if b"\0" in raw:
        raise FileFault("this is no text file", cure="export the ballots as CSV, .blt, PrefLib or .pb")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def by_content(text: str):
    """The reader for a file whose ending says nothing."""
    start = text.lstrip()
    if re.match(r"META\b", start, re.IGNORECASE):
        return read_pabulib
    if re.match(r"#\s*(FILE NAME|TITLE|DATA TYPE|NUMBER ALTERNATIVES)", start) or re.match(r"\d+\s*\n1\s*,", start):
        return read_preflib
    if re.match(r"\d+[ \t]+\d+[ \t,]*(#.*)?[\r\n]", start):
        return read_blt
    return read_csv
