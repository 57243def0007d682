"""What both budget rules share: projects with costs, ballots of approvals or points, who supports what.

A ballot is a frozenset or tuple of project ids (approval), or a tuple of (project, points) pairs. Costs and the
budget are whole numbers or fractions; inside they are whole multiples of one small unit, so nothing is rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from .results import check_options, count_patterns, exact

Money = int | Fraction
Ballot = frozenset[str] | tuple  # of projects, or of (project, points)


@dataclass(frozen=True)
class Group:
    """Voters with the same ballot: how many, and the whole weight they give to each project they support."""

    voters: int
    weights: tuple[tuple[str, int], ...]


class Case:
    """One budget vote in whole numbers. Raises ValueError for unknown projects, negative points or costs below 0.

    `costs` and `budget` are multiples of 1/`unit`; weights are points times `point_unit` (approvals: 1).
    """

    def __init__(self, ballots: Iterable[Ballot] | Mapping[Ballot, int], costs: Mapping[str, Money], budget: Money):
        self.projects = check_options(list(costs))
        amounts = [Fraction(cost) for cost in costs.values()] + [Fraction(budget)]
        if min(amounts) < 0:
            raise ValueError("costs and the budget cannot be below 0")
        self.unit = lcm(*(amount.denominator for amount in amounts))
        self.costs = {project: int(Fraction(cost) * self.unit) for project, cost in costs.items()}
        self.budget = int(Fraction(budget) * self.unit)
        patterns = count_patterns(ballots)
        self.voters = sum(patterns.values())
        given = {ballot: _given(ballot, self.costs) for ballot in patterns}
        points = [value for weights in given.values() for _, value in weights]
        self.point_unit = lcm(1, *(Fraction(value).denominator for value in points))
        self.groups = [
            Group(number, tuple((project, int(value * self.point_unit)) for project, value in given[ballot]))
            for ballot, number in patterns.items()
            if number
        ]
        self.support = dict.fromkeys(self.projects, 0)
        self.votes = dict.fromkeys(self.projects, 0)
        for group in self.groups:
            for project, weight in group.weights:
                self.support[project] += group.voters * weight
                self.votes[project] += group.voters

    def shown_support(self) -> dict[str, int | str]:
        """Votes or points by project, exact."""
        return {project: exact(Fraction(total, self.point_unit)) for project, total in self.support.items()}

    def money(self, amount: Money) -> int | str:
        """An amount in units as exact money."""
        return exact(Fraction(amount) / self.unit)


def _given(ballot: Iterable, costs: Mapping[str, int]) -> list[tuple[str, Money]]:
    pairs = [item if isinstance(item, tuple) else (item, 1) for item in ballot]
    if len({project for project, _ in pairs}) != len(pairs):
        raise ValueError("a ballot names a project twice")
    for project, points in pairs:
        if project not in costs:
            raise ValueError(f"{project!r} is no project of this vote")
        if points < 0:
            raise ValueError("points for a project cannot be below 0")
    return [(project, points) for project, points in pairs if points]
