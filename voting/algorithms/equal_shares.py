"""Budgets by the Method of Equal Shares (Peters, Pierczyński and Skowron 2021), in exact rational numbers.

Every voter gets the same share. A project is bought when its supporters can pay for it, each at most the same
price for the same satisfaction; the project with the lowest price is bought first. Because shares are left over,
the shares are raised step by step ("Add1") until the funded projects would cost more than the budget.

Defaults follow equalshares.net and Pabulib's "equalshares/add1" (as in Wieliczka 2023: shares from 151 to 313 zł):
satisfaction = cost, first the exact share, then whole amounts in steps of 1, the last outcome within the budget;
what is left then goes by votes. Ties: lower cost, then more votes, then one order drawn by lot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

from .budgets import Ballot, Case, Money
from .greedy import GreedyRule, budget_result, fund_by_support
from .results import decimal, exact, round_of
from .ties import Lots, Undecided, settle

COST, CARDINALITY = "cost", "cardinality"
OVERSPEND, EXHAUSTIVE = "overspend", "exhaustive"
NONE, UTILITARIAN = "none", "utilitarian"
TIE_BREAKS = {
    "min_cost": lambda case, project: case.costs[project],
    "max_cost": lambda case, project: -case.costs[project],
    "max_votes": lambda case, project: -case.support[project],
}


@dataclass(frozen=True)
class EqualSharesRule:
    """All that two honest counts could do differently.

    utility: satisfaction of a voter with a funded project: "cost" = points x cost (an approval is one point),
    "cardinality" = points alone.
    increment: money added to every share at each step; 0: none (the plain method).
    whole_shares: after the exact share only whole amounts are tried.
    stop: "overspend": at the last outcome within the budget; "exhaustive": also as soon as nothing more would fit.
    completion: what is left goes by votes ("utilitarian") or stays ("none").
    comparison: the outcome by votes alone replaces it if more voters get more of what they voted for from that.
    threshold_factor: a project needs votes/voters ≥ cost/(factor x budget) (Świecie 2023: 3); 0: no threshold.
    min_support: the least votes or points. tie_break: in this order, then by lot.
    What costs more than the whole budget never takes part; what costs nothing is left to the completion.
    """

    utility: str = COST
    increment: Money = 1
    whole_shares: bool = True
    stop: str = OVERSPEND
    completion: str = UTILITARIAN
    comparison: bool = False
    threshold_factor: int = 0
    min_support: int = 1
    tie_break: tuple[str, ...] = ("min_cost", "max_votes")

    def __post_init__(self):
        if self.utility not in (COST, CARDINALITY) or self.stop not in (OVERSPEND, EXHAUSTIVE):
            raise ValueError("utility is cost or cardinality; stop is overspend or exhaustive")
        if self.completion not in (NONE, UTILITARIAN) or set(self.tie_break) - set(TIE_BREAKS):
            raise ValueError("completion is none or utilitarian; tie_break is min_cost, max_cost, max_votes")
        if self.increment < 0 or self.threshold_factor < 0:
            raise ValueError("increment and threshold_factor cannot be below 0")


def equal_shares(
    ballots: Iterable[Ballot] | Mapping[Ballot, int],
    costs: Mapping[str, Money],
    budget: Money,
    *,
    rule: EqualSharesRule | None = None,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """Fund projects by the Method of Equal Shares.

    Each round is one purchase: `totals` are the effective votes (or points) of each project just before it, cut off
    after five decimals (0: its supporters cannot pay for it), `price` what one vote (or point) pays at most,
    `eliminated` who fell out, `exhausted` the voters without money after it. `share` is the share of the last run.
    """
    case = Case(ballots, costs, budget)
    rule = rule or EqualSharesRule()
    return settle(lambda lots: _Count(case, rule, lots).run(), case.projects, seed=seed, vote=vote)


class _Count:
    """One way through all runs of the method; remembers how each tie was broken, so that it is broken alike."""

    def __init__(self, case: Case, rule: EqualSharesRule, lots: Lots):
        self.case, self.rule, self.lots = case, rule, lots
        least = rule.min_support * case.point_unit
        self.able = [
            project
            for project in case.projects
            if case.support[project] >= max(least, 1)
            and 0 < case.costs[project] <= case.budget
            and self._is_wanted(project)
        ]
        self.broken: dict[frozenset, str] = {}

    def _is_wanted(self, project: str) -> bool:
        factor, case = self.rule.threshold_factor, self.case
        return not factor or case.votes[project] * factor * case.budget >= case.costs[project] * case.voters

    def run(self) -> dict:
        if not self.case.voters:
            return budget_result("equal-shares", self.case, [], [], False, share=0)
        try:
            share, tried = self._raise_shares()
            run = _Run(self, share, detailed=True)
            bought = run.buy()
        except Undecided:
            return budget_result("equal-shares", self.case, [], [], True)
        funded, rounds, unresolved = bought, run.rounds, False
        details: dict = {"share": exact(share / self.case.unit), "shares_tried": tried}
        if self.rule.completion == UTILITARIAN:
            more, later, unresolved = self._by_votes(taken=bought, by="completion")
            funded, rounds = bought + more, rounds + later
        if self.rule.comparison and not unresolved:
            funded, rounds, unresolved, details["comparison"] = self._compare(funded, rounds)
        return budget_result("equal-shares", self.case, funded, rounds, unresolved, **details)

    def _raise_shares(self) -> tuple[Fraction, int]:
        """The share whose outcome counts, in units, and how many shares were tried.

        The first share is affordable by construction; raising ends before the first outcome that is not.
        """
        case, rule = self.case, self.rule
        share = Fraction(case.budget, case.voters)
        bought = _Run(self, share).buy()
        step, tried = Fraction(rule.increment) * case.unit, 1
        following = (share // case.unit * case.unit if rule.whole_shares else share) + step
        while step and len(bought) < len(self.able):
            if rule.stop == EXHAUSTIVE and self._is_exhaustive(bought):
                break
            tried += 1
            outcome = _Run(self, following).buy()
            if self._cost(outcome) > case.budget:
                break
            share, bought, following = following, outcome, following + step
        return share, tried

    def _cost(self, projects: Iterable[str]) -> int:
        return sum(self.case.costs[project] for project in projects)

    def _is_exhaustive(self, bought: list[str]) -> bool:
        left = self.case.budget - self._cost(bought)
        return all(project in bought or self.case.costs[project] > left for project in self.able)

    def _by_votes(self, *, taken: Iterable[str] = (), by: str) -> tuple[list[str], list[dict], bool]:
        barred = [project for project in self.case.projects if not self._is_wanted(project)]
        rule = GreedyRule(min_support=self.rule.min_support)
        return fund_by_support(self.case, rule, self.lots, taken=taken, barred=barred, by=by)

    def _compare(self, funded: list[str], rounds: list[dict]) -> tuple[list[str], list[dict], bool, dict]:
        """The outcome that more voters prefer; a draw keeps equal shares."""
        other, other_rounds, unresolved = self._by_votes(by="comparison")
        here = there = 0
        for group in self.case.groups:
            first = sum(weight for project, weight in group.weights if project in funded)
            second = sum(weight for project, weight in group.weights if project in other)
            here += group.voters * (first > second)
            there += group.voters * (second > first)
        numbers = {"prefer_equal_shares": here, "prefer_by_votes": there, "winners_by_votes": other}
        if there > here:
            return other, other_rounds, unresolved, numbers
        return funded, rounds, False, numbers

    def pick(self, tied: list[str], number: int) -> str:
        """Which of the projects with the same price is bought."""
        for name in self.rule.tie_break:
            key = TIE_BREAKS[name]
            best = min(key(self.case, project) for project in tied)
            tied = [project for project in tied if key(self.case, project) == best]
        if len(tied) == 1:
            return tied[0]
        alike = frozenset(tied)
        if alike not in self.broken:
            self.broken[alike] = self.lots.choose(tied, 1, purpose="funding", number=number)[0]
        return self.broken[alike]


class _Run:
    """The plain method for one share. Balances are whole multiples of 1/`scale` of a unit, one for each group."""

    def __init__(self, count: _Count, share: Fraction, *, detailed: bool = False):
        self.count, self.case, self.detailed = count, count.case, detailed
        self.scale = share.denominator
        self.balances = [share.numerator] * len(self.case.groups)
        self.supporters: dict[str, list[tuple[int, int, int]]] = {project: [] for project in count.able}
        for place, group in enumerate(self.case.groups):
            for project, weight in group.weights:
                if project in self.supporters:
                    self.supporters[project].append((place, group.voters, weight))
        self.satisfying_cost = count.rule.utility == COST
        self.bought: list[str] = []
        self.rounds: list[dict] = []
        self.effective: dict[str, Fraction | int] = dict.fromkeys(self.case.projects, 0)

    def buy(self) -> list[str]:
        """Buy until nothing can be paid for; returns the projects in the order of purchase.

        Prices only rise during a run, so an old price is a lower bound: projects are looked at by old price
        (as a float, only to choose the order) until none of the others can be as cheap.
        """
        waiting = [(0.0, place, project) for place, project in enumerate(self.count.able)]
        heapify(waiting)
        while waiting:
            best: list[str] = []
            looked_at, fallen = [], []
            best_price: Fraction | None = None
            while waiting and (best_price is None or self.detailed or waiting[0][0] <= float(best_price) * (1 + 1e-9)):
                _, place, project = heappop(waiting)
                price = self._price(project)
                if price is None:
                    fallen.append(project)
                    continue
                looked_at.append((float(price), place, project))
                if best_price is None or price < best_price:
                    best, best_price = [project], price
                elif price == best_price:
                    best.append(project)
            if best_price is None:
                self._note(None, fallen)
                break
            chosen = self.count.pick(best, len(self.bought) + 1)
            for entry in looked_at:
                if entry[2] != chosen:
                    heappush(waiting, entry)
            self._pay(chosen, best_price, fallen)
        return self.bought

    def _price(self, project: str) -> Fraction | None:
        """Price of one unit of satisfaction if the project is bought now; None if its supporters lack the money.

        The price p solves: sum over supporters of min(balance, p x satisfaction) = cost.
        """
        cost = self.case.costs[project]
        need = cost * self.scale
        supporters = [(self.balances[place], voters, weight) for place, voters, weight in self.supporters[project]]
        if sum(balance * voters for balance, voters, _ in supporters) < need:
            self.effective[project] = 0
            return None
        if all(weight == supporters[0][2] for _, _, weight in supporters):
            supporters.sort()
        else:
            supporters.sort(key=lambda entry: Fraction(entry[0], entry[2]))
        weights = sum(voters * weight for _, voters, weight in supporters)
        for balance, voters, weight in supporters:
            if weight * need <= balance * weights:
                break
            need -= balance * voters
            weights -= voters * weight
        satisfaction = cost if self.satisfying_cost else 1
        price = Fraction(need, weights * satisfaction * self.scale)
        if self.detailed:
            self.effective[project] = Fraction(cost * self.scale * weights, need)
        return price

    def _pay(self, project: str, price: Fraction, fallen: list[str]) -> None:
        per_weight = price * (self.case.costs[project] if self.satisfying_cost else 1) * self.scale
        factor = per_weight.denominator
        if factor > 1:
            self.balances = [balance * factor for balance in self.balances]
            self.scale *= factor
        amount = per_weight.numerator
        for place, _, weight in self.supporters[project]:
            self.balances[place] -= min(self.balances[place], weight * amount)
        self.bought.append(project)
        self._note(project, fallen, Fraction(amount * self.case.point_unit, self.scale))

    def _note(self, project: str | None, fallen: list[str], paid: Fraction | int = 0) -> None:
        if not self.detailed or (project is None and not fallen):
            return
        case = self.case
        spent = sum(case.costs[other] for other in self.bought)
        broke = sum(group.voters for group, balance in zip(case.groups, self.balances, strict=True) if not balance)
        self.rounds.append(
            round_of(
                {name: decimal(Fraction(votes) / case.point_unit) for name, votes in self.effective.items()},
                elected=[project] if project else [],
                eliminated=fallen,
                exhausted=broke,
                by="equal shares",
                price=exact(Fraction(paid) / case.unit),
                cost=case.money(case.costs[project] if project else 0),
                spent=case.money(spent),
                left=case.money(case.budget - spent),
            )
        )
