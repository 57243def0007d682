"""The last judge: is a target reachable by real panels, and if not, which inequality proves it?

Column generation on the distance between target and mixture: the linear program over the known panels gives prices,
the integer program the panel that is worth most at these prices. When no panel beats the known ones and a distance is
left, the prices are an inequality that every panel keeps and the target breaks. Its coefficients are made whole numbers
and its bound computed anew by the integer program, so that the cut holds exactly.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from lottery.algorithms.exact import Target
from lottery.algorithms.polytope import Cut, Polytope
from lottery.algorithms.solver import INFINITY, Model
from lottery.algorithms.weights import PanelList, Panels

REACHED = 1e-9  # seats, in sum over the classes, by which a mixture may miss the target
REACHED_INEXACT = 1e-7  # the same for a target that is itself only a double
IMPROVES = 1e-7  # value by which a panel must beat the known ones to enter
DENOMINATORS = (1, 2, 3, 6, 12, 60, 420, 5040)
LARGEST = 10**6  # of a cut's coefficients


class Separator:
    """Keeps the panels found so far and the integer program over all panels."""

    def __init__(self, polytope: Polytope):
        self.classes = polytope.classes
        self.columns: list[np.ndarray] = []
        self.known: set[bytes] = set()
        self.program = polytope.model(integer=True)

    def add(self, panels: Sequence[np.ndarray]) -> None:
        for panel in panels:
            key = np.asarray(panel, dtype=np.int32).tobytes()
            if key not in self.known:
                self.known.add(key)
                self.columns.append(panel)

    def add_cut(self, cut: Cut) -> None:
        places = np.flatnonzero(cut.weights)
        self.program.add_row(-INFINITY, cut.bound, places, cut.weights[places])

    def best_panel(self, prices: np.ndarray) -> np.ndarray:
        """The panel worth most at the prices."""
        self.program.set_costs(prices)
        found = self.program.solve()
        if found is None:
            raise ValueError("no panel meets the quotas")
        return np.rint(found.values)

    def judge(self, polytope: Polytope, target: Target) -> np.ndarray | Cut:
        """Weights of `columns` whose mixture is the target, or a cut that proves there are none."""
        expected = target.expected(self.classes.people)
        if not self.columns:
            self.add([self.best_panel(expected)])
        master = _Master(expected, self.columns)
        reached = REACHED if target.exact else REACHED_INEXACT
        while True:
            distance, prices, worth, weights = master.solve()
            if distance <= reached:
                return weights
            panel = self.best_panel(prices)
            if panel @ prices <= worth + IMPROVES * max(1.0, abs(worth)):
                return self._cut(target, prices)
            before = len(self.columns)
            self.add([panel])
            if len(self.columns) == before:
                return self._cut(target, prices)
            master.add(panel)

    def panels(self, weights: np.ndarray) -> tuple[Panels, np.ndarray]:
        """The columns that have a weight, and those weights."""
        used = np.flatnonzero(weights > 0)
        listed = PanelList(len(self.classes))
        for index in used:
            listed.append(self.columns[index])
        return listed.distinct(), weights[used]

    def _cut(self, target: Target, prices: np.ndarray) -> Cut:
        """The inequality with whole coefficients near the prices that the target breaks most clearly."""
        best: tuple[Fraction, Cut] | None = None
        for denominator in DENOMINATORS:
            weights = _whole(prices, denominator)
            if weights is None or not weights.any():
                continue
            panel = self.best_panel(weights.astype(float))
            self.add([panel])
            cut = Cut(weights, int(np.rint(panel @ weights)))
            excess = (_value(target, weights, self.classes.people) - cut.bound) / int(np.abs(weights).max())
            if excess > 0 and (best is None or excess > 1.01 * best[0]):
                best = excess, cut
        if best is None:
            raise ValueError("no cut with whole coefficients was found")
        return best[1]


def _whole(prices: np.ndarray, denominator: int) -> np.ndarray | None:
    fractions = [Fraction(price).limit_denominator(denominator) for price in prices.tolist()]
    common = lcm(*(fraction.denominator for fraction in fractions))
    if common > LARGEST:
        return np.rint(prices * LARGEST).astype(np.int64)
    return np.array([int(fraction * common) for fraction in fractions], dtype=np.int64)


def _value(target: Target, weights: np.ndarray, people: np.ndarray) -> Fraction:
    """weights · expected seats, exactly."""
    sums = [0] * len(target.levels)
    for level, weight, count in zip(target.level.tolist(), weights.tolist(), people.tolist(), strict=True):
        sums[level] += weight * count
    return sum((level * total for level, total in zip(target.levels, sums, strict=True)), Fraction(0))


class _Master:
    """minimise |mixture − expected|₁ over weights of the columns that add up to 1."""

    def __init__(self, expected: np.ndarray, columns: Sequence[np.ndarray]):
        count = len(expected)
        self.count = count
        matrix = np.zeros((count + 1, 2 * count))
        matrix[:count, :count] = np.eye(count)
        matrix[:count, count:] = -np.eye(count)
        sides = np.append(expected, 1.0)
        self.model = Model(matrix, sides, sides, np.full(2 * count, INFINITY), cost=-np.ones(2 * count))
        for column in columns:
            self.add(column)

    def add(self, column: np.ndarray) -> None:
        places = np.flatnonzero(column)
        rows, values = np.append(places, self.count), np.append(column[places], 1.0)
        self.model.add_column(0.0, 0.0, INFINITY, rows, values)

    def solve(self) -> tuple[float, np.ndarray, float, np.ndarray]:
        """Distance, prices per class, what the best known panel is worth at them, weights of the columns."""
        found = self.model.solve()
        if found is None:
            raise RuntimeError("the distance to the panels has no solution, though it is bounded")
        prices = -found.duals[: self.count]
        return -found.objective, prices, float(found.duals[self.count]), found.values[2 * self.count :]
