"""Checks records of the first format, whose list of panels is public. Standard library only.

The commitment is the hash of what was committed to, the number names the panel, the panel comes from the pool and is
listed once in each seat, the alternates are in the order the number gives, the totals of the panel keep the quotas.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from audit.canonical import canonical_json

FORMAT = "allmende-draw-1"
COMMITTED = ("format", "draw", "size", "pool", "pool_hash", "quotas", "panels", "method", "source", "salt")


def faults(record: dict[str, Any]) -> Iterator[str]:
    """Everything that is wrong with a record, each in a sentence; nothing for an honest one."""
    content = {key: record.get(key) for key in COMMITTED}
    if hashlib.sha256(canonical_json(content)).hexdigest() != record.get("commitment"):
        yield "the commitment is not the hash of pool, quotas, panels, source and salt"
    pool, panels, size = record["pool"], record["panels"], record["size"]
    if pool != sorted(set(pool)):
        yield "the pool is not sorted or names somebody twice"
    broken = [number for number, panel in enumerate(panels) if not _is_panel(panel, len(pool), size)]
    for number in broken:
        yield f"panel {number} does not have {size} different people of the pool"
    if not broken:
        yield from _faults_of_the_choice(record, pool, panels)
    yield from _faults_of_the_totals(record, size)


def _is_panel(positions: list[int], people: int, size: int) -> bool:
    return len(positions) == size == len(set(positions)) and all(0 <= position < people for position in positions)


def _faults_of_the_choice(record: dict[str, Any], pool: list[str], panels: list[list[int]]) -> Iterator[str]:
    number = record["number"]
    if not number.isdigit() or len(number) != len(str(len(panels) - 1)) or int(number) >= len(panels):
        yield f"{number!r} names none of {len(panels)} panels"
        return
    if record["index"] != int(number):
        yield f"the index {record['index']} is not the number {number}"
    panel = [pool[position] for position in panels[int(number)]]
    if record["panel"] != panel:
        yield f"the panel is not the one that the number {number} names"
    rest = [one for one in pool if one not in set(panel)]
    seed = f"{record['commitment']}:{number}"
    ranked = sorted(rest, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    if record["alternates"] != ranked[: record["size"]]:
        yield "the alternates are not in the order that the number gives"


def _faults_of_the_totals(record: dict[str, Any], size: int) -> Iterator[str]:
    for feature in record["quotas"]:
        counts = record["panel_counts"].get(feature["feature"], {})
        if sum(counts.values()) != size:
            yield f"{feature['feature']}: the totals of the panel do not add up to {size}"
        for value in feature["values"]:
            if not value["min"] <= counts.get(value["value"], 0) <= value["max"]:
                yield f"{feature['feature']} = {value['value']}: the quota is not kept"
