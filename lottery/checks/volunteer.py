"""What a volunteer can check with the own opening. Standard library only."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from lottery.algorithms.commitments import Seals, decode, scalar_of
from lottery.algorithms.leaves import FORMAT, hash_leaf
from lottery.checks.form import VOLUNTEER, wrong_form
from lottery.checks.report import Report

Json = dict[str, Any]


def check_volunteer(report: Report, record: Json, opening: Json) -> None:
    """Add to the public report what this opening shows."""
    report.view = "volunteer"
    committed = record["committed"]
    if not report.check("your opening: form", lambda: _form(record, opening)):
        return
    name = opening["pseudonym"]
    if not report.check("your opening: you are in the pool", lambda: _there(committed, name)):
        return
    at = committed["pool"].index(name)
    report.check("your row: it is the one that was sealed", lambda: _row(committed, opening, at))
    report.check("your chance and your places on the list: as sealed", lambda: _place(committed, opening, at))
    if report.stage == "drawn":
        report.check("your places on the panels that were opened", lambda: _on_opened(record, opening))
    if not report.faults:  # what a wrong record says of somebody is worth nothing, and may be too long to be written
        _tell(report, record, opening)
    report.unchecked.append("whether others' rows are true: each sees the own, the auditor all")


def _form(record: Json, opening: Json) -> Iterator[str]:
    yield from wrong_form(opening, VOLUNTEER)
    if opening.get("format") != FORMAT or opening.get("view") != "volunteer":
        yield f"this is no volunteer's opening of the format {FORMAT}"
    if opening.get("commitment") != record.get("commitment"):
        yield "it belongs to another record"


def _there(committed: Json, name: str) -> Iterator[str]:
    if name not in committed["pool"]:
        yield f"{name} is not in the pool"


def _row(committed: Json, opening: Json, at: int) -> Iterator[str]:
    values = [(quota["feature"], quota["value"]) for quota in committed["quotas"]]
    features = list(dict.fromkeys(feature for feature, _value in values))
    if len(opening["values"]) != len(features):
        yield f"there are {len(features)} features and {len(opening['values'])} values"
        return
    own = list(zip(features, opening["values"], strict=True))
    unknown = [f"{feature} = {value}" for feature, value in own if (feature, value) not in values]
    if unknown:
        yield f"the quotas do not know {', '.join(unknown)}"
        return
    row = [values.index(pair) for pair in own]
    (point,) = Seals(values).seal_rows([row], [scalar_of(opening["blinding"])])
    if point != decode(committed["seals"][at]):
        yield "the values are not what your seal contains"


def _place(committed: Json, opening: Json, at: int) -> Iterator[str]:
    place, count = opening["place"], committed["panels"]["count"]
    if hash_leaf(opening["salt"], "person", at, place) != committed["leaves"][at]:
        yield "they are not what was sealed"
    if sorted(set(place["numbers"])) != place["numbers"] or any(number >= count for number in place["numbers"]):
        yield "the numbers of your panels are not numbers of the list"
    if abs(Fraction(place["chance"]) - Fraction(len(place["numbers"]), count)) > Fraction(2, count) + Fraction(
        1, 10**9
    ):
        yield f"your chance is {place['chance']}, but you are on {len(place['numbers'])} of {count} panels"


def _on_opened(record: Json, opening: Json) -> Iterator[str]:
    numbers = set(opening["place"]["numbers"])
    for panel in [record["drawn"]["panel"], *record["drawn"]["opened"]]:
        if (opening["pseudonym"] in panel["members"]) != (panel["number"] in numbers):
            yield f"panel {panel['number']} and your list disagree about you"


def _tell(report: Report, record: Json, opening: Json) -> None:
    committed, place = record["committed"], opening["place"]
    count, digits = committed["panels"]["count"], committed["panels"]["digits"]
    features = dict.fromkeys(quota["feature"] for quota in committed["quotas"])
    row = ", ".join(f"{feature} {value}" for feature, value in zip(features, opening["values"], strict=False))
    report.findings.append(f"you are {opening['pseudonym']}: {row}")
    shown = " ".join(f"{number:0{digits}d}" for number in place["numbers"][:20])
    more = " …" if len(place["numbers"]) > 20 else ""
    report.findings.append(
        f"your chance is {place['chance']}; you are on {len(place['numbers'])} of {count} panels: {shown}{more}"
    )
    if report.stage == "drawn":
        order, members = record["drawn"]["ranking"]["order"], record["drawn"]["panel"]["members"]
        name, waiting = opening["pseudonym"], [one for one in order if one not in members]
        words = "you were drawn" if name in members else f"you are alternate {waiting.index(name) + 1}"
        report.findings.append(words)
