"""The objectives side by side, before one of them is chosen."""

from dataclasses import replace
from itertools import product

import pytest

from lottery.algorithms import comparison
from lottery.algorithms.classes import find_classes
from lottery.algorithms.comparison import compare_objectives
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.polytope import Polytope
from lottery.tests.small_pools import make_problem

# Many with a degree, few without: whoever has none is nearly certain of a seat.
ROWS = [["w", "degree"]] * 20 + [["m", "degree"]] * 16 + [["w", "none"]] * 3 + [["m", "none"]] * 2
BOUNDS = {"sex": {"w": (4, 6), "m": (4, 6)}, "school": {"degree": (4, 6), "none": (3, 5)}}


def problem():
    return make_problem(10, BOUNDS, ROWS)


def by_name():
    return {one.algorithm: one for one in compare_objectives(problem())}


def test_all_four_are_compared_in_the_order_asked_for():
    assert [one.algorithm for one in compare_objectives(problem())] == list(OBJECTIVES)
    assert [one.algorithm for one in compare_objectives(problem(), algorithms=["nash"])] == ["nash"]


def test_leximin_and_maximin_have_the_greatest_smallest_chance():
    found = by_name()
    assert found["leximin"].smallest == pytest.approx(found["maximin"].smallest)
    assert all(one.smallest <= found["leximin"].smallest + 1e-9 for one in found.values())
    assert all(one.largest <= found["leximin"].largest + 1e-9 for one in found.values())


def test_goldilocks_has_the_smallest_sum_of_both_excesses():
    def worth(one):
        return one.largest * 41 / 10 + 10 / 41 / one.smallest

    found = by_name()
    assert all(worth(found["goldilocks"]) <= worth(one) + 1e-6 for one in found.values())


def test_the_gain_is_the_greatest_of_all_false_answers():
    asked = problem()
    classes = find_classes(asked)
    for one in compare_objectives(asked):
        target = OBJECTIVES[one.algorithm](Polytope(classes))
        gains = [0.0]
        for index, (place, value) in product(range(len(classes)), ((0, 0), (0, 1), (1, 2), (1, 3))):
            answers = asked.answers.copy()
            person = int(classes.members[index][0])
            answers[person, place] = value
            after = find_classes(replace(asked, answers=answers))
            own = next(at for at, members in enumerate(after.members) if person in members)
            gains.append(OBJECTIVES[one.algorithm](Polytope(after)).chances[own] - target.chances[index])
        assert one.gain == pytest.approx(max(gains), abs=1e-9)
        assert one.false_answer.after - one.false_answer.before == pytest.approx(one.gain)
        assert (one.false_answer.truth, one.false_answer.claim) == ("degree", "none")


def test_where_only_some_answers_are_tried_the_promising_ones_are_among_them(monkeypatch):
    every = [one.gain for one in compare_objectives(problem())]
    monkeypatch.setattr(comparison, "WORK", 0)
    monkeypatch.setattr(comparison, "FEWEST", 2)
    assert [one.gain for one in compare_objectives(problem())] == pytest.approx(every, abs=1e-9)


def test_the_comparison_says_who_has_no_chance_and_reports_its_progress():
    steps = []
    rows = [*ROWS, ["d", "degree"]]
    bounds = BOUNDS | {"sex": {"w": (4, 6), "m": (4, 6), "d": (0, 0)}}
    found = compare_objectives(make_problem(10, bounds, rows), progress=lambda *step: steps.append(step))
    assert [one.without for one in found] == [1, 1, 1, 1]
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
