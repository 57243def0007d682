"""Replies that were collected elsewhere (another tool, paper), read from the field's CSV and checked line by line.

Plain values in and out. A row names somebody who was invited by `id` (the pseudonym, as our own export writes it) or by
the `code` of the letter; what it says of them is compared with the pool by `lottery.services.respondents`.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lottery.features import (
    COLUMNS_MISSING,
    FeatureTable,
    Problem,
    RowError,
    TableError,
    band_of,
    gettext_noop,
    read_rows,
)
from lottery.imports import LENGTHS, NAMES, value_in

MOST_ROWS = 10_000
PERSON = ("pseudonym", "code")
ADDRESS_HEADS = {
    "given_name": ("first_name",),
    "family_name": ("last_name",),
    "street": ("address", "primary_address1"),
    "postal_code": ("primary_zip",),
    "town": ("city", "primary_city"),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "pseudonym": ("id", "pseudonym", "nationbuilder_id", "kennung"),
    "code": ("code", "einladungscode"),
    "wants": ("wants", "teilnahme", "zusage"),
    "consent": ("consent", "einwilligung", "zustimmung"),
    "research": ("research", "forschung"),
    "email": ("email", "e-mail"),
    "phone": ("phone", "telefon", "mobile_number"),
    "needs": ("needs", "bedarf"),
    "helper_name": ("helper_name", "hilfe"),
    **{name: (*NAMES[name], *heads) for name, heads in ADDRESS_HEADS.items()},
}
"""Our columns and the heads they are known under: our own, German ones, those of the field's tools."""

TEXTS = {"email": 254, "phone": 40, "needs": 2_000, "helper_name": 200, **LENGTHS}
"""What is taken over as it stands, with the most characters."""

YES = frozenset({"yes", "ja", "y", "j", "true", "wahr", "1", "x"})
NO = frozenset({"no", "nein", "n", "false", "falsch", "0"})
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")


@dataclass(frozen=True)
class Respondent:
    """One row: whom it names, yes or no, what it says. `values` are features by name, empty ones left out."""

    line: int
    pseudonym: str
    code: str
    wants: bool
    research: bool
    values: Mapping[str, str]
    texts: Mapping[str, str]


@dataclass
class Reading:
    """A file as it was understood: rows, lines that cannot be used, our columns → the file's, columns nobody reads."""

    rows: list[Respondent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def read_respondents(text: str, features: Sequence[FeatureTable]) -> Reading:
    """All rows with what is wrong in them; TableError where the file as a whole cannot be read."""
    try:
        rows = read_rows(text, is_strict=True)
    except csv.Error as error:
        raise TableError([Problem(1, gettext_noop("this is no CSV: %(error)s"), {"error": str(error)})]) from error
    if not rows:
        raise TableError([Problem(1, gettext_noop("the file has no rows"))])
    if len(rows) > MOST_ROWS:
        counts: dict[str, object] = {"rows": len(rows), "most": MOST_ROWS}
        raise TableError([Problem(1, gettext_noop("%(rows)s rows; at most %(most)s are read at a time"), counts)])
    head = [name for name in rows[0][1] if name]
    found = Reading(columns=columns_of(head, features))
    found.ignored = [name for name in head if name not in found.columns.values()]
    for line, row in rows:
        try:
            found.rows.append(_row_of(line, row, found.columns, features))
        except RowError as error:
            found.problems.append(Problem(line, error.text, error.values))
    return found


def heads_of(features: Sequence[FeatureTable]) -> dict[str, tuple[str, ...]]:
    """Every column that is read, with the heads it is known under; a feature goes by its name or its label."""
    return {**COLUMNS, **{one.name: (one.name.lower(), one.label.lower()) for one in features}}


def columns_of(head: Sequence[str], features: Sequence[FeatureTable]) -> dict[str, str]:
    """Our name of a column → the file's. TableError for what is missing, and for two columns that mean the same."""
    found, problems = {}, []
    for name, known in heads_of(features).items():
        columns = [one for one in dict.fromkeys(known) if one in head]
        if len(columns) > 1:
            words = gettext_noop("these columns mean the same, leave one: %(columns)s")
            problems.append(Problem(1, words, {"columns": ", ".join(columns)}))
        if columns:
            found[name] = columns[0]
    needed = ["consent", *(one.name for one in features if one.is_asked)]
    missing = [name for name in needed if name not in found]
    if not any(name in found for name in PERSON):
        missing.insert(0, "id / code")
    if missing:
        problems.append(Problem(1, COLUMNS_MISSING, {"columns": ", ".join(missing)}))
    if problems:
        raise TableError(problems)
    return found


def _row_of(
    line: int, row: Mapping[str, str], columns: Mapping[str, str], features: Sequence[FeatureTable]
) -> Respondent:
    """One row. RowError says what is wrong without repeating whose row it is."""
    if row.get(""):
        raise RowError(gettext_noop("the line has more cells than the first line has names"))
    if any("\x00" in cell for cell in row.values()):
        raise RowError(gettext_noop("the line holds a character that is none"))
    cells = {name: row.get(column, "") for name, column in columns.items()}
    if not any(cells.get(name) for name in PERSON):
        raise RowError(gettext_noop("neither id nor code says whose reply this is"))
    wants = _is_yes(cells, columns, "wants", empty=True)
    if wants and not _is_yes(cells, columns, "consent"):
        raise RowError(gettext_noop("no consent: nobody enters the draw without it; leave the line out"))
    return Respondent(
        line,
        cells.get("pseudonym", "").upper(),
        cells.get("code", ""),
        wants,
        _is_yes(cells, columns, "research"),
        {one.name: _value_of(one, cells[one.name]) for one in features if wants and cells.get(one.name)},
        {name: _text_of(cells, columns, name) for name in TEXTS if name in cells},
    )


def _is_yes(cells: Mapping[str, str], columns: Mapping[str, str], name: str, *, empty: bool = False) -> bool:
    """Yes or no, as people and spreadsheets write it; an empty cell and a missing column are `empty`."""
    given = cells.get(name, "").casefold()
    if given and given not in YES | NO:
        raise RowError(gettext_noop("“%(column)s” is neither yes nor no"), column=columns[name])
    return given in YES if given else empty


def _value_of(feature: FeatureTable, given: str) -> str:
    """The value a cell names; where the values are bands, a number names the one it lies in."""
    if given.isascii() and given.isdigit() and len(given) < 4:
        band = band_of(int(given), [one.value for one in feature.values])
        if band is not None:
            return band
    return value_in(feature, given)


def _text_of(cells: Mapping[str, str], columns: Mapping[str, str], name: str) -> str:
    """A text within its length; only what somebody needs may have several lines."""
    text = cells[name] if name == "needs" else " ".join(cells[name].split())
    if len(text) > TEXTS[name]:
        raise RowError(
            gettext_noop("“%(column)s” is longer than %(length)s characters"), column=columns[name], length=TEXTS[name]
        )
    if name == "email" and text and not EMAIL.fullmatch(text):
        raise RowError(gettext_noop("“%(column)s” is no e-mail address"), column=columns[name])
    return text
