"""Quotas that no panel can meet: which ones, and the smallest change that helps."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.algorithms.classes import find_classes
from lottery.algorithms.feasibility import Infeasible, assess, relaxed, require_feasible
from lottery.algorithms.polytope import Polytope
from lottery.tests.small_pools import all_panels, make_problem

ROWS = [["w", "young"]] * 2 + [["w", "old"]] * 4 + [["m", "old"]] * 6
OPEN = {"sex": {"w": (0, 4), "m": (0, 4)}, "age": {"young": (0, 4), "old": (0, 4)}}


def kinds(problem):
    return [(conflict.kind, conflict.feature, conflict.number) for conflict in assess(problem).conflicts]


def test_quotas_that_can_be_met_have_nothing_to_say():
    assessment = assess(make_problem(4, OPEN, ROWS))
    assert assessment.feasible
    assert not assessment.conflicts and not assessment.together and not assessment.alone


def test_a_minimum_above_those_who_can_be_seated_is_named_with_the_least_that_helps():
    problem = make_problem(4, OPEN | {"age": {"young": (3, 4), "old": (0, 4)}}, ROWS)
    assessment = assess(problem)
    assert kinds(problem) == [("available", "age", 2)]
    assert [(change.quota, change.minimum, change.seats) for change in assessment.alone] == [(2, 2, 1)]
    assert assessment.together == assessment.alone


def test_people_of_one_household_count_once_for_what_is_available():
    homes = ["a", "a", *(f"h{n}" for n in range(10))]
    problem = make_problem(4, OPEN | {"age": {"young": (2, 4), "old": (0, 4)}}, ROWS, homes)
    assert kinds(problem) == [("available", "age", 1)]


@pytest.mark.parametrize(("sex", "kind", "number"), [((3, 4), "minima", 6), ((0, 1), "maxima", 2)])
def test_sums_that_cannot_meet_the_size_are_named(sex, kind, number):
    problem = make_problem(4, OPEN | {"sex": {"w": sex, "m": sex}}, ROWS)
    assert kinds(problem) == [(kind, "sex", number)]
    assert sum(change.seats for change in assess(problem).together) == 2


def test_quotas_that_fail_only_together_name_no_single_one():
    rows = [["w", "young"]] * 5 + [["m", "old"]] * 5
    problem = make_problem(4, {"sex": {"w": (3, 4), "m": (0, 4)}, "age": {"young": (0, 2), "old": (0, 4)}}, rows)
    assessment = assess(problem)
    assert not assessment.feasible and not assessment.conflicts
    assert {(change.quota, change.minimum, change.maximum) for change in assessment.alone} == {(0, 2, 4), (2, 0, 3)}


def test_quotas_that_fractions_of_people_meet_but_no_whole_people():
    # Two circles of three, of each pair at most one: half of everybody makes three, whole people make two.
    pairs = [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)]
    rows = [["in" if person in pair else "out" for pair in pairs] for person in range(6)]
    problem = make_problem(3, {f"pair {at}": {"in": (0, 1), "out": (0, 3)} for at in range(6)}, rows)
    assert Polytope(find_classes(problem)).model().solve() is not None
    assert not all_panels(problem)
    assert not assess(problem).feasible


def test_fewer_households_than_seats_no_quota_can_help():
    problem = make_problem(4, OPEN, ROWS, ["a"] * 6 + ["b"] * 3 + ["c"] * 3)
    with pytest.raises(Infeasible, match="3 households") as error:
        require_feasible(problem, find_classes(problem))
    assert not error.value.together


def test_the_words_name_line_quota_and_both_relaxations():
    problem = make_problem(4, OPEN | {"age": {"young": (3, 4), "old": (0, 4)}}, ROWS)
    problem = replace(problem, quotas=tuple(replace(quota, line=n + 2) for n, quota in enumerate(problem.quotas)))
    with pytest.raises(Infeasible) as error:
        require_feasible(problem, find_classes(problem))
    words = str(error.value)
    assert "line 4: age = young: at least 3 are wanted, 2 can be seated" in words
    assert words.count("age = young: 2–4 instead of 3–4 (2 in the pool)") == 2


@st.composite
def tight_draws(draw):
    rows = draw(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=3, max_size=8))
    size = draw(st.integers(1, 3))
    bounds = {}
    for feature, values in (("f", "ab"), ("g", "xyz")):
        least = [draw(st.integers(0, 2)) for _ in values]
        bounds[feature] = {v: (low, low + draw(st.integers(0, 1))) for v, low in zip(values, least, strict=True)}
    homes = [draw(st.sampled_from("123456")) for _ in rows]
    return make_problem(size, bounds, rows, homes)


@settings(max_examples=80, deadline=None)
@given(tight_draws())
def test_the_verdict_is_that_of_enumeration_and_each_relaxation_is_enough_and_the_smallest(problem):
    assessment = assess(problem)
    assert assessment.feasible == bool(all_panels(problem))
    for changes in [assessment.together, *([change] for change in assessment.alone)]:
        if changes:
            assert all_panels(replace(problem, quotas=relaxed(problem.quotas, changes)))
    if assessment.together:
        least = sum(change.seats for change in assessment.together)
        assert least == min(_breach(problem, panel) for panel in all_panels(_without_quotas(problem)))
    for change in assessment.alone:
        narrower = replace(
            problem.quotas[change.quota],
            minimum=min(change.minimum + 1, problem.quotas[change.quota].minimum),
            maximum=max(change.maximum - 1, problem.quotas[change.quota].maximum),
        )
        quotas = [narrower if at == change.quota else quota for at, quota in enumerate(problem.quotas)]
        assert not all_panels(replace(problem, quotas=tuple(quotas)))


def _without_quotas(problem):
    return replace(problem, quotas=tuple(replace(quota, minimum=0, maximum=problem.size) for quota in problem.quotas))


def _breach(problem, panel):
    counts = [int((problem.answers[list(panel)] == at).sum()) for at in range(len(problem.quotas))]
    pairs = zip(counts, problem.quotas, strict=True)
    return sum(max(quota.minimum - count, count - quota.maximum, 0) for count, quota in pairs)
