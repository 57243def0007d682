"""The naive draw, for comparison only: seats are drawn one by one where they are most urgently needed.

At every step the quota whose minimum is hardest still to meet is found, one of its people is drawn evenly, and whoever
can no longer sit is dropped; a draw that cannot be finished is thrown away. This is how panels were drawn by hand and
by the field's older programs; it always meets the quotas, but nobody chose the chances it gives. Flanigan et al. (2021)
measure the same rule as "legacy".
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from lottery.algorithms.classes import Classes

RUNS = 128  # draws made at the same time


@dataclass(frozen=True)
class NaiveChances:
    """Each class's share of seats per person over the finished draws; how many of RUNS were finished."""

    chances: np.ndarray
    finished: int


def naive_chances(classes: Classes, seed: str) -> NaiveChances:
    """Simulate RUNS naive draws, with numbers that depend on `seed` alone."""
    draw = _Draws(classes, _uniforms(seed, RUNS * classes.size).reshape(classes.size, RUNS))
    for step in range(classes.size):
        draw.seat_one(step)
    done = draw.alive & np.all(draw.have >= classes.lower, axis=1)
    finished = int(done.sum())
    seats = draw.seats[done].sum(axis=0) / max(finished, 1)
    return NaiveChances(seats / classes.people, finished)


def _uniforms(seed: str, count: int) -> np.ndarray:
    """Evenly spread numbers in [0, 1) from SHA-256 in counter mode."""
    blocks = [hashlib.sha256(f"{seed}\nnaive\n{number}".encode()).digest() for number in range((count + 7) // 8)]
    return np.frombuffer(b"".join(blocks), dtype=">u4")[:count] / 2.0**32


class _Draws:
    """RUNS draws side by side: `left` people per class, `have` members per quota, `seats` per class."""

    def __init__(self, classes: Classes, uniforms: np.ndarray):
        self.classes, self.uniforms = classes, uniforms
        self.left = np.tile(classes.people.astype(float), (RUNS, 1))
        self.left[:, classes.counts.T @ (classes.upper == 0) > 0] = 0.0
        self.have = np.zeros((RUNS, len(classes.lower)))
        self.seats = np.zeros((RUNS, len(classes)))
        self.alive = np.ones(RUNS, dtype=bool)
        # People of a class per household, and whom else a household of the class holds (of merged ones that is not known,
        # and one seat more or less of so many changes no chance that could be seen).
        self.home = classes.people / classes.homes
        self.groups = [group.classes for group in classes.groups]

    def seat_one(self, step: int) -> None:
        """Draw one person in every draw that is still alive."""
        classes = self.classes
        available = self.left @ classes.counts.T
        need = classes.lower - self.have
        urgency = np.where(need > 0, need / np.maximum(available, 1e-9), 0.0)
        self.alive &= np.all(need <= available, axis=1) & (self.left.sum(axis=1) > 0)
        urgent = urgency.argmax(axis=1)
        pick_from = np.where((urgency.max(axis=1) > 0)[:, None], self.left * classes.counts[urgent], self.left)
        ends = np.cumsum(pick_from, axis=1)
        aims = self.uniforms[step] * ends[:, -1]
        picked = np.minimum((ends <= aims[:, None]).sum(axis=1), len(classes) - 1)
        runs = np.flatnonzero(self.alive)
        picked = picked[runs]
        self.seats[runs, picked] += 1
        self.have[runs] += classes.counts.T[picked]
        self._drop_home(runs, picked)
        full = self.have >= classes.upper
        self.left[full.astype(float) @ classes.counts > 0] = 0.0

    def _drop_home(self, runs: np.ndarray, picked: np.ndarray) -> None:
        """The picked person's whole household is out."""
        group = self.classes.group_of[picked]
        alone = group < 0
        at = runs[alone], picked[alone]
        self.left[at] = np.maximum(self.left[at] - self.home[picked[alone]], 0.0)
        for run, number in zip(runs[~alone].tolist(), group[~alone].tolist(), strict=True):
            out = self.groups[number]
            self.left[run, out] = np.maximum(self.left[run, out] - self.home[out], 0.0)
