"""Ranked ballots: what a pattern may hold and how marks that say nothing clear are read.

A ranking is a tuple with one item per rank: an option, None for a skipped rank, or a frozenset of the options
that share the rank (an empty one where the file only says "overvote").
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from .results import count_patterns

Ranking = tuple[str | frozenset | None, ...]

EXHAUST, SKIP, SINGLE = "exhaust", "skip", "single"
Choice = str | frozenset
CHOICES, OVERVOTE, SKIPPED, DUPLICATE = "choices", "overvote", "skipped", "duplicate"  # why a ballot ends


@dataclass(frozen=True)
class Reading:
    """How a ranking becomes a list of single choices.

    overvote: at a rank with several options the ballot ends there ("exhaust") or the rank is passed over ("skip");
    "single" keeps the rank for counts that know who is left: it counts for the only one of them that is, is passed
    over if none is, and ends the ballot if several are (Burlington; "exhaust if multiple continuing").
    duplicate: the same for an option that was ranked before. skipped: so many empty ranks in a row end the ballot
    if more choices follow; 0: never.
    """

    overvote: str = EXHAUST
    skipped: int = 0
    duplicate: str = SKIP

    def __post_init__(self):
        if self.overvote not in (EXHAUST, SKIP, SINGLE) or self.duplicate not in (EXHAUST, SKIP):
            raise ValueError("overvotes and duplicates are either 'exhaust' or 'skip', overvotes also 'single'")
        if self.skipped < 0:
            raise ValueError("the number of skipped ranks cannot be below 0")

    def read(self, ranking: Ranking) -> tuple[tuple[Choice, ...], str]:
        """The choices in order, and why the ballot ends after them; with "single" a choice may be a shared rank."""
        choices: list[Choice] = []
        gap = 0
        for item in ranking:
            if item is None:
                gap += 1
                continue
            if self.skipped and gap >= self.skipped:
                return tuple(choices), SKIPPED
            gap = 0
            if isinstance(item, frozenset):
                if self.overvote == EXHAUST or (self.overvote == SINGLE and not item):
                    return tuple(choices), OVERVOTE
                if self.overvote == SINGLE:
                    choices.append(item)
            elif item in choices:
                if self.duplicate == EXHAUST:
                    return tuple(choices), DUPLICATE
            else:
                choices.append(item)
        return tuple(choices), CHOICES


def read_rankings(
    ballots: Iterable[Ranking] | Mapping[Ranking, int], options: Container[str], reading: Reading
) -> tuple[Counter, int]:
    """(choices, why it ends) → number of ballots, and the number of blank ballots (no mark at all).

    Raises ValueError for an option that is not listed.
    """
    read: Counter = Counter()
    blank = 0
    for ranking, number in count_patterns(ballots).items():
        if all(item is None for item in ranking):
            blank += number
            continue
        choices, end = reading.read(ranking)
        for option in (one for item in choices for one in (item if isinstance(item, frozenset) else (item,))):
            if option not in options:
                raise ValueError(f"{option!r} is no option of this vote")
        read[choices, end] += number
    return read, blank
