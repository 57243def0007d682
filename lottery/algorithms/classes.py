"""People who are interchangeable: the same features and the same household pattern. Everything is computed on classes.

A panel is then a vector of class counts, and quotas, size and household limits are linear in it (see
docs/lottery-method.md). The order of classes depends on the order of the quotas alone, never on names or on the order
of the pool, so that permuting the pool or renaming a value changes nothing.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lottery.algorithms.problem import Problem


@dataclass(frozen=True)
class Group:
    """Households of one pattern: at most one person of each sits on the panel, so at most `households` in all."""

    classes: np.ndarray  # indexes of the classes that make up the pattern
    households: int


@dataclass(frozen=True)
class Classes:
    """The pool by classes, C of them, under R quotas.

    `members[c]` are the indexes of class c's people, ascending; `limit[c]` how many of them one panel can take;
    `values[c, f]` is the quota that class c counts under for feature f; `groups` are the household patterns of more
    than one class. `lower` and `upper` have one entry per quota.
    """

    size: int
    members: tuple[np.ndarray, ...]
    limit: np.ndarray
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    groups: tuple[Group, ...]

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


def find_classes(problem: Problem) -> Classes:
    """Collapse the pool into classes, in an order that depends on the quotas' order alone."""
    homes: dict[int, list[int]] = defaultdict(list)
    for person, household in enumerate(problem.households.tolist()):
        homes[household].append(person)
    answers = [tuple(row) for row in problem.answers.tolist()]
    patterns: dict[tuple, int] = defaultdict(int)
    members: dict[tuple, list[int]] = defaultdict(list)
    for home in homes.values():
        pattern = tuple(sorted(answers[person] for person in home))
        patterns[pattern] += 1
        for person in home:
            members[answers[person], pattern].append(person)
    keys = sorted(members, key=lambda key: (key[0], len(key[1]), key[1]))
    at = {key: index for index, key in enumerate(keys)}
    groups = [
        Group(np.array(sorted({at[answer, pattern] for answer in pattern})), patterns[pattern])
        for pattern in sorted(patterns)
        if len(set(pattern)) > 1
    ]
    return Classes(
        size=problem.size,
        members=tuple(np.array(sorted(members[key])) for key in keys),
        limit=np.array([patterns[pattern] for _, pattern in keys], dtype=np.int64),
        values=np.array([answer for answer, _ in keys], dtype=np.int64),
        lower=np.array([quota.minimum for quota in problem.quotas], dtype=np.int64),
        upper=np.array([quota.maximum for quota in problem.quotas], dtype=np.int64),
        groups=tuple(groups),
    )
