"""Smallest against largest chance: which pairs the relaxation allows, and the objectives that choose one.

*Maximin* takes the greatest smallest chance and among those the smallest largest one. *Goldilocks* (Baharav and
Flanigan, "Fair, manipulation-robust, and transparent sortition", EC 2024) minimises n/k · largest + γ · k/n / smallest,
so that nobody is much worse or much better off than the average; leximin alone can be gained from by false answers.
What the pair leaves open is settled by leximin below the largest chance.

A pair (smallest t, largest m) is allowed if seats between people_c · t and people_c · m meet all rows. If not, the dual
of the program that measures the violation gives a line m ≥ α + β t that all allowed pairs keep; its multipliers are
rounded to fractions, which leaves it valid, so that lines and their crossings are exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from lottery.algorithms.exact import Target
from lottery.algorithms.leximin import leximin
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.solver import INFINITY, Model

GAMMA = 1  # weight of the smallest chance in Goldilocks, as its authors recommend
ALLOWED = 1e-11  # violation, per seat of the panel, up to which a pair counts as allowed
ROUNDS = 200
DENOMINATOR = 10**4  # of rounded multipliers


@dataclass(frozen=True)
class Line:
    """largest ≥ offset + slope · smallest."""

    offset: Fraction
    slope: Fraction

    def at(self, smallest: Fraction) -> Fraction:
        return self.offset + self.slope * smallest


def maximin(polytope: Polytope) -> Target:
    """The greatest smallest chance, then the smallest largest one, then leximin; raises NoPoint."""
    best = leximin(polytope)
    frontier = _Frontier(polytope, best)
    if frontier.top is None:
        return best
    pair = frontier.search(lambda lines: [frontier.top])
    return _capped(polytope, best, pair)


def goldilocks(polytope: Polytope, gamma: int = GAMMA) -> Target:
    """The Goldilocks pair over people who can be seated at all, then leximin; raises NoPoint."""
    best = leximin(polytope)
    frontier = _Frontier(polytope, best)
    if frontier.top is None:
        return best
    size, people = polytope.classes.size, int(polytope.classes.people.sum())

    def worth(smallest: Fraction, largest: Fraction) -> float:
        return float(largest) * people / size + gamma * size / people / float(smallest)

    def candidates(lines: list[Line]) -> list[Fraction]:
        turning = [Fraction((gamma / float(line.slope)) ** 0.5 * size / people) for line in lines if line.slope > 0]
        crossing = [
            (one.offset - other.offset) / (other.slope - one.slope)
            for one, other in combinations(lines, 2)
            if one.slope != other.slope
        ]
        top = frontier.top
        assert top is not None  # noqa: S101  (for the type checker)
        inside = sorted({value for value in [*turning, *crossing] if 0 < value < top} | {top})
        return [min(inside, key=lambda value: worth(value, _height(lines, value)))]

    return _capped(polytope, best, frontier.search(candidates))


def _height(lines: Iterable[Line], smallest: Fraction) -> Fraction:
    return max(line.at(smallest) for line in lines)


def _capped(polytope: Polytope, best: Target, pair: tuple[Fraction, Fraction]) -> Target:
    """Leximin below the pair's largest chance; the leximin point itself where the cap changes nothing."""
    return best if max(best.levels) <= pair[1] else leximin(polytope, cap=pair[1])


class _Frontier:
    """The lines found so far and the program that measures a pair's violation.

    `top` is the greatest smallest chance of those who can be seated (None if nobody can).
    """

    def __init__(self, polytope: Polytope, best: Target):
        classes = polytope.classes
        self.polytope = polytope
        self.people = classes.people
        self.can = np.array([level > 0 for level in best.levels])[best.level]
        self.top = min((level for level in best.levels if level > 0), default=None)
        rows, count = polytope.matrix.shape
        self.lines = [
            Line(Fraction(classes.size, int(self.people.sum())), Fraction(0)),
            Line(Fraction(0), Fraction(1)),
        ]
        matrix = np.hstack([polytope.matrix, np.eye(rows), -np.eye(rows)])
        upper = np.concatenate([classes.limit, np.full(2 * rows, INFINITY)])
        cost = np.concatenate([np.zeros(count), -np.ones(2 * rows)])
        self.model = Model(matrix, polytope.low, polytope.high, upper, cost=cost)

    def search(self, choose) -> tuple[Fraction, Fraction]:
        """The pair that `choose` (best smallest chance under the lines) settles on once no line cuts it off."""
        for _ in range(ROUNDS):
            (smallest,) = choose(self.lines)
            largest = _height(self.lines, smallest)
            line = self._cut_off(smallest, largest)
            if line is None:
                return smallest, largest
            self.lines.append(line)
        return smallest, largest

    def _cut_off(self, smallest: Fraction, largest: Fraction) -> Line | None:
        """A line that the pair breaks; None if it is allowed."""
        limit = self.polytope.classes.limit
        lower = np.where(self.can, self.people * float(smallest), 0.0)
        upper = np.minimum(limit, self.people * float(largest))
        self.model.set_column_bounds(np.arange(len(limit)), np.minimum(lower, upper), upper)
        found = self.model.solve()
        if found is None or -found.objective <= ALLOWED * self.polytope.classes.size:
            return None
        for denominator in (12, DENOMINATOR, 10**9):
            line = self._line(found.duals, denominator, largest)
            if line is not None and line.at(smallest) > largest:
                return line
        return None

    def _line(self, duals: np.ndarray, denominator: int, largest: Fraction) -> Line | None:
        """The inequality in (smallest, largest) that rounded multipliers of the rows prove."""
        low, high, matrix = self.polytope.low, self.polytope.high, self.polytope.matrix
        least, worth = Fraction(0), [Fraction(0)] * matrix.shape[1]
        for row in np.flatnonzero(np.abs(duals) > 1e-9).tolist():
            weight = Fraction(-duals[row]).limit_denominator(denominator)
            bound = low[row] if weight > 0 else high[row]
            if not weight or abs(bound) >= INFINITY:
                continue
            least += weight * int(bound)
            for column in np.flatnonzero(matrix[row]).tolist():
                worth[column] += weight * int(matrix[row, column])
        # Σ worth · seats ≥ least, with seats at their largest where worth is positive, at their smallest elsewhere.
        by_largest, by_smallest = Fraction(0), Fraction(0)
        for column, value in enumerate(worth):
            people, limit = int(self.people[column]), int(self.polytope.classes.limit[column])
            if value > 0 and limit < people * largest:
                least -= value * limit
            elif value > 0:
                by_largest += value * people
            elif self.can[column]:
                by_smallest -= value * people
        return Line(least / by_largest, by_smallest / by_largest) if by_largest else None
