"""Fresh small draws with their records: every objective, with and without households, several kinds of source and names."""

from dataclasses import dataclass
from typing import Any

from lottery.algorithms.choosing import drum
from lottery.algorithms.drawing import draw_lottery
from lottery.algorithms.feasibility import Infeasible
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.opening import open_record, volunteer_opening
from lottery.algorithms.problem import InputError, Problem, Quota, build_problem
from lottery.algorithms.record import build_record
from lottery.tests.dice import Dice
from lottery.tests.small_pools import random_problem

Json = dict[str, Any]
PANELS = 20
FEATURES = (("sex", ("f", "m")), ("age", ("jung", "mittel", "alt")), ("area", ("Nord", "Süd")))
MIXED = {
    "rule": "hash",
    "sources": [
        {"kind": "numbers", "name": "6 aus 49", "count": 6, "from": 1, "to": 49, "at": "2026-12-05T18:25:00+00:00"},
        {"kind": "digits", "name": "Würfel", "count": 4, "at": "2026-12-06T10:00:00+00:00"},
    ],
}
PROTOCOL = {"witnesses": ["A. Zeugin", "B. Zeuge"], "approvals": [{"step": "commitment", "at": "2026-12-01"}]}


@dataclass(frozen=True)
class FreshDraw:
    """A sealed record, the drawn one, the auditor's openings and those of one volunteer; `name` says what kind it is."""

    name: str
    sealed: Json
    drawn: Json
    openings: Json
    volunteer: Json


def fresh_draw(seed: str, number: int) -> FreshDraw:
    """Draw `number` of a seed; the kinds take turns, and every eighth is one whose proof needs the integer program."""
    dice = Dice(f"pool {seed}/{number}")
    algorithm, shares_homes, is_given = tuple(OBJECTIVES)[number % 4], number // 4 % 2 == 1, number // 8 % 2 == 1
    is_mixed, opened = number % 3 == 0, (0, 2)[number % 2]
    lottery = None
    while lottery is None or (number % 8 == 7 and not lottery.mixture.polytope.cuts):
        problem = _circles(dice) if number % 8 == 7 else _problem(dice, shares_homes=shares_homes)
        lottery = problem and _drawn(problem, "leximin" if number % 8 == 7 else algorithm)
    names = [f"{dice.below(16**12):012x}" for _ in problem.ids] if is_given else None
    if names and number % 16 >= 12:
        names = list(problem.ids)  # as the portal does: who is who stands in no file
    source = MIXED if is_mixed else drum(PANELS, "Lostrommel")
    sealed, openings = build_record(lottery, f"secret {seed}/{number}", pseudonyms=names, source=source, opened=opened)
    values = ["3 11 17 25 31 44", "0815"] if is_mixed else [f"{dice.below(PANELS):02d}"]
    drawn = open_record(sealed, openings, values, PROTOCOL)
    volunteer = volunteer_opening(drawn, openings, dice.one_of(drawn["committed"]["pool"]))
    homes = "with households" if shares_homes else "without households"
    who = "given names" if is_given else "derived names"
    return FreshDraw(f"{lottery.algorithm}, {homes}, {who}, {opened} opened", sealed, drawn, openings, volunteer)


def _problem(dice: Dice, *, shares_homes: bool) -> Problem | None:
    """10 to 15 people who are not like the city, 4 or 5 seats, quotas one or two seats wide around equal shares."""
    people, size = 10 + dice.below(6), 4 + dice.below(2)
    rows = [[dice.one_of(values[: 1 + dice.below(len(values))]) for _name, values in FEATURES] for _ in range(people)]
    quotas = []
    for feature, values in FEATURES:
        share = size // len(values)
        quotas += [Quota(feature, value, max(share - dice.below(2), 0), share + 1 + dice.below(2)) for value in values]
    homes = [[f"Weg {dice.below(2 * people // 3) if shares_homes else at}"] for at in range(people)]
    try:
        return build_problem(size=size, quotas=quotas, ids=_ids(dice, people), values=rows, addresses=homes)
    except InputError:
        return None


def _circles(dice: Dice) -> Problem:
    """Few people whose fractions fit and who do not: the proof rests on inequalities of the integer program."""
    return random_problem(5 * dice.below(10**6))


def _ids(dice: Dice, people: int) -> list[str]:
    return sorted({f"{dice.below(16**8):08x}" for _ in range(people + 5)})[:people]


def _drawn(problem: Problem, algorithm: str) -> Any:
    try:
        return draw_lottery(problem, algorithm=algorithm, panels=PANELS)
    except Infeasible:
        return None
