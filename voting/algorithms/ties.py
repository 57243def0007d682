"""Ties: one order of the options drawn from a published seed, or an honest "unresolved".

With a seed the options are ordered by SHA-256(seed ‖ vote ‖ option); whoever stands first in that order
wins a tie, whoever stands last is eliminated. Without a seed a tie is harmless if every way to break it
elects the same options (then the order of the list decides, for display only), otherwise the count stops
there and says so.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

RUNS = 60  # ways of breaking the ties that are tried before a tie counts as decisive


def lot_order(seed: str, vote: str, options: Iterable[str]) -> list[str]:
    """Options by SHA-256 of seed, vote and option (UTF-8, simply joined), ascending: the first has the best lot."""
    return sorted(options, key=lambda option: sha256(f"{seed}{vote}{option}".encode()).hexdigest())


class Undecided(Exception):
    """Raised inside a count when a decisive tie is met and no seed was given."""


class Lots:
    """Breaks ties by one order of all options and keeps a note of each tie.

    `stop_at` is the number (from 0) of the tie at which the count has to stop; None: never.
    """

    def __init__(self, order: Sequence[str], *, stop_at: int | None = None, drawn: bool = False):
        self.order = list(order)
        self.rank = {option: position for position, option in enumerate(self.order)}
        self.stop_at = stop_at
        self.drawn = drawn
        self.ties: list[dict] = []
        self._open = 0

    def choose(self, tied: Iterable[str], count: int, *, purpose: str, number: int) -> list[str]:
        """The `count` options with the best lots among `tied`, in round `number` (from 1), for `purpose`."""
        return self._break(tied, count, purpose=purpose, number=number, best=True)

    def drop(self, tied: Iterable[str], *, number: int) -> str:
        """The one option of `tied` with the worst lot: it is eliminated in round `number`."""
        return self._break(tied, 1, purpose="elimination", number=number, best=False)[0]

    def _break(self, tied: Iterable[str], count: int, *, purpose: str, number: int, best: bool) -> list[str]:
        ranked = sorted(tied, key=self.rank.__getitem__, reverse=not best)
        if len(ranked) <= count:
            return ranked
        stop = self.stop_at is not None and self._open == self.stop_at
        self._open += 1
        self.ties.append(
            {
                "round": number,
                "for": purpose,
                "between": sorted(ranked),
                "by": "unresolved" if stop else "lot" if self.drawn else "listing",
                "chosen": [] if stop else ranked[:count],
                "decisive": stop or (None if self.drawn else False),
                "best": best,
            }
        )
        if stop:
            raise Undecided
        return ranked[:count]

    def note_harmless(self, tied: Iterable[str], chosen: str, *, purpose: str, number: int, by: str) -> None:
        """Write down a tie that needed no lot: broken by `by`, or without any effect on the result."""
        self.ties.append(
            {
                "round": number,
                "for": purpose,
                "between": sorted(tied),
                "by": by,
                "chosen": [chosen],
                "decisive": False,
                "best": None,
            }
        )

    def published(self) -> list[dict]:
        """The notes without what only the search for other outcomes needs."""
        return [{key: value for key, value in tie.items() if key != "best"} for tie in self.ties]


def settle(count: Callable[[Lots], dict], options: Sequence[str], *, seed: str | None, vote: str) -> dict:
    """Run `count` so that its ties are broken by lot, or stop it at the first decisive tie.

    `count(lots)` returns the result as a dictionary with `winners`; when `lots` raises Undecided it returns
    what was certain until then with `unresolved` true. The returned dictionary carries `ties`.
    """
    if seed is not None:
        return _finish(count, Lots(lot_order(seed, vote, options), drawn=True))
    first = Lots(options)
    result = count(first)
    result["ties"] = first.published()
    if not any(tie["by"] == "listing" for tie in first.ties):
        return result
    decisive = _decisive_tie(count, first, frozenset(result["winners"]))
    if decisive is None:
        return result
    return _finish(count, Lots(options, stop_at=decisive))


def _finish(count: Callable[[Lots], dict], lots: Lots) -> dict:
    result = count(lots)
    result["ties"] = lots.published()
    return result


def _decisive_tie(count: Callable[[Lots], dict], first: Lots, expected: frozenset) -> int | None:
    """Number of the first tie on the way of `first` that can change the winners; None if none can.

    Flips each tie met, on every way reached so. A search that has not ended after RUNS counts proves
    nothing, so the first tie is then taken for decisive.
    """
    seen = {tuple(first.order)}
    waiting = [(order, number) for number, order in _flips(first)]
    runs = 0
    found: set[int] = set()
    while waiting:
        order, root = waiting.pop(0)
        if tuple(order) in seen or (found and root >= min(found)):
            continue
        seen.add(tuple(order))
        if runs == RUNS:
            return 0
        runs += 1
        lots = Lots(order)
        if frozenset(count(lots)["winners"]) != expected:
            found.add(root)
            continue
        waiting += [(flipped, root) for _, flipped in _flips(lots)]
    return min(found, default=None)


def _flips(lots: Lots) -> Iterable[tuple[int, list[str]]]:
    """For each tie of a finished count the orders under which another of the tied options is taken."""
    number = -1
    for tie in lots.ties:
        if tie["by"] != "listing":
            continue
        number += 1
        for option in tie["between"]:
            if option in tie["chosen"]:
                continue
            order = [other for other in lots.order if other != option]
            places = [order.index(other) for other in tie["between"] if other != option]
            order.insert(min(places) if tie["best"] else max(places) + 1, option)
            yield number, order
