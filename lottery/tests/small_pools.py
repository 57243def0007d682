"""Small draws for tests: pools written as rows, quotas as a table, and every panel of a tiny pool by enumeration."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from lottery.algorithms.problem import Problem, Quota, build_problem

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
