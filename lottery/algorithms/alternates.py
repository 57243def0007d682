"""Who moves up: a ranking committed before the draw, and the rule that reads it for each withdrawal.

The first of the ranking who keeps every quota and household limit takes the seat. If several leave at once and no such
chain exists, the set that breaks the quotas least is taken, then the one that comes first in the ranking: the aim of
"Alternates, assemble! Selecting optimal alternates for citizens' assemblies" (Assos, Baharav, Flanigan, Procaccia, EC
2025), without its estimates of who drops out. Ranking and rule fix the answer for every panel and every withdrawal, so
that no second lottery is needed and nobody can choose.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from lottery.algorithms.problem import Problem
from lottery.algorithms.solver import INFINITY, Model


def rank_alternates(ids: Sequence[str], seed: str) -> list[int]:
    """Everybody's index, in the order in which they are asked: by SHA-256 of the seed and their id."""
    keys = [hashlib.sha256(f"{seed}\nalternate\n{name}".encode()).digest() for name in ids]
    return sorted(range(len(ids)), key=lambda person: (keys[person], ids[person]))


def keeps_quotas(problem: Problem, members: Collection[int]) -> bool:
    """Whether these people make a valid panel."""
    people = sorted(members)
    counts = np.bincount(problem.answers[people].ravel(), minlength=len(problem.quotas))
    bounds = zip(problem.quotas, counts.tolist(), strict=True)
    homes = problem.households[people]
    return (
        len(people) == problem.size
        and all(quota.minimum <= count <= quota.maximum for quota, count in bounds)
        and len(set(homes.tolist())) == len(homes)
    )


def alternates_for(
    problem: Problem,
    members: Collection[int],
    leaving: int,
    ranking: Sequence[int],
    *,
    unavailable: Iterable[int] = (),
    depth: int = 3,
) -> list[int]:
    """The first `depth` of the ranking who could take `leaving`'s seat and keep every quota."""
    staying = set(members) - {leaving}
    out = set(unavailable) | set(members)
    counts = np.bincount(problem.answers[sorted(staying)].ravel(), minlength=len(problem.quotas))
    lower = np.array([quota.minimum for quota in problem.quotas])
    upper = np.array([quota.maximum for quota in problem.quotas])
    homes = {int(problem.households[person]) for person in staying}
    after = counts + _rows(problem, ranking)
    fits = np.all((after >= lower) & (after <= upper), axis=1)
    found: list[int] = []
    for person in np.asarray(ranking)[fits].tolist():
        if len(found) == depth:
            break
        if person not in out and int(problem.households[person]) not in homes:
            found.append(person)
    return found


def alternates_table(
    problem: Problem, members: Collection[int], ranking: Sequence[int], *, depth: int = 3
) -> dict[int, list[int]]:
    """For each member of a panel who moves up if that member is the first to leave."""
    return {leaving: alternates_for(problem, members, leaving, ranking, depth=depth) for leaving in sorted(members)}


def fill_vacancies(
    problem: Problem,
    staying: Collection[int],
    ranking: Sequence[int],
    *,
    unavailable: Iterable[int] = (),
) -> list[int]:
    """Who fills all seats that are vacant beside `staying`; fewer if the pool has no more people.

    One seat goes to the first who keeps the quotas. For several seats an integer program takes the people who break
    the quotas by the fewest seats, and among those sets the one whose places in the ranking add up to least.
    """
    out = set(unavailable) | set(staying)
    homes = {int(problem.households[person]) for person in staying}
    candidates = [person for person in ranking if person not in out and int(problem.households[person]) not in homes]
    rooms = len({int(problem.households[person]) for person in candidates})
    vacant = min(problem.size - len(set(staying)), rooms)
    if vacant <= 0:
        return []
    chosen = _least_breach(problem, sorted(staying), candidates, vacant)
    return [candidates[place] for place in chosen]


def _rows(problem: Problem, people: Sequence[int]) -> np.ndarray:
    """People × quotas: 1 where the person counts under the quota."""
    rows = np.zeros((len(people), len(problem.quotas)), dtype=np.int64)
    for column in problem.answers[list(people)].T:
        rows[np.arange(len(people)), column] = 1
    return rows


def _least_breach(problem: Problem, staying: list[int], candidates: list[int], vacant: int) -> list[int]:
    quotas, count = len(problem.quotas), len(candidates)
    have = np.bincount(problem.answers[staying].ravel(), minlength=quotas)
    lower = np.array([quota.minimum for quota in problem.quotas]) - have
    upper = np.array([quota.maximum for quota in problem.quotas]) - have
    rows = _rows(problem, candidates).T
    _homes, home_of = np.unique(problem.households[candidates], return_inverse=True)
    shared = np.flatnonzero(np.bincount(home_of) > 1)
    home_rows = (home_of[None, :] == shared[:, None]).astype(float)
    people_rows = np.vstack([rows, rows, np.ones((1, count)), home_rows])
    slack = np.zeros((len(people_rows), 2 * quotas))
    slack[:quotas, :quotas], slack[quotas : 2 * quotas, quotas:] = np.eye(quotas), -np.eye(quotas)
    open_low, open_high = np.full(quotas, -INFINITY), np.full(quotas, INFINITY)
    ones = np.ones(len(shared))
    low = np.concatenate([lower, open_low, [vacant], -INFINITY * ones])
    high = np.concatenate([open_high, upper, [vacant], ones])
    # One seat of breach outweighs every difference in rank.
    places = np.arange(1, count + 1) / (count * (vacant + 1.0))
    cost = np.concatenate([-places, -np.ones(2 * quotas)])
    limit = np.concatenate([np.ones(count), np.full(2 * quotas, float(problem.size))])
    found = Model(np.hstack([people_rows, slack]), low, high, limit, cost=cost, integer=True).solve()
    if found is None:
        return []
    return np.flatnonzero(np.rint(found.values[:count]) > 0).tolist()
