"""Single transferable vote by the Scottish rules: weighted inclusive Gregory with five decimals, cut off.

Source: The Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to 52; the same
in the Order of 2011 (SSI 2011/399). Votes are kept as whole hundred-thousandths.

- 46: quota = floor(valid papers / (seats + 1)) + 1.      - 47: elected at the stage at which it is reached.
- 48: all papers of the transferring candidate move; surplus x value when received / votes, five decimals, cut off.
- 49: the largest surplus first; equal ones: who had more at the latest stage at which they differed, then by lot.
- 50, 51: without a surplus the lowest is excluded, one a stage, papers keep their value; ties the same way round.
- 52: when as many candidates are left as vacancies they are elected. The last exclusion's papers are still handed on
  and shown, as the counting systems of the councils do (the Order allows it since SSI 2021/437; it changes nobody).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from .rankings import EXHAUST, Ranking, Reading, read_rankings
from .results import check_options, result_of, round_of, scaled
from .ties import Lots, Undecided, settle

UNIT = 100_000  # one vote

# "next available preference" is one in consecutive order: a gap or a shared rank ends the paper
SCOTTISH_READING = Reading(overvote=EXHAUST, skipped=1)

Parcel = dict[tuple[int, tuple[str, ...], int], int]  # (value, choices, place of the holder) → papers


def stv(
    ballots: Iterable[Ranking] | Mapping[Ranking, int],
    options: Sequence[str],
    *,
    seats: int,
    reading: Reading = SCOTTISH_READING,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """Count a Scottish STV election.

    Papers without a usable first preference are rejected (`invalid`). Each round is a stage: totals after it (text,
    five decimals), who was elected or is excluded on them, `exhausted` (votes that are with nobody any more, what
    cutting off lost included), and the `action` that led to it.
    """
    options = check_options(options, seats)
    read, blank = read_rankings(ballots, set(options), reading)
    papers: Counter = Counter()
    for (choices, _end), number in read.items():
        papers[choices] += number
    invalid = blank + papers.pop((), 0)
    return settle(lambda lots: _Count(papers, invalid, options, seats, lots).run(), options, seed=seed, vote=vote)


class _Count:
    """One way through a count; every total is in hundred-thousandths of a vote."""

    def __init__(self, papers: Counter, invalid: int, options: list[str], seats: int, lots: Lots):
        self.options, self.seats, self.lots, self.invalid = options, seats, lots, invalid
        self.valid = sum(papers.values())
        self.quota = self.valid // (seats + 1) + 1
        self.continuing = set(options)
        self.pending: list[str] = []  # elected with a surplus that is still to be transferred
        self.winners: list[str] = []
        self.parcels: dict[str, Parcel] = {option: {} for option in options}
        self.totals = dict.fromkeys(options, 0)
        self.stages: list[dict[str, int]] = []
        self.rounds: list[dict] = []
        self.action: dict = {"type": "first preferences"}
        self.transfers: dict = {}
        for choices, number in papers.items():
            self._give(choices[0], UNIT, choices, 0, number)

    def _give(self, option: str, value: int, choices: tuple[str, ...], place: int, number: int) -> None:
        parcel = self.parcels[option]
        key = (value, choices, place)
        parcel[key] = parcel.get(key, 0) + number
        self.totals[option] += value * number

    def run(self) -> dict:
        unresolved = False
        while True:
            elected = self._elect()
            if self._is_over():
                elected += self._elect_rest()
                self._close_stage(elected, [])
                break
            try:
                surplus = self._largest_surplus()
                excluded = None if surplus is not None else self._lowest()
            except Undecided:
                self._close_stage(elected, [])
                unresolved = True
                break
            if excluded is not None:
                self.continuing.discard(excluded)
                self._close_stage(elected, [excluded])
                self._exclude(excluded)
            elif surplus is not None:
                self._close_stage(elected, [])
                self._transfer_surplus(surplus)
        return self._result(unresolved)

    def _elect(self) -> list[str]:
        """Rule 47: whoever has the quota; shown by votes, equal ones in the order of the list."""
        reached = [option for option in self.options if self._has_quota(option)]
        reached.sort(key=self.totals.__getitem__, reverse=True)
        for option in reached:
            self.continuing.discard(option)
            if self.totals[option] > self.quota * UNIT:
                self.pending.append(option)
        self.winners += reached
        return reached

    def _has_quota(self, option: str) -> bool:
        return option in self.continuing and self.totals[option] >= self.quota * UNIT

    def _vacancies(self) -> int:
        return self.seats - len(self.winners)

    def _is_over(self) -> bool:
        return self._vacancies() <= 0 or len(self.continuing) <= self._vacancies()

    def _elect_rest(self) -> list[str]:
        """Rule 52: the continuing candidates, if they are no more than the vacancies."""
        if self._vacancies() <= 0 or len(self.continuing) > self._vacancies():
            return []
        rest = [option for option in self.options if option in self.continuing]
        rest.sort(key=self.totals.__getitem__, reverse=True)
        self.continuing.clear()
        self.winners += rest
        return rest

    def _largest_surplus(self) -> str | None:
        """Rule 49: whose surplus is transferred next."""
        if not self.pending:
            return None
        most = max(self.totals[option] for option in self.pending)
        tied = [option for option in self.pending if self.totals[option] == most]
        chosen = self._by_look_back(tied, "surplus", most=True)
        if chosen is None:
            chosen = self.lots.choose(tied, 1, purpose="surplus", number=len(self.stages) + 1)[0]
        return chosen

    def _lowest(self) -> str:
        """Rules 50 and 51: who is excluded next."""
        least = min(self.totals[option] for option in self.continuing)
        tied = [option for option in self.options if option in self.continuing and self.totals[option] == least]
        return self._by_look_back(tied, "elimination", most=False) or self.lots.drop(tied, number=len(self.stages) + 1)

    def _by_look_back(self, tied: list[str], purpose: str, *, most: bool) -> str | None:
        """The one of `tied` who was ahead (or behind) at the latest stage at which they differed; None: by lot.

        Narrows `tied` in place to those whom no stage tells apart.
        """
        everyone = list(tied)
        for stage in reversed(self.stages):
            if len(tied) == 1:
                break
            edge = (max if most else min)(stage[option] for option in tied)
            tied[:] = [option for option in tied if stage[option] == edge]
        if len(tied) > 1:
            return None
        if len(everyone) > 1:
            self.lots.note_harmless(everyone, tied[0], purpose=purpose, number=len(self.stages) + 1, by="look-back")
        return tied[0]

    def _transfer_surplus(self, option: str) -> None:
        """Rule 48: every paper moves on with its share of the surplus; who it came from keeps the quota."""
        self.pending.remove(option)
        total, parcel = self.totals[option], self.parcels[option]
        surplus = total - self.quota * UNIT
        self.parcels[option] = {}
        self.totals[option] = self.quota * UNIT
        self.action = {"type": "surplus", "of": option, "surplus": scaled(surplus)}
        self._move(parcel, surplus, lambda value: surplus * value // total)

    def _exclude(self, option: str) -> None:
        """Rule 50: every paper moves on with the value it has."""
        parcel, self.parcels[option] = self.parcels[option], {}
        votes, self.totals[option] = self.totals[option], 0
        self.action = {"type": "exclusion", "of": option}
        self._move(parcel, votes, lambda value: value)

    def _move(self, parcel: Parcel, released: int, new_value: Callable[[int], int]) -> None:
        """Hand on a parcel whose votes the holder gave up; `new_value` turns a paper's old value into its new one."""
        before = dict(self.totals)
        unused = 0
        for (value, choices, place), number in parcel.items():
            for later in range(place + 1, len(choices)):
                if choices[later] in self.continuing:
                    self._give(choices[later], new_value(value), choices, later, number)
                    break
            else:
                unused += number
        gained = {option: self.totals[option] - before[option] for option in self.options}
        self.action |= {"papers": sum(parcel.values()), "non_transferable_papers": unused}
        self.transfers = {
            self.action["of"]: {
                "to": {option: scaled(votes) for option, votes in gained.items() if votes},
                "exhausted": scaled(released - sum(gained.values())),
            }
        }

    def _close_stage(self, elected: list[str], excluded: list[str]) -> None:
        self.stages.append(dict(self.totals))
        self.rounds.append(
            round_of(
                {option: scaled(votes) for option, votes in self.totals.items()},
                elected=elected,
                eliminated=excluded,
                exhausted=scaled(self.valid * UNIT - sum(self.totals.values())),
                action=self.action,
                transfers=self.transfers,
            )
        )

    def _result(self, unresolved: bool) -> dict:
        return result_of(
            "stv",
            options=self.options,
            seats=self.seats,
            winners=self.winners,
            rounds=self.rounds,
            unresolved=unresolved,
            quota=self.quota,
            ballots=self.valid,
            invalid=self.invalid,
        )
