"""From chances to real panels: a mixture that reaches the target, or the proof that none does and a better target.

The target is the optimum of the relaxation. If a mixture of real panels reaches it, it is optimal. If not, the integer
program proves an inequality that all panels keep and the target breaks; with it the relaxation is solved again. Each
round the relaxation shrinks towards the hull of the real panels, so the last target is their optimum.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lottery.algorithms.exact import Target
from lottery.algorithms.herding import Herd
from lottery.algorithms.polytope import Cut, Polytope
from lottery.algorithms.separation import Separator
from lottery.algorithms.weights import PanelList, Panels, find_weights

Objective = Callable[[Polytope], Target]
Progress = Callable[[int, int], None]

DIGITS = 1000  # panels of a list: three digits choose one
MORE_DIGITS = 10000  # where 1,000 times the smallest chance is below ENOUGH
ENOUGH = 20
SPARE = 1.3  # panels per free class at the first try; below about 1.05 the weights are barely determined
AMPLE = 1.4  # panels per free class where the list takes so many anyway: the weights are found in half the steps
GROWTH = 1.4  # more panels at each further try
TRIES = 3
ADRIFT = 40.0  # seats somebody is owed after which the target is taken for unreachable
MOST_CUTS = 2000
SLACK = 1e-3  # seats by which a limit that stands for merged households must not be reached
MET = 1e-9  # difference up to which realised chances are stated as the target's


class Crowded(ValueError):
    """Merged households stand in the way: the optimum takes more of a class than their merging allows, or is not reached."""


class NoMixture(RuntimeError):
    """The optimum was not reached within MOST_CUTS inequalities; never seen on a real pool."""


@dataclass(frozen=True)
class Mixture:
    """Panels with weights whose chances are the target's, and the relaxation (with all cuts) that proves it optimal.

    `weights` add up to 1. `herd` and `made` are the sequence the panels come from, for the list to go on with.
    """

    polytope: Polytope
    target: Target
    panels: Panels
    weights: np.ndarray
    herd: Herd
    made: PanelList

    @property
    def chances(self) -> np.ndarray:
        """The realised probability of each class's people."""
        return self.panels.mix(self.weights) / self.polytope.classes.people

    @property
    def stated_chances(self) -> np.ndarray:
        """The target's chances, which the realised ones meet to the last digits; the realised ones if they do not."""
        is_met = np.abs(self.chances - self.target.chances).max() <= MET
        return self.target.chances if is_met else self.chances


def list_length(chances: np.ndarray) -> int:
    """1,000, or 10,000 where the smallest chance above zero would be too coarse in thousandths."""
    possible = chances[chances > 1e-12]
    return DIGITS if not len(possible) or DIGITS * possible.min() >= ENOUGH else MORE_DIGITS


def find_mixture(
    polytope: Polytope, objective: Objective, *, length: int | None = None, progress: Progress | None = None
) -> Mixture:
    """The objective's optimum over all mixtures of real panels; `progress(done, total)` counts panels made.

    `length` is that of the list that will be made of them, by default what the chances ask for. Raises NoPoint or
    ValueError if there is no panel at all, Crowded (one too) if households must not be merged.
    """
    separator = Separator(polytope)
    for _ in range(MOST_CUTS):
        target = objective(polytope)
        _check_room(polytope, target)
        herd, made = Herd(polytope, target), PanelList(len(polytope.classes))
        taken = length or list_length(target.chances)
        total = int(max(SPARE * len(herd.face), min(AMPLE * len(herd.face), taken))) + 12
        found = _herded(polytope, target, (herd, made), total, progress)
        if found is None and polytope.classes.merged:
            raise Crowded
        if found is None:
            separator.add([made.dense(number) for number in range(len(made))])
            verdict = separator.judge(polytope, target)
            if isinstance(verdict, Cut):
                polytope = polytope.with_cut(verdict)
                separator.add_cut(verdict)
                continue
            found = separator.panels(verdict)
        panels, weights = found
        return Mixture(polytope, target, panels, weights / weights.sum(), herd, made)
    raise NoMixture(f"the optimum was not reached within {MOST_CUTS} inequalities")


def _check_room(polytope: Polytope, target: Target) -> None:
    """Raise Crowded unless the limits of merged households are slack, which makes the optimum that without them."""
    classes = polytope.classes
    tight = target.expected(classes.people) > classes.limit - SLACK
    if np.any(tight & (classes.limit < classes.homes)):
        raise Crowded


def _herded(
    polytope: Polytope, target: Target, flock: tuple[Herd, PanelList], total: int, progress: Progress | None
) -> tuple[Panels, np.ndarray] | None:
    """The fast way: herd panels and correct their weights; None if that does not reach the target."""
    expected, (herd, made) = target.expected(polytope.classes.people), flock
    for _ in range(TRIES):
        while len(made) < total:
            panel = herd.next_panel()
            if panel is None or herd.adrift() > ADRIFT:
                return None
            made.append(panel)
            if progress and len(made) % 50 == 0:
                progress(len(made), total)
        for push in herd.pushes(made):
            panel = herd.next_panel(push)
            if panel is None:
                return None
            made.append(panel)
        panels = made.distinct()
        weights = find_weights(panels, expected, polytope.classes.people, target.exact)
        if weights is not None:
            return panels, weights
        total = int(total * GROWTH)
    return None
