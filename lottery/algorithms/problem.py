"""What a draw is asked to do: the size of the panel, the quotas and the people in the pool, checked for sense."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: which file ("quotas", "pool" or ""), its line (0: none), and what, in words."""

    source: str
    line: int
    problem: str

    def __str__(self) -> str:
        where = f"{self.source}, line {self.line}: " if self.line else f"{self.source}: " if self.source else ""
        return where + self.problem


class InputError(ValueError):
    """The input cannot be drawn from; `faults` lists every fault found."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class Quota:
    """At least `minimum` and at most `maximum` members of the panel have `value` for `feature`."""

    feature: str
    value: str
    minimum: int
    maximum: int
    line: int = field(default=0, compare=False)

    @property
    def label(self) -> str:
        return f"{self.feature} = {self.value}"


@dataclass(frozen=True)
class Problem:
    """A checked draw.

    `answers[i, f]` is the index in `quotas` of the value that person `i` has for feature `f` (in the order of
    `features`); `households[i]` is a number shared by all who live together, each person's own if addresses do not
    count. Arrays have one row per person in the pool's order.
    """

    size: int
    quotas: tuple[Quota, ...]
    ids: tuple[str, ...]
    answers: np.ndarray
    households: np.ndarray

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(quota.feature for quota in self.quotas))

    @property
    def people(self) -> int:
        return len(self.ids)


def build_problem(
    *,
    size: int,
    quotas: Sequence[Quota],
    ids: Sequence[str],
    values: Sequence[Sequence[str]],
    addresses: Sequence[Sequence[str]] | None = None,
    lines: Sequence[int] | None = None,
) -> Problem:
    """Check everything and build the problem, or raise InputError with all faults.

    `values[i]` holds person i's values in the order in which features first appear in `quotas`; `addresses[i]` the
    parts of the address (compared without regard to case and spacing; people without any address live alone);
    `lines[i]` the line of the pool's file to name in messages.
    """
    lines = list(lines) if lines is not None else [0] * len(ids)
    faults = _size_faults(size, len(ids)) + _quota_faults(quotas) + _id_faults(ids, lines)
    answers, unknown = _answers(quotas, values, lines)
    faults += unknown
    if faults:
        raise InputError(faults)
    households = _households(addresses, len(ids))
    return Problem(size, tuple(quotas), tuple(ids), answers, households)


def _size_faults(size: int, people: int) -> list[Fault]:
    if people == 0:
        return [Fault("pool", 0, "there is nobody in the pool")]
    if size < 1:
        return [Fault("", 0, f"a panel needs at least one seat, not {size}")]
    if size > people:
        return [Fault("", 0, f"a panel of {size} cannot be drawn from a pool of {people}")]
    return []


def _quota_faults(quotas: Sequence[Quota]) -> list[Fault]:
    if not quotas:
        return [Fault("quotas", 0, "there are no quotas")]
    faults = []
    seen: dict[tuple[str, str], Quota] = {}
    for quota in quotas:
        if not quota.feature or not quota.value:
            faults.append(Fault("quotas", quota.line, "the feature or its value is empty"))
        first = seen.setdefault((quota.feature, quota.value), quota)
        if first is not quota:
            faults.append(Fault("quotas", quota.line, f"{quota.label} stands twice (first on line {first.line})"))
        if quota.minimum < 0:
            faults.append(Fault("quotas", quota.line, f"{quota.label}: the minimum {quota.minimum} is below 0"))
        if quota.minimum > quota.maximum:
            text = f"{quota.label}: the minimum {quota.minimum} is above the maximum {quota.maximum}"
            faults.append(Fault("quotas", quota.line, text))
    return faults


def _id_faults(ids: Sequence[str], lines: Sequence[int]) -> list[Fault]:
    faults = []
    first: dict[str, int] = {}
    for line, name in zip(lines, ids, strict=True):
        if not name:
            faults.append(Fault("pool", line, "the id is empty"))
        elif name in first:
            faults.append(Fault("pool", line, f"the id {name!r} stands twice (first on line {first[name]})"))
        first.setdefault(name, line)
    return faults


def _answers(
    quotas: Sequence[Quota], values: Sequence[Sequence[str]], lines: Sequence[int]
) -> tuple[np.ndarray, list[Fault]]:
    features = list(dict.fromkeys(quota.feature for quota in quotas))
    exact = [{q.value: i for i, q in enumerate(quotas) if q.feature == feature} for feature in features]
    relaxed = [_without_case(known) for known in exact]
    answers = np.zeros((len(values), len(features)), dtype=np.int32)
    faults = []
    for person, (line, row) in enumerate(zip(lines, values, strict=True)):
        for column, value in enumerate(row):
            index = exact[column].get(value)
            if index is None:
                index = relaxed[column].get(value.casefold())
            if index is None:
                known = ", ".join(exact[column])
                what = (
                    f"{value!r} is no value of {features[column]} in the quotas"
                    if value
                    else f"{features[column]} is empty"
                )
                faults.append(Fault("pool", line, f"{what}; it needs one of {known}"))
            else:
                answers[person, column] = index
    return answers, faults


def _without_case(known: dict[str, int]) -> dict[str, int]:
    """Values by their folded form, as far as that leaves no doubt."""
    folded: dict[str, list[int]] = {}
    for value, index in known.items():
        folded.setdefault(value.casefold(), []).append(index)
    return {value: indexes[0] for value, indexes in folded.items() if len(indexes) == 1}


def _households(addresses: Sequence[Sequence[str]] | None, people: int) -> np.ndarray:
    if addresses is None:
        return np.arange(people)
    numbers: dict[tuple, int] = {}
    households = np.zeros(people, dtype=np.int64)
    for person, parts in enumerate(addresses):
        plain = tuple(" ".join(part.split()).casefold() for part in parts)
        households[person] = numbers.setdefault(plain if any(plain) else ("", person), len(numbers))
    return households
