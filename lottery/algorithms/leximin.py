"""Leximin over the relaxation: raise the smallest chance as far as it goes, fix who is held there, go on.

After Flanigan, Gölz, Gupta, Hennig and Procaccia, "Fair algorithms for selecting citizens' assemblies" (Nature 2021),
but over the linear relaxation in class counts, where one level is one small linear program instead of a search over
panels. The result bounds the leximin of real panels from above; if a mixture of real panels reaches it, it is the
leximin (see `mixture`).

One level: with seats x_c = people_c · t + y_c, y ≥ 0 for the classes still free, maximise t. By complementary
slackness a class with a positive reduced cost has y_c = 0 in every optimum: it is fixed at t.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from lottery.algorithms.exact import Equation, Target, level_sums, meets, solve_levels
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.solver import INFINITY, Model, Solution

HELD = 1e-8  # share of a level's dual weight from which a class counts as held at the level
SLACKS = (1e-11, 1e-10, 1e-9, 1e-8)  # of the panel's seats, by which rows are widened where rounding closed them


class NoPoint(ValueError):
    """The relaxation has no point at all."""


def leximin(polytope: Polytope, *, cap: Fraction | None = None) -> Target:
    """The leximin point of the relaxation, nobody above `cap`; raises NoPoint if the relaxation is empty."""
    levels = _Levels(polytope, cap)
    while not levels.fixed.all():
        levels.raise_once()
    level = levels.level
    solved = solve_levels(levels.equations(), len(levels.heights))
    if solved is not None:
        target = Target(level, tuple(solved), exact=True)
        close = np.allclose([float(value) for value in solved], levels.heights, rtol=1e-6, atol=1e-9)
        if close and meets(polytope, target):
            return target
    return Target(level, tuple(Fraction(height) for height in levels.heights), exact=False)


class _Levels:
    """The persistent model and what is fixed so far. Column C is the level t, in units of the mean chance."""

    def __init__(self, polytope: Polytope, cap: Fraction | None):
        self.polytope = polytope
        classes = polytope.classes
        self.people = classes.people.astype(float)
        self.count = len(classes)
        self.mean = classes.size / self.people.sum()
        self.limits = [_limit(limit, people, cap) for limit, people in zip(classes.limit, classes.people, strict=True)]
        self.limit = np.array([float(limit) for limit in self.limits])
        self.fixed = np.zeros(self.count, dtype=bool)
        self.level = np.zeros(self.count, dtype=np.int64)
        self.heights: list[float] = []
        self.held_rows: set[int] = set()
        self.cap_rows: dict[int, int] = {}
        self.model = self._model()

    def _model(self) -> Model:
        weights = self.polytope.matrix @ self.people * self.mean
        matrix = np.hstack([self.polytope.matrix, weights[:, None]])
        cost = np.zeros(self.count + 1)
        cost[-1] = 1.0
        upper = np.append(self.limit, INFINITY)
        return Model(matrix, self.polytope.low, self.polytope.high, upper, cost=cost)

    def raise_once(self) -> None:
        """Solve one level; fix the classes that it holds, and those that it needs at their limit."""
        found = self._solve()
        weight = -found.reduced[: self.count] * self.people * self.mean
        at_limit = self._at_limit(found)
        held = ~self.fixed & (weight > HELD)
        held[at_limit] = False
        if not held.any() and not at_limit:
            held = ~self.fixed & (weight >= weight[~self.fixed].max())
        rows = len(self.polytope.low)
        self.held_rows |= set(np.flatnonzero(np.abs(found.duals[:rows]) > HELD).tolist())
        if held.any():
            self.level[held] = len(self.heights)
            self.heights.append(max(found.values[self.count] * self.mean, 0.0))
        for index in at_limit:
            self.level[index] = len(self.heights)
            self.heights.append(float(self.limit[index] / self.people[index]))
            held[index] = True
        self._fix(held)

    def _at_limit(self, found: Solution) -> list[int]:
        """Free classes whose limit has a dual weight: in every optimum they have all the seats they can take."""
        return [
            index
            for index, row in self.cap_rows.items()
            if not self.fixed[index] and abs(found.duals[row]) * self.people[index] * self.mean > HELD
        ]

    def _solve(self) -> Solution:
        """The level's optimum, adding the limits x_c ≤ limit_c that it breaks."""
        while True:
            found = self.model.solve() or self._loosened()
            if found is None:
                raise NoPoint
            seats = found.values[: self.count] + self.people * self.mean * found.values[self.count]
            broken = np.flatnonzero(~self.fixed & (seats > self.limit + 1e-9 * self.people))
            over = [index for index in broken.tolist() if index not in self.cap_rows]
            if not over:
                return found
            for index in over:
                columns, values = (index, self.count), (1.0, self.people[index] * self.mean)
                self.cap_rows[index] = self.model.add_row(-INFINITY, self.limit[index], columns, values)

    def _loosened(self) -> Solution | None:
        """The optimum with rows a little wider, where levels fixed in doubles left no room at all; None if still none."""
        if not self.fixed.any():
            return None
        for slack in SLACKS:
            self._set_rows(slack * self.polytope.classes.size)
            found = self.model.solve()
            if found is not None:
                return found
        return None

    def _set_rows(self, slack: float) -> None:
        """What the fixed classes leave of the rows' bounds."""
        heights = np.array(self.heights)[self.level]
        settled = self.polytope.matrix[:, self.fixed] @ (self.people * heights)[self.fixed]
        self.model.set_row_bounds(self.polytope.low - settled - slack, self.polytope.high - settled + slack)

    def _fix(self, held: np.ndarray) -> None:
        self.fixed |= held
        matrix = self.polytope.matrix
        self._set_rows(0.0)
        self.model.set_coefficients(self.count, matrix[:, ~self.fixed] @ self.people[~self.fixed] * self.mean)
        columns = np.flatnonzero(held)
        self.model.set_column_bounds(columns, np.zeros(len(columns)), np.zeros(len(columns)))
        for index in columns.tolist():
            if index in self.cap_rows:
                self.model.set_coefficient(self.cap_rows[index], self.count, 0.0)

    def equations(self) -> Sequence[Equation]:
        """What holds the levels: rows and limits with a dual weight at some level are tight in every optimum."""
        caps = [
            Equation({int(self.level[index]): 1}, self.limits[index] / int(self.people[index]))
            for index in sorted(self.cap_rows)
            if self.heights[self.level[index]] * self.people[index] > self.limit[index] - 1e-9
        ]
        sums = level_sums(self.polytope, self.level, len(self.heights))
        totals = sums @ np.array(self.heights)
        rows = []
        for row in sorted(self.held_rows):
            low, high = self.polytope.low[row], self.polytope.high[row]
            bound = low if abs(totals[row] - low) < abs(high - totals[row]) else high
            coefficients = {int(at): int(sums[row, at]) for at in np.flatnonzero(sums[row])}
            rows.append(Equation(coefficients, Fraction(int(bound))))
        return caps + rows


def _limit(limit: int, people: int, cap: Fraction | None) -> Fraction:
    own = Fraction(int(limit))
    return own if cap is None else min(own, cap * int(people))
