"""One random change of a record or of what opens it, and what the verifier has to call it.

A change that leaves the same JSON is none. In a record everything is bound by a hash, so that the same number in another
spelling ("1/2" and "2/4") is a change as well. Only behind hashes that were made anew (`optimum`) is it none.
"""

import copy
import functools
from collections.abc import Iterator
from typing import Any

from audit.canonical import canonical_json
from lottery.algorithms.leaves import commitment_of, leaf, part_hashes
from lottery.checks.optimum import bound_of, pool_of
from lottery.checks.report import UNREADABLE
from lottery.tests.dice import Dice
from lottery.verify import verify

Json = dict[str, Any]
Path = tuple[str | int, ...]
FORM = ("openings: form: ", "your opening: form: ", "opening: ", "proofs: every row")
NAMES = {
    "secret": ("rows: each", "people: ", "panels: each", "proof: ", "pseudonyms", *FORM),
    "ids": ("pseudonyms: ", *FORM),
    "rows": ("rows: ", "people: ", "panels: size", "chances: ", *FORM),
    "panels": ("panels: ", "people: ", "chances: ", *FORM),
    "proof": ("proof: ", *FORM),
    "pseudonym": ("your opening: you are", "your row: ", "your chance", *FORM),
    "values": ("your row: ", *FORM),
    "blinding": ("your row: ", *FORM),
    "place": ("your chance", *FORM),
    "salt": ("your chance", *FORM),
}
"""What a fault at each place of an opening may be called."""
NAMES |= dict.fromkeys(("format", "view", "commitment"), FORM)


def containers(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every list and object in it that has something inside, with its path."""
    if isinstance(value, dict | list):
        if value:
            yield path
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in items:
            yield from containers(one, (*path, key))


def mutate(value: Any, dice: Dice, *, below: Path = ()) -> Path:
    """Change one place at random: another value, another type, gone, doubled, exchanged or added. The path of it."""
    start = functools.reduce(lambda at, key: at[key], below, value)
    path = dice.one_of(list(containers(start)))
    inside = functools.reduce(lambda at, key: at[key], path, start)
    key = dice.one_of(list(inside)) if isinstance(inside, dict) else dice.below(len(inside))
    kind = dice.below(6)
    if kind == 0:
        del inside[key]
    elif kind == 1:
        inside[key] = dice.one_of([None, True, -1, "", [], {}, "0" * 64, 10**30, "ä", [[]], 0])
    elif kind == 2 and isinstance(inside, list):
        inside.insert(dice.below(len(inside)), copy.deepcopy(inside[key]))
    elif kind == 3:
        other = dice.one_of(list(inside)) if isinstance(inside, dict) else dice.below(len(inside))
        inside[key], inside[other] = inside[other], inside[key]
    elif kind == 4 and isinstance(inside, dict):
        inside[key + "x"] = inside[key]
    else:
        inside[key] = nudged(inside[key], dice)
    return (*below, *path, key)


def nudged(value: Any, dice: Dice) -> Any:
    """The same type, hardly different."""
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return 1
    if isinstance(value, int):
        return value + dice.one_of([-1, 1])
    at = dice.below(len(value)) if value else 0
    return value[:at] + dice.one_of("0123456789abcdef") + value[at + 1 :]


def is_same(one: Any, other: Any) -> bool:
    """Whether two texts are the same JSON."""
    return canonical_json(one) == canonical_json(other)


def of_the_record(record: Json, opening: Json | None, dice: Dice) -> str:
    """What is wrong with how a changed record is judged, if anything; "same" where nothing changed."""
    changed = copy.deepcopy(record)
    path = mutate(changed, dice)
    if is_same(changed, record):
        return "same"
    faults = verify(changed, opening).faults
    if not any(_names_the_place(fault, path) for fault in faults):
        return f"{path}: {faults or 'nothing found'}"
    if path[0] == "drawn" and len(path) > 1 and all(fault.startswith("result") for fault in faults):
        return f"{path}: found by the hash alone"
    return ""


def _names_the_place(fault: str, path: Path) -> bool:
    """Whether a fault of the public checks is about this part of the record."""
    if fault.startswith("form: "):
        return str(path[0]) in fault or len(path) == 1
    if path[0] == "committed":
        start = "parts: each is the one that was sealed: "
        return fault.startswith(f"{start}{path[1]} " if len(path) > 1 else start)
    if path[0] in ("drawn", "protocol", "result"):
        return fault.startswith("result: ")
    return fault.startswith(("parts: ", "commitment: "))


def of_an_opening(record: Json, opening: Json, dice: Dice) -> str:
    """The same for a changed opening under the true record."""
    changed = copy.deepcopy(opening)
    path = mutate(changed, dice)
    if is_same(changed, opening):
        return "same"
    report = verify(record, changed)
    if any(fault.startswith(NAMES[str(path[0])]) for fault in report.faults):
        return ""
    if path[0] == "ids" and not report.faults and any("belongs to which pseudonym" in one for one in report.unchecked):
        return (
            ""  # pseudonyms that were given belong to ids outside of the record; the verifier says that it cannot tell
        )
    return f"{path}: {report.faults or 'nothing found'}"


def of_the_optimum(record: Json, opening: Json, dice: Dice) -> str:
    """The same for a changed proof behind hashes that were all made anew, as somebody inside can: only the sums are left."""
    forged, changed = copy.deepcopy(record), copy.deepcopy(opening)
    path = mutate(changed, dice, below=("proof",))
    if is_same(changed, opening):
        return "same"
    try:
        forged["committed"]["proof"] = leaf(changed["secret"], "proof", 0, changed["proof"])
    except UNREADABLE:
        return "same"  # nothing that could be sealed
    forged["parts"] = part_hashes(forged["committed"])
    forged["commitment"] = changed["commitment"] = commitment_of(forged["parts"])
    report = verify(forged, changed)
    if any(fault.startswith(("optimum: ", *FORM)) for fault in report.faults):
        return ""
    if _proves_the_same(record, opening, changed):
        return "same" if not report.faults else f"{path}: proves the same, but {report.faults}"
    return f"{path}: {report.faults or 'nothing found'}"


def _proves_the_same(record: Json, opening: Json, changed: Json) -> bool:
    """Whether the changed multipliers still add up to the same bound (another spelling, a factor, an unused inequality)."""
    committed, rows = record["committed"], opening["rows"]
    pool = pool_of(committed["quotas"], committed["method"]["size"], rows)
    can = [any(float(rows[at]["chance"]) > 1e-12 for at in own) for own in pool.members]
    try:
        found = bound_of(pool, changed["proof"], can)
    except UNREADABLE:
        return False
    return str(found) == opening["proof"]["bound"] == changed["proof"]["bound"] and bool(
        opening["proof"]["multipliers"]
    )
