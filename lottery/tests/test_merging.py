"""Households merged in large pools: not a chance, a panel or a turn differs from what their patterns kept apart allow."""

import numpy as np
import pytest

from lottery.algorithms import classes as classing
from lottery.algorithms import drawing
from lottery.algorithms.drawing import draw_lottery
from lottery.algorithms.feasibility import Infeasible
from lottery.algorithms.problem import Problem
from lottery.tests.small_pools import all_panels, leximin_by_enumeration, make_problem, random_problem


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """Pools with a single pattern are merged too."""
    monkeypatch.setattr(drawing, "MANY_PATTERNS", 1)


def city(seed: int, people: int = 400, size: int = 24) -> Problem:
    """Three features, half of the people in households of two or three."""
    dice = np.random.default_rng(seed)
    odds = ([0.52, 0.46, 0.02], [0.4, 0.3, 0.2, 0.1], [0.6, 0.4])
    columns = [dice.choice(len(chances), people, p=chances) for chances in odds]
    bounds: dict[str, dict[str, tuple[int, int]]] = {}
    for feature, column in enumerate(columns):
        for value in range(len(odds[feature])):
            share = size / len(odds[feature])
            most = int((column == value).sum())
            bounds.setdefault(f"f{feature}", {})[str(value)] = (min(int(share) - 2, most), int(share) + 3)
    homes = [f"home {min(number // (2 + number % 3 // 2), people)}" for number in range(people // 2)]
    homes += [f"alone {number}" for number in range(people - len(homes))]
    return make_problem(size, bounds, [[str(column[at]) for column in columns] for at in range(people)], homes)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["leximin", "nash", "goldilocks"])
@pytest.mark.parametrize("seed", range(3))
def test_chances_are_those_of_the_patterns_kept_apart(monkeypatch, seed, algorithm):
    problem = city(seed)
    lottery = draw_lottery(problem, algorithm=algorithm, panels=300, seed="s")
    monkeypatch.setattr(drawing, "MANY_PATTERNS", 10**9)
    whole = draw_lottery(problem, algorithm=algorithm, panels=300, seed="s")
    assert lottery.classes.merged and not whole.classes.merged and len(lottery.classes) < len(whole.classes)
    assert np.abs(lottery.chances - whole.chances).max() < 1e-7
    seats = np.rint(lottery.listed * 300)
    assert np.abs(seats - lottery.chances * 300).max() <= 2
    assert all(np.ptp(seats[members]) <= 1 for members in lottery.classes.members)


def test_who_live_together_and_met_are_parted_without_costing_a_turn(monkeypatch):
    met = []
    part = drawing.seat_people.__globals__["_part"]

    def counted(panels, households, *rest):
        homes = np.sort(households[panels], axis=1)
        met.append(int((np.diff(homes, axis=1) == 0).sum()))
        part(panels, households, *rest)

    monkeypatch.setitem(drawing.seat_people.__globals__, "_part", counted)
    lottery = draw_lottery(city(7), panels=300, seed="s")
    homes = np.sort(lottery.problem.households[lottery.panels], axis=1)
    assert met[0] > 20 and np.all(np.diff(homes, axis=1) > 0)


@pytest.mark.parametrize("length", [1, 3])
def test_a_list_too_short_to_change_places_on_is_seated_too(length):
    for seed in range(20):
        lottery = draw_lottery(city(seed), panels=length, seed="s")
        homes = np.sort(lottery.problem.households[lottery.panels], axis=1)
        assert lottery.classes.merged and np.all(np.diff(homes, axis=1) > 0)


@pytest.mark.slow
def test_tiny_pools_agree_with_enumeration_however_little_room_there_is(monkeypatch):
    monkeypatch.setattr(classing, "ROOM", 1)
    merged = apart = 0
    for number in range(2600, 3600):
        problem = random_problem(number)
        if len(np.unique(problem.households)) == problem.people:
            continue
        panels = all_panels(problem)
        if not panels:
            with pytest.raises(Infeasible):
                draw_lottery(problem, panels=1)
            continue
        lottery = draw_lottery(problem, panels=20)
        assert np.abs(lottery.chances - leximin_by_enumeration(problem.people, panels)).max() < 1e-7, number
        merged += lottery.classes.merged
        apart += not lottery.classes.merged
    assert merged >= 20 and apart >= 20


def test_a_class_that_the_optimum_needs_more_of_keeps_its_households_apart():
    """Five of six a's are wanted, all of whom live with a b: merged, a panel might have three."""
    rows = [*["a"] * 6, *["b"] * 30]
    homes = [f"h{at % 6}" for at in range(12)] + [f"b{at}" for at in range(24)]
    lottery = draw_lottery(make_problem(10, {"f": {"a": (5, 5), "b": (5, 5)}}, rows, homes), panels=60)
    assert not lottery.classes.merged
    assert lottery.chances[:6] == pytest.approx(5 / 6)
