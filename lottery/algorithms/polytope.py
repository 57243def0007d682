"""The relaxation: every class-count vector, whole or not, that meets quotas, size, household limits and known cuts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lottery.algorithms.classes import Classes
from lottery.algorithms.solver import INFINITY, Model


@dataclass(frozen=True)
class Cut:
    """weights · x ≤ bound holds for every real panel (whole numbers; proven by the integer program)."""

    weights: np.ndarray
    bound: int


@dataclass(frozen=True)
class Polytope:
    """low ≤ matrix x ≤ high and 0 ≤ x ≤ classes.limit; rows are the R quotas, the size, the groups, then the cuts."""

    classes: Classes
    cuts: tuple[Cut, ...] = ()

    @cached_property
    def matrix(self) -> np.ndarray:
        count = len(self.classes)
        groups = np.zeros((len(self.classes.groups), count))
        for row, group in enumerate(self.classes.groups):
            groups[row, group.classes] = 1.0
        cuts = np.array([cut.weights for cut in self.cuts], dtype=float).reshape(len(self.cuts), count)
        return np.vstack([self.classes.counts, np.ones((1, count)), groups, cuts])

    @cached_property
    def low(self) -> np.ndarray:
        open_rows = len(self.classes.groups) + len(self.cuts)
        return np.concatenate([self.classes.lower, [self.classes.size], np.full(open_rows, -INFINITY)])

    @cached_property
    def high(self) -> np.ndarray:
        groups = [group.households for group in self.classes.groups]
        return np.concatenate(
            [self.classes.upper, [self.classes.size], groups, [cut.bound for cut in self.cuts]]
        ).astype(float)

    def model(self, *, integer: bool = False) -> Model:
        """A fresh HiGHS model of it in the class counts, without an objective."""
        return Model(self.matrix, self.low, self.high, self.classes.limit, integer=integer)

    def with_cut(self, cut: Cut) -> "Polytope":
        return Polytope(self.classes, (*self.cuts, cut))
