"""From public randomness to a number, the same for everybody. Standard library only.

A *source* is named in the seal before its value exists: `digits` (a drum or dice: so many decimal digits), `numbers` (as
many different whole numbers of a range, ascending: lottery numbers of a date), `drand` (the signature of a round, in
hexadecimal; its SHA-256 is the round's randomness). Each value has one spelling only, so that nobody can choose among
spellings. Rule `digits`: the digits of the one source are the number. Rule `hash`: the number comes from SHA-256 of the
commitment and all values.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from audit.canonical import canonical_json

LABEL = "allmende-draw-2"
RULES = ("digits", "hash")


class WrongValue(ValueError):
    """A value that its source cannot have given."""


def stream_number(below: int, *seed: Any) -> int:
    """A number from 0 to `below` - 1, each equally likely, that follows from the seed (plain JSON)."""
    limit, counter = 2**256 - 2**256 % below, 0
    while True:
        block = hashlib.sha256(canonical_json([LABEL, *seed, counter])).digest()
        number = int.from_bytes(block, "big")
        if number < limit:
            return number % below
        counter += 1


def check_source(source: dict[str, Any], panels: int) -> None:
    """WrongValue unless this is a rule with sources that can choose one of so many panels."""
    if source["rule"] not in RULES:
        raise WrongValue(f"there is no rule {source['rule']!r}")
    if source["rule"] == "digits":
        length = len(str(panels - 1))
        if [(one["kind"], one["count"]) for one in source["sources"]] != [("digits", length)]:
            raise WrongValue(f"the rule digits needs one source of {length} digits")
    for one in source["sources"]:
        if one["kind"] not in ("digits", "numbers", "drand"):
            raise WrongValue(f"there is no kind of source {one['kind']!r}")


def check_value(source: dict[str, Any], value: str) -> None:
    """WrongValue unless this is the one spelling of a value that the source can give."""
    if not isinstance(value, str) or not value.isascii():
        raise WrongValue("a value of a source is plain text")
    if source["kind"] == "digits":
        if len(value) != source["count"] or not value.isdigit():
            raise WrongValue(f"{source['name']}: expected {source['count']} digits, not {value!r}")
    elif source["kind"] == "numbers":
        parts = value.split(" ")
        numbers = [int(part) for part in parts if part.isdigit()]
        if [str(number) for number in numbers] != parts or numbers != sorted(set(numbers)):
            raise WrongValue(f"{source['name']}: expected ascending whole numbers with a space between, not {value!r}")
        if len(numbers) != source["count"] or numbers[0] < source["from"] or numbers[-1] > source["to"]:
            span = f"{source['count']} numbers from {source['from']} to {source['to']}"
            raise WrongValue(f"{source['name']}: expected {span}, not {value!r}")
    elif len(value) not in (96, 192) or set(value) - set("0123456789abcdef"):
        raise WrongValue(f"{source['name']}: expected the signature of the round, 96 or 192 hexadecimal digits")


def chosen_number(source: dict[str, Any], values: Sequence[str], commitment: str, panels: int) -> int:
    """The number of the panel that these values choose; WrongValue if they are not the sources' values."""
    check_source(source, panels)
    if len(values) != len(source["sources"]) or not values:
        raise WrongValue(f"there are {len(source['sources'])} sources and {len(values)} values")
    for one, value in zip(source["sources"], values, strict=True):
        check_value(one, value)
    if source["rule"] == "hash":
        return stream_number(panels, "number", commitment, list(values))
    number = int(values[0])
    if number >= panels:
        raise WrongValue(f"there is no panel {values[0]}; the number is drawn again")
    return number


def opened_numbers(number: int, values: Sequence[str], commitment: str, panels: int, count: int) -> list[int]:
    """The `count` further panels whose totals are opened, in the order in which the same values name them."""
    found: list[int] = []
    turn = 0
    while len(found) < min(count, panels - 1):
        other = stream_number(panels, "opened", commitment, list(values), turn)
        if other != number and other not in found:
            found.append(other)
        turn += 1
    return found


def ranking_of(pool: Sequence[str], values: Sequence[str], commitment: str) -> list[str]:
    """Everybody in the order in which alternates are asked: by SHA-256 of commitment, values and pseudonym.

    Were the order sealed before the number, whoever makes the seal could try secrets until a friend comes first.
    """
    seed = [LABEL, "alternate", commitment, list(values)]
    return sorted(pool, key=lambda name: hashlib.sha256(canonical_json([*seed, name])).digest())


def drum(panels: int, name: str = "") -> dict[str, Any]:
    """The source in its simplest form: as many digits as the list is long, from a drum or dice."""
    digits = len(str(panels - 1))
    return {"rule": "digits", "sources": [{"kind": "digits", "name": name, "count": digits}]}
