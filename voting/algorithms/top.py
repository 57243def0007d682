"""Shared end of all methods that give each option one value: the best `seats` are elected, ties at the edge by lot."""

from collections.abc import Mapping, Sequence
from typing import Any

from .ties import Lots, Undecided


def elect_top(
    worth: Mapping[str, Any], options: Sequence[str], seats: int, lots: Lots, *, number: int = 1
) -> tuple[list[str], bool]:
    """Elected options, best first, and whether a decisive tie stopped the count.

    `worth` maps each option to a value that can be compared, larger is better; equals keep the order of `options`.
    """
    ranked = sorted(options, key=worth.__getitem__, reverse=True)
    if len(ranked) <= seats:
        return ranked, False
    edge = worth[ranked[seats - 1]]
    elected = [option for option in ranked if worth[option] > edge]
    tied = [option for option in ranked if worth[option] == edge]
    try:
        chosen = lots.choose(tied, seats - len(elected), purpose="election", number=number)
    except Undecided:
        return elected, True
    return elected + [option for option in tied if option in chosen], False
