"""The custody audit: public randomness names volunteers whom the auditor meets or phones, so that invented ones are found.

    python -m lottery.custody record.json --value "3 11 17 25 31 44" --share 5      whom the auditor meets
    python -m lottery.custody --pool 367 --share 5                                  how many that are

Hashes cannot show that a person exists. If a share of the pool is invented, a random choice of enough people contains at
least one of them with the wanted certainty. The value must become known after the pool was sealed and from a source
that nobody commands; it is another one than the draw's. Standard library only.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from fractions import Fraction
from math import comb
from pathlib import Path

from lottery.algorithms.choosing import stream_number
from lottery.checks.report import UNREADABLE
from lottery.verify import NoRecord, read_json

CERTAINTY = Fraction(95, 100)


def chance_to_find(pool: int, invented: int, met: int) -> Fraction:
    """The probability that a random choice of `met` out of `pool` contains at least one of `invented`."""
    return 1 - Fraction(comb(pool - invented, met), comb(pool, met))


def people_to_meet(pool: int, invented: int, certainty: Fraction = CERTAINTY) -> int:
    """The fewest people of which one is invented with this certainty. ValueError where there is nobody to find."""
    if not 1 <= invented <= pool:
        raise ValueError(f"{invented} of {pool} people cannot be invented")
    return next(met for met in range(1, pool + 1) if chance_to_find(pool, invented, met) >= certainty)


def chosen_people(pool: Sequence[str], commitment: str, value: str, count: int) -> list[str]:
    """The `count` pseudonyms that `value` names, in the order in which they are met; nobody twice."""
    left, found = sorted(pool), []
    for turn in range(min(count, len(left))):
        found.append(left.pop(stream_number(len(left), "custody", commitment, value, turn)))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print how many people, and with a record whom."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(prog="lottery.custody", description=__doc__.split("\n\n")[0])
    parser.add_argument("record", nargs="?", type=Path, help="record.json of the draw")
    parser.add_argument("--value", default="", help="what the source of randomness gave, as announced")
    parser.add_argument("--pool", type=int, default=0, help="without a record: how many volunteers there are")
    parser.add_argument("--share", type=Fraction, default=Fraction(5), help="per cent invented that must be found")
    parser.add_argument("--certainty", type=Fraction, default=100 * CERTAINTY, help="per cent, default 95")
    options = parser.parse_args(arguments)
    try:
        committed = read_json(options.record) if options.record else {}
        pool = committed["committed"]["pool"] if committed else []
        people = len(pool) or options.pool
        invented = max(-(-people * options.share // 100), 1)
        count = people_to_meet(people, int(invented), options.certainty / 100)
        if pool and not options.value:
            raise ValueError("--value: say what the source of randomness gave")
        chosen = chosen_people(pool, committed["commitment"], options.value, count) if pool else []
    except (NoRecord, *UNREADABLE, StopIteration) as error:
        print(f"lottery.custody: {error}", file=sys.stderr)
        return 2
    certainty = float(100 * chance_to_find(people, int(invented), count))
    print(f"{count} of {people} people: if {int(invented)} are invented, one of them is found with {certainty:.2f} %")
    for name in chosen:
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
