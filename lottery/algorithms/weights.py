"""Probabilities for given panels whose mixture is exactly the target: the least change from equal weights."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

PRECISE = 1e-11  # seats per person by which a mixture may miss its target
ROUNDS = 40  # how often panels with negative weights are left out and the rest solved anew
STEPS = 3000  # of conjugate gradients in one round


class Panels:
    """Distinct panels as sparse rows: panel j has counts[a:b] members of the classes index[a:b], a, b = start[j:j+2]."""

    def __init__(self, panels: Sequence[np.ndarray], classes: int):
        times: dict[bytes, int] = {}
        kept = []
        for panel in panels:
            key = np.asarray(panel, dtype=np.int32).tobytes()
            if key not in times:
                kept.append(panel)
            times[key] = times.get(key, 0) + 1
        self.classes = classes
        self.times = np.array(list(times.values()), dtype=float)
        places = [np.flatnonzero(panel) for panel in kept]
        self.start = np.concatenate([[0], np.cumsum([len(place) for place in places])]).astype(np.int64)
        self.index = np.concatenate(places) if places else np.zeros(0, dtype=np.int64)
        self.counts = np.concatenate([panel[place] for panel, place in zip(kept, places, strict=True)])

    def __len__(self) -> int:
        return len(self.times)

    @cached_property
    def owner(self) -> np.ndarray:
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def mix(self, weights: np.ndarray) -> np.ndarray:
        """Expected seats per class."""
        return np.bincount(self.index, weights=self.counts * weights[self.owner], minlength=self.classes)

    def price(self, prices: np.ndarray) -> np.ndarray:
        """The sum of its members' prices, per panel."""
        return np.add.reduceat(self.counts * prices[self.index], self.start[:-1])

    def dense(self, number: int) -> np.ndarray:
        """Class counts of one panel."""
        panel = np.zeros(self.classes)
        at = slice(self.start[number], self.start[number + 1])
        panel[self.index[at]] = self.counts[at]
        return panel


def find_weights(panels: Panels, expected: np.ndarray, people: np.ndarray) -> np.ndarray | None:
    """Weights ≥ 0 with panels.mix(weights) = expected, each person's chance within PRECISE; None if not found.

    Starts from the panels' shares in the herd and corrects them by the smallest change (conjugate gradients on the
    normal equations). Panels that would need a negative weight are left out, and the rest corrected again.
    """
    weights = panels.times / panels.times.sum()
    for _ in range(ROUNDS):
        active = weights > 0
        corrected = _correct(panels, weights, active, expected, people)
        if corrected is None:
            return None
        if corrected.min() >= 0:
            return corrected
        weights = np.where(corrected > 0, corrected, 0.0)
    return None


def _correct(
    panels: Panels, weights: np.ndarray, active: np.ndarray, expected: np.ndarray, people: np.ndarray
) -> np.ndarray | None:
    """The smallest change of the active weights that meets the target; None if none does."""
    share = active.astype(float)
    diagonal = np.bincount(panels.index, weights=panels.counts**2 * share[panels.owner], minlength=panels.classes)
    scale = np.where(diagonal > 0, 1.0 / np.where(diagonal > 0, diagonal, 1.0), 0.0)
    for _ in range(3):  # restarts wash out what rounding has piled up
        missing = expected - panels.mix(weights)
        if np.abs(missing / people).max() <= PRECISE:
            return weights
        weights = weights + share * panels.price(_conjugate_gradients(panels, share, scale, missing, people))
    missing = expected - panels.mix(weights)
    return weights if np.abs(missing / people).max() <= PRECISE else None


def _conjugate_gradients(
    panels: Panels, share: np.ndarray, scale: np.ndarray, missing: np.ndarray, people: np.ndarray
) -> np.ndarray:
    """Prices y with mix(share · price(y)) = missing, as near as STEPS steps come."""
    prices = np.zeros_like(missing)
    rest = missing.copy()
    ahead = scale * rest
    direction = ahead
    size = rest @ ahead
    for _ in range(STEPS):
        if size <= 0 or np.abs(rest / people).max() <= PRECISE / 10:
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
