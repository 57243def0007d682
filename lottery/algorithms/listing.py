"""The list the public number chooses from: m panels of equal chance whose shares are the optimum, as near as m allows.

"Fair sortition made transparent" (Flanigan, Kehne, Procaccia, NeurIPS 2021) rounds a distribution to m panels. The herd
already is such a list: after m panels every class is within about a seat of m times its expected seats. Where the herd
drifts or comes to need an integer program for many panels, the weighted panels are rounded instead. What is left over is
evened out by exchanges that keep all quotas.
"""

from collections.abc import Callable

import numpy as np

from lottery.algorithms.evening import even_out
from lottery.algorithms.mixture import Mixture
from lottery.algorithms.weights import PanelList

DRIFT = 10.0  # seats owed to a class beyond which the herd is not followed
LAST = 100  # panels of such a list are the herd's, who are owed what rounding left over
REPEATS = 1.5  # times the weighted panels: so long a list begins with them, which takes less time than as many new ones
STUCK = 200  # one panel in so many may need the integer program, or the herd is not followed


def make_list(mixture: Mixture, length: int, progress: Callable[[int, int], None] | None = None) -> PanelList:
    """`length` valid panels; each class's seats over the list within about one of its due."""
    herd = mixture.herd
    flows = herd.adrift() <= DRIFT and herd.stuck <= len(mixture.made) // STUCK
    listed = _herded(mixture, length, progress) if flows else None
    listed = listed or _rounded(mixture, length)
    even_out(mixture.polytope, listed, mixture.target.expected(mixture.polytope.classes.people))
    return listed


def _herded(mixture: Mixture, length: int, progress: Callable[[int, int], None] | None) -> PanelList | None:
    """Panels there are and, past their end, what the herd makes further on; None where it comes to need the integer program.

    Those there are: the herd's own, or where the list is much longer the weighted ones by their whole places.
    """
    herd = mixture.herd
    if length < REPEATS * len(mixture.panels):
        listed = mixture.made.first(length)
    else:
        listed = _rounded(mixture, length, LAST)
        herd.resume(listed)
    for number in range(len(listed), length):
        panel = herd.next_panel()
        if panel is None or herd.adrift() > DRIFT or herd.stuck > max(number, length // 4) // STUCK:
            return None
        listed.append(panel)
        if progress and number % 50 == 49:
            progress(number + 1, length)
    return listed


def _rounded(mixture: Mixture, length: int, without: int = 0) -> PanelList:
    """The weighted panels: each as often as its weight is whole places, the places left by what is then still owed.

    The last of those that are left, as many as `without`, stay empty.
    """
    panels, weights = mixture.panels, mixture.weights * length
    whole = np.floor(weights + 1e-9).astype(np.int64)
    listed = PanelList(panels.classes)
    for number in np.repeat(np.arange(len(panels)), whole).tolist():
        listed.append(panels.dense(number))
    left = length - len(listed)
    share = panels.mix(np.maximum(weights - whole, 0.0)) / max(left, 1)
    squares = panels.squares()
    owed = np.zeros(panels.classes)
    for _ in range(left - without):
        owed = owed + share
        panel = panels.dense(int(np.round(2 * panels.price(owed) - squares, 9).argmax()))
        owed = owed - panel
        listed.append(panel)
    return listed
