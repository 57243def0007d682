"""The proof that no draw gives the worst-off a better chance: multipliers of the quotas, in exact fractions.

Adding up the rows with these multipliers gives an inequality that every panel, hence every mixture, keeps; with
"everybody has at least t" it bounds t. Anyone with the classes can check it by adding fractions, without a solver.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from lottery.algorithms.exact import Target
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.solver import INFINITY, Model

DENOMINATORS = (12, 1000, 10**6, 10**12)


@dataclass(frozen=True)
class Certificate:
    """`multipliers[row]` for the rows of the polytope prove that nobody can have all of `classes` above `bound`.

    Rows are the quotas, then the size, household patterns and cuts. `needs_program` says that a cut takes part, whose
    validity rests on the integer program.
    """

    multipliers: dict[int, Fraction]
    bound: Fraction
    needs_program: bool


def certify_smallest(polytope: Polytope, target: Target) -> Certificate:
    """The best certificate found for the smallest chance above zero (of those who can be seated at all)."""
    can = np.array([level > 0 for level in target.levels])[target.level]
    duals = _duals(polytope, can)
    best: Certificate | None = None
    for denominator in DENOMINATORS:
        certificate = _round(polytope, can, duals, denominator)
        if certificate is not None and (best is None or certificate.bound < best.bound):
            best = certificate
    if best is None:
        raise ValueError("the smallest chance is held by no quota")
    return best


def _duals(polytope: Polytope, can: np.ndarray) -> np.ndarray:
    """Duals of: maximise t subject to the rows and seats ≥ people · t for those who can be seated."""
    people = np.where(can, polytope.classes.people, 0) * polytope.classes.size / polytope.classes.people.sum()
    rows, count = polytope.matrix.shape
    limits = polytope.classes.homes.astype(float)
    matrix = np.hstack([polytope.matrix, (polytope.matrix @ people)[:, None]])
    cost = np.append(np.zeros(count), 1.0)
    model = Model(matrix, polytope.low, polytope.high, np.append(limits, INFINITY), cost=cost)
    limited: set[int] = set()
    while True:
        found = model.solve()
        if found is None:
            raise ValueError("no panel meets the quotas")
        seats = found.values[:count] + people * found.values[count]
        broken = set(np.flatnonzero(seats > limits + 1e-9 * polytope.classes.people).tolist()) - limited
        if not broken:
            return found.duals[:rows]
        # Few limits are ever reached: a row for each of thousands of classes would take longer than all the rest.
        for index in sorted(broken):
            model.add_row(-INFINITY, limits[index], (index, count), (1.0, people[index]))
        limited |= broken


def _round(polytope: Polytope, can: np.ndarray, duals: np.ndarray, denominator: int) -> Certificate | None:
    multipliers = {}
    scale = np.abs(duals).max(initial=0.0)
    for row in np.flatnonzero(np.abs(duals) > 1e-9 * scale).tolist():
        value = Fraction(float(duals[row] / scale)).limit_denominator(denominator)
        if value and abs(polytope.high[row] if value > 0 else polytope.low[row]) < INFINITY:
            multipliers[row] = value
    bound = bound_of(polytope, can, multipliers)
    if bound is None:
        return None
    first_cut = len(polytope.low) - len(polytope.cuts)
    return Certificate(multipliers, bound, any(row >= first_cut for row in multipliers))


def bound_of(polytope: Polytope, can: np.ndarray, multipliers: dict[int, Fraction]) -> Fraction | None:
    """The bound on the smallest chance that the multipliers prove; None if they prove none."""
    if not multipliers:
        return None
    # Whole numbers of any length, as the multipliers' common denominator may be long.
    common = lcm(*(weight.denominator for weight in multipliers.values()))
    weights = np.array([int(weight * common) for weight in multipliers.values()], dtype=object)
    rows = list(multipliers)
    bounds = np.where(weights > 0, polytope.high[rows], polytope.low[rows])
    worth = polytope.matrix[rows].astype(np.int64).astype(object).T @ weights
    # Σ worth · seats ≤ total; classes with worth < 0 take at most their limit, the others at least people · t.
    costs = worth < 0
    total = sum(weights * bounds.astype(np.int64)) - sum((worth * polytope.classes.homes)[costs])
    by_chance = sum((worth * polytope.classes.people)[~costs & can])
    return Fraction(total, by_chance) if by_chance else None
