"""Can any panel meet the quotas, and if not, which smallest change of the quotas would make one possible?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lottery.algorithms.classes import Classes
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.problem import Problem
from lottery.algorithms.solver import INFINITY, Model


@dataclass(frozen=True)
class Change:
    """Quota number `quota` with new bounds; `seats` is by how many in all they are wider."""

    quota: int
    minimum: int
    maximum: int
    seats: int


class Infeasible(ValueError):
    """No panel meets all quotas.

    `together` is the smallest relaxation as a whole (fewest seats in sum over all quotas; empty if not even dropping
    all quotas helps), `alone` each change of a single quota that would be enough, smallest first.
    """

    def __init__(self, problem: Problem, together: Sequence[Change], alone: Sequence[Change], households: int):
        self.problem = problem
        self.together = tuple(together)
        self.alone = tuple(alone)
        self.households = households
        super().__init__(self._words())

    def _words(self) -> str:
        if not self.together:
            size = self.problem.size
            return f"no panel of {size} is possible: there are {self.households} households, one person each"
        lines = ["no panel meets all quotas", "the smallest relaxation as a whole:"]
        lines += [f"  {self.describe(change)}" for change in self.together]
        if self.alone:
            lines.append("a change of one quota alone that is enough:")
            lines += [f"  {self.describe(change)}" for change in self.alone]
        else:
            lines.append("no change of one quota alone is enough")
        return "\n".join(lines)

    def describe(self, change: Change) -> str:
        quota = self.problem.quotas[change.quota]
        old, new = f"{quota.minimum}–{quota.maximum}", f"{change.minimum}–{change.maximum}"
        available = int((self.problem.answers == change.quota).any(axis=1).sum())
        return f"{quota.label}: {new} instead of {old} ({available} in the pool)"


def find_panel(classes: Classes) -> np.ndarray | None:
    """Class counts of some valid panel, None if there is none."""
    found = Polytope(classes).model(integer=True).solve()
    return None if found is None else np.rint(found.values)


def require_feasible(problem: Problem, classes: Classes) -> None:
    """Raise Infeasible, with the smallest relaxations, unless a panel exists."""
    if find_panel(classes) is None:
        raise Infeasible(problem, relax_together(classes), relax_alone(classes), len(set(problem.households.tolist())))


def relax_together(classes: Classes) -> list[Change]:
    """The changes with the fewest seats in sum that make a panel possible; empty if none do."""
    model, less, more = _relaxable(classes)
    found = model.solve()
    if found is None:
        return []
    down, up = np.rint(found.values[less]).astype(int), np.rint(found.values[more]).astype(int)
    return [_change(classes, quota, down[quota], up[quota]) for quota in np.flatnonzero(down + up).tolist()]


def relax_alone(classes: Classes) -> list[Change]:
    """For each quota the smallest change that alone makes a panel possible, where there is one; smallest first."""
    model, less, more = _relaxable(classes)
    quotas = len(classes.lower)
    both = np.concatenate([np.arange(*less.indices(1 << 30)), np.arange(*more.indices(1 << 30))])
    limits = np.concatenate(_room(classes))
    model.set_column_bounds(both, np.zeros(2 * quotas), np.zeros(2 * quotas))
    changes = []
    for quota in range(quotas):
        own = np.array([quota, quotas + quota])
        model.set_column_bounds(both[own], np.zeros(2), limits[own])
        found = model.solve()
        if found is not None:
            down, up = (round(found.values[column]) for column in both[own].tolist())
            changes.append(_change(classes, quota, down, up))
        model.set_column_bounds(both[own], np.zeros(2), np.zeros(2))
    return sorted(changes, key=lambda change: change.seats)


def _room(classes: Classes) -> tuple[np.ndarray, np.ndarray]:
    """By how much each minimum can fall and each maximum rise."""
    return classes.lower, np.maximum(classes.size - classes.upper, 0)


def _relaxable(classes: Classes) -> tuple[Model, slice, slice]:
    """The integer program with a variable for each bound's relaxation, at the price of one per seat."""
    polytope = Polytope(classes)
    rows, count = polytope.matrix.shape
    quotas = len(classes.lower)
    down, up = np.zeros((rows, quotas)), np.zeros((rows, quotas))
    down[:quotas], up[:quotas] = np.eye(quotas), -np.eye(quotas)
    # Two rows per quota: sum + down ≥ minimum and sum − up ≤ maximum, so that either bound relaxes by itself.
    upper_rows = np.hstack([polytope.matrix[:quotas], np.zeros((quotas, quotas)), up[:quotas]])
    matrix = np.vstack([np.hstack([polytope.matrix, down, np.zeros((rows, quotas))]), upper_rows])
    high = polytope.high.copy()
    high[:quotas] = INFINITY
    cost = np.concatenate([np.zeros(count), -np.ones(2 * quotas)])
    model = Model(
        matrix,
        np.concatenate([polytope.low, np.full(quotas, -INFINITY)]),
        np.concatenate([high, classes.upper]),
        np.concatenate([classes.limit, *_room(classes)]),
        cost=cost,
        integer=True,
    )
    return model, slice(count, count + quotas), slice(count + quotas, count + 2 * quotas)


def _change(classes: Classes, quota: int, down: int, up: int) -> Change:
    minimum, maximum = int(classes.lower[quota]) - int(down), int(classes.upper[quota]) + int(up)
    return Change(quota, minimum, maximum, int(down) + int(up))
