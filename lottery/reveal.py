"""Open a sealed record by the number that was drawn: `python -m lottery.reveal record.json openings.json --value 137 --out DIR`.

For draws from files. Writes `record.json` (the drawn record, for everybody), `proofs.json` (that each sealed row has one
value per feature), and with `--volunteers` for each person `<pseudonym>.json`, which that person alone gets. `--value` is
given once per source that the seal names, in its order. Exit code 2: these values cannot have come from the sources,
or the files do not belong together. Standard library only.
"""

import argparse
import sys
from pathlib import Path

from audit.canonical import canonical_json
from lottery.algorithms.choosing import WrongValue
from lottery.algorithms.opening import open_record, volunteer_opening
from lottery.algorithms.rowproofs import prove_rows
from lottery.checks.report import UNREADABLE
from lottery.verify import NoRecord, read_json, verify


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="lottery.reveal", description=__doc__.split("\n\n")[0])
    parser.add_argument("record", type=Path, help="the sealed record")
    parser.add_argument("openings", type=Path, help="the auditor's openings")
    parser.add_argument("--value", action="append", required=True, help="what a source gave, as its seal spells it")
    parser.add_argument("--volunteers", action="store_true", help="also a file for each volunteer")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        sealed, openings = read_json(options.record), read_json(options.openings)
        faults = verify(sealed, openings).faults
        if faults or sealed["stage"] != "sealed":
            raise WrongValue("\n".join(faults) or "this record has its number already")
        drawn = open_record(sealed, openings, options.value)
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "record.json").write_bytes(canonical_json(drawn) + b"\n")
        (options.out / "proofs.json").write_bytes(canonical_json(prove_rows(sealed, openings)) + b"\n")
        for name in sealed["committed"]["pool"] if options.volunteers else []:
            own = canonical_json(volunteer_opening(drawn, openings, name))
            (options.out / f"{name}.json").write_bytes(own + b"\n")
    except (NoRecord, OSError, *UNREADABLE) as error:
        print(f"lottery.reveal: {error}", file=sys.stderr)
        return 2
    members = drawn["drawn"]["panel"]["members"]
    print(f"panel {drawn['drawn']['number']} of {sealed['committed']['panels']['count']}:")
    print("\n".join(members))
    return 0


if __name__ == "__main__":
    sys.exit(main())
