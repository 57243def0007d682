"""Chances as exact fractions: the levels of a leximin point solved from the constraints that hold it.

A linear program ends within about 1e-9 of the truth. Taken as it is, such a point lies a hair off the faces of the
polytope it should lie on; panels off the face then enter the mixture and must get weights of ±1e-12. Solving the few
levels in rational numbers puts the point exactly on its faces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np

from lottery.algorithms.polytope import Polytope

NEAR = 1e-7  # seats; within this of its bound a row of an inexact point counts as tight


@dataclass(frozen=True)
class Target:
    """A point of chances: everybody of class c gets levels[level[c]].

    `exact` says whether the levels are true fractions that meet every constraint exactly.
    """

    level: np.ndarray
    levels: tuple[Fraction, ...]
    exact: bool

    @cached_property
    def chances(self) -> np.ndarray:
        """Each class's probability, as a double."""
        return np.array([float(level) for level in self.levels])[self.level]

    def expected(self, people: np.ndarray) -> np.ndarray:
        """Each class's expected seats."""
        return np.array([float(self.levels[at] * int(count)) for at, count in zip(self.level, people, strict=True)])


@dataclass(frozen=True)
class Equation:
    """Sum of coefficients[level] · levels[level] = value."""

    coefficients: dict[int, int]
    value: Fraction


def solve_levels(equations: Sequence[Equation], count: int) -> list[Fraction] | None:
    """The unique solution of the equations in `count` unknowns; None if they leave one open.

    Gauss–Jordan elimination in fractions, short equations first. Equations that contradict earlier ones are passed
    over: the caller checks the result against every constraint.
    """
    pivots: dict[int, tuple[dict[int, Fraction], Fraction]] = {}
    for equation in sorted(equations, key=lambda one: len(one.coefficients)):
        row = {level: Fraction(value) for level, value in equation.coefficients.items() if value}
        value = Fraction(equation.value)
        for level in [level for level in row if level in pivots]:
            factor = row.pop(level)
            other, known = pivots[level]
            value -= factor * known
            for column, entry in other.items():
                row[column] = row.get(column, Fraction(0)) - factor * entry
        row = {column: entry for column, entry in row.items() if entry}
        if row:
            _insert(pivots, row, value)
    if len(pivots) < count or any(rest for rest, _ in pivots.values()):
        return None
    return [pivots[level][1] for level in range(count)]


def _insert(pivots: dict, row: dict[int, Fraction], value: Fraction) -> None:
    """Solve `row` for its first unknown and put that into all earlier rows."""
    pivot = min(row)
    factor = row.pop(pivot)
    row = {column: entry / factor for column, entry in row.items()}
    value /= factor
    for level, (rest, known) in list(pivots.items()):
        times = rest.pop(pivot, None)
        if times:
            for column, entry in row.items():
                rest[column] = rest.get(column, Fraction(0)) - times * entry
                if not rest[column]:
                    del rest[column]
            pivots[level] = (rest, known - times * value)
    pivots[pivot] = (row, value)


def meets(polytope: Polytope, target: Target) -> bool:
    """Whether the target's expected seats meet every row and limit of the polytope, in exact arithmetic."""
    common = lcm(*(level.denominator for level in target.levels))
    numerators = [int(level * common) for level in target.levels]
    sums = level_sums(polytope, target.level, len(target.levels))
    for row, low, high in zip(sums, polytope.low.tolist(), polytope.high.tolist(), strict=True):
        total = sum(numerators[at] * int(row[at]) for at in np.flatnonzero(row).tolist())
        if (low > -1e300 and total < int(low) * common) or (high < 1e300 and total > int(high) * common):
            return False
    classes = polytope.classes
    return all(
        0 <= numerators[at] * people <= limit * common
        for at, people, limit in zip(
            target.level.tolist(), classes.people.tolist(), classes.limit.tolist(), strict=True
        )
    )


def level_sums(polytope: Polytope, level: np.ndarray, count: int) -> np.ndarray:
    """Rows × levels: the sum of a row's coefficients times people over the classes of each level (whole numbers)."""
    weighted = polytope.matrix * polytope.classes.people
    sums = np.zeros((len(weighted), count))
    for at in range(count):
        sums[:, at] = weighted[:, level == at].sum(axis=1)
    return np.rint(sums).astype(np.int64)


def tight_rows(polytope: Polytope, target: Target) -> np.ndarray:
    """Of each row: -1 if its lower bound holds with equality, 1 its upper, 2 both, 0 neither."""
    sides = np.zeros(len(polytope.low), dtype=np.int64)
    if target.exact:
        sums = level_sums(polytope, target.level, len(target.levels))
        common = lcm(*(level.denominator for level in target.levels))
        numerators = [int(level * common) for level in target.levels]
        for index, row in enumerate(sums):
            total = Fraction(sum(numerators[at] * int(row[at]) for at in np.flatnonzero(row).tolist()), common)
            sides[index] = _side(total == polytope.low[index], total == polytope.high[index])
        return sides
    totals = polytope.matrix @ target.expected(polytope.classes.people)
    for index, total in enumerate(totals):
        sides[index] = _side(total - polytope.low[index] < NEAR, polytope.high[index] - total < NEAR)
    return sides


def _side(low: bool, high: bool) -> int:
    return 2 if low and high else 1 if high else -1 if low else 0
