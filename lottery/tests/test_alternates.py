"""Who moves up: the ranking fixed before the draw, read so that the quotas stay met."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.algorithms.alternates import (
    alternates_for,
    alternates_table,
    fill_vacancies,
    keeps_quotas,
    rank_alternates,
)
from lottery.tests.small_pools import make_problem

ROWS = ["wo", "wo", "mo", "my", "wy", "wo", "mo", "my", "wy", "wo"]
BOUNDS = {"sex": {"w": (2, 2), "m": (2, 2)}, "age": {"o": (2, 3), "y": (1, 2)}}
PANEL = [0, 1, 2, 3]


def problem(homes=None):
    return make_problem(4, BOUNDS, ROWS, homes)


def test_the_ranking_follows_from_the_seed_and_holds_everybody_once():
    ids = problem().ids
    first = rank_alternates(ids, "a")
    assert sorted(first) == list(range(10))
    assert first == rank_alternates(ids, "a") != rank_alternates(ids, "b")


def test_the_ranking_names_the_same_people_whatever_the_order_of_the_pool():
    ids = problem().ids
    turned = ids[::-1]
    assert [ids[at] for at in rank_alternates(ids, "a")] == [turned[at] for at in rank_alternates(turned, "a")]


def test_the_first_in_rank_who_keep_every_quota_move_up():
    asked = problem()
    ranking = list(range(10))
    assert alternates_for(asked, PANEL, 3, ranking) == [7]  # a young man: three old are there
    assert alternates_for(asked, PANEL, 0, ranking, depth=1) == [4]
    for leaving, found in alternates_table(asked, PANEL, ranking).items():
        assert all(keeps_quotas(asked, {*PANEL, one} - {leaving}) for one in found)


def test_who_is_unavailable_or_lives_with_a_member_is_passed_over():
    homes = ["a", "b", "c", "d", "a", "e", "c", "f", "g", "h"]
    ranking = list(range(10))
    assert alternates_for(problem(), PANEL, 3, ranking, unavailable=[7]) == []
    assert alternates_for(problem(homes), PANEL, 3, ranking) == [7]
    assert 4 in alternates_for(problem(homes), PANEL, 0, ranking)


def test_several_seats_are_filled_together_with_the_quotas_kept_where_any_set_keeps_them():
    asked = problem()
    ranking = rank_alternates(asked.ids, "x")
    found = fill_vacancies(asked, [0, 2], ranking)
    assert keeps_quotas(asked, [0, 2, *found])


def test_nobody_is_found_where_nobody_is_left_and_fewer_where_too_few_are():
    asked = problem()
    assert fill_vacancies(asked, [0, 2], range(10), unavailable=range(10)) == []
    assert fill_vacancies(asked, [0, 2], range(10), unavailable=range(3, 10)) == [1]
    assert fill_vacancies(asked, PANEL, range(10)) == []


def breach(asked, members):
    counts = np.bincount(asked.answers[list(members)].ravel(), minlength=len(asked.quotas)).tolist()
    pairs = zip(counts, asked.quotas, strict=True)
    return sum(max(quota.minimum - count, count - quota.maximum, 0) for count, quota in pairs)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(["wo", "wy", "mo", "my"]), min_size=6, max_size=9),
    st.lists(st.sampled_from("abcdefgh"), min_size=9, max_size=9),
    st.integers(1, 3),
    st.text(max_size=3),
)
def test_no_other_set_breaks_the_quotas_less_and_none_as_good_comes_earlier(rows, homes, vacant, seed):
    asked = make_problem(4, BOUNDS, rows, homes[: len(rows)])
    staying = []
    for person in range(len(rows)):
        if len(staying) < 4 - vacant and homes[person] not in [homes[one] for one in staying]:
            staying.append(person)
    ranking = rank_alternates(asked.ids, seed)
    found = fill_vacancies(asked, staying, ranking)
    free = [one for one in ranking if one not in staying and homes[one] not in [homes[member] for member in staying]]
    place = {person: at for at, person in enumerate(free)}
    sets = [chosen for chosen in combinations(free, len(found)) if len({homes[one] for one in chosen}) == len(chosen)]
    best = min((breach(asked, [*staying, *chosen]), sum(place[one] for one in chosen)) for chosen in sets)
    assert (breach(asked, [*staying, *found]), sum(place[one] for one in found)) == best


def test_a_panel_with_a_quota_missed_or_a_shared_home_is_told_apart():
    homes = ["a", "b", "c", "a", *"efghij"]
    assert keeps_quotas(problem(), PANEL)
    assert not keeps_quotas(problem(homes), PANEL)
    assert not keeps_quotas(problem(), [0, 1, 4, 2])
    assert not keeps_quotas(problem(), PANEL[:3])


@pytest.mark.parametrize("leaving", PANEL)
def test_a_chain_of_withdrawals_ends_where_the_ranking_says(leaving):
    asked = problem()
    ranking = rank_alternates(asked.ids, "chain")
    first = alternates_for(asked, PANEL, leaving, ranking, depth=1)
    assert fill_vacancies(asked, sorted(set(PANEL) - {leaving}), ranking, unavailable=[leaving]) == first
