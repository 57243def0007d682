"""Probabilities for given panels whose mixture is exactly the target: the least change from equal weights."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

PRECISE = 1e-11  # seats per person by which a mixture may miss its target
INEXACT = 1e-9  # the same for a target that is itself only a double
ROUNDS = 40  # how often panels with negative weights are left out and the rest solved anew
STEPS = 3000  # of conjugate gradients in one round


class PanelList:
    """Panels in the order in which they were made, kept sparse; the same panel may come several times."""

    def __init__(self, classes: int):
        self.classes = classes
        self.places: list[np.ndarray] = []
        self.counts: list[np.ndarray] = []

    def __len__(self) -> int:
        return len(self.places)

    def append(self, panel: np.ndarray) -> None:
        """Add a panel given by the counts of all classes."""
        place = np.flatnonzero(panel).astype(np.int32)
        self.places.append(place)
        self.counts.append(np.rint(panel[place]).astype(np.int32))

    def dense(self, number: int) -> np.ndarray:
        """Class counts of one panel."""
        panel = np.zeros(self.classes)
        panel[self.places[number]] = self.counts[number]
        return panel

    def first(self, count: int) -> "PanelList":
        """A list of its own with the first `count` panels."""
        one = PanelList(self.classes)
        one.places, one.counts = self.places[:count], self.counts[:count]
        return one

    def seats(self) -> np.ndarray:
        """Seats per class over all panels."""
        total = np.zeros(self.classes)
        for place, count in zip(self.places, self.counts, strict=True):
            total[place] += count
        return total

    def distinct(self) -> "Panels":
        """The different panels, with how often each was made."""
        times: dict[bytes, int] = {}
        first = []
        for number, (place, count) in enumerate(zip(self.places, self.counts, strict=True)):
            key = place.tobytes() + count.tobytes()
            if key not in times:
                first.append(number)
            times[key] = times.get(key, 0) + 1
        return Panels(self, first, np.array(list(times.values()), dtype=float))


class Panels:
    """Distinct panels as one sparse matrix: panel j has counts[a:b] members of classes index[a:b], a, b = start[j:j+2].

    `times` is how often each was made.
    """

    def __init__(self, source: PanelList, numbers: Sequence[int], times: np.ndarray):
        self.classes = source.classes
        self.times = times
        places = [source.places[number] for number in numbers]
        self.start = np.concatenate([[0], np.cumsum([len(place) for place in places])]).astype(np.int64)
        self.index = np.concatenate([*places, np.zeros(0, dtype=np.int32)]).astype(np.int64)
        counts = [source.counts[number] for number in numbers]
        self.counts = np.concatenate([*counts, np.zeros(0, dtype=np.int32)]).astype(float)

    def __len__(self) -> int:
        return len(self.times)

    @cached_property
    def owner(self) -> np.ndarray:
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @cached_property
    def by_class(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Panel and count of each entry, sorted by class; the classes there are, and where each one's entries begin."""
        order = np.argsort(self.index, kind="stable")
        present, first = np.unique(self.index[order], return_index=True)
        return self.owner[order], self.counts[order], present, first

    def mix(self, weights: np.ndarray) -> np.ndarray:
        """Expected seats per class."""
        owner, counts, present, first = self.by_class
        shares = weights[owner]
        shares *= counts
        seats = np.zeros(self.classes)
        seats[present] = np.add.reduceat(shares, first) if len(first) else 0.0
        return seats

    def price(self, prices: np.ndarray) -> np.ndarray:
        """The sum of its members' prices, per panel."""
        shares = prices[self.index]
        shares *= self.counts
        return np.add.reduceat(shares, self.start[:-1])

    def sums(self, values: np.ndarray, rows: int) -> np.ndarray:
        """Panels × rows: how many of a panel's members count under each row; `values` are each class's rows."""
        sums = np.zeros((len(self), rows))
        for column in values.T:
            at = self.owner * rows + column[self.index]
            sums += np.bincount(at, weights=self.counts, minlength=sums.size).reshape(sums.shape)
        return sums

    def squares(self) -> np.ndarray:
        """The sum of its squared counts, per panel."""
        return np.add.reduceat(self.counts**2, self.start[:-1])

    def dense(self, number: int) -> np.ndarray:
        """Class counts of one panel."""
        panel = np.zeros(self.classes)
        at = slice(self.start[number], self.start[number + 1])
        panel[self.index[at]] = self.counts[at]
        return panel


def find_weights(panels: Panels, expected: np.ndarray, people: np.ndarray, exact: bool = True) -> np.ndarray | None:
    """Weights ≥ 0 with panels.mix(weights) = expected, each chance within PRECISE; None if not found.

    Starts from the panels' shares in the herd and corrects them by the smallest change (conjugate gradients on the
    normal equations). Panels that would need a negative weight are left out, and the rest corrected again. A target
    that is not `exact` need be met only within INEXACT.
    """
    weights = panels.times / panels.times.sum()
    precise = PRECISE if exact else INEXACT
    for _ in range(ROUNDS):
        active = weights > 0
        corrected = _correct(panels, weights, active, expected, people)
        if np.abs((expected - panels.mix(corrected)) / people).max() > precise:
            return None
        if corrected.min() >= 0:
            return corrected
        weights = np.where(corrected > 0, corrected, 0.0)
    return None


def _correct(
    panels: Panels, weights: np.ndarray, active: np.ndarray, expected: np.ndarray, people: np.ndarray
) -> np.ndarray:
    """The active weights changed as little as possible to come as near the target as they can."""
    share = active.astype(float)
    diagonal = np.bincount(panels.index, weights=panels.counts**2 * share[panels.owner], minlength=panels.classes)
    scale = np.where(diagonal > 0, 1.0 / np.where(diagonal > 0, diagonal, 1.0), 0.0)
    for _ in range(3):  # restarts wash out what rounding has piled up
        missing = expected - panels.mix(weights)
        if np.abs(missing / people).max() <= PRECISE:
            break
        weights = weights + share * panels.price(_conjugate_gradients(panels, share, scale, missing, people))
    return weights


def _conjugate_gradients(
    panels: Panels, share: np.ndarray, scale: np.ndarray, missing: np.ndarray, people: np.ndarray
) -> np.ndarray:
    """Prices y with mix(share · price(y)) = missing, as near as STEPS steps come; given up where none exist."""
    prices = np.zeros_like(missing)
    rest = missing.copy()
    ahead = scale * rest
    direction = ahead
    size = rest @ ahead
    first = np.abs(rest / people).max()
    for _ in range(STEPS):
        miss = np.abs(rest / people).max()
        if size <= 0 or miss <= PRECISE / 10 or miss > 100 * first:
            break
        image = panels.mix(share * panels.price(direction))
        bend = direction @ image
        if bend <= 0:
            break
        prices = prices + size / bend * direction
        rest = rest - size / bend * image
        ahead = scale * rest
        size, before = rest @ ahead, size
        direction = ahead + size / before * direction
    return prices
