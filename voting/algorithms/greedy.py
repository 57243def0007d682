"""Budgets by greedy cost-approval: fund the most supported project that still fits, then the next one.

The usual rule of participatory budgets (Pabulib: "greedy"); it is also greedy by satisfaction per cost where the
satisfaction of an approved project is its cost (Rey and Maly 2023).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from .budgets import Ballot, Case, Money
from .results import result_of, round_of
from .ties import Lots, Undecided, settle


@dataclass(frozen=True)
class GreedyRule:
    """skip: a project that does not fit is passed over (else the count ends there).
    min_support: the least votes or points a project needs. Equal support: the cheaper first, then by lot."""

    skip: bool = True
    min_support: int = 1


def greedy(
    ballots: Iterable[Ballot] | Mapping[Ballot, int],
    costs: Mapping[str, Money],
    budget: Money,
    *,
    rule: GreedyRule | None = None,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """Fund projects by support. Each round funds one project (or ends the count) and says what is spent and left."""
    case = Case(ballots, costs, budget)
    rule = rule or GreedyRule()

    def count(lots: Lots) -> dict:
        funded, rounds, unresolved = fund_by_support(case, rule, lots)
        return budget_result("greedy", case, funded, rounds, unresolved)

    return settle(count, case.projects, seed=seed, vote=vote)


def fund_by_support(
    case: Case,
    rule: GreedyRule,
    lots: Lots,
    *,
    taken: Iterable[str] = (),
    barred: Iterable[str] = (),
    by: str = "support",
) -> tuple[list[str], list[dict], bool]:
    """Projects funded in addition to `taken` (never `barred` ones), the rounds, whether a decisive tie stopped it."""
    funded: list[str] = []
    rounds: list[dict] = []
    done = set(taken)
    left = case.budget - sum(case.costs[project] for project in done)
    done.update(barred)
    passed_over: list[str] = []
    least = rule.min_support * case.point_unit
    able = [project for project in case.projects if project not in done and case.support[project] >= least]
    for tied in _alike(able, lambda project: (-case.support[project], case.costs[project])):
        cost = case.costs[tied[0]]
        fit = len(tied) if cost == 0 else min(left // cost, len(tied))
        try:
            chosen = lots.choose(tied, fit, purpose="funding", number=len(rounds) + 1) if fit else []
        except Undecided:
            return funded, rounds, True
        passed_over += [project for project in tied if project not in chosen]
        for project in (project for project in tied if project in chosen):
            left -= cost
            funded.append(project)
            rounds.append(_round(case, [project], passed_over, left, by))
            passed_over = []
        if fit < len(tied) and not rule.skip:
            break
    if passed_over:
        rounds.append(_round(case, [], passed_over, left, by))
    return funded, rounds, False


def _alike(projects: list[str], key: Callable[[str], tuple]) -> Iterable[list[str]]:
    return (list(group) for _, group in groupby(sorted(projects, key=key), key=key))


def _round(case: Case, elected: list[str], eliminated: list[str], left: int, by: str) -> dict:
    return round_of(
        case.shown_support(),
        elected=elected,
        eliminated=eliminated,
        by=by,
        cost=case.money(sum(case.costs[project] for project in elected)),
        spent=case.money(case.budget - left),
        left=case.money(left),
    )


def budget_result(method: str, case: Case, funded: list[str], rounds: list[dict], unresolved: bool, **details) -> dict:
    """A result with the money: budget, costs, what the funded projects cost, what is left."""
    spent = sum(case.costs[project] for project in funded)
    return result_of(
        method,
        options=case.projects,
        seats=None,
        winners=funded,
        rounds=rounds,
        unresolved=unresolved,
        voters=case.voters,
        budget=case.money(case.budget),
        costs={project: case.money(cost) for project, cost in case.costs.items()},
        support=case.shown_support(),
        spent=case.money(spent),
        left=case.money(case.budget - spent),
        **details,
    )
