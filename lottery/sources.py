"""Where the public number comes from: a drum or dice in the hall, lottery numbers of a date, a drand round, or several.

A source is sealed with the panels before its value exists; `at` is the moment before which nobody can know it. How the
values become a number stands in `lottery.algorithms.choosing`.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.clock import BERLIN
from lottery.beacon import network

Source = dict[str, Any]
LOTTO = (6, 1, 49)
"""How many numbers of which range: the German lottery."""

BEACON = "quicknet"


def digits(name: str, at: datetime.datetime, panels: int) -> Source:
    """As many decimal digits as name one of `panels` panels, from a drum or dice before witnesses."""
    return {"kind": "digits", "name": name, "at": _text(at), "count": len(str(panels - 1))}


def lottery_numbers(name: str, at: datetime.datetime) -> Source:
    """The numbers of a public lottery drawn at `at`."""
    count, low, high = LOTTO
    return {"kind": "numbers", "name": name, "at": _text(at), "count": count, "from": low, "to": high}


def drand(at: datetime.datetime) -> Source:
    """The first round of the drand network at `at` or after it."""
    beacon = network(BEACON)
    number = beacon.round_at(at)
    name = f"drand {BEACON}, {number}"
    found = {"kind": "drand", "name": name, "network": BEACON, "chain": beacon.chain, "round": number}
    return {**found, "at": _text(beacon.time_of(number))}


def together(sources: Sequence[Source]) -> Source:
    """The sealed description: a drum alone gives its digits as the number, everything else is combined by hash."""
    is_drum = [one["kind"] for one in sources] == ["digits"]
    return {"rule": "digits" if is_drum else "hash", "sources": list(sources)}


def moment_of(source: Source) -> datetime.datetime:
    """When the value of a source comes into the world."""
    return datetime.datetime.fromisoformat(source["at"])


def words_of(source: Source) -> str:
    """A sealed description for people, with the time of each source."""
    return "; ".join(
        _("%(name)s, %(time)s")
        % {"name": one["name"], "time": date_format(moment_of(one).astimezone(BERLIN), "DATETIME_FORMAT")}
        for one in source["sources"]
    )


def plain_value(source: Source, typed: str) -> str:
    """What somebody typed in the one spelling of this kind of source; not checked."""
    if source["kind"] == "numbers":
        parts = typed.replace(",", " ").replace(";", " ").split()
        if all(part.isascii() and part.isdigit() for part in parts):
            return " ".join(str(number) for number in sorted(int(part) for part in parts))
        return typed.strip()
    return "".join(typed.split()).lower()


def _text(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds")
