"""The list of equal panels: evening out ends and reaches its aim, also where swaps of members get stuck."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lottery.algorithms import evening, listing
from lottery.algorithms.classes import find_classes
from lottery.algorithms.drawing import draw_lottery
from lottery.algorithms.evening import LEAST, even_out
from lottery.algorithms.listing import make_list
from lottery.algorithms.mixture import find_mixture
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.weights import PanelList
from lottery.tests.small_pools import all_panels, make_problem, random_problem

FEASIBLE = [number for number in range(4000, 4060) if all_panels(random_problem(number))]


def mixture_of(number):
    return find_mixture(Polytope(find_classes(random_problem(number))), OBJECTIVES["leximin"])


def one_panel_over_and_over(mixture, length):
    listed = PanelList(len(mixture.polytope.classes))
    for _ in range(length):
        listed.append(mixture.panels.dense(0))
    return listed


def astray(mixture, listed):
    """By how many seats the class that is farthest off misses its due."""
    return np.abs(listed.seats() - len(listed) * mixture.target.expected(mixture.polytope.classes.people)).max()


def test_every_exchange_lessens_the_sum_of_squares_by_what_the_proof_says(monkeypatch):
    seen = []
    put = evening._Evener._put

    def watched(self, number, panel):
        put(self, number, panel)
        seen.append(float(((self.listed.seats() - len(self.listed) * self.due) ** 2).sum()))

    monkeypatch.setattr(evening._Evener, "_put", watched)
    exchanges = 0
    for number in FEASIBLE[:20]:
        mixture = mixture_of(number)
        listed = one_panel_over_and_over(mixture, 40)
        due = mixture.target.expected(mixture.polytope.classes.people)
        seen[:] = [float(((listed.seats() - 40 * due) ** 2).sum())]
        even_out(mixture.polytope, listed, due)
        assert all(after <= before - 2 * LEAST + 1e-9 for before, after in pairwise(seen))
        assert len(seen) - 1 <= seen[0] / (2 * LEAST)
        exchanges += len(seen) - 1
    assert exchanges > 100


@pytest.mark.parametrize("joiners", [[2], [2, 3], [2, 2]])
def test_the_gain_counted_is_half_of_what_the_squares_change_by(joiners):
    """A class may come twice, which takes more off, or adds more, than two classes once each."""
    classes = find_classes(make_problem(2, {"f": {"a": (0, 2), "b": (0, 2), "c": (0, 2), "d": (0, 2)}}, "abcd"))
    listed = PanelList(4)
    listed.append(np.array([1.0, 1.0, 0.0, 0.0]))
    evener = evening._Evener(classes, listed, np.full(4, 0.5))
    evener.surplus = np.array([0.25, 3.0, -1.5, -0.5])
    after = evener.surplus.copy()
    np.subtract.at(after, [0, 1][: len(joiners)], 1)
    np.add.at(after, joiners, 1)
    gain = ((after**2).sum() - (evener.surplus**2).sum()) / 2
    assert evener._gain([0, 1][: len(joiners)], joiners) == pytest.approx(gain)


def test_where_only_whole_panels_can_be_exchanged_the_integer_program_finds_them():
    rows = ["ap.", "bqp", "c.q", "aq.", "bpq", "c.p"]
    kinds = {"kind": dict.fromkeys("abc", (1, 1))}
    links = {name: {"p": (1, 1), "q": (1, 1), ".": (1, 1)} for name in ("first", "second")}
    problem = make_problem(3, kinds | links, rows)
    assert len(all_panels(problem)) == 2
    polytope = Polytope(find_classes(problem))
    listed = one_panel_over_and_over(find_mixture(polytope, OBJECTIVES["leximin"]), 10)
    even_out(polytope, listed, np.full(6, 0.5))
    assert listed.seats().tolist() == [5.0] * 6
    assert all(polytope.classes.admits(listed.dense(number)) for number in range(10))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["herded", "rounded"])
def test_both_ways_to_a_list_end_within_two_places_of_the_optimum(way, monkeypatch):
    if way == "rounded":
        monkeypatch.setattr(listing, "DRIFT", -1.0)
    for number in FEASIBLE:
        mixture = mixture_of(number)
        listed = make_list(mixture, 100)
        assert len(listed) == 100
        assert all(mixture.polytope.classes.admits(listed.dense(at)) for at in range(100))
        assert astray(mixture, listed) <= 2, f"draw {number}"


def test_the_seed_orders_the_panels_of_the_list_and_changes_nobodys_places():
    problem = make_problem(2, {"f": {"a": (0, 2), "b": (0, 2)}}, "aaabbbb")
    one, again, other = (draw_lottery(problem, panels=100, seed=seed) for seed in ("a", "a", "b"))
    assert np.array_equal(one.panels, again.panels)
    in_order, turned = (
        [sorted(problem.answers[panel].ravel().tolist()) for panel in drawn.panels] for drawn in (one, other)
    )
    assert in_order != turned
    assert sorted(in_order) == sorted(turned)
    assert np.abs(one.listed - other.listed).max() <= 1 / 100 + 1e-12


def test_people_for_whom_the_list_breaks_its_promise_are_named():
    lottery = draw_lottery(random_problem(FEASIBLE[0]), panels=100)
    assert lottery.astray == []
    person = int(lottery.chances.argmax())
    shifted = lottery.listed.copy()
    shifted[person] -= 0.031
    assert replace(lottery, listed=shifted).astray == [person]
    shifted[person] = 0.0
    assert person in replace(lottery, listed=shifted, chances=np.full(len(shifted), 0.015)).astray
