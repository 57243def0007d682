"""Instant runoff: eliminate the weakest, pass the ballots on, until one option has more than half of what counts.

Sources: Local and city ranked-choice rules differ in details only, which `Runoff` names: what ends a ballot
(voting.algorithms.rankings.Reading), who is eliminated at once, and when the count ends. Ties: by lot, or first
by the most recent round in which the tied options differed (as in the UK's Parliamentary Voting System Bill).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .rankings import OVERVOTE, Ranking, Reading, read_rankings
from .results import check_options, result_of, round_of
from .ties import Lots, Undecided, settle

LOWEST, BATCH, WRITE_INS = "lowest", "batch", "writeins"
MAJORITY, TWO = "majority", "two"

_WRITE_IN = re.compile(r"\buwi\b|write[-_ ]?in|undeclared", re.IGNORECASE)


@dataclass(frozen=True)
class Runoff:
    """The rule of an instant runoff.

    eliminate: "lowest" one a round; "batch" all together that cannot win even with each other's ballots;
    "writeins" all write-in options first, at once, then one a round.
    end: "majority" as soon as one has more than half of the ballots that still count; "two" only when two are left.
    look_back: ties go to who was ahead in the latest earlier round in which the tied differed, only then to lot.
    """

    reading: Reading = field(default_factory=Reading)
    eliminate: str = LOWEST
    end: str = MAJORITY
    look_back: bool = False

    def __post_init__(self):
        if self.eliminate not in (LOWEST, BATCH, WRITE_INS) or self.end not in (MAJORITY, TWO):
            raise ValueError("eliminate is lowest, batch or writeins; end is majority or two")


def is_write_in(option: str) -> bool:
    """Whether the name of an option says that it was written in by voters."""
    return bool(_WRITE_IN.search(option))


def irv(
    ballots: Iterable[Ranking] | Mapping[Ranking, int],
    options: Sequence[str],
    *,
    rule: Runoff | None = None,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """Count one instant runoff.

    Each round holds the totals of all options (eliminated ones 0), who was elected or eliminated on them,
    `exhausted` ballots in all and by cause, and `transfers` of the ballots that came in before the round.
    """
    options = check_options(options)
    rule = rule or Runoff()
    read, blank = read_rankings(ballots, set(options), rule.reading)
    return settle(lambda lots: _Count(read, blank, options, rule, lots).run(), options, seed=seed, vote=vote)


class _Count:
    """One way through an instant runoff. `piles[option]`: ballot → number; a ballot is (choices, end)."""

    def __init__(self, read: Counter, blank: int, options: list[str], rule: Runoff, lots: Lots):
        self.options, self.rule, self.lots, self.blank = options, rule, lots, blank
        self.cast = sum(read.values())
        self.left = set(options)
        self.piles: dict[str, dict] = {option: {} for option in options}
        self.totals = dict.fromkeys(options, 0)
        self.ended: Counter = Counter()
        self.rounds: list[dict] = []
        self.transfers: dict = {}
        for ballot, number in read.items():
            self._hand_on(ballot, number)

    def _hand_on(self, ballot: tuple, number: int) -> str | None:
        """Put a ballot on the pile of its first choice that is left; returns that option."""
        choices, end = ballot
        for choice in choices:
            option = choice
            if isinstance(choice, frozenset):  # a shared rank, where the rule asks who of them is left
                among = self.left & choice
                if len(among) > 1:
                    end = OVERVOTE
                    break
                option = next(iter(among), None)
            if option in self.left:
                self.piles[option][ballot] = self.piles[option].get(ballot, 0) + number
                self.totals[option] += number
                return option
        self.ended[end] += number
        return None

    def run(self) -> dict:
        winner, unresolved = None, False
        while winner is None and not unresolved:
            winner = self._winner()
            try:
                out = [] if winner else self._weakest()
            except Undecided:
                out, unresolved = [], True
            self._close_round([winner] if winner else [], out)
            self._eliminate(out)
        return result_of(
            "irv",
            options=self.options,
            seats=1,
            winners=[winner] if winner else [],
            rounds=self.rounds,
            unresolved=unresolved,
            ballots=self.cast,
            blank=self.blank,
        )

    def _winner(self) -> str | None:
        """The one left, or the one with more than half, if the count may end."""
        ranked = sorted(self.left, key=self.totals.__getitem__, reverse=True)
        if len(ranked) == 1:
            return ranked[0]
        counting = sum(self.totals[option] for option in ranked)
        if 2 * self.totals[ranked[0]] > counting and (self.rule.end == MAJORITY or len(ranked) == 2):
            return ranked[0]
        return None

    def _weakest(self) -> list[str]:
        """Who is eliminated after this round."""
        if self.rule.eliminate == WRITE_INS and not self.rounds:
            written = [option for option in self.options if is_write_in(option)]
            if written and len(written) < len(self.left):
                return written
        ranked = sorted(self.left, key=lambda option: (self.totals[option], self.options.index(option)))
        if self.rule.eliminate == BATCH:
            together = self._hopeless(ranked, 2)
            if together > 1:
                return ranked[:together]
        lowest = [option for option in ranked if self.totals[option] == self.totals[ranked[0]]]
        if len(lowest) == 1:
            return lowest
        if self.rule.look_back:
            lowest = self._look_back(lowest)
        elif not self.lots.drawn and self._hopeless(ranked, 1) >= len(lowest):
            # All of them go before anyone else can, so the order cannot change the winner.
            chosen = max(lowest, key=self.options.index)
            number = len(self.rounds) + 1
            self.lots.note_harmless(lowest, chosen, purpose="elimination", number=number, by="listing")
            return [chosen]
        return [self.lots.drop(lowest, number=len(self.rounds) + 1)]

    def _hopeless(self, ranked: Sequence[str], spare: int) -> int:
        """How many of the weakest have together fewer ballots than the next; at least `spare` options are left."""
        best = together = 0
        for number, option in enumerate(ranked[: len(ranked) - spare], start=1):
            together += self.totals[option]
            if together < self.totals[ranked[number]]:
                best = number
        return best

    def _look_back(self, tied: list[str]) -> list[str]:
        """Those of `tied` who were lowest in the latest earlier round in which they differed."""
        for earlier in reversed(self.rounds):
            least = min(earlier["totals"][option] for option in tied)
            lower = [option for option in tied if earlier["totals"][option] == least]
            if len(lower) < len(tied) and len(lower) == 1:
                number = len(self.rounds) + 1
                self.lots.note_harmless(tied, lower[0], purpose="elimination", number=number, by="look-back")
            tied = lower
        return tied

    def _close_round(self, elected: list[str], eliminated: list[str]) -> None:
        causes = {cause: number for cause, number in sorted(self.ended.items()) if number}
        self.rounds.append(
            round_of(
                self.totals,
                elected=elected,
                eliminated=eliminated,
                exhausted=sum(self.ended.values()),
                exhausted_by=causes,
                continuing=sum(self.totals.values()),
                transfers=self.transfers,
            )
        )

    def _eliminate(self, out: list[str]) -> None:
        self.left.difference_update(out)
        self.transfers = {}
        for option in out:
            pile, self.piles[option] = self.piles[option], {}
            self.totals[option] = 0
            moved: Counter = Counter()
            for ballot, number in pile.items():
                moved[self._hand_on(ballot, number) or "exhausted"] += number
            gone = moved.pop("exhausted", 0)
            self.transfers[option] = {"to": dict(sorted(moved.items())), "exhausted": gone}
