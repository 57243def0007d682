"""What is opened of a sealed record: to everybody after the number, to a volunteer, to the auditor.

Standard library only. The auditor's openings are the input of all of it; they never leave the house but to the auditor.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lottery.algorithms.choosing import chosen_number, opened_numbers, ranking_of
from lottery.algorithms.commitments import ORDER, scalar, scalar_text
from lottery.algorithms.leaves import FORMAT, result_hash, salt

Json = dict[str, Any]


def blinding_of(secret: str, pseudonym: str, values: Sequence[str]) -> int:
    """What hides a person's row. It depends on the row, so that a corrected row shares nothing with the wrong one."""
    return scalar(secret, "blinding", pseudonym, list(values))


def open_totals(record: Json, openings: Json, members: Sequence[int], blindings: Sequence[int] | None = None) -> Json:
    """How many of these people (positions in the pool) have each value, and the number that opens their sum.

    `blindings` are what hides the members' rows, where that is at hand.
    """
    quotas = record["committed"]["quotas"]
    features = list(dict.fromkeys(quota["feature"] for quota in quotas))
    rows = [openings["rows"][at]["values"] for at in members]
    have = Counter((feature, value) for row in rows for feature, value in zip(features, row, strict=True))
    pool, secret = record["committed"]["pool"], openings["secret"]
    if blindings is None:
        blindings = [blinding_of(secret, pool[at], row) for at, row in zip(members, rows, strict=True)]
    return {
        "counts": [have[quota["feature"], quota["value"]] for quota in quotas],
        "blinding": scalar_text(sum(blindings) % ORDER),
    }


def open_panel(record: Json, openings: Json, number: int) -> Json:
    """One panel of the list: its members, its salt and its totals."""
    members = openings["panels"][number]
    pool = record["committed"]["pool"]
    return {
        "number": number,
        "members": [pool[at] for at in members],
        "salt": salt(openings["secret"], "panel", number),
        **open_totals(record, openings, members),
    }


def open_record(record: Json, openings: Json, values: Sequence[str], protocol: Json | None = None) -> Json:
    """The record with everything the randomness chooses. WrongValue if the values are not what the sources give.

    `values` has one text for each committed source; `protocol` is whatever is to be kept beside it (witnesses, times).
    The same values give the same bytes.
    """
    committed = record["committed"]
    panels, commitment = committed["panels"]["count"], record["commitment"]
    number = chosen_number(committed["source"], values, commitment, panels)
    others = opened_numbers(number, values, commitment, panels, committed["method"]["opened"])
    pool = committed["pool"]
    drawn = {
        "values": list(values),
        "number": number,
        "panel": open_panel(record, openings, number),
        "opened": [open_panel(record, openings, other) for other in others],
        "ranking": {"order": ranking_of(pool, values, commitment)},
    }
    done = {**record, "stage": "drawn", "drawn": drawn, "protocol": protocol or {}}
    done["result"] = result_hash(done)
    return done


def alternates(record: Json) -> list[str]:
    """Everybody who was not drawn, in the order in which they are asked."""
    seated = set(record["drawn"]["panel"]["members"])
    return [pseudonym for pseudonym in record["drawn"]["ranking"]["order"] if pseudonym not in seated]


def volunteer_opening(record: Json, openings: Json, pseudonym: str) -> Json:
    """What one volunteer gets: the own row, chance and place on the list, and what proves them. KeyError: not in it."""
    pool, secret = record["committed"]["pool"], openings["secret"]
    if pseudonym not in pool:
        raise KeyError(pseudonym)
    at = pool.index(pseudonym)
    row = openings["rows"][at]
    return {
        "format": FORMAT,
        "view": "volunteer",
        "commitment": record["commitment"],
        "pseudonym": pseudonym,
        "values": row["values"],
        "blinding": scalar_text(blinding_of(secret, pseudonym, row["values"])),
        "place": place_of(openings, at),
        "salt": salt(secret, "person", at),
    }


def place_of(openings: Json, at: int) -> Json:
    """What a person's leaf commits to: household, chance, numbers of the panels the person is on."""
    row = openings["rows"][at]
    numbers = [number for number, panel in enumerate(openings["panels"]) if at in panel]
    return {"household": row["household"], "chance": row["chance"], "numbers": numbers}
