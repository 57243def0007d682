"""How fast a million ballots in memory are counted: `python benchmarks/counts.py [--json]`.

Limits (CPU seconds on one core): a plain vote (one choice each) 0.2, a ballot with a mark for several options 0.4,
rankings of 8 options 2. The ballots are made before the clock starts, from a fixed multiplier, so that every run counts
the same ones; all 40,320 orders of 8 options appear.
Exit code 1 if a limit is missed.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from voting.algorithms.equal_shares import equal_shares
from voting.algorithms.greedy import greedy
from voting.algorithms.irv import irv
from voting.algorithms.judgment import GRADES, majority_judgment
from voting.algorithms.plurality import approval, plurality
from voting.algorithms.schulze import schulze
from voting.algorithms.score import consensus, score
from voting.algorithms.stv import stv

BALLOTS = 1_000_000
OPTIONS = [f"option {number}" for number in range(1, 9)]
PLAIN, MARKS, RANKED = 0.2, 0.4, 2.0


def numbers(below: int, count: int) -> Iterator[int]:
    """Reproducible numbers below `below`, small ones more often (a linear congruential generator)."""
    state = 20_240_531
    for _ in range(count):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        first = (state >> 33) % below
        yield min(first, (state >> 12) % below) if state >> 63 else first


def ballots() -> dict[str, list]:
    """A million ballots of each kind, each an object of its own."""
    orders = [[OPTIONS[place] for place in order] for order in permutations(range(8))]
    crosses = [[option for place, option in enumerate(OPTIONS) if bits >> place & 1] for bits in range(256)]
    points = [list(zip(OPTIONS, (bits % 6, bits // 6 % 6, bits // 36), strict=False)) for bits in range(216)]
    grades = [[(option, GRADES[points]) for option, points in ballot] for ballot in points]
    return {
        "plain": [OPTIONS[place] for place in numbers(8, BALLOTS)],
        "crosses": [tuple(crosses[place]) for place in numbers(256, BALLOTS)],
        "points": [tuple(points[place]) for place in numbers(216, BALLOTS)],
        "grades": [tuple(grades[place]) for place in numbers(216, BALLOTS)],
        "orders": [tuple(orders[place]) for place in numbers(len(orders), BALLOTS)],
    }


def city_budget() -> tuple[list[frozenset], dict[str, int]]:
    """A budget vote of the size of Wieliczka 2023: 6,586 voters, 64 projects."""
    projects = [f"P{number}" for number in range(64)]
    stream = numbers(64, 60_000)
    votes = [frozenset(projects[next(stream)] for _ in range(1 + next(stream) % 6)) for _ in range(6_586)]
    return votes, {project: 1_000 + 1_500 * next(stream) for project in projects}


def measure(name: str, limit: float | None, count: Callable[[], dict]) -> dict:
    """CPU seconds of one count."""
    start = time.process_time()
    result = count()
    seconds = round(time.process_time() - start, 3)
    return {
        "count": name,
        "seconds": seconds,
        "limit": limit,
        "winners": len(result["winners"]),
        "kept": limit is None or seconds <= limit,
    }


def main() -> int:
    """Measure every method; returns the exit code."""
    made = ballots()
    votes, costs = city_budget()
    seed = {"seed": "benchmark"}
    rows = [
        measure("plurality", PLAIN, lambda: plurality(made["plain"], OPTIONS, **seed)),
        measure("approval", MARKS, lambda: approval(made["crosses"], OPTIONS, **seed)),
        measure("score", MARKS, lambda: score(made["points"], OPTIONS, **seed)),
        measure("consensus", MARKS, lambda: consensus(made["points"], OPTIONS, **seed)),
        measure("majority judgment", MARKS, lambda: majority_judgment(made["grades"], OPTIONS, **seed)),
        measure("irv", RANKED, lambda: irv(made["orders"], OPTIONS, **seed)),
        measure("schulze", RANKED, lambda: schulze(made["orders"], OPTIONS, **seed)),
        measure("stv, 4 seats", RANKED, lambda: stv(made["orders"], OPTIONS, seats=4, **seed)),
        measure("greedy, 6,586 voters", None, lambda: greedy(votes, costs, 1_000_000, **seed)),
        measure("equal shares, 6,586 voters", None, lambda: equal_shares(votes, costs, 1_000_000, **seed)),
    ]
    if "--json" in sys.argv[1:]:
        print(json.dumps({"ballots": BALLOTS, "counts": rows}, indent=1))
    else:
        for row in rows:
            limit = f"limit {row['limit']}" if row["limit"] else ""
            print(f"{row['count']:<28} {row['seconds']:>7.3f} s  {limit}{'' if row['kept'] else '  MISSED'}")
    return 0 if all(row["kept"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
