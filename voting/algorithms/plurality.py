"""One choice each (plurality) and as many as one likes (approval). The most votes win; ties at the edge by lot."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from .results import check_options, count_patterns, result_of, round_of
from .ties import Lots, settle
from .top import elect_top


def plurality(
    ballots: Iterable[Hashable] | Mapping[Hashable, int],
    options: Sequence[str],
    *,
    seats: int = 1,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """Most single votes. A ballot is one option; None is a blank ballot, anything else an invalid one."""
    options = check_options(options, seats)
    patterns = count_patterns(ballots)
    totals = {option: patterns.get(option, 0) for option in options}
    blank = patterns.get(None, 0)
    invalid = sum(patterns.values()) - sum(totals.values()) - blank
    return _decide("plurality", totals, options, seats, seed, vote, blank=blank, invalid=invalid)


def approval(
    ballots: Iterable[frozenset] | Mapping[frozenset, int],
    options: Sequence[str],
    *,
    seats: int = 1,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """Most approvals (Brams and Fishburn 1978). A ballot is a frozenset or tuple of options; an empty one is blank.

    Raises ValueError for an option that is not listed.
    """
    options = check_options(options, seats)
    totals = dict.fromkeys(options, 0)
    blank = 0
    for approved, number in count_patterns(ballots).items():
        if not approved:
            blank += number
        for option in set(approved):
            if option not in totals:
                raise ValueError(f"{option!r} is no option of this vote")
            totals[option] += number
    return _decide("approval", totals, options, seats, seed, vote, blank=blank, invalid=0)


def _decide(method, totals, options, seats, seed, vote, **numbers) -> dict:
    def count(lots: Lots) -> dict:
        elected, unresolved = elect_top(totals, options, seats, lots)
        rounds = [round_of(totals, elected=elected)]
        return result_of(
            method,
            options=options,
            seats=seats,
            winners=elected,
            rounds=rounds,
            unresolved=unresolved,
            **numbers,
        )

    return settle(count, options, seed=seed, vote=vote)
