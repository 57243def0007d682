"""Small draws for tests: pools written as rows, quotas as a table, and every panel of a tiny pool by enumeration."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from lottery.algorithms.problem import Problem, Quota, build_problem
from lottery.algorithms.solver import Model

Bounds = Mapping[str, Mapping[str, tuple[int, int]]]


def make_problem(
    size: int, bounds: Bounds, rows: Sequence[Sequence[str]], homes: Sequence[str] | None = None
) -> Problem:
    """A problem from feature → value → (min, max), one row of values per person, and perhaps addresses."""
    quotas = [Quota(f, v, least, most) for f, values in bounds.items() for v, (least, most) in values.items()]
    ids = [f"p{number:03d}" for number in range(len(rows))]
    return build_problem(
        size=size, quotas=quotas, ids=ids, values=rows, addresses=[[home] for home in homes] if homes else None
    )


def all_panels(problem: Problem) -> list[tuple[int, ...]]:
    """Every panel of the pool that meets quotas, size and households."""
    lower = np.array([quota.minimum for quota in problem.quotas])
    upper = np.array([quota.maximum for quota in problem.quotas])
    found = []
    for panel in combinations(range(problem.people), problem.size):
        people = list(panel)
        counts = np.bincount(problem.answers[people].ravel(), minlength=len(problem.quotas))
        apart = len(set(problem.households[people].tolist())) == problem.size
        if apart and np.all(counts >= lower) and np.all(counts <= upper):
            found.append(panel)
    return found


def random_problem(number: int) -> Problem:
    """Tiny draw `number`: up to 9 people, 2 or 3 features, tight quotas, sometimes households; any may be infeasible.

    The bounds lie around what some panel or what the pool has, so that most have panels and many sit on a face.
    """
    dice = np.random.default_rng(number)
    if number % 5 == 0:
        return _circles(dice)
    people, features = int(dice.integers(3, 10)), int(dice.integers(2, 4))
    size = int(dice.integers(1, min(people, 5)))
    widths = dice.integers(2, 4, features)
    odds = [dice.dirichlet(np.ones(width)) for width in widths]
    columns = [dice.choice(width, people, p=chances) for width, chances in zip(widths, odds, strict=True)]
    some = dice.choice(people, size, replace=False)
    bounds: dict[str, dict[str, tuple[int, int]]] = {}
    for feature, (width, column) in enumerate(zip(widths, columns, strict=True)):
        for value in range(width):
            share = int((column[some] == value).sum()) if dice.random() < 0.7 else int(dice.integers(0, size + 1))
            least = max(share - int(dice.integers(0, 2)), 0)
            bounds.setdefault(f"f{feature}", {})[str(value)] = (least, max(least, share + int(dice.integers(0, 2))))
    rows = [[str(column[person]) for column in columns] for person in range(people)]
    homes = [f"home {dice.integers(0, people)}" for _ in rows] if dice.random() < 0.4 else None
    return make_problem(size, bounds, rows, homes)


def _circles(dice: np.random.Generator) -> Problem:
    """At most one of each of many pairs: where they close odd circles, halves of people fit and whole people do not."""
    people, size, often = int(dice.integers(4, 7)), int(dice.integers(2, 4)), dice.uniform(0.3, 1.0)
    pairs = [pair for pair in combinations(range(people), 2) if dice.random() < often] or [(0, 1)]
    rows = [["in" if person in pair else "out" for pair in pairs] for person in range(people)]
    return make_problem(size, {f"pair {at}": {"in": (0, 1), "out": (0, size)} for at in range(len(pairs))}, rows)


def leximin_by_enumeration(people: int, panels: Sequence[Sequence[int]]) -> np.ndarray:
    """Everybody's chance under leximin over the given panels: one linear program over all of them per level."""
    member = np.zeros((people, len(panels)))
    for column, panel in enumerate(panels):
        member[list(panel), column] = 1.0
    chances = np.full(people, -1.0)
    while (chances < 0).any():
        free = chances < 0
        matrix = np.vstack([np.hstack([member, -free[:, None].astype(float)]), np.append(np.ones(len(panels)), 0.0)])
        low = np.append(np.where(free, 0.0, chances - 1e-9), 1.0)
        high = np.append(np.full(people, 2.0), 1.0)
        cost = np.append(np.zeros(len(panels)), 1.0)
        found = Model(matrix, low, high, np.full(len(panels) + 1, 2.0), cost=cost).solve()
        assert found is not None
        held = free & (np.abs(found.duals[:people]) > 1e-7)
        chances[held] = found.values[-1]
        assert held.any()
    return chances
