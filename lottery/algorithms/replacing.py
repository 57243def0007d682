"""The whole panel that evens out a list most when it takes another one's place, by the integer program.

Its objective is Σ (rest + seats)² over the classes, where `rest` is what each class has too much of without the panel that
goes: convex in whole seats, so that one column for every further seat of a class, each dearer than the one before, makes it
linear.
"""

import numpy as np

from lottery.algorithms.polytope import Polytope
from lottery.algorithms.solver import Model

GAP = 0.5  # of the sum of squares, within which the best panel need be found
SEATS = 4  # of one class, beyond which a panel is not made to even out


class Replacer:
    """The integer program, kept between questions; `asked` counts them."""

    def __init__(self, polytope: Polytope, expected: np.ndarray):
        classes = polytope.classes
        self.base = np.where(expected >= classes.limit - 1e-12, classes.limit, 0).astype(float)
        own = np.where((expected > 1e-12) & (self.base == 0), np.minimum(classes.limit, SEATS), 0)
        self.owner = np.repeat(np.arange(len(classes)), own)
        self.turn = np.arange(len(self.owner)) - np.repeat(np.cumsum(own) - own, own) + 1
        settled = polytope.matrix @ self.base
        low, high = polytope.low - settled, polytope.high - settled
        upper = np.ones(len(self.owner))
        self.model = Model(polytope.matrix[:, self.owner], low, high, upper, integer=True, gap=GAP)
        self.asked = 0

    def best(self, rest: np.ndarray) -> np.ndarray | None:
        """Class counts of the panel with the least Σ (rest + seats)²; None if there is none among those considered."""
        self.asked += 1
        self.model.set_costs(-np.round(2 * rest[self.owner] + 2 * self.turn - 1, 9))
        found = self.model.solve()
        if found is None:
            return None
        chosen = np.rint(found.values)
        return self.base + np.bincount(self.owner, weights=chosen, minlength=len(self.base))
