"""The proof that no mixture of panels gives the worst-off a better chance, checked by adding fractions.

People with the same features and the same household pattern are one class, in the order of `lottery.algorithms.classes`.
The multipliers belong to rows: the quotas, the size, household patterns of more than one class, then inequalities that
the integer program proved. Standard library only.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Pool:
    """`answers` and `keys` per person; `classes`, `members` (positions) and `limits` per class; `groups` of classes."""

    quotas: Sequence[Json]
    size: int
    answers: list[tuple[int, ...]]
    keys: list[tuple]
    classes: list[tuple]
    members: list[list[int]]
    limits: list[int]
    groups: list[tuple[list[int], int]]

    @property
    def first_cut(self) -> int:
        """The first row that rests on the integer program."""
        return len(self.quotas) + 1 + len(self.groups)


def pool_of(quotas: Sequence[Json], size: int, rows: Sequence[Json]) -> Pool:
    """The pool by classes."""
    place = {(quota["feature"], quota["value"]): at for at, quota in enumerate(quotas)}
    features = list(dict.fromkeys(quota["feature"] for quota in quotas))
    answers = [tuple(place[pair] for pair in zip(features, row["values"], strict=True)) for row in rows]
    homes: dict[int, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        homes[row["household"]].append(at)
    patterns: dict[tuple, int] = defaultdict(int)
    keys: list[tuple] = [()] * len(rows)
    for home in homes.values():
        pattern = tuple(sorted(answers[at] for at in home))
        patterns[pattern] += 1
        for at in home:
            keys[at] = (answers[at], pattern)
    classes = sorted(set(keys), key=lambda key: (key[0], len(key[1]), key[1]))
    number = {key: index for index, key in enumerate(classes)}
    members: list[list[int]] = [[] for _ in classes]
    for at, key in enumerate(keys):
        members[number[key]].append(at)
    groups = [
        (sorted({number[answer, pattern] for answer in pattern}), patterns[pattern])
        for pattern in sorted(patterns)
        if len(set(pattern)) > 1
    ]
    limits = [patterns[pattern] for _answer, pattern in classes]
    return Pool(quotas, size, answers, keys, classes, members, limits, groups)


def bound_of(pool: Pool, proof: Json, can: Sequence[bool]) -> Fraction | None:
    """The bound on the smallest chance of those who `can` be seated (per class) that the multipliers prove, if any."""
    most, worth = Fraction(0), [Fraction(0)] * len(pool.classes)
    for text, value in proof["multipliers"].items():
        if not re.fullmatch(r"-?[0-9]{1,60}(/[0-9]{1,60})?", value):
            raise ValueError(f"{value!r} is no fraction")
        weight, row = Fraction(value), int(text)
        low, high, weights = _row(pool, proof, row)
        end = high if weight > 0 else low
        if end is None:
            raise ValueError(f"row {row} has no bound on that side")
        most += weight * end
        for index, factor in weights.items():
            worth[index] += weight * factor
    # Σ worth · seats ≤ most; classes with worth < 0 take at most their limit, the others at least people · t.
    by_chance = Fraction(0)
    for index, value in enumerate(worth):
        if value < 0:
            most -= value * pool.limits[index]
        elif can[index]:
            by_chance += value * len(pool.members[index])
    return most / by_chance if by_chance else None


def _row(pool: Pool, proof: Json, row: int) -> tuple[int | None, int, dict[int, int]]:
    """Lower and upper bound of a row, and its weights by class."""
    if not 0 <= row < pool.first_cut + len(proof["cuts"]):
        raise ValueError(f"there is no row {row}")
    if row < len(pool.quotas):
        quota = pool.quotas[row]
        return quota["min"], quota["max"], {i: 1 for i, key in enumerate(pool.classes) if row in key[0]}
    if row == len(pool.quotas):
        return pool.size, pool.size, dict.fromkeys(range(len(pool.classes)), 1)
    if row < pool.first_cut:
        classes, households = pool.groups[row - len(pool.quotas) - 1]
        return None, households, dict.fromkeys(classes, 1)
    cut = proof["cuts"][row - pool.first_cut]
    return None, cut["bound"], {i: weight for i, weight in enumerate(cut["weights"]) if weight}
