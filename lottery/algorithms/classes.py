"""People who are interchangeable: the same features and the same household pattern. Everything is computed on classes.

A panel is then a vector of class counts, and quotas, size and household limits are linear in it (see
docs/lottery-method.md). The order of classes depends on the order of the quotas alone, never on names or on the order
of the pool, so that permuting the pool or renaming a value changes nothing.

In a large pool almost every household pattern is the only one of its kind, and there would be more classes than a
computer gets through. There households may be *merged* (`find_classes(…, merged=True)`): who lives with others, all of
whom have many like them, counts as if alone, and `limit` lets one panel take at most every k-th of the class, where k is
the largest household of its people. That loses nothing. In a panel of s_c people of class c let everybody have the
fraction s_c / people_c of a seat: each class has its seats, and no household has more than k · 1/k = 1. People are edges
between classes and households, that system is totally unimodular, so the fractions are a mixture of real seatings: every
such panel can be seated without two of one household, and with the same chance for all of a class (Hoffman and Kruskal,
1956). If the optimum leaves these limits slack, it is the optimum without them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lottery.algorithms.problem import Problem


@dataclass(frozen=True)
class Group:
    """Households of one pattern: at most one person of each sits on the panel, so at most `households` in all."""

    classes: np.ndarray  # indexes of the classes that make up the pattern
    households: int
    number: int  # among all patterns of the pool that need a limit, merged ones too


@dataclass(frozen=True)
class Classes:
    """The pool by classes, C of them, under R quotas.

    `members[c]` are the indexes of class c's people, ascending; `limit[c]` how many of them one panel may take; `homes[c]`
    in how many households they live, which is the same unless households are merged;
    `values[c, f]` is the quota that class c counts under for feature f; `groups` are the household patterns of more
    than one class, without those that are `merged`. `lower` and `upper` have one entry per quota.
    """

    size: int
    members: tuple[np.ndarray, ...]
    limit: np.ndarray
    homes: np.ndarray
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    groups: tuple[Group, ...]
    merged: bool

    def __len__(self) -> int:
        return len(self.members)

    @cached_property
    def people(self) -> np.ndarray:
        """How many people each class has."""
        return np.array([len(members) for members in self.members], dtype=np.int64)

    @cached_property
    def counts(self) -> np.ndarray:
        """R × C matrix of 0 and 1: whether class c counts under quota r."""
        matrix = np.zeros((len(self.lower), len(self)))
        for feature in range(self.values.shape[1]):
            matrix[self.values[:, feature], np.arange(len(self))] = 1.0
        return matrix

    @cached_property
    def households(self) -> np.ndarray:
        """How many households each pattern has, one entry per group."""
        return np.array([group.households for group in self.groups], dtype=np.int64)

    @cached_property
    def group_of(self) -> np.ndarray:
        """The number of each class's household pattern, -1 where it has none to share."""
        numbers = np.full(len(self), -1)
        for number, group in enumerate(self.groups):
            numbers[group.classes] = number
        return numbers

    def admits(self, panel: np.ndarray) -> bool:
        """Whether class counts make a valid panel: size, quotas, household limits."""
        places = np.flatnonzero(panel)
        seats, groups = panel[places], self.group_of[places]
        weights = np.repeat(seats, self.values.shape[1])
        sums = np.bincount(self.values[places].ravel(), weights=weights, minlength=len(self.lower))
        # The last is of those without a pattern to share, which -1 points to.
        used = np.bincount(groups % (len(self.groups) + 1), weights=seats, minlength=len(self.groups) + 1)[:-1]
        return bool(
            seats.sum() == self.size
            and np.all(seats >= 0)
            and np.all(seats <= self.limit[places])
            and np.all(sums >= self.lower)
            and np.all(sums <= self.upper)
            and np.all(used <= self.households)
        )


Answers = tuple[int, ...]
Pattern = tuple[Answers, ...]
ROOM = 3  # seats that one panel must be able to take of a class for its households to be merged


def find_classes(problem: Problem, *, merged: bool = False) -> Classes:
    """Collapse the pool into classes, in an order that depends on the quotas' order alone."""
    answers = [tuple(row) for row in problem.answers.tolist()]
    homes: dict[int, list[int]] = defaultdict(list)
    for person, household in enumerate(problem.households.tolist()):
        homes[household].append(person)
    patterns: Counter[Pattern] = Counter()
    members: dict[tuple[Answers, Pattern], list[int]] = defaultdict(list)
    together: dict[tuple[Answers, Pattern], int] = {}
    apart = _kept_apart(homes, answers) if merged else set(homes)
    for household, home in homes.items():
        pattern = tuple(sorted(answers[person] for person in home))
        patterns[pattern] += 1
        for person in home:
            key = answers[person], pattern if household in apart else (answers[person],)
            members[key].append(person)
            together[key] = max(together.get(key, 1), 1 if household in apart else len(home))
    keys = sorted(members, key=lambda key: (key[0], len(key[1]), key[1]))
    households = [len(set(problem.households[members[key]].tolist())) for key in keys]
    return Classes(
        size=problem.size,
        members=tuple(np.array(sorted(members[key])) for key in keys),
        limit=np.array(
            [
                homes if together[key] == 1 else len(members[key]) // together[key]
                for key, homes in zip(keys, households, strict=True)
            ],
            dtype=np.int64,
        ),
        homes=np.array(households, dtype=np.int64),
        values=np.array([answer for answer, _ in keys], dtype=np.int64),
        lower=np.array([quota.minimum for quota in problem.quotas], dtype=np.int64),
        upper=np.array([quota.maximum for quota in problem.quotas], dtype=np.int64),
        groups=_groups(keys, patterns),
        merged=merged,
    )


def _groups(keys: Sequence[tuple[Answers, Pattern]], patterns: Mapping[Pattern, int]) -> tuple[Group, ...]:
    """The patterns of more than one class that are kept, numbered among all."""
    at = {key: index for index, key in enumerate(keys)}
    mixed = [pattern for pattern in sorted(patterns) if len(set(pattern)) > 1]
    return tuple(
        Group(np.array(sorted({at[answer, pattern] for answer in pattern})), patterns[pattern], number)
        for number, pattern in enumerate(mixed)
        if (pattern[0], pattern) in at
    )


def _kept_apart(homes: Mapping[int, Sequence[int]], answers: Sequence[Answers]) -> set[int]:
    """The households that are not merged: somebody there has too few like them, those kept apart not counted."""
    left = Counter(answers)
    largest: dict[Answers, int] = defaultdict(int)
    for home in homes.values():
        for person in home:
            largest[answers[person]] = max(largest[answers[person]], len(home))
    shared = {household: home for household, home in homes.items() if len(home) > 1}
    apart: set[int] = set()
    while True:
        few = {answer for answer, count in left.items() if count < ROOM * largest[answer]}
        found = {household for household, home in shared.items() if any(answers[person] in few for person in home)}
        if not found:
            return apart
        apart |= found
        for household in found:
            left.subtract(answers[person] for person in shared.pop(household))
