"""Greedy and Equal Shares against examples by hand and pabutools (in tests only)."""

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pabutools.election import (
    Additive_Cardinal_Sat,
    ApprovalBallot,
    ApprovalProfile,
    CardinalBallot,
    Cardinality_Sat,
    CardinalProfile,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.rules import exhaustion_by_budget_increase, greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

from voting.algorithms.budgets import Case
from voting.algorithms.equal_shares import CARDINALITY, COST, EXHAUSTIVE, NONE, EqualSharesRule, equal_shares
from voting.algorithms.greedy import GreedyRule, greedy

modest = settings(derandomize=True, database=None, deadline=None, max_examples=60)
PLAIN = EqualSharesRule(increment=0, completion=NONE)


def votes(*groups):
    """("ABC", 3) → three voters who approve A, B and C."""
    return {frozenset(projects): number for projects, number in groups}


def test_greedy_funds_by_votes_what_still_fits():
    result = greedy(votes(("AB", 5), ("C", 4), ("D", 3)), {"A": 60, "B": 30, "C": 20, "D": 10}, 100)
    assert result["winners"] == ["B", "A", "D"]  # equal votes: the cheaper first; C no longer fits
    assert [round_["elected"] for round_ in result["rounds"]] == [["B"], ["A"], ["D"]]
    assert result["rounds"][2]["eliminated"] == ["C"]
    assert (result["spent"], result["left"]) == (100, 0)
    assert greedy(
        votes(("AB", 5), ("C", 4), ("D", 3)), {"A": 60, "B": 30, "C": 20, "D": 10}, 100, rule=GreedyRule(skip=False)
    )["winners"] == ["B", "A"]


def test_greedy_leaves_out_what_too_few_support_and_adds_points():
    ballots = [(("A", 3), ("B", 1)), (("B", Fraction(1, 2)),)]
    result = greedy(ballots, {"A": 10, "B": 10, "C": 10}, 30, rule=GreedyRule(min_support=2))
    assert result["winners"] == ["A"]
    assert result["support"] == {"A": 3, "B": "1.5", "C": 0}


def test_greedy_tie_between_equal_projects_is_open_or_drawn():
    ballots, costs = votes(("A", 2), ("B", 2), ("C", 1)), {"A": 50, "B": 50, "C": 10}
    assert greedy(ballots, costs, 60)["unresolved"]
    assert len(greedy(ballots, costs, 60, seed="s")["winners"]) == 2
    assert greedy(ballots, costs, 110)["winners"] == ["A", "B", "C"]


# equalshares.net, "Explanation": 100 voters and 1,000 would be the like; here small enough to follow by hand
EXAMPLE = votes(("AB", 4), ("A", 2), ("C", 3), ("BC", 1))
COSTS = {"A": 300, "B": 250, "C": 240}


def test_equal_shares_worked_out_by_hand():
    # 10 voters, 1,000: 100 each. Effective votes A 6, B 5, C 4. A costs 50 each of 6.
    # B: four have 50 left, one has 100: 4 · 50 + 50 = 250 → price 50, effective 5; C: 4 voters, 60 each: effective 4.
    # B is bought: the four are broke, the one keeps 50. C: 50 + 3 · 100 = 350 ≥ 240: the one pays 50, three 63⅓.
    result = equal_shares(EXAMPLE, COSTS, 1000, rule=PLAIN)
    assert result["winners"] == ["A", "B", "C"]
    assert [round_["price"] for round_ in result["rounds"]] == [50, 50, "190/3"]
    assert result["rounds"][0]["totals"] == {"A": "6.00000", "B": "5.00000", "C": "4.00000"}
    assert result["rounds"][2]["totals"]["C"] == "3.78947"  # 240 / 63⅓
    assert [round_["exhausted"] for round_ in result["rounds"]] == [0, 4, 5]
    assert (result["spent"], result["left"], result["share"]) == (790, 210, 100)


def test_supporters_who_cannot_pay_are_told():
    result = equal_shares(EXAMPLE, COSTS, 500, rule=PLAIN)
    # 50 each: C's four have 200 of 240; A takes all of its six supporters (300), B then has only one with 50
    assert result["winners"] == ["A"]
    assert [round_["eliminated"] for round_ in result["rounds"]] == [["C"], ["B"]]


def test_shares_are_raised_until_the_budget_would_be_overspent():
    # With 540 each has 54: A takes 50 of each of its six, B's five have 4 · 4 + 54 = 70, C's four 216 of 240.
    # From 60 on C can be paid for (4 · 60): A and C cost 540.
    rule = EqualSharesRule(completion=NONE)
    result = equal_shares(EXAMPLE, COSTS, 540, rule=rule)
    assert result["winners"] == ["A", "C"]
    assert equal_shares(EXAMPLE, COSTS, 540, rule=PLAIN)["winners"] == ["A"]
    # At 96 B would cost its last supporter 250 - 4 · 46 = 66: 250/66 = 3.79 effective votes, so C (4) goes first and
    # leaves B 220. At 97 it is 250 - 4 · 47 = 62: 4.03 votes, B goes before C, all three are bought: overspent.
    assert (result["share"], result["shares_tried"]) == (96, 44)  # 54, then 55 to 97
    # whole shares of 53 and more follow the exact one of 53.9, and A and C together would cost more than 539
    assert equal_shares(EXAMPLE, COSTS, 539, rule=rule)["winners"] == ["A"]
    early = EqualSharesRule(completion=NONE, stop=EXHAUSTIVE)
    assert equal_shares(EXAMPLE, COSTS, 540, rule=early)["share"] == 60


def test_what_is_left_goes_by_votes():
    ballots, costs = votes(("A", 6), ("B", 3), ("C", 1)), {"A": 60, "B": 40, "C": 20}
    result = equal_shares(ballots, costs, 100, rule=EqualSharesRule(increment=0))
    assert result["winners"] == ["A", "B"]
    assert [round_["by"] for round_ in result["rounds"] if round_["elected"]] == ["equal shares", "completion"]


def test_comparison_lets_the_majority_choose():
    # greedy funds the big project of 6 voters; equal shares funds the three small ones of 4 and the big one is too dear
    ballots, costs = votes(("A", 6), ("BCD", 4)), {"A": 100, "B": 13, "C": 13, "D": 13}
    rule = EqualSharesRule(increment=0, completion=NONE, comparison=True)
    result = equal_shares(ballots, costs, 100, rule=rule)
    assert result["winners"] == ["A"]
    assert result["comparison"] == {"prefer_equal_shares": 4, "prefer_by_votes": 6, "winners_by_votes": ["A"]}
    small = votes(("A", 3), ("BCD", 4))
    assert equal_shares(small, costs, 100, rule=rule)["winners"] == ["B", "C", "D"]


def test_threshold_keeps_out_what_costs_too_much_for_its_votes():
    # as in Świecie 2023: 48 % of the budget, 14.7 % of the voters: 3 · 14.7 % < 48.2 %
    ballots, costs = votes(("A", 147), ("B", 853)), {"A": 482, "B": 500}
    assert "A" in equal_shares(ballots, costs, 1000)["winners"]
    assert equal_shares(ballots, costs, 1000, rule=EqualSharesRule(threshold_factor=3))["winners"] == ["B"]
    assert equal_shares(ballots, costs, 1000, rule=EqualSharesRule(threshold_factor=4))["winners"] == ["B", "A"]


def test_tie_goes_to_the_cheaper_then_to_more_votes_then_to_the_lot():
    cheaper = equal_shares(votes(("AB", 4), ("", 4)), {"A": 30, "B": 20}, 45, rule=PLAIN)
    assert cheaper["winners"] == ["B"]
    ballots, costs = votes(("A", 3), ("B", 3)), {"A": 50, "B": 50}
    open_tie = equal_shares(votes(("AB", 3)), costs, 60)
    assert (open_tie["winners"], open_tie["unresolved"]) == ([], True)
    assert open_tie["ties"][-1]["between"] == ["A", "B"]
    assert {equal_shares(votes(("AB", 3)), costs, 60, seed=str(n))["winners"][0] for n in range(20)} == {"A", "B"}
    assert equal_shares(ballots, costs, 100)["winners"] == ["A", "B"]


def test_decimals_stay_exact():
    result = equal_shares(votes(("A", 3), ("B", 1)), {"A": Fraction("0.10"), "B": Fraction("0.05")}, Fraction("0.15"))
    assert (result["spent"], result["left"]) == ("0.15", 0)


@pytest.mark.parametrize(
    ("ballots", "costs", "budget"),
    [
        ([frozenset("Z")], {"A": 1}, 1),
        ([("A", "A")], {"A": 1}, 1),
        ([(("A", -1),)], {"A": 1}, 1),
        ([], {"A": -1}, 1),
        ([], {"A": 1}, -1),
        ([], {}, 1),
    ],
)
def test_ballots_and_costs_that_make_no_sense_are_refused(ballots, costs, budget):
    with pytest.raises(ValueError, match=r"project|below|option"):
        Case(ballots, costs, budget)


@pytest.mark.parametrize("wrong", [{"utility": "joy"}, {"completion": "all"}, {"increment": -1}, {"tie_break": ("x",)}])
def test_rules_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"utility|completion|increment"):
        EqualSharesRule(**wrong)


