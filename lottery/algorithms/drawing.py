"""The whole computation in one call: a problem in, the fairest chances and the list of equally likely panels out."""

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lottery.algorithms.classes import Classes, find_classes
from lottery.algorithms.feasibility import require_feasible
from lottery.algorithms.listing import make_list
from lottery.algorithms.mixture import Mixture, find_mixture, list_length
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.problem import Problem
from lottery.algorithms.seating import seat_people

Progress = Callable[[int, int], None]
MANY_PATTERNS = 200  # of households, from which they are merged where that is possible
STEPS = 1000  # of the progress reported


class InvalidPanel(AssertionError):
    """A listed panel breaks a quota: a fault of this program, found before anything is published."""


@dataclass(frozen=True)
class Lottery:
    """What was computed.

    `chances` and `listed` have one entry per person of the pool: the optimal probability as the weighted panels realise
    it, and the share of `panels` (m × size, indexes of people, ascending) the person is on.
    """

    problem: Problem
    algorithm: str
    classes: Classes
    mixture: Mixture
    chances: np.ndarray
    listed: np.ndarray
    panels: np.ndarray

    @property
    def digits(self) -> int:
        """How many decimal digits choose a panel."""
        return len(str(len(self.panels) - 1))

    @property
    def never(self) -> list[int]:
        """People whom no panel can seat, or to whom the objective gives no chance."""
        return np.flatnonzero(self.chances <= 1e-12).tolist()

    @property
    def unlisted(self) -> list[int]:
        """People with a chance below one list place, who are on no panel of the list."""
        return np.flatnonzero((self.chances > 1e-12) & (self.listed == 0)).tolist()

    @property
    def astray(self) -> list[int]:
        """People for whom the list breaks its promise: more than two places off, or on no panel though due one."""
        places = len(self.panels)
        is_off = np.abs(self.listed - self.chances) * places > 2 + 1e-6
        return np.flatnonzero(is_off | ((self.listed == 0) & (self.chances * places >= 1))).tolist()


def draw_lottery(
    problem: Problem,
    *,
    algorithm: str = "leximin",
    panels: int | None = None,
    seed: str = "",
    progress: Progress | None = None,
) -> Lottery:
    """Compute the lottery; raises Infeasible if no panel meets the quotas.

    `algorithm` is one of OBJECTIVES. `panels` is the length of the list, by default 1,000, or 10,000 where the
    smallest chance asks for it. `seed` orders people of the same class, and the panels of the list; nothing else. `progress(done, total)` is
    called now and then; total stays the same.
    """
    classes, mixture = _find_mixture(problem, algorithm, panels, _part(progress, 0, 500))
    class_chances = mixture.stated_chances
    length = panels or list_length(class_chances)
    listed = make_list(mixture, length, _part(progress, 500, 950))
    seated = seat_people(classes, listed, problem.households, problem.ids, seed)[_order(length, seed)]
    check_panels(problem, seated)
    chances = np.zeros(problem.people)
    for members, chance in zip(classes.members, class_chances, strict=True):
        chances[members] = chance
    shares = np.bincount(seated.ravel(), minlength=problem.people) / length
    if progress:
        progress(STEPS, STEPS)
    return Lottery(problem, algorithm, classes, mixture, np.clip(chances, 0.0, 1.0), shares, seated)


def _find_mixture(
    problem: Problem, algorithm: str, length: int | None, progress: Progress | None
) -> tuple[Classes, Mixture]:
    """The classes and the optimum over them; of a large pool with households merged, unless these stand in the way."""
    classes = find_classes(problem)
    if len(classes.groups) >= MANY_PATTERNS:
        merged = find_classes(problem, merged=True)
        with contextlib.suppress(ValueError):  # Crowded, or no panel at all within the limits of merging
            return merged, find_mixture(Polytope(merged), OBJECTIVES[algorithm], length=length, progress=progress)
    try:
        return classes, find_mixture(Polytope(classes), OBJECTIVES[algorithm], length=length, progress=progress)
    except ValueError:
        # That a panel exists is known once one is made, which is sooner than the integer program finds one.
        require_feasible(problem, classes)
        raise


def _order(length: int, seed: str) -> list[int]:
    """The seed's order of the list: as it is made, panels come round almost in a period, which would tell of the others."""
    keys = [hashlib.sha256(f"{seed}\nlist\n{number}".encode()).digest() for number in range(length)]
    return sorted(range(length), key=keys.__getitem__)


def check_panels(problem: Problem, panels: np.ndarray) -> None:
    """Raise InvalidPanel unless each row has `size` different people of different households within all quotas."""
    homes = np.sort(problem.households[panels], axis=1)
    if panels.shape[1] != problem.size or np.any(np.diff(homes, axis=1) == 0):
        raise InvalidPanel("a panel has the wrong size or two people of one household")
    offsets = np.arange(len(panels))[:, None] * len(problem.quotas)
    lower = np.array([quota.minimum for quota in problem.quotas])
    upper = np.array([quota.maximum for quota in problem.quotas])
    counts = np.zeros((len(panels), len(problem.quotas)), dtype=np.int64)
    for column in problem.answers.T:
        counts += np.bincount((column[panels] + offsets).ravel(), minlength=counts.size).reshape(counts.shape)
    if np.any(counts < lower) or np.any(counts > upper):
        raise InvalidPanel("a panel breaks a quota")


def _part(progress: Progress | None, start: int, end: int) -> Progress | None:
    """Progress of one stage as part of the whole."""
    if progress is None:
        return None

    def report(done: int, total: int) -> None:
        progress(start + (end - start) * min(done, total) // max(total, 1), STEPS)

    return report
