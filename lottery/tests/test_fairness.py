"""The chances are the fairest there are: against every panel of tiny pools, and by what must hold on any pool."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.algorithms.classes import find_classes
from lottery.algorithms.drawing import draw_lottery
from lottery.algorithms.feasibility import Infeasible, assess
from lottery.algorithms.leximin import NoPoint
from lottery.algorithms.mixture import find_mixture
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.problem import Problem
from lottery.tests.small_pools import all_panels, leximin_by_enumeration, make_problem, random_problem


def chances_of(problem: Problem, algorithm: str = "leximin") -> np.ndarray:
    """Everybody's probability, as the weighted panels realise it; every panel and weight is checked."""
    classes = find_classes(problem)
    mixture = find_mixture(Polytope(classes), OBJECTIVES[algorithm])
    assert mixture.weights.min() >= 0 and mixture.weights.sum() == pytest.approx(1.0)
    assert all(classes.admits(mixture.panels.dense(number)) for number in range(len(mixture.panels)))
    chances = np.zeros(problem.people)
    for members, chance in zip(classes.members, mixture.chances, strict=True):
        chances[members] = chance
    return chances


def agree(numbers) -> tuple[int, int, int]:
    """Compare draws with enumeration; how many were compared, infeasible, and infeasible in whole people alone."""
    compared = infeasible = whole = 0
    for number in numbers:
        problem = random_problem(number)
        panels = all_panels(problem)
        if panels:
            wanted = leximin_by_enumeration(problem.people, panels)
            assert np.abs(chances_of(problem) - wanted).max() < 1e-7, f"draw {number}"
            compared += 1
            continue
        assert not assess(problem).feasible, f"draw {number}"
        infeasible += 1
        whole += Polytope(find_classes(problem)).model().solve() is not None
    return compared, infeasible, whole


def test_leximin_is_that_of_enumeration():
    compared, infeasible, _ = agree(range(80))
    assert compared >= 30 and infeasible >= 15


@pytest.mark.slow
def test_leximin_is_that_of_enumeration_on_more_than_a_thousand_pools():
    compared, infeasible, whole = agree(range(80, 2600))
    assert compared >= 1000 and infeasible >= 100 and whole >= 5


FEASIBLE = [number for number in range(30) if all_panels(random_problem(number))]


@pytest.mark.parametrize("number", FEASIBLE)
def test_maximin_has_the_greatest_smallest_chance_and_then_the_smallest_largest(number):
    problem = random_problem(number)
    panels = all_panels(problem)
    wanted, found = leximin_by_enumeration(problem.people, panels), chances_of(problem, "maximin")
    possible = wanted > 1e-9
    assert found[possible].min() == pytest.approx(wanted[possible].min(), abs=1e-7)
    assert found.max() <= wanted.max() + 1e-7
    assert np.all(found[~possible] < 1e-9)


@pytest.mark.parametrize("number", FEASIBLE)
def test_no_panel_would_raise_the_nash_product(number):
    problem = random_problem(number)
    found = chances_of(problem, "nash")
    possible = found > 1e-9
    # The derivative of Σ log p towards a panel is Σ 1/p over its members less the number of people.
    for panel in all_panels(problem):
        assert possible[list(panel)].all()
        assert sum(1 / found[list(panel)]) <= possible.sum() + 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("number", FEASIBLE)
def test_goldilocks_lies_between_and_is_never_worse_than_the_others_by_its_own_measure(number):
    problem = random_problem(number)
    mean = problem.size / problem.people

    def worth(chances):
        possible = chances[chances > 1e-9]
        return possible.max() / mean + mean / possible.min()

    found = worth(chances_of(problem, "goldilocks"))
    assert all(found <= worth(chances_of(problem, name)) + 1e-6 for name in ("leximin", "maximin", "nash"))


