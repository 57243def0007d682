"""Can any panel meet the quotas, and if not, which smallest change of the quotas would make one possible?

`assess` answers for a page on which quotas are edited: some hundredths of a second where the quotas can be met, about a
second where they cannot. `require_feasible` raises instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lottery.algorithms.classes import Classes, find_classes
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.problem import Problem, Quota
from lottery.algorithms.solver import INFINITY, Model


@dataclass(frozen=True)
class Change:
    """Quota number `quota` with new bounds; `seats` is by how many in all they are wider."""

    quota: int
    minimum: int
    maximum: int
    seats: int


@dataclass(frozen=True)
class Conflict:
    """A contradiction that can be seen without a search. `kind` is one of

    - "available": quota `quotas[0]` wants at least its minimum, but only `number` can have a seat (one per household);
    - "minima": the minima of the feature's `quotas` add up to `number`, more than the panel has seats;
    - "maxima": their maxima add up to `number`, fewer than the panel has seats.
    """

    kind: str
    feature: str
    quotas: tuple[int, ...]
    number: int


@dataclass(frozen=True)
class Assessment:
    """Whether a panel exists, and if none does, why and what would help.

    `conflicts` are the quotas that cannot be met by themselves (none: the quotas fail only together). `together` is the
    smallest relaxation as a whole (fewest seats in sum over all quotas; empty if not even dropping all quotas helps, as
    with fewer `households` than seats), `alone` each change of a single quota that would be enough, smallest first.
    """

    feasible: bool
    households: int
    conflicts: tuple[Conflict, ...] = ()
    together: tuple[Change, ...] = ()
    alone: tuple[Change, ...] = ()


class Infeasible(ValueError):
    """No panel meets all quotas; `assessment` says why, `str` says it in English for the command."""

    def __init__(self, problem: Problem, assessment: Assessment):
        self.problem = problem
        self.assessment = assessment
        self.together, self.alone = assessment.together, assessment.alone
        self.households = assessment.households
        super().__init__(self._words())

    def _words(self) -> str:
        lines = ["no panel meets all quotas"]
        lines += [f"  {self.explain(conflict)}" for conflict in self.assessment.conflicts]
        if not self.together:
            size = self.problem.size
            lines.append(f"no panel of {size} is possible: there are {self.households} households, one person each")
            return "\n".join(lines)
        lines.append("the smallest relaxation as a whole:")
        lines += [f"  {self.describe(change)}" for change in self.together]
        if self.alone:
            lines.append("a change of one quota alone that is enough:")
            lines += [f"  {self.describe(change)}" for change in self.alone]
        else:
            lines.append("no change of one quota alone is enough")
        return "\n".join(lines)

    def explain(self, conflict: Conflict) -> str:
        """A conflict in words, with the line of the quotas' file."""
        quota = self.problem.quotas[conflict.quotas[0]]
        where = f"quotas, line {quota.line}: " if quota.line else ""
        size, number = self.problem.size, conflict.number
        if conflict.kind == "available":
            return f"{where}{quota.label}: at least {quota.minimum} are wanted, {number} can be seated"
        if conflict.kind == "minima":
            over = number - size
            return f"{where}{conflict.feature}: the minima add up to {number}, {over} more than the panel of {size}"
        short = size - number
        return f"{where}{conflict.feature}: the maxima add up to {number}, {short} fewer than the panel of {size}"

    def describe(self, change: Change) -> str:
        """A change in words."""
        quota = self.problem.quotas[change.quota]
        old, new = f"{quota.minimum}–{quota.maximum}", f"{change.minimum}–{change.maximum}"
        available = int((self.problem.answers == change.quota).any(axis=1).sum())
        return f"{quota.label}: {new} instead of {old} ({available} in the pool)"


def assess(problem: Problem, classes: Classes | None = None) -> Assessment:
    """Whether any panel meets the quotas; if not, the conflicts and the smallest relaxations."""
    classes = classes or find_classes(problem)
    households = len(np.unique(problem.households))
    conflicts = find_conflicts(problem)
    if not conflicts and find_panel(classes) is not None:
        return Assessment(True, households)
    return Assessment(False, households, tuple(conflicts), tuple(relax_together(classes)), tuple(relax_alone(classes)))


def relaxed(quotas: Sequence[Quota], changes: Iterable[Change]) -> tuple[Quota, ...]:
    """The quotas after the changes."""
    after = list(quotas)
    for change in changes:
        after[change.quota] = replace(after[change.quota], minimum=change.minimum, maximum=change.maximum)
    return tuple(after)


def find_conflicts(problem: Problem) -> list[Conflict]:
    """Quotas that no panel of the size can meet whatever the others are."""
    found = []
    for place, feature in enumerate(problem.features):
        own = tuple(at for at, quota in enumerate(problem.quotas) if quota.feature == feature)
        least = sum(problem.quotas[at].minimum for at in own)
        most = sum(problem.quotas[at].maximum for at in own)
        if least > problem.size:
            found.append(Conflict("minima", feature, own, least))
        if most < problem.size:
            found.append(Conflict("maxima", feature, own, most))
        for at in own:
            homes = len(np.unique(problem.households[problem.answers[:, place] == at]))
            if homes < problem.quotas[at].minimum:
                found.append(Conflict("available", feature, (at,), homes))
    return found


def find_panel(classes: Classes) -> np.ndarray | None:
    """Class counts of some valid panel, None if there is none."""
    found = Polytope(classes).model(integer=True).solve()
    return None if found is None else np.rint(found.values)


def require_feasible(problem: Problem, classes: Classes) -> None:
    """Raise Infeasible, with the smallest relaxations, unless a panel exists."""
    assessment = assess(problem, classes)
    if not assessment.feasible:
        raise Infeasible(problem, assessment)


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
