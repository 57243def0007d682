"""Reading an extract of the register: `given_name;family_name;birth_date;street;postal_code;district_ags`.

Names and addresses live only while the file is read; what comes out is a keyed hash, a district and a date.
"""

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.verification.identity import identity_hash, normalise, same_place, voting_from

COLUMNS = ["given_name", "family_name", "birth_date", "street", "postal_code", "district_ags"]
OLDEST = datetime.date(1900, 1, 1)


class ExtractError(ValueError):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Entry:
    """What is kept of one resident. `line` is the first line of the file that names them (the head is line 1)."""

    identity_hash: str
    district_ags: str
    voting_from: datetime.date
    line: int


@dataclass
class Extract:
    """What a file held: the entries, lines that name a resident again, lines that two residents share, faulty lines."""

    entries: list[Entry] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    ambiguous: list[int] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def read_extract(data: bytes, *, districts: set[str], on: datetime.date) -> Extract:
    """Read a whole file; a faulty line is reported and costs only itself.

    Two lines of the same name and birth date: at one address they are the same resident told twice, at two they are
    two people whom this method cannot tell apart, so neither is taken in (they are verified at the desk).
    """
    extract = Extract()
    seen: dict[str, tuple[Entry, str, str]] = {}
    shared: set[str] = set()
    for line, row in _rows(data):
        try:
            entry = _entry(line, row, districts, on)
        except ValueError as error:
            extract.errors.append((line, str(error)))
            continue
        known = seen.setdefault(entry.identity_hash, (entry, row["street"], row["postal_code"]))
        if known[0] is entry:
            continue
        if same_place(known[1], row["street"]) and known[2] == row["postal_code"]:
            extract.repeated.append(line)
        else:
            extract.ambiguous += [line] if entry.identity_hash in shared else [known[0].line, line]
            shared.add(entry.identity_hash)
    extract.entries = [entry for entry, _street, _code in seen.values() if entry.identity_hash not in shared]
    return extract


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(_text(data), newline=""), delimiter=";")
    head = [column.strip().lower() for column in next(reader, [])]
    if head != COLUMNS:
        raise ExtractError(_("The first line must read: %(head)s") % {"head": ";".join(COLUMNS)})
    for cells in reader:
        if any(cell.strip() for cell in cells):
            cells = [cell.strip() for cell in cells]
            yield reader.line_num, dict(zip(COLUMNS, cells, strict=False)) | {"": str(len(cells))}


def _text(data: bytes) -> str:
    """UTF-8, else Windows-1252, in which many registers still export."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _entry(line: int, row: dict[str, str], districts: set[str], on: datetime.date) -> Entry:
    if row[""] != str(len(COLUMNS)):
        raise ValueError(_("%(count)s columns instead of %(right)s.") % {"count": row[""], "right": len(COLUMNS)})
    if not normalise(row["given_name"]) or not normalise(row["family_name"]):
        raise ValueError(_("A name is missing."))
    if row["district_ags"] not in districts:
        raise ValueError(_("The district %(ags)s is not known here.") % {"ags": row["district_ags"] or "–"})
    birth_date = _birth_date(row["birth_date"], on)
    hashed = identity_hash(row["given_name"], row["family_name"], birth_date)
    return Entry(hashed, row["district_ags"], voting_from(birth_date), line)


def _birth_date(text: str, on: datetime.date) -> datetime.date:
    """A date as ISO 8601 or as German offices write it."""
    if len(text) == 10 and text[2] == text[5] == ".":
        text = f"{text[6:]}-{text[3:5]}-{text[:2]}"
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        date = None
    if date is None or not OLDEST <= date <= on:
        raise ValueError(_("The date of birth is not a date of the form 1990-12-31."))
    return date
