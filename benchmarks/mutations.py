"""Random changes of fresh records, and what the verifier calls them: none may pass, none may be called something else.

    python -m benchmarks.mutations                              1,000 changes in each view, one seed
    python -m benchmarks.mutations --seeds a b c --turns 1000   as many in each view with each seed
    python -m benchmarks.mutations --views auditor optimum      only these

`public`, `volunteer`, `auditor`: one change of the record or (two of three times, where the view has one) of the opening.
`optimum`: one change of the proof, behind hashes made anew, so that nothing but the sums can find it. `proofs`: the
file of proofs of the rows (slow). Exit code 1: something passed or was called something else.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from lottery.algorithms.rowproofs import prove_rows
from lottery.tests import mutations
from lottery.tests.dice import Dice
from lottery.tests.fresh_draws import FreshDraw, fresh_draw

DRAWS = 32
"""Fresh draws of a run: each objective, with and without households, with each kind of names, twice."""

Try = Callable[[FreshDraw, Dice], str]


def _in_public(draw: FreshDraw, dice: Dice) -> str:
    return mutations.of_the_record(dice.one_of([draw.drawn, draw.drawn, draw.sealed]), None, dice)


def _as_volunteer(draw: FreshDraw, dice: Dice) -> str:
    if dice.below(3) == 0:
        return mutations.of_the_record(draw.drawn, draw.volunteer, dice)
    return mutations.of_an_opening(draw.drawn, draw.volunteer, dice)


def _as_auditor(draw: FreshDraw, dice: Dice) -> str:
    if dice.below(3) == 0:
        return mutations.of_the_record(draw.drawn, draw.openings, dice)
    return mutations.of_an_opening(draw.drawn, draw.openings, dice)


def _of_the_optimum(draw: FreshDraw, dice: Dice) -> str:
    return mutations.of_the_optimum(draw.sealed, draw.openings, dice)


def _of_the_proofs(draw: FreshDraw, dice: Dice) -> str:
    return mutations.of_an_opening(draw.sealed, prove_rows(draw.sealed, draw.openings), dice)


VIEWS: dict[str, Try] = {
    "public": _in_public,
    "volunteer": _as_volunteer,
    "auditor": _as_auditor,
    "optimum": _of_the_optimum,
    "proofs": _of_the_proofs,
}


def faults_of(view: str, seed: str, turns: int, draws: int = DRAWS) -> Iterator[tuple[str, str]]:
    """So many changes, each with its draw and what is wrong with its judgement: nothing where it was found and named."""
    for number in range(draws):
        draw = fresh_draw(seed, number)
        for turn in range(number, turns, draws):
            yield f"{seed}/{turn}: {draw.name}", _judged(VIEWS[view], draw, Dice(f"{view} {seed}/{turn}"))


def _judged(change: Try, draw: FreshDraw, dice: Dice) -> str:
    """The first throw that changes something."""
    try:
        return next(fault for fault in iter(lambda: change(draw, dice), None) if fault != "same")
    except Exception as error:  # a verifier that breaks has named nothing
        return f"{type(error).__name__}: {error}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", nargs="+", choices=VIEWS, default=["public", "volunteer", "auditor", "optimum"])
    parser.add_argument("--seeds", nargs="+", default=["1"])
    parser.add_argument("--turns", type=int, default=1000)
    options = parser.parse_args()
    is_wrong = False
    for view in options.views:
        for seed in options.seeds:
            began, wrong = time.monotonic(), 0
            for name, fault in faults_of(view, seed, options.turns):
                if fault:
                    wrong += 1
                    print(f"{view} {name}: {fault}"[:500], flush=True)
            is_wrong |= wrong > 0
            took = time.monotonic() - began
            print(f"{view}, seed {seed}: {options.turns} changes, {wrong} judged wrongly, {took:.0f} s", flush=True)
    return 1 if is_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
