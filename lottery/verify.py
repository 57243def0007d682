"""Check the published record of a draw: `python -m lottery.verify record.json`. Standard library only, no database.

It checks that the commitment is the hash of what was committed to, that the number names the panel, that the panel
comes from the pool and is listed once in each seat, that the alternates are in the order the number gives, and that
the totals of the panel keep the quotas. It cannot check, and says so, whether the features behind the pseudonyms are
true: for that the auditor opens the pool.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COMMITTED = ("format", "draw", "size", "pool", "pool_hash", "quotas", "panels", "method", "source", "salt")


def canonical(value: Any) -> bytes:
    """The form in which things are hashed: RFC 8785 for text, whole numbers, lists and objects."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def faults(record: dict[str, Any]) -> Iterator[str]:
    """Everything that is wrong with a record, each in a sentence; nothing for an honest one."""
    content = {key: record.get(key) for key in COMMITTED}
    if hashlib.sha256(canonical(content)).hexdigest() != record.get("commitment"):
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


def main(path: str) -> int:
    """Print what was checked; 0 if all of it holds."""
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        found = list(faults(record))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"this is no record of a draw: {type(error).__name__}: {error}")
        return 2
    for fault in found:
        print(f"FAULT: {fault}")
    if found:
        return 1
    print(f"commitment {record['commitment']} holds; number {record['number']} names the {record['size']} drawn")
    print("checked: commitment, panels, number, panel, alternates, totals against quotas (public view)")
    print("not checked: the features behind the pseudonyms; the auditor can open them with the pool's salt")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__)
        raise SystemExit(2)
    raise SystemExit(main(sys.argv[1]))
