"""The simple quota draw: every panel keeps every quota, the seed decides everything."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lottery.quota_draw import (
    Dice,
    Infeasible,
    Volunteer,
    check_quotas,
    draw_panels,
    next_alternate,
    rank_alternates,
)

QUOTAS = {"sex": {"w": (2, 4), "m": (2, 4)}, "age": {"young": (1, 3), "old": (3, 5)}}


def pool(count: int = 24) -> list[Volunteer]:
    return [
        Volunteer(f"L{number:03d}", {"sex": "wm"[number % 2], "age": ["young", "old"][number // 2 % 2]})
        for number in range(count)
    ]


def panels(people, quotas=QUOTAS, size=6, seed="s", count=20):
    return list(draw_panels(people, quotas, size, seed=seed, count=count))


def keeps(panel, people, quotas):
    return all(
        low <= sum(people[p].values[feature] == value for p in panel) <= high
        for feature, values in quotas.items()
        for value, (low, high) in values.items()
    )


def test_every_panel_keeps_every_quota_and_the_size():
    people = pool()
    for panel in panels(people, count=200):
        assert len(panel) == len(set(panel)) == 6
        assert keeps(panel, people, QUOTAS)


def test_the_seed_decides_everything():
    people = pool()
    assert panels(people, seed="a") == panels(people, seed="a")
    assert panels(people, seed="a") != panels(people, seed="b")


def test_the_same_bytes_on_every_machine():
    code = "from lottery.tests.test_quota_draw import panels, pool; print(panels(pool(), count=5))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale},
            capture_output=True,
            check=True,
        ).stdout
        for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("4711", "C"))
    }
    assert len(outputs) == 1


def test_people_of_one_household_do_not_sit_together():
    people = [Volunteer(one.pseudonym, one.values, f"h{n // 2}") for n, one in enumerate(pool())]
    for panel in panels(people, count=50):
        homes = [people[position].household for position in panel]
        assert len(set(homes)) == len(homes)


def test_over_many_panels_everybody_is_drawn():
    drawn = {position for panel in panels(pool(), count=300) for position in panel}
    assert drawn == set(range(24))


@pytest.mark.parametrize(
    ("quotas", "size", "feature"),
    [
        ({"sex": {"w": (4, 6), "m": (4, 6)}}, 6, "sex"),
        ({"sex": {"w": (0, 2), "m": (0, 2)}}, 6, "sex"),
        ({"sex": {"w": (0, 6), "m": (0, 6), "d": (1, 6)}}, 6, "sex"),
        ({"sex": {"w": (0, 6)}}, 6, "sex"),
        ({"sex": {"w": (0, 30), "m": (0, 30)}}, 25, ""),
    ],
)
def test_what_cannot_be_met_is_named_at_once(quotas, size, feature):
    with pytest.raises(Infeasible) as error:
        check_quotas(pool(), quotas, size)
    assert error.value.feature == feature


def test_quotas_that_fail_only_together_end_in_a_word_and_not_in_a_loop():
    people = [Volunteer(f"L{n}", {"sex": "wm"[n % 2], "age": ["young", "old"][n % 2]}) for n in range(10)]
    quotas = {"sex": {"w": (4, 4), "m": (0, 0)}, "age": {"young": (0, 0), "old": (4, 4)}}
    with pytest.raises(Infeasible):
        panels(people, quotas, 4, count=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["w", "m"]), min_size=6, max_size=30), st.text(max_size=5))
def test_quotas_that_leave_everything_open_are_always_met(sexes, seed):
    people = [Volunteer(f"L{n:02d}", {"sex": sex}) for n, sex in enumerate(sexes)]
    quotas = {"sex": {"w": (0, 5), "m": (0, 5)}}
    try:
        check_quotas(people, quotas, 5)
    except Infeasible:
        return
    assert all(keeps(panel, people, quotas) for panel in panels(people, quotas, 5, seed, 3))


def test_throws_are_fair_enough():
    dice = Dice("x")
    counts = [0] * 6
    for _ in range(6000):
        counts[dice.below(6)] += 1
    assert all(850 < count < 1150 for count in counts)


def test_alternates_are_all_others_in_an_order_anyone_can_check():
    names = [one.pseudonym for one in pool()]
    ranked = rank_alternates(names, names[:6], seed="c:123")
    assert sorted(ranked) == names[6:]
    assert ranked == rank_alternates(names, names[:6], seed="c:123") != rank_alternates(names, names[:6], seed="c:124")


def test_who_moves_up_keeps_the_quotas_and_then_the_rank():
    seated = [{"sex": "w", "age": "old"}] * 3 + [{"sex": "m", "age": "old"}] * 2
    waiting = [{"sex": "w", "age": "old"}, {"sex": "m", "age": "young"}, {"sex": "w", "age": "young"}]
    assert next_alternate(seated, waiting, {"sex": {"w": (3, 3), "m": (3, 3)}}) == 1
    assert next_alternate(seated, waiting, {"sex": {"w": (0, 6), "m": (0, 6)}}) == 0
    assert next_alternate(seated, [], QUOTAS) is None


@pytest.mark.slow
def test_a_pool_like_aachens_takes_seconds():
    features = {f"f{n}": [f"v{k}" for k in range(2 + n)] for n in range(5)}
    people = [
        Volunteer(
            f"L{n:04d}",
            {name: values[(n * (i + 3) + n // 7) % len(values)] for i, (name, values) in enumerate(features.items())},
        )
        for n in range(367)
    ]
    quotas = {
        name: {value: (56 // len(values) - 3, 56 // len(values) + 4) for value in values}
        for name, values in features.items()
    }
    found = panels(people, quotas, 56, count=100)
    assert all(keeps(panel, people, quotas) for panel in found)
