"""The list the public number chooses from: m panels of equal chance whose shares are the optimum, as near as m allows.

"Fair sortition made transparent" (Flanigan, Kehne, Procaccia, NeurIPS 2021) rounds a distribution to m panels. The herd
already is such a list: after m panels every class is within about a seat of m times its expected seats. What is
left over is evened out by swaps of two people inside a panel that keep its quotas.
"""

from collections.abc import Callable

import numpy as np

from lottery.algorithms.evening import even_out
from lottery.algorithms.mixture import Mixture
from lottery.algorithms.weights import PanelList

DIGITS = 1000  # panels of a list: three digits choose one
MORE_DIGITS = 10000  # where 1,000 times the smallest chance is below ENOUGH
ENOUGH = 20


def list_length(chances: np.ndarray) -> int:
    """1,000, or 10,000 where the smallest chance above zero would be too coarse in thousandths."""
    possible = chances[chances > 1e-12]
    return DIGITS if not len(possible) or DIGITS * possible.min() >= ENOUGH else MORE_DIGITS


def make_list(mixture: Mixture, length: int, progress: Callable[[int, int], None] | None = None) -> PanelList:
    """`length` valid panels in order; each class's seats over the list within about one of its due."""
    classes = mixture.polytope.classes
    listed = PanelList(len(classes))
    debts = _Debts(mixture)
    for number in range(length):
        listed.append(debts.next_panel(number))
        if progress and number % 50 == 49:
            progress(number + 1, length)
    even_out(classes, listed, mixture.target.expected(classes.people))
    return listed


class _Debts:
    """Goes through the herd's panels, and past their end herds on or, where that drifts, takes the weighted panels."""

    def __init__(self, mixture: Mixture):
        self.mixture = mixture
        self.expected = mixture.target.expected(mixture.polytope.classes.people)
        self.is_herded = mixture.herd.adrift() <= 10.0
        self.owed = np.zeros(len(self.expected))

    def next_panel(self, number: int) -> np.ndarray:
        mixture = self.mixture
        if self.is_herded and number < len(mixture.made):
            return mixture.made.dense(number)
        if self.is_herded:
            panel = mixture.herd.next_panel()
            if panel is not None:
                mixture.made.append(panel)
                return panel
        self.owed = self.owed + self.expected
        scores = np.round(mixture.panels.price(self.owed / np.maximum(self.expected, 1e-9)), 9)
        panel = mixture.panels.dense(int(scores.argmax()))
        self.owed = self.owed - panel
        return panel
