"""The rows of a register sample, read from a CSV and checked line by line. Plain values in and out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from lottery.features import (
    COLUMNS_MISSING,
    FeatureTable,
    Problem,
    RowError,
    TableError,
    age_on,
    band_of,
    gettext_noop,
    read_rows,
)

MOST_ROWS = 50_000
NAMES = {
    "given_name": ("given_name", "vorname", "rufname"),
    "family_name": ("family_name", "familienname", "nachname", "name"),
    "street": ("street", "straße", "strasse", "anschrift"),
    "postal_code": ("postal_code", "plz", "postleitzahl"),
    "town": ("town", "ort", "wohnort"),
    "district": ("district", "stadtbezirk", "bezirk", "stadtteil", "ortsteil"),
    "birth_date": ("birth_date", "geburtsdatum", "geboren"),
}
"""Our columns and the names under which registration offices send them."""

LENGTHS = {"given_name": 100, "family_name": 100, "street": 200, "postal_code": 10, "town": 100}


@dataclass(frozen=True)
class SampleRow:
    """One person of the sample; `district` is the key of the district, `features` what the register knows."""

    given_name: str
    family_name: str
    street: str
    postal_code: str
    town: str
    district: int
    birth_date: date
    features: dict[str, str] = field(default_factory=dict)
    code: str = ""


def read_sample(
    text: str,
    *,
    features: Sequence[FeatureTable],
    districts: Mapping[str, tuple[int, str]],
    day: date,
    columns: Mapping[str, str] | None = None,
) -> list[SampleRow]:
    """All rows, or TableError with every line that cannot be used: nothing is half read.

    `districts` leads from an official key or a name to (key of the row, official key). Ages are those on `day`.
    `columns` names the file's column for some of ours, where the head alone does not tell.
    """
    rows = read_rows(text)
    if not rows:
        raise TableError([Problem(1, gettext_noop("the file has no rows"))])
    if len(rows) > MOST_ROWS:
        counts: dict[str, object] = {"rows": len(rows), "most": MOST_ROWS}
        raise TableError([Problem(1, gettext_noop("%(rows)s rows; at most %(most)s are read at a time"), counts)])
    places = columns_of(rows[0][1], features, columns or {})
    problems: list[Problem] = []
    found: list[SampleRow] = []
    seen: dict[tuple[str, ...], int] = {}
    codes: dict[str, int] = {}
    for line, row in rows:
        values = {name: row.get(column, "") for name, column in places.items()}
        try:
            one = replace(_row_of(values, places, features, districts, day), code=_code_of(row.get("code", "")))
        except RowError as error:
            problems.append(Problem(line, error.text, error.values))
            continue
        key = (one.given_name.casefold(), one.family_name.casefold(), one.birth_date.isoformat(), one.street.casefold())
        if key in seen:
            problems.append(Problem(line, gettext_noop("the same person stands in line %(line)s"), {"line": seen[key]}))
        seen.setdefault(key, line)
        if one.code and one.code in codes:
            problems.append(
                Problem(line, gettext_noop("the same code stands in line %(line)s"), {"line": codes[one.code]})
            )
        codes.setdefault(one.code, line)
        found.append(one)
    if problems:
        raise TableError(problems)
    return found


def wanted_columns(features: Sequence[FeatureTable]) -> dict[str, tuple[str, ...]]:
    """The columns a sample needs, each with the heads it is known under."""
    wanted = dict(NAMES)
    for feature in features:
        if not feature.is_asked and feature.name not in ("age", "district"):
            wanted[feature.name] = (feature.name.lower(), feature.label.lower())
    return wanted


def columns_of(
    head: Mapping[str, str], features: Sequence[FeatureTable], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Our name of a column → the file's. TableError for what is missing."""
    columns, missing = {}, []
    for name, known in wanted_columns(features).items():
        known = ((given or {}).get(name, "").strip().lower(), *known)
        column = next((one for one in known if one and one in head), None)
        if column is None:
            missing.append(known[1])
        else:
            columns[name] = column
    if missing:
        raise TableError([Problem(1, COLUMNS_MISSING, {"columns": ", ".join(missing)})])
    return columns


def _row_of(
    values: Mapping[str, str],
    columns: Mapping[str, str],
    features: Sequence[FeatureTable],
    districts: Mapping[str, tuple[int, str]],
    day: date,
) -> SampleRow:
    """One row; RowError says what is wrong with it in the file's own words, without repeating whose row it is."""
    for name, length in LENGTHS.items():
        if not values[name]:
            raise RowError(gettext_noop("“%(column)s” is empty"), column=columns[name])
        if len(values[name]) > length:
            raise RowError(
                gettext_noop("“%(column)s” is longer than %(length)s characters"), column=columns[name], length=length
            )
    if not re.fullmatch(r"\d{5}", values["postal_code"]):
        raise RowError(gettext_noop("the postal code is not five digits"))
    if values["district"] not in districts:
        raise RowError(gettext_noop("the district “%(given)s” is not known"), given=values["district"])
    birth = _date_of(values["birth_date"])
    if not date(1900, 1, 1) <= birth <= day:
        raise RowError(gettext_noop("the date of birth is not possible"))
    district, ags = districts[values["district"]]
    known = {**values, "district": ags, "age": ""}
    return SampleRow(
        values["given_name"],
        values["family_name"],
        values["street"],
        values["postal_code"],
        values["town"],
        district,
        birth,
        {one.name: _value_of(one, known, age_on(birth, day)) for one in features if not one.is_asked},
    )


def _code_of(text: str) -> str:
    """The code that the registration office made for this row (lottery.sample), if it made any."""
    if text and not re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", text):
        raise RowError(gettext_noop("the code is none of lottery.sample"))
    return text


def _date_of(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise RowError(gettext_noop("the date of birth is no date (2001-05-31 or 31.05.2001)"))


def _value_of(feature: FeatureTable, values: Mapping[str, str], age: int) -> str:
    """The value of a feature that the register knows; labels are understood too."""
    possible = [one.value for one in feature.values]
    if feature.name == "age":
        band = band_of(age, possible)
        if band is None:
            raise RowError(gettext_noop("the age is in none of the bands"))
        return band
    return value_in(feature, values[feature.name])


def value_in(feature: FeatureTable, given: str) -> str:
    """The value that `given` names by itself or by its label, in any case. RowError for none of them."""
    for one in feature.values:
        if given.casefold() in (one.value.casefold(), one.label.casefold()):
            return one.value
    raise RowError(
        gettext_noop("%(feature)s “%(given)s” is none of %(possible)s"),
        feature=feature.label,
        given=given,
        possible=", ".join(one.value for one in feature.values),
    )
