"""Changes of fresh records in each view (`benchmarks/mutations.py` makes thousands), and what they once got past."""

import copy
import functools

import pytest

from benchmarks.mutations import DRAWS, VIEWS, faults_of
from lottery.algorithms.leaves import commitment_of, leaf, part_hashes
from lottery.tests import mutations
from lottery.tests.dice import Dice
from lottery.tests.fresh_draws import fresh_draw
from lottery.verify import verify

BY_SIGHT = ("public", "volunteer", "auditor", "optimum")


@functools.cache
def fresh(number):
    return fresh_draw("kept", number)


def judged_wrongly(view, seed, turns, draws=DRAWS):
    """The changes that were not found, or called something else."""
    found = list(faults_of(view, seed, turns, draws))
    assert len(found) == turns
    return [(name, fault) for name, fault in found if fault]


@pytest.mark.parametrize("view", BY_SIGHT)
def test_some_changes_are_found_and_named_in_each_view(view):
    assert judged_wrongly(view, "some", 24, draws=8) == []


@pytest.mark.slow
@pytest.mark.parametrize("view", BY_SIGHT)
def test_a_thousand_changes_are_found_and_named_in_each_view(view):
    assert judged_wrongly(view, "many", 1000) == []


@pytest.mark.slow
def test_changes_of_the_proofs_of_rows_are_found_and_named():
    assert judged_wrongly("proofs", "rows", 32) == []


def test_a_judge_that_finds_nothing_is_noticed(monkeypatch):
    """What these tests rest on: a verifier without checks fails each of them."""
    honest = verify(fresh(0).drawn)
    monkeypatch.setattr(mutations, "verify", lambda *_given: honest)
    for view in BY_SIGHT:
        assert any("nothing found" in VIEWS[view](fresh(0), Dice(f"{view} {turn}")) for turn in range(20))


@pytest.mark.parametrize("number", range(16))
def test_each_kind_of_fresh_draw_holds_in_each_view(number):
    draw = fresh(number)
    for opening in (None, draw.volunteer, draw.openings):
        assert verify(draw.drawn, opening).faults == [], draw.name
        assert verify(draw.sealed, opening).faults == [], draw.name


def test_the_same_number_in_another_spelling_is_a_change_before_the_hash_and_none_behind_it():
    draw = fresh(0)
    changed = copy.deepcopy(draw.openings)
    row, value = next(iter(changed["proof"]["multipliers"].items()))
    top, _slash, bottom = value.partition("/")
    changed["proof"]["multipliers"][row] = f"{2 * int(top)}/{2 * int(bottom or 1)}"
    assert verify(draw.sealed, changed).faults == [
        "proof: the one that was sealed: the multipliers, the bound or the inequalities are not what was sealed"
    ]
    assert verify(*resealed(draw, changed)).faults == []


def resealed(draw, openings):
    """Record and openings with all hashes made anew over another proof."""
    record = copy.deepcopy(draw.sealed)
    record["committed"]["proof"] = leaf(openings["secret"], "proof", 0, openings["proof"])
    record["parts"] = part_hashes(record["committed"])
    record["commitment"] = openings["commitment"] = commitment_of(record["parts"])
    return record, openings


class TestOnceLetThrough:
    def test_an_id_that_is_exchanged_where_pseudonyms_stand_for_themselves(self):
        draw = fresh(12)
        changed = copy.deepcopy(draw.openings)
        changed["ids"][2] = "jemand"
        (fault,) = verify(draw.drawn, changed).faults
        assert fault.startswith("pseudonyms: ") and "jemand" in fault

    def test_ids_that_nothing_in_the_seal_ties_are_named_as_unchecked(self):
        draw = fresh(8)
        report = verify(draw.drawn, draw.openings)
        assert any("which id belongs to which pseudonym" in one for one in report.unchecked)

    def test_a_bound_whose_multipliers_were_taken_away(self):
        changed = copy.deepcopy(fresh(0).openings)
        changed["proof"]["multipliers"] = {}
        (fault,) = verify(*resealed(fresh(0), changed)).faults
        assert fault.startswith("optimum: ") and "no multipliers" in fault

    def test_a_record_without_a_proof_does_not_say_that_there_can_be_none(self):
        changed = copy.deepcopy(fresh(0).openings)
        changed["proof"] = {"multipliers": {}, "bound": "", "cuts": []}
        report = verify(*resealed(fresh(0), changed))
        assert report.faults == [] and any("the record has no proof" in one for one in report.unchecked)

    def test_an_inequality_that_the_panels_themselves_break(self):
        """Multipliers and bound agree with it; only the panels say that it is false."""
        draw = fresh(7)
        changed = copy.deepcopy(draw.openings)
        assert changed["proof"]["cuts"]
        changed["proof"]["cuts"].append({"weights": [1] * len(changed["proof"]["cuts"][0]["weights"]), "bound": 0})
        faults = verify(*resealed(draw, changed)).faults
        assert [fault for fault in faults if "does not hold for panel" in fault] == faults != []

    def test_a_volunteer_who_was_taken_off_the_ranking(self):
        draw = next(fresh(n) for n in range(16) if fresh(n).volunteer["pseudonym"] not in members(fresh(n)))
        changed = copy.deepcopy(draw.drawn)
        changed["drawn"]["ranking"]["order"].remove(draw.volunteer["pseudonym"])
        faults = verify(changed, draw.volunteer).faults
        assert any(fault.startswith("alternates: ") for fault in faults)

    def test_numbers_with_more_digits_than_fit_anywhere_are_not_written(self):
        changed = copy.deepcopy(fresh(0).drawn)
        changed["committed"]["panels"]["digits"] = 10**30
        faults = verify(changed, fresh(0).volunteer).faults
        assert any(fault.startswith("list: ") for fault in faults)


def members(draw):
    return draw.drawn["drawn"]["panel"]["members"]
