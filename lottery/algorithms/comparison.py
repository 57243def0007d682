"""The objectives side by side: smallest and largest chance, and what one false answer could gain under each.

Choosing the objective is a political choice: the more equal the chances, the more can be gained by claiming a value
that few have ("Fair, manipulation-robust, and transparent sortition", Baharav and Flanigan, EC 2024).

Figures are those of the relaxation, which real panels reach on nearly every pool; the draw itself proves it. The gain
is exact for every false answer that is tried: the pool is changed by that answer and the objective computed anew. All
are tried where there are few; else those that promise most, judged by newcomers: to everything that one could claim to
be, a hundredth of a person is added, and the objective shows what chance that has. So the gain is one that is possible,
and on large pools the true greatest may be a little above it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lottery.algorithms.classes import Classes, Group, find_classes
from lottery.algorithms.exact import Target
from lottery.algorithms.leximin import NoPoint
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.problem import Problem
from lottery.algorithms.solver import SolverError

SCALE = 100  # a newcomer counts as 1 / SCALE of a person
WORK = 12_000  # of trying false answers, in classes computed per objective
FEWEST, MOST = 6, 60  # false answers tried
NOTHING = 1e-12

Claim = tuple[int, int, int]  # class, feature (its place), and the quota under which its people would falsely count


@dataclass(frozen=True)
class FalseAnswer:
    """Somebody with `truth` for `feature` who says `claim` instead, the chance before and after."""

    feature: str
    truth: str
    claim: str
    before: float
    after: float

    @property
    def gain(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """One objective on one pool.

    `smallest` and `largest` are probabilities over the people who have any; `without` counts those who have none.
    `false_answer` is the one that would gain most of those tried, None if none gains anything.
    """

    algorithm: str
    smallest: float
    largest: float
    without: int
    false_answer: FalseAnswer | None

    @property
    def gain(self) -> float:
        """The greatest rise of one person's probability by one false answer."""
        return self.false_answer.gain if self.false_answer else 0.0


def compare_objectives(
    problem: Problem,
    *,
    algorithms: Sequence[str] = tuple(OBJECTIVES),
    progress: Callable[[int, int], None] | None = None,
) -> list[Comparison]:
    """One Comparison per algorithm, in order; `progress(done, total)` after each.

    Takes about 1 s of CPU for a pool of 300, 5 to 10 s for 2,000 people. Raises NoPoint where not even fractions of
    people meet the quotas: call `feasibility.assess` first.
    """
    classes = find_classes(problem)
    claims = _claims(problem, classes)
    found = []
    for number, algorithm in enumerate(algorithms, start=1):
        found.append(_compare(problem, classes, claims, algorithm))
        if progress:
            progress(number, len(algorithms))
    return found


def _compare(problem: Problem, classes: Classes, claims: Sequence[Claim], algorithm: str) -> Comparison:
    target = OBJECTIVES[algorithm](Polytope(classes))
    chances = np.clip(target.chances, 0.0, 1.0)
    possible = chances > NOTHING
    best: FalseAnswer | None = None
    for index, place, value in _promising(classes, claims, chances, algorithm, _tries(problem, classes, claims)):
        person = int(classes.members[index][0])
        after = _chance_after(problem, algorithm, person, place, value)
        truth = problem.quotas[classes.values[index, place]]
        answer = FalseAnswer(truth.feature, truth.value, problem.quotas[value].value, float(chances[index]), after)
        if answer.gain > (best.gain if best else NOTHING):
            best = answer
    return Comparison(
        algorithm=algorithm,
        smallest=float(chances[possible].min()),
        largest=float(chances.max()),
        without=int(classes.people[~possible].sum()),
        false_answer=best,
    )


def _claims(problem: Problem, classes: Classes) -> list[Claim]:
    """Every single false answer of everybody, once per class; claiming a value nobody may have gains nothing."""
    rows = [[at for at, quota in enumerate(problem.quotas) if quota.feature == name] for name in problem.features]
    return [
        (index, place, value)
        for index, own in enumerate(classes.values.tolist())
        for place, values in enumerate(rows)
        for value in values
        if value != own[place] and classes.upper[value] > 0
    ]


def _tries(problem: Problem, classes: Classes, claims: Sequence[Claim]) -> int:
    """How many false answers are tried, by what one costs."""
    return min(len(claims), max(FEWEST, min(MOST, WORK // (len(classes) + problem.people // 50))))


def _promising(
    classes: Classes, claims: Sequence[Claim], chances: np.ndarray, algorithm: str, tries: int
) -> list[Claim]:
    """The claims to try: the best of every value first, then the best of all, no two alike in what is claimed."""
    claimed = [_claimed(classes, claim) for claim in claims]
    newcomers = _newcomers(classes, sorted(set(claimed)), algorithm)
    if newcomers is None:
        return list(claims[:tries])
    gains = [newcomers[row] - chances[claim[0]] for row, claim in zip(claimed, claims, strict=True)]
    order = sorted(range(len(claims)), key=lambda at: (-round(gains[at], 9), claims[at]))
    by_value: dict[tuple[int, int], int] = {}
    by_row: dict[tuple[int, ...], int] = {}
    for at in order:
        by_value.setdefault(claims[at][1:], at)
        by_row.setdefault(claimed[at], at)
    chosen = list(dict.fromkeys([*by_value.values(), *by_row.values(), *order]))
    return [claims[at] for at in chosen[:tries]]


def _claimed(classes: Classes, claim: Claim) -> tuple[int, ...]:
    """The values somebody of the class would have with the false answer."""
    index, place, value = claim
    row = classes.values[index].tolist()
    row[place] = value
    return tuple(row)


@dataclass(frozen=True)
class _WithNewcomers(Classes):
    """Classes in units of 1 / SCALE of a person; each newcomer is one unit."""

    weights: np.ndarray

    @property
    def people(self) -> np.ndarray:  # the parent's is computed from its members
        return self.weights


def _newcomers(classes: Classes, rows: list[tuple[int, ...]], algorithm: str) -> dict[tuple[int, ...], float] | None:
    """The chance of a hundredth of a person with each row of values, all of them added at once."""
    ones = np.ones(len(rows), dtype=np.int64)
    added = _WithNewcomers(
        size=classes.size * SCALE,
        members=(*classes.members, *(np.zeros(0, dtype=np.int64) for _ in rows)),
        limit=np.concatenate([classes.limit * SCALE, ones]),
        homes=np.concatenate([classes.homes * SCALE, ones]),
        values=np.vstack([classes.values, np.array(rows, dtype=np.int64)]),
        lower=classes.lower * SCALE,
        upper=classes.upper * SCALE,
        groups=tuple(Group(group.classes, group.households * SCALE, group.number) for group in classes.groups),
        merged=classes.merged,
        weights=np.concatenate([classes.people * SCALE, ones]),
    )
    try:
        target: Target = OBJECTIVES[algorithm](Polytope(added))
    except (SolverError, np.linalg.LinAlgError):
        return None
    return dict(zip(rows, target.chances[len(classes) :].tolist(), strict=True))


def _chance_after(problem: Problem, algorithm: str, person: int, place: int, value: int) -> float:
    """The person's chance if the answer for the feature at `place` were `value`; 0 if no panel were left."""
    answers = problem.answers.copy()
    answers[person, place] = value
    classes = find_classes(replace(problem, answers=answers))
    try:
        target = OBJECTIVES[algorithm](Polytope(classes))
    except NoPoint:
        return 0.0
    own = next(at for at, members in enumerate(classes.members) if person in members)
    return float(np.clip(target.chances[own], 0.0, 1.0))
