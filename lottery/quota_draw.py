"""A simple quota draw: panels that meet every quota, made by chance from a seed, the same on every machine.

Each panel is filled by the scarcest need first: of all feature values that still miss people, the one with the
fewest candidates per missing person gives one of its candidates, chosen by the seed (the way of the widely used
stratified selection tools). Chances are therefore *not* as equal as they can be; that is the leximin draw's work.

Plain Python, no Django, no clock; randomness only from `seed`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

ATTEMPTS = 200
"""How often a panel is begun anew before the quotas are called infeasible."""

Quotas = Mapping[str, Mapping[str, tuple[int, int]]]
"""feature → value → (at least, at most), in people."""


def gettext_noop(message: str) -> str:
    """Marks a text for the catalogue of translations; whoever shows it translates it."""
    return message


class Infeasible(ValueError):
    """No panel meets the quotas: an English text with places for `values`, so that it can be translated.

    `feature` names the one that failed; empty where the quotas fail only together.
    """

    def __init__(self, text: str, **values: object):
        self.text, self.values = text, values
        self.feature = str(values.get("feature", ""))
        super().__init__(text % values)


@dataclass(frozen=True)
class Volunteer:
    """One of the pool: a pseudonym, one value for each feature, and a household (empty: lives alone)."""

    pseudonym: str
    values: Mapping[str, str]
    household: str = ""


class Dice:
    """An endless row of fair throws, all of them fixed by `seed`: SHA-256 of seed and counter, 64 bits a throw."""

    def __init__(self, seed: str):
        self._seed, self._counter = seed.encode(), 0

    def below(self, sides: int) -> int:
        """A number from 0 to `sides` - 1, each equally likely (throws beyond the last full round are thrown again)."""
        limit = 2**64 - 2**64 % sides
        while True:
            block = hashlib.sha256(self._seed + b":" + str(self._counter).encode()).digest()
            self._counter += 1
            number = int.from_bytes(block[:8], "big")
            if number < limit:
                return number % sides


def check_quotas(pool: Sequence[Volunteer], quotas: Quotas, size: int) -> None:
    """Infeasible for what can be seen without drawing: too few people, minima above or maxima below the size."""
    if len(pool) < size:
        text = gettext_noop("%(size)s seats, but only %(count)s volunteers")
        raise Infeasible(text, size=size, count=len(pool))
    for feature, values in quotas.items():
        if sum(low for low, _high in values.values()) > size:
            text = gettext_noop("%(feature)s: the minima add up to more than %(size)s")
            raise Infeasible(text, feature=feature, size=size)
        if sum(high for _low, high in values.values()) < size:
            text = gettext_noop("%(feature)s: the maxima add up to fewer than %(size)s")
            raise Infeasible(text, feature=feature, size=size)
        _check_values(pool, feature, values)


def _check_values(pool: Sequence[Volunteer], feature: str, values: Mapping[str, tuple[int, int]]) -> None:
    for value, (low, _high) in values.items():
        there = sum(1 for one in pool if one.values.get(feature) == value)
        if there < low:
            text = gettext_noop("%(feature)s, %(value)s: %(low)s are needed, %(count)s volunteered")
            raise Infeasible(text, feature=feature, value=value, low=low, count=there)
    for one in pool:
        if one.values.get(feature) not in values:
            text = gettext_noop("%(feature)s: %(pseudonym)s has a value without a quota")
            raise Infeasible(text, feature=feature, pseudonym=one.pseudonym)


def draw_panels(pool: Sequence[Volunteer], quotas: Quotas, size: int, *, seed: str, count: int) -> Iterator[list[int]]:
    """`count` panels, each a sorted list of `size` positions in `pool`. Infeasible where none is found."""
    check_quotas(pool, quotas, size)
    dice = Dice(seed)
    for _number in range(count):
        yield _draw_panel(pool, quotas, size, dice)


def _draw_panel(pool: Sequence[Volunteer], quotas: Quotas, size: int, dice: Dice) -> list[int]:
    for _attempt in range(ATTEMPTS):
        panel = _Filling(pool, quotas, size, dice).fill()
        if panel is not None:
            return panel
    raise Infeasible(gettext_noop("no panel met all quotas in %(count)s attempts"), count=ATTEMPTS)


class _Filling:
    """One attempt to fill a panel: who is still free, and what each value has and needs."""

    def __init__(self, pool: Sequence[Volunteer], quotas: Quotas, size: int, dice: Dice):
        self.pool, self.quotas, self.size, self.dice = pool, quotas, size, dice
        self.free = [True] * len(pool)
        self.chosen: list[int] = []
        keys = [(feature, value) for feature, values in quotas.items() for value in values]
        self.taken = dict.fromkeys(keys, 0)
        self.people: dict[tuple[str, str], list[int]] = {key: [] for key in keys}
        for position, one in enumerate(pool):
            for feature in quotas:
                self.people[feature, one.values[feature]].append(position)
        self.left = {key: len(positions) for key, positions in self.people.items()}

    def fill(self) -> list[int] | None:
        """The panel, or None where this attempt got stuck."""
        while len(self.chosen) < self.size:
            key, need, ratio = self._scarcest()
            if ratio < 1:
                return None
            free = [p for p in (self.people[key] if need else range(len(self.pool))) if self.free[p]]
            if not free:
                return None
            self._take(free[self.dice.below(len(free))])
        kept = all(low <= self.taken[f, v] <= high for f, vs in self.quotas.items() for v, (low, high) in vs.items())
        return sorted(self.chosen) if kept else None

    def _scarcest(self) -> tuple[tuple[str, str], int, float]:
        """The value with the fewest candidates per person it still misses; need 0 when every minimum is met."""
        found, need, least = ("", ""), 0, float("inf")
        for feature, values in self.quotas.items():
            for value, (low, _high) in values.items():
                missing = low - self.taken[feature, value]
                if missing > 0 and self.left[feature, value] / missing < least:
                    found, need, least = (feature, value), missing, self.left[feature, value] / missing
        return found, need, least

    def _take(self, position: int) -> None:
        self.chosen.append(position)
        self._remove(position)
        one = self.pool[position]
        if one.household:
            for other, neighbour in enumerate(self.pool):
                if self.free[other] and neighbour.household == one.household:
                    self._remove(other)
        for feature, values in self.quotas.items():
            key = (feature, one.values[feature])
            self.taken[key] += 1
            if self.taken[key] == values[key[1]][1]:
                for other in self.people[key]:
                    if self.free[other]:
                        self._remove(other)

    def _remove(self, position: int) -> None:
        self.free[position] = False
        for feature in self.quotas:
            self.left[feature, self.pool[position].values[feature]] -= 1


def rank_alternates(pool: Sequence[str], panel: Sequence[str], *, seed: str) -> list[str]:
    """Those not drawn, in the order in which they move up: by SHA-256 of seed and pseudonym, so that anyone can check."""
    drawn = set(panel)
    rest = [pseudonym for pseudonym in pool if pseudonym not in drawn]
    return sorted(rest, key=lambda pseudonym: hashlib.sha256(f"{seed}:{pseudonym}".encode()).digest())


def next_alternate(
    seated: Sequence[Mapping[str, str]], ranked: Sequence[Mapping[str, str]], quotas: Quotas
) -> int | None:
    """The position in `ranked` of who moves up: whoever leaves the quotas least broken, of those the first in rank.

    `seated` are the values of all who hold or are offered a seat, `ranked` those of the alternates in their order.
    """
    counts: dict[tuple[str, str], int] = {}
    for values in seated:
        for feature in quotas:
            key = (feature, values.get(feature, ""))
            counts[key] = counts.get(key, 0) + 1
    broken = [(_broken_with(values, counts, quotas), position) for position, values in enumerate(ranked)]
    return min(broken)[1] if broken else None


def _broken_with(values: Mapping[str, str], counts: Mapping[tuple[str, str], int], quotas: Quotas) -> int:
    """How many people all quotas are off by if somebody with `values` joins."""
    total = 0
    for feature, bounds in quotas.items():
        for value, (low, high) in bounds.items():
            number = counts.get((feature, value), 0) + (values.get(feature) == value)
            total += max(0, low - number, number - high)
    return total
