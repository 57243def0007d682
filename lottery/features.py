"""The features of a draw: read from a census table, and where the share of each value in the population stands.

Plain values in and out. The table is a CSV: feature, label, value, value_label, population, source, asked.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


def gettext_noop(message: str) -> str:
    """Marks a text for the catalogue of translations; whoever shows it translates it."""
    return message


COLUMNS = ("feature", "label", "value", "value_label", "population", "source", "asked")
COLUMNS_MISSING = gettext_noop("columns are missing: %(columns)s")
BAND = re.compile(r"(\d+)-(\d+)|(\d+)\+")


class RowError(ValueError):
    """Why a row cannot be used: an English text with places for `values`, so that it can be translated."""

    def __init__(self, text: str, **values: object):
        self.text, self.values = text, values
        super().__init__(text % values)


@dataclass(frozen=True)
class Problem:
    """A line (from 1, the header's) that cannot be used, and why."""

    line: int
    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.line}: {self.text % self.values}"


class TableError(ValueError):
    """The table cannot be used; `problems` names every line with what is wrong with it."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class FeatureValue:
    """One value with the number of people who have it."""

    value: str
    label: str
    population: int


@dataclass(frozen=True)
class FeatureTable:
    """A feature with its values; `is_asked`: the register does not know it, people are asked."""

    name: str
    label: str
    source: str
    is_asked: bool = False
    values: list[FeatureValue] = field(default_factory=list)


def read_rows(text: str, *, is_strict: bool = False) -> list[tuple[int, dict[str, str]]]:
    """Line numbers and rows of a CSV with comma or semicolon; names in the head are folded to lower case.

    Cells without a name in the head are left out; with `is_strict` they stand under "", and a name that stands twice is
    a TableError: where a comma too many shifts what follows, or one of two columns wins, somebody says what they did not.
    """
    text = text.lstrip("\ufeff")
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    reader.fieldnames = names = [name.strip().lower() for name in reader.fieldnames or []]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if is_strict and twice:
        raise TableError([Problem(1, gettext_noop("the column “%(column)s” stands twice"), {"column": twice[0]})])
    rows = []
    for row in reader:
        cleaned = {key: (value or "").strip() for key, value in row.items() if key and not isinstance(value, list)}
        if is_strict:
            cleaned[""] = " ".join([*(row.get(None) or []), row.get("") or ""]).strip()
        if any(cleaned.values()):
            rows.append((reader.line_num, cleaned))
    return rows


def read_features(text: str) -> list[FeatureTable]:
    """The features of a census table. TableError names every line that cannot be used."""
    rows = read_rows(text)
    missing = [name for name in COLUMNS if not rows or name not in rows[0][1]]
    if missing:
        raise TableError([Problem(1, COLUMNS_MISSING, {"columns": ", ".join(missing)})])
    problems: list[Problem] = []
    tables: dict[str, FeatureTable] = {}
    for line, row in rows:
        try:
            _check_row(row, tables)
        except RowError as error:
            problems.append(Problem(line, error.text, error.values))
            continue
        name = row["feature"]
        is_asked = row["asked"].lower() in ("1", "yes", "ja", "true", "x")
        table = tables.setdefault(name, FeatureTable(name, row["label"] or name, row["source"], is_asked))
        table.values.append(FeatureValue(row["value"], row["value_label"] or row["value"], int(row["population"])))
    if problems:
        raise TableError(problems)
    return list(tables.values())


def _check_row(row: Mapping[str, str], tables: Mapping[str, FeatureTable]) -> None:
    """RowError for a line of the census table that cannot be used."""
    if not row["feature"] or not row["value"]:
        raise RowError(gettext_noop("feature and value must be given"))
    if not re.fullmatch(r"\d{1,12}", row["population"]):
        raise RowError(gettext_noop("the population “%(given)s” is not a whole number"), given=row["population"])
    if not row["source"]:
        raise RowError(gettext_noop("the source of the figure is missing"))
    known = tables.get(row["feature"])
    if known and row["value"] in {value.value for value in known.values}:
        raise RowError(gettext_noop("the value “%(value)s” stands twice"), value=row["value"])


def propose_bounds(populations: Sequence[int], size: int, *, slack: int = 1) -> list[tuple[int, int]]:
    """Minimum and maximum for each value: its share of `size` seats rounded down and up, `slack` wider on both sides.

    The minima never add up to more than `size`, the maxima never to less.
    """
    total = sum(populations)
    if total == 0:
        return [(0, size) for _ in populations]
    return [
        (max(0, size * number // total - slack), min(size, -(-size * number // total) + slack))
        for number in populations
    ]


def age_on(birth: date, day: date) -> int:
    """Full years on `day`; somebody born on 29 February is a year older from 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def band_of(age: int, bands: Iterable[str]) -> str | None:
    """The band ("16-29", "70+") that `age` falls into; None if none does."""
    for band in bands:
        found = BAND.fullmatch(band)
        if found is None:
            continue
        low, high, open_low = found.groups()
        if (open_low and age >= int(open_low)) or (low and int(low) <= age <= int(high)):
            return band
    return None
