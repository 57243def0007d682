"""Check an exported chain of events on bare Python: `python -m audit.verify chain.json [--head HASH]`.

Each event carries the SHA-256 of its canonical content and that of its predecessor; so a changed, missing,
doubled or reordered row is found and named. A chain cut off at its end is found only against a head known
from outside (`--head`): mails and papers carry it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from audit.canonical import digest

GENESIS = "0" * 64
CONTENT = ("chain", "sequence", "name", "actor", "facts", "at", "previous")


def faults(export: dict[str, Any], head: str | None = None) -> list[str]:
    """What is wrong with an exported chain, one sentence a fault, naming the row; empty if nothing is."""
    found: list[str] = []
    previous = GENESIS
    for place, event in enumerate(export.get("events", [])):
        found += _event_faults(event, place, export.get("chain"), previous)
        previous = event.get("hash", "") if isinstance(event, dict) else ""
    if head is not None and previous != head:
        found.append(
            f"the chain ends in {previous[:12]}…, not in the known head {head[:12]}…: its end is cut or replaced"
        )
    return found


def _event_faults(event: Any, place: int, chain: Any, previous: str) -> list[str]:
    name = f"row {place}"
    if not isinstance(event, dict) or set(event) != {*CONTENT, "hash"}:
        return [f"{name}: does not have the fields of an event"]
    found = []
    if event["chain"] != chain:
        found.append(f"{name}: belongs to the chain {event['chain']!r}")
    if event["sequence"] != place or isinstance(event["sequence"], bool):
        found.append(f"{name}: carries the number {event['sequence']}; a row is missing, doubled or moved")
    if event["previous"] != previous:
        found.append(f"{name}: does not follow the row before it")
    try:
        is_same = digest({key: event[key] for key in CONTENT}) == event["hash"]
    except TypeError:
        is_same = False
    if not is_same:
        found.append(f"{name}: its content was changed")
    return found


def main(arguments: list[str]) -> int:
    """Exit code 0 if the chain is whole, 1 if not, 2 if the file cannot be read."""
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--head"):
        print("usage: python -m audit.verify chain.json [--head HASH]")
        return 2
    try:
        export = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"cannot read {arguments[0]}: {error}")
        return 2
    if not isinstance(export, dict) or not isinstance(export.get("events"), list):
        print(f"{arguments[0]} is not an exported chain: it has no list of events")
        return 2
    found = faults(export, arguments[2] if len(arguments) == 3 else None)
    print("\n".join(found) or f"{export.get('chain')}: {len(export['events'])} events, chain whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
