"""Points: score voting (the highest sum wins) and systemic consensus (the lowest resistance wins).

A ballot is a tuple of (option, points) pairs; an option without a pair has 0 points: nothing in favour of it,
or no resistance against it (Schrotta and Visotschnig: the SK principle).
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from .results import check_options, count_patterns, exact, result_of, round_of
from .ties import Lots, settle
from .top import elect_top

Scores = tuple[tuple[str, int | Fraction], ...]


def score(
    ballots: Iterable[Scores] | Mapping[Scores, int],
    options: Sequence[str],
    *,
    seats: int = 1,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """The highest sum of points wins. Raises ValueError for an unknown or twice rated option."""
    return _by_sum("score", ballots, options, seats, seed, vote, sign=1)


def consensus(
    ballots: Iterable[Scores] | Mapping[Scores, int],
    options: Sequence[str],
    *,
    seats: int = 1,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """The lowest sum of resistance wins. Raises ValueError for an unknown or twice rated option."""
    return _by_sum("consensus", ballots, options, seats, seed, vote, sign=-1)


def sum_scores(patterns: Mapping[Scores, int], options: Sequence[str]) -> dict[str, Fraction | int]:
    """Sum of points by option, exact."""
    totals: dict = dict.fromkeys(options, 0)
    for ballot, number in patterns.items():
        if len({option for option, _ in ballot}) != len(ballot):
            raise ValueError("a ballot rates an option twice")
        for option, points in ballot:
            if option not in totals:
                raise ValueError(f"{option!r} is no option of this vote")
            if not isinstance(points, int | Fraction):
                raise ValueError("points must be whole numbers or fractions")
            totals[option] += points * number
    return totals


def _by_sum(method, ballots, options, seats, seed, vote, *, sign) -> dict:
    options = check_options(options, seats)
    patterns = count_patterns(ballots)
    totals = sum_scores(patterns, options)
    worth = {option: sign * total for option, total in totals.items()}
    cast = sum(patterns.values())

    def count(lots: Lots) -> dict:
        elected, unresolved = elect_top(worth, options, seats, lots)
        shown = {option: exact(total) for option, total in totals.items()}
        return result_of(
            method,
            options=options,
            seats=seats,
            winners=elected,
            rounds=[round_of(shown, elected=elected)],
            unresolved=unresolved,
            ballots=cast,
            ranking=sorted(options, key=worth.__getitem__, reverse=True),
        )

    return settle(count, options, seed=seed, vote=vote)
