"""The form of a record and of its openings: which keys, of which type. Standard library only."""

import re
from collections.abc import Iterator
from typing import Any

HEX = "64 hexadecimal digits"
TEXT = "text"
COUNT = "a whole number from 0"
DECIMAL = "a decimal number such as 0.152"
ANY = "anything"
FREE = "an object"

PANEL = {"number": COUNT, "members": [TEXT], "salt": HEX, "counts": [COUNT], "blinding": HEX}
RECORD: dict[str, Any] = {
    "format": TEXT,
    "view": TEXT,
    "stage": TEXT,
    "committed": {
        "draw": FREE,
        "method": {
            "algorithm": TEXT,
            "size": COUNT,
            "opened": COUNT,
            "pseudonyms": TEXT,
            "tolerances": {"chance": TEXT},
            "versions": FREE,
        },
        "quotas": [{"feature": TEXT, "value": TEXT, "min": COUNT, "max": COUNT}],
        "census": FREE,
        "pool": [TEXT],
        "seals": [TEXT],
        "leaves": [HEX],
        "panels": {"count": COUNT, "digits": COUNT, "leaves": [HEX]},
        "proof": HEX,
        "chances": {"smallest": DECIMAL, "largest": DECIMAL, "without": COUNT, "unlisted": COUNT},
        "source": {"rule": TEXT, "sources": [FREE]},
        "totals": {"counts": [COUNT], "blinding": HEX},
    },
    "parts": FREE,
    "commitment": HEX,
}
DRAWN: dict[str, Any] = {
    **RECORD,
    "drawn": {
        "values": [TEXT],
        "number": COUNT,
        "panel": PANEL,
        "opened": [PANEL],
        "ranking": {"order": [TEXT]},
    },
    "protocol": FREE,
    "result": HEX,
}
PLACE = {"household": COUNT, "chance": DECIMAL, "numbers": [COUNT]}
VOLUNTEER = {
    "format": TEXT,
    "view": TEXT,
    "commitment": HEX,
    "pseudonym": TEXT,
    "values": [TEXT],
    "blinding": HEX,
    "place": PLACE,
    "salt": HEX,
}
AUDITOR = {
    "format": TEXT,
    "view": TEXT,
    "commitment": HEX,
    "secret": TEXT,
    "ids": [TEXT],
    "rows": [{"values": [TEXT], "household": COUNT, "chance": DECIMAL}],
    "panels": [[COUNT]],
    "proof": {"multipliers": FREE, "bound": TEXT, "cuts": [FREE]},
}


def wrong_form(value: Any, form: Any, where: str = "") -> Iterator[str]:
    """Every place at which `value` is not of the form, by its path."""
    if isinstance(form, dict) or form == FREE:
        yield from _wrong_object(value, form, where)
    elif isinstance(form, list):
        if not isinstance(value, list):
            yield f"{where or 'the file'} is no list"
            return
        for place, one in enumerate(value):
            yield from wrong_form(one, form[0], f"{where}[{place}]")
    elif form != ANY and not _is(value, form):
        yield f"{where} is not {form}"


def _wrong_object(value: Any, form: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where or 'the file'} is no object"
        return
    if form == FREE:
        return
    start = f"{where}." if where else ""
    yield from (f"{start}{key} is missing" for key in form if key not in value)
    yield from (f"{start}{key} does not belong there" for key in value if key not in form)
    for key in form:
        if key in value:
            yield from wrong_form(value[key], form[key], f"{start}{key}")


def _is(value: Any, form: str) -> bool:
    if form == COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if not isinstance(value, str):
        return False
    if form == DECIMAL:
        return bool(re.fullmatch(r"[0-9]{1,9}\.[0-9]{1,30}", value))  # no exponents: they can ask for any effort
    return form == TEXT or (len(value) == 64 and set(value) <= set("0123456789abcdef"))
