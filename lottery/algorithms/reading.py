"""Reads the two files in which the field exchanges draws: quotas per feature value, and the people who volunteered.

The forms are those of the Stratification App, OpenDLP and similar tools: `category,feature,min,max`,
`category,name,min,max` or `feature,value,min,max`, where further columns (such as `min_flex`, `max_flex`) are ignored;
a pool has one column per feature. Comma, semicolon or tab separate; UTF-8 with or without a byte order mark, UTF-16 with
one, or Windows-1252 as older spreadsheets write it.
"""

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path

from lottery.algorithms.problem import Fault, InputError, Problem, Quota, build_problem

QUOTA_HEADERS = (("category", "feature"), ("category", "name"), ("category", "value"), ("feature", "value"))

Row = tuple[int, dict[str, str]]


def read_problem(
    quotas: bytes, pool: bytes, *, size: int, id_column: str = "", address_columns: Sequence[str] = ()
) -> Problem:
    """The draw asked for by the bytes of two CSV files; raises InputError naming every faulty line.

    Without `id_column` people are named by a column `id`, or if there is none by their row number from 1.
    """
    asked = parse_quotas(quotas)
    header, rows = _table(pool, "pool")
    features = list(dict.fromkeys(quota.feature for quota in asked))
    columns = _columns(header, features, address_columns)
    name = _id_column(header, id_column)
    return build_problem(
        size=size,
        quotas=asked,
        ids=[row[name] if name else str(number) for number, (_, row) in enumerate(rows, start=1)],
        values=[[row[columns[feature]] for feature in features] for _, row in rows],
        addresses=[[row[columns[part]] for part in address_columns] for _, row in rows] if address_columns else None,
        lines=[line for line, _ in rows],
    )


def read_files(
    quotas: Path, pool: Path, *, size: int, id_column: str = "", address_columns: Sequence[str] = ()
) -> Problem:
    """As `read_problem`, from two paths; raises OSError if one cannot be read."""
    return read_problem(
        quotas.read_bytes(), pool.read_bytes(), size=size, id_column=id_column, address_columns=address_columns
    )


def parse_quotas(content: bytes) -> list[Quota]:
    """The quotas of a CSV file in its order; raises InputError for a missing column or a number that is none."""
    header, rows = _table(content, "quotas")
    names = {column.casefold(): column for column in reversed(header)}
    pair = next((pair for pair in QUOTA_HEADERS if all(part in names for part in pair)), None)
    if pair is None or "min" not in names or "max" not in names:
        wanted = "the header needs category,feature,min,max or feature,value,min,max"
        raise InputError([Fault("quotas", 1, f"{wanted}, not {','.join(header)}")])
    quotas, faults = [], []
    for line, row in rows:
        bounds = []
        for column in ("min", "max"):
            text = row[names[column]]
            number = _whole(text)
            if number is None:
                faults.append(Fault("quotas", line, f"{column} is {text!r}, not a whole number"))
            bounds.append(number or 0)
        quotas.append(Quota(row[names[pair[0]]], row[names[pair[1]]], bounds[0], bounds[1], line))
    if faults:
        raise InputError(faults)
    return quotas


def _whole(text: str) -> int | None:
    """A whole number as people and spreadsheets write it ("7", "7.0"), else None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number == number and abs(number) < 1e9 and number == int(number) else None


def _table(content: bytes, source: str) -> tuple[list[str], list[Row]]:
    """Header and rows (with their line, cells stripped, missing cells empty, blank lines left out)."""
    text = _decode(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] = []
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not header:
                header = cells if any(cells) else []
            elif any(cells):
                rows.append((start, _row(header, cells, source, start)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Fault(source, start, f"this is no CSV: {error}")]) from error
    if not header:
        raise InputError([Fault(source, 0, "the file is empty")])
    return header, rows


def _row(header: list[str], cells: list[str], source: str, line: int) -> dict[str, str]:
    if len(cells) > len(header) and any(cells[len(header) :]):
        text = f"{len(cells)} cells, but the header has {len(header)} columns"
        raise InputError([Fault(source, line, text)])
    cells = cells + [""] * (len(header) - len(cells))
    row: dict[str, str] = {}
    for column, cell in zip(header, cells, strict=False):
        row.setdefault(column, cell)
    return row


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _columns(header: list[str], features: Sequence[str], address_columns: Sequence[str]) -> dict[str, str]:
    """The pool's column for each feature and part of the address; the same spelling wins over another case."""
    found, faults = {}, []
    for wanted in [*features, *address_columns]:
        alike = [column for column in header if column.casefold() == wanted.casefold()]
        if wanted in header:
            found[wanted] = wanted
        elif alike:
            found[wanted] = alike[0]
        else:
            faults.append(Fault("pool", 1, f"there is no column {wanted!r}; there are {', '.join(header)}"))
    if faults:
        raise InputError(faults)
    return found


def _id_column(header: list[str], asked: str) -> str:
    if asked and asked not in header:
        raise InputError([Fault("pool", 1, f"there is no column {asked!r}; there are {', '.join(header)}")])
    return asked or next((column for column in header if column.casefold() == "id"), "")
