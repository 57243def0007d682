"""Check the record of a draw: `python -m lottery.verify record.json [--opening FILE]`.

Standard library only: no database, no network, no solver. It says which view it checked (public; with a volunteer's
opening: volunteer; with the auditor's openings: auditor; with the file of proofs: proofs), each check by name, what is
wrong, and what it could not check. Records of the register sample (`lottery.sample`) are checked too. Exit code 0: all
of it holds; 1: something is wrong; 2: this is no record. docs/verify.md says what each check means.
"""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lottery import sample
from lottery.algorithms.leaves import FORMAT
from lottery.algorithms.rowproofs import wrong_rows
from lottery.checks.auditor import check_auditor
from lottery.checks.public import check_public
from lottery.checks.report import UNREADABLE, Report
from lottery.checks.volunteer import check_volunteer

HOLDS, WRONG, UNREADABLE_FILE = 0, 1, 2
VIEWS = ("volunteer", "auditor", "proofs")
Json = dict[str, Any]


class NoRecord(ValueError):
    """A file that cannot be read as what it should be."""


def verify(record: Json, opening: Json | None = None) -> Report:
    """Everything that can be checked with these two."""
    if record.get("format") == sample.FORMAT:
        return _verify_sample(record, opening)
    report = check_public(record)
    has_form = not any(found for name, found in report.checked if name in ("form", "pool: everybody once, with a seal"))
    if opening is None:
        report.unchecked.append("the proofs that each row has one value per feature: a file of its own, if published")
    elif opening.get("view") not in VIEWS:
        report.check("opening", lambda: iter([f"there is no view {opening.get('view')!r}"]))
    elif not has_form:
        report.unchecked.append("the opening: the record itself cannot be read")
    elif opening["view"] == "volunteer":
        check_volunteer(report, record, opening)
    elif opening["view"] == "auditor":
        check_auditor(report, record, opening)
    else:
        report.view = "public, with proofs"
        report.check("proofs: every row has exactly one value per feature", lambda: _proofs(record, opening))
    return report


def _proofs(record: Json, proofs: Json) -> Iterator[str]:
    if set(proofs) != {"format", "view", "commitment", "rows"} or proofs["format"] != FORMAT:
        yield f"this is no file of proofs of the format {FORMAT}"
    if proofs.get("commitment") != record["commitment"]:
        yield "they belong to another record"
    for name in wrong_rows(record, proofs):
        yield f"the proof of {name} does not hold"


def _verify_sample(record: Json, opening: Json | None) -> Report:
    report = Report("auditor" if opening else "public", "register sample")
    name = "frame, shares of the strata, number, positions, Merkle proof, codes"
    report.check(name, lambda: iter(sample.all_faults(record, opening)))
    report.unchecked += [] if opening else [sample.NOT_OPENED]
    report.unchecked += sample.NOT_CHECKED
    return report


def read_json(path: Path) -> Json:
    """An object without floats and without a key that stands twice; NoRecord otherwise."""
    try:
        value = json.loads(
            path.read_text(encoding="utf-8"),
            object_pairs_hook=_once,
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
        )
    except (OSError, ValueError, RecursionError) as error:
        raise NoRecord(f"{path}: {error}") from None
    if not isinstance(value, dict):
        raise NoRecord(f"{path}: this is no record of a draw")
    return value


def _once(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse_float(text: str) -> None:
    raise ValueError(f"{text} is no whole number")


def main(arguments: list[str] | None = None) -> int:
    """Print what was checked; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(prog="lottery.verify", description=__doc__.split("\n\n")[0])
    parser.add_argument("record", type=Path)
    parser.add_argument("--opening", type=Path, metavar="FILE", help="a volunteer's, the auditor's, or the proofs")
    options = parser.parse_args(arguments)
    try:
        record = read_json(options.record)
        opening = read_json(options.opening) if options.opening else None
        report = verify(record, opening)
    except (NoRecord, *UNREADABLE) as error:
        print(f"lottery.verify: {error}", file=sys.stderr)
        return UNREADABLE_FILE
    print(report.text())
    print("FAULTS FOUND" if report.faults else "everything that was checked holds")
    if isinstance(record.get("commitment"), str):
        print(f"commitment {record['commitment']}")
    return WRONG if report.faults else HOLDS


if __name__ == "__main__":
    sys.exit(main())