def test_nobody_votes():
    assert equal_shares([], {"A": 1}, 10)["winners"] == []
    assert greedy([], {"A": 1}, 10)["winners"] == []


@st.composite
def budget_votes(draw, most_points=1):
    names = [f"p{number}" for number in range(draw(st.integers(1, 6)))]
    budget = draw(st.integers(5, 40))
    costs = {name: draw(st.integers(1, budget)) for name in names}
    points = st.integers(0, most_points)
    ballots = draw(st.lists(st.tuples(*[points] * len(names)), min_size=1, max_size=10))
    return names, costs, budget, [tuple(zip(names, ballot, strict=True)) for ballot in ballots]


def as_pabutools(costs, budget, ballots, *, cardinal):
    """The same vote for pabutools, with the tie-breaking of the default rule."""
    projects = {name: Project(name, cost) for name, cost in costs.items()}
    instance = Instance(projects.values(), budget_limit=budget)
    support = {name: sum(dict(ballot)[name] for ballot in ballots) for name in costs}
    if cardinal:
        given = [CardinalBallot({projects[name]: n for name, n in ballot if n}) for ballot in ballots]
        profile = CardinalProfile(given, instance=instance)
    else:
        given = [ApprovalBallot([projects[name] for name, n in ballot if n]) for ballot in ballots]
        profile = ApprovalProfile(given, instance=instance)
    ties = TieBreakingRule(lambda _instance, _profile, project: (project.cost, -support[project.name], project.name))
    return instance, profile, ties