@st.composite
def pools(draw):
    """A pool of up to 40 with three features, quotas around a panel that exists, perhaps households."""
    people = draw(st.integers(6, 40))
    size = draw(st.integers(1, people // 3))
    values = ("ab", "xyz", "12")
    rows = draw(st.lists(st.tuples(*map(st.sampled_from, values)), min_size=people, max_size=people))
    panel = rows[:size]
    bounds: dict = {}
    for place, own in enumerate(values):
        for value in own:
            count = sum(row[place] == value for row in panel)
            bounds.setdefault(f"f{place}", {})[value] = (
                max(count - draw(st.integers(0, 1)), 0),
                count + draw(st.integers(0, 2)),
            )
    homes = None
    if draw(st.booleans()):
        homes = [f"h{at}" for at in range(size)] + [f"h{draw(st.integers(0, people))}" for _ in rows[size:]]
    return make_problem(size, bounds, rows, homes)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(pools(), st.sampled_from(sorted(OBJECTIVES)))
def test_the_list_keeps_all_that_it_promises(problem, algorithm):
    lottery = draw_lottery(problem, algorithm=algorithm, panels=200, seed="s")
    length = len(lottery.panels)
    for panel in lottery.panels.tolist():
        counts = np.bincount(problem.answers[panel].ravel(), minlength=len(problem.quotas))
        assert all(q.minimum <= count <= q.maximum for q, count in zip(problem.quotas, counts, strict=True))
        assert len(set(panel)) == len({int(problem.households[person]) for person in panel}) == problem.size
    assert lottery.chances.sum() == pytest.approx(problem.size)
    assert np.abs(lottery.mixture.chances - lottery.mixture.target.chances).max() < 1e-6
    seats = np.rint(lottery.listed * length)
    assert np.abs(seats - lottery.chances * length).max() <= 2
    assert all(seats[members].max() - seats[members].min() <= 1 for members in lottery.classes.members)
    assert np.all(seats[lottery.chances * length >= 1] > 0)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(pools(), st.randoms(use_true_random=False))
def test_the_order_of_the_pool_and_the_names_of_values_change_no_chance(problem, shuffler):
    order = list(range(problem.people))
    shuffler.shuffle(order)
    quotas = tuple(replace(q, feature=f"{q.feature}'", value=f"{9 - ord(q.value)}") for q in problem.quotas)
    other = replace(
        problem,
        quotas=quotas,
        ids=tuple(f"x{problem.ids[person]}" for person in order),
        answers=problem.answers[order],
        households=problem.households[order],
    )
    before, after = chances_of(problem), chances_of(other)
    assert np.abs(before[order] - after).max() < 1e-9


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(pools(), st.data())
def test_a_wider_quota_never_lowers_the_smallest_chance(problem, data):
    at = data.draw(st.integers(0, len(problem.quotas) - 1))
    quota = problem.quotas[at]
    wider = replace(quota, minimum=max(quota.minimum - 1, 0), maximum=quota.maximum + 1)
    other = replace(problem, quotas=(*problem.quotas[:at], wider, *problem.quotas[at + 1 :]))
    assert chances_of(other).min() >= chances_of(problem).min() - 1e-9


@settings(max_examples=20, deadline=None)
@given(pools())
def test_people_of_one_class_have_one_chance(problem):
    lottery = draw_lottery(problem, panels=50)
    for members in lottery.classes.members:
        assert np.ptp(lottery.chances[members]) == 0


def test_a_pool_of_one():
    lottery = draw_lottery(make_problem(1, {"f": {"a": (0, 1)}}, [["a"]]))
    assert lottery.chances.tolist() == lottery.listed.tolist() == [1.0]
    assert lottery.panels.shape == (1000, 1)


def test_exactly_one_possible_panel_is_the_whole_list():
    problem = make_problem(2, {"f": {"a": (1, 1), "b": (1, 1)}, "g": {"x": (2, 2), "y": (0, 0)}}, ["ax", "bx", "ay"])
    lottery = draw_lottery(problem)
    assert lottery.chances.tolist() == [1.0, 1.0, 0.0]
    assert lottery.never == [2]
    assert {tuple(panel) for panel in lottery.panels.tolist()} == {(0, 1)}


def test_a_category_without_people_may_stay_empty():
    problem = make_problem(2, {"f": {"a": (1, 2), "b": (0, 1), "c": (0, 1)}}, ["a", "a", "a", "b"])
    assert draw_lottery(problem).chances.tolist() == pytest.approx([0.5, 0.5, 0.5, 0.5])


def test_a_target_on_a_face_where_quotas_hold_with_equality():
    rows = ["ax"] * 3 + ["ay"] * 5 + ["bx"] * 4 + ["by"] * 1
    problem = make_problem(4, {"f": {"a": (2, 2), "b": (2, 2)}, "g": {"x": (2, 2), "y": (2, 2)}}, rows)
    wanted = leximin_by_enumeration(problem.people, all_panels(problem))
    assert np.abs(chances_of(problem) - wanted).max() < 1e-7


def test_a_target_a_hair_off_a_face_is_reached_without_the_integer_program(monkeypatch):
    # One person in 3,001 is due 0.00033 seats: of a thousand panels in turn none would have them.
    rows = ["ax"] * 1500 + ["ay"] * 1500 + ["by"]
    bounds = {"f": {"a": (0, 2), "b": (0, 2)}, "g": {"x": (0, 2), "y": (0, 2)}}
    monkeypatch.setattr("lottery.algorithms.separation.Separator.judge", None)
    assert np.abs(chances_of(make_problem(1, bounds, rows)) - 1 / 3001).max() < 1e-9


def test_two_at_one_address_never_sit_together_and_share_what_one_household_can_have():
    problem = make_problem(2, {"f": {"a": (0, 2)}}, ["a"] * 4, ["x", "x", "y", "z"])
    lottery = draw_lottery(problem)
    assert not any({0, 1} <= set(panel) for panel in lottery.panels.tolist())
    assert lottery.chances.tolist() == pytest.approx([0.5] * 4)


def test_no_panel_ends_in_infeasible_and_never_in_an_empty_list():
    with pytest.raises(Infeasible):
        draw_lottery(make_problem(2, {"f": {"a": (2, 2), "b": (1, 1)}}, ["a", "a", "b"]))


def test_ten_thousand_panels_where_a_thousand_would_be_too_coarse():
    rows = ["a"] * 150
    assert len(draw_lottery(make_problem(2, {"f": {"a": (0, 2)}}, rows)).panels) == 10_000
    assert len(draw_lottery(make_problem(3, {"f": {"a": (0, 3)}}, rows)).panels) == 1000


def test_people_below_one_place_of_the_list_are_named():
    lottery = draw_lottery(make_problem(1, {"f": {"a": (0, 1)}}, ["a"] * 30), panels=20)
    assert len(lottery.unlisted) == 10
    assert lottery.listed[lottery.unlisted].max() == 0


def test_the_relaxation_has_no_point_where_the_integer_program_has_no_panel():
    problem = make_problem(2, {"f": {"a": (0, 0), "b": (0, 1)}}, ["a", "a", "b"])
    with pytest.raises(NoPoint):
        find_mixture(Polytope(find_classes(problem)), OBJECTIVES["leximin"])