@pytest.mark.slow
@settings(modest, max_examples=30)
@given(budget_votes(), st.sampled_from([True, False]), st.sampled_from([COST, CARDINALITY]))
def test_equal_shares_agrees_with_pabutools(vote, exhaustive, utility):
    _, costs, budget, ballots = vote
    rule = EqualSharesRule(
        utility=utility, completion=NONE, whole_shares=False, stop=EXHAUSTIVE if exhaustive else "overspend"
    )
    result = equal_shares(ballots, costs, budget, rule=rule)
    assume(not result["ties"])
    instance, profile, ties = as_pabutools(costs, budget, ballots, cardinal=False)
    sat = Cost_Sat if utility == COST else Cardinality_Sat
    expected = exhaustion_by_budget_increase(
        instance,
        profile,
        method_of_equal_shares,
        {"sat_class": sat, "tie_breaking": ties},
        exhaustive_stop=exhaustive,
        budget_step=len(ballots),
        budget_bound=10**5,
    )
    assert set(result["winners"]) == {project.name for project in expected}


@modest
@given(budget_votes(most_points=4))
def test_equal_shares_with_points_agrees_with_pabutools(vote):
    _, costs, budget, ballots = vote
    result = equal_shares(
        ballots, costs, budget, rule=EqualSharesRule(utility=CARDINALITY, increment=0, completion=NONE)
    )
    assume(not result["ties"])
    instance, profile, ties = as_pabutools(costs, budget, ballots, cardinal=True)
    expected = method_of_equal_shares(instance, profile, sat_class=Additive_Cardinal_Sat, tie_breaking=ties)
    assert set(result["winners"]) == {project.name for project in expected}


@modest
@given(budget_votes())
def test_greedy_agrees_with_pabutools(vote):
    _, costs, budget, ballots = vote
    result = greedy(ballots, costs, budget, rule=GreedyRule(min_support=0))
    assume(not result["ties"])
    instance, profile, ties = as_pabutools(costs, budget, ballots, cardinal=False)
    supported = [name for name in costs if any(dict(ballot)[name] for ballot in ballots)]
    expected = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=ties)
    assert {name for name in result["winners"] if name in supported} == {
        project.name for project in expected if project.name in supported
    }


@modest
@given(budget_votes(most_points=3), st.sampled_from([COST, CARDINALITY]))
def test_money_is_never_created(vote, utility):
    _, costs, budget, ballots = vote
    result = equal_shares(ballots, costs, budget, rule=EqualSharesRule(utility=utility), seed="s")
    assert result["spent"] == sum(costs[name] for name in result["winners"]) <= budget
    assert len(set(result["winners"])) == len(result["winners"])
    spent = 0
    for round_ in result["rounds"]:
        spent += sum(costs[name] for name in round_["elected"])
        assert (round_["spent"], round_["left"]) == (spent, budget - spent)
    left = [name for name in costs if name not in result["winners"] and result["support"][name] != 0]
    assert all(costs[name] > budget - spent for name in left)
