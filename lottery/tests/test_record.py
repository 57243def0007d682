"""Records of draws from files: sealed, opened by a number, and checked in each view."""

import copy
import functools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audit.canonical import canonical_json
from lottery import reveal, verify
from lottery.algorithms import commitments
from lottery.algorithms.choosing import WrongValue, chosen_number, opened_numbers
from lottery.algorithms.drawing import draw_lottery
from lottery.algorithms.opening import alternates, open_record, volunteer_opening
from lottery.algorithms.problem import Quota, build_problem
from lottery.algorithms.record import build_record
from lottery.algorithms.rowproofs import prove_rows, wrong_rows

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def small_draw():
    """60 people, some of whom live together, 12 seats, three features."""
    generator = np.random.default_rng(7)
    values = [
        [
            str(generator.choice(["f", "m"])),
            str(generator.choice(["jung", "mittel", "alt"])),
            str(generator.choice(["Nord", "Süd"])),
        ]
        for _ in range(60)
    ]
    quotas = [
        Quota("sex", "f", 6, 6),
        Quota("sex", "m", 6, 6),
        Quota("age", "jung", 3, 5),
        Quota("age", "mittel", 3, 5),
    ]
    quotas += [Quota("age", "alt", 3, 5), Quota("area", "Nord", 5, 7), Quota("area", "Süd", 5, 7)]
    homes = [[f"Weg {at // 2 if at < 10 else at}"] for at in range(60)]
    ids = [f"p{at}" for at in range(60)]
    return draw_lottery(build_problem(size=12, quotas=quotas, ids=ids, values=values, addresses=homes), panels=100)


@functools.cache
def sealed():
    return build_record(small_draw(), "secret", opened=5)


def drawn():
    record, openings = sealed()
    return open_record(record, openings, ["42"], {"witnesses": ["A", "B"]}), openings


class TestViews:
    def test_a_sealed_record_holds_and_says_that_nothing_was_drawn(self):
        report = verify.verify(sealed()[0])
        assert report.faults == [] and report.stage == "sealed"
        assert any("no number has been drawn yet" in sentence for sentence in report.unchecked)

    def test_everybody_can_check_the_drawn_panel(self):
        record, _openings = drawn()
        report = verify.verify(record)
        assert report.faults == [] and report.view == "public"
        assert record["drawn"]["number"] == 42
        assert len(alternates(record)) == 60 - 12

    def test_the_auditor_checks_every_panel_and_the_optimum(self):
        report = verify.verify(*drawn())
        assert report.faults == [] and report.view == "auditor"
        assert any("no mixture gives everybody more" in sentence for sentence in report.findings)

    def test_each_volunteer_can_open_the_own_row(self):
        record, openings = drawn()
        for name in record["committed"]["pool"]:
            report = verify.verify(record, volunteer_opening(record, openings, name))
            assert report.faults == [] and report.view == "volunteer"

    def test_a_foreign_opening_is_refused(self):
        record, openings = drawn()
        one, other = (volunteer_opening(record, openings, record["committed"]["pool"][at]) for at in (0, 1))
        assert verify.verify(record, {**one, "pseudonym": other["pseudonym"]}).faults

    def test_the_same_draw_gives_the_same_bytes(self):
        again = build_record(small_draw(), "secret", opened=5)
        assert [canonical_json(part) for part in again] == [canonical_json(part) for part in sealed()]

    def test_the_public_record_names_nobody_and_no_unopened_panel(self):
        record, openings = drawn()
        text = canonical_json(record).decode()
        assert all(f'"{one}"' not in text for one in openings["ids"])
        assert text.count('"members"') == 1 + record["committed"]["method"]["opened"]

    def test_the_command_needs_nothing_but_python(self, tmp_path):
        record, openings = drawn()
        (tmp_path / "record.json").write_bytes(canonical_json(record))
        (tmp_path / "openings.json").write_bytes(canonical_json(openings))
        command = [sys.executable, "-S", "-m", "lottery.verify", str(tmp_path / "record.json")]
        for more, view in (([], "public"), (["--opening", str(tmp_path / "openings.json")], "auditor")):
            done = subprocess.run([*command, *more], capture_output=True, text=True, cwd=ROOT, env={})
            assert done.returncode == 0, done.stdout + done.stderr
            assert f"view: {view}; stage: drawn" in done.stdout and "not checked: " in done.stdout

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1, "a": 2}', '{"a": 1.5}', "null"])
    def test_what_is_no_record_is_refused_with_a_reason(self, text, tmp_path, capsys):
        (tmp_path / "record.json").write_text(text)
        assert verify.main([str(tmp_path / "record.json")]) == 2
        assert capsys.readouterr().err.startswith("lottery.verify: ")


class TestRowProofs:
    @pytest.mark.slow
    def test_they_hold_for_every_row_and_name_one_that_does_not(self):
        record, openings = sealed()
        proofs = prove_rows(record, openings)
        assert verify.verify(record, proofs).faults == []
        wrong = copy.deepcopy(proofs)
        wrong["rows"][5]["answers"][2] = wrong["rows"][6]["answers"][2]
        assert wrong_rows(record, wrong) == [record["committed"]["pool"][5]]

    def test_a_row_that_is_twice_one_value_has_no_proof(self):
        record, openings = copy.deepcopy(sealed())
        cheat = openings["rows"][0]["values"][1]
        base = commitments.generator("value", "age", cheat)
        other = commitments.generator("value", "age", next(v for v in ("jung", "mittel", "alt") if v != cheat))
        seal = commitments.decode(record["committed"]["seals"][0])
        stuffed = commitments.total([seal, base, commitments.negative(other)])
        record["committed"]["seals"][0] = commitments.encode(stuffed)
        assert wrong_rows(record, prove_rows(record, openings)) == [record["committed"]["pool"][0]]


class TestRandomness:
    source = {
        "rule": "hash",
        "sources": [
            {"kind": "numbers", "name": "Lotto", "count": 6, "from": 1, "to": 49},
            {"kind": "digits", "name": "Würfel", "count": 4},
        ],
    }

    def test_several_sources_are_combined_by_hash(self):
        number = chosen_number(self.source, ["3 11 17 25 31 44", "0815"], "c", 1000)
        assert 0 <= number < 1000
        assert number == chosen_number(self.source, ["3 11 17 25 31 44", "0815"], "c", 1000)
        assert len({chosen_number(self.source, ["3 11 17 25 31 44", f"{n:04d}"], "c", 1000) for n in range(50)}) > 40

    @pytest.mark.parametrize(
        "value", ["3 11 17 25 44 31", "3, 11, 17, 25, 31, 44", "03 11 17 25 31 44", "3 11 17 25 31 50", "3 11"]
    )
    def test_a_value_has_one_spelling_only(self, value):
        with pytest.raises(WrongValue):
            chosen_number(self.source, [value, "0815"], "c", 1000)

    def test_the_opened_panels_are_others_and_each_equally_likely(self):
        counts = np.zeros(20)
        for number in range(2000):
            found = opened_numbers(number % 20, [str(number)], "c", 20, 5)
            assert len(set(found)) == 5 and number % 20 not in found
            counts[found] += 1
        assert abs(counts / 2000 - 5 / 20).max() < 0.04


class TestCurve:
    def test_multiples_of_the_published_base_point(self):
        base = (
            0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
            0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        )
        assert commitments.multiply(base, commitments.ORDER)[2] == 0
        (double,) = commitments.plain([commitments.double((*base, 1))])
        assert double is not None
        assert f"{double[0]:064x}" == "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
        assert commitments.Powers(base, 5).times([2, 0, commitments.ORDER - 1]) == [
            double,
            None,
            commitments.negative(base),
        ]

    def test_generators_lie_on_the_curve_and_differ(self):
        found = {commitments.generator("value", feature, value) for feature in "ab" for value in "xyz"}
        assert len(found) == 6
        assert all(commitments.decode(commitments.encode(point)) == point for point in found)

    @pytest.mark.parametrize(
        "text", ["", "02", "04" + "0" * 64, "02" + "f" * 64, "02" + "0" * 63 + "g", "02" + "0" * 62 + "05A"]
    )
    def test_what_is_no_point_is_refused(self, text):
        with pytest.raises(commitments.NotAPoint):
            commitments.decode(text)


def test_openings_survive_json():
    record, openings = drawn()
    again = json.loads(canonical_json(openings)), json.loads(canonical_json(record))
    assert verify.verify(again[1], again[0]).faults == []


class TestReveal:
    def files(self, folder):
        record, openings = sealed()
        (folder / "record.json").write_bytes(canonical_json(record))
        (folder / "openings.json").write_bytes(canonical_json(openings))
        return [str(folder / "record.json"), str(folder / "openings.json"), "--out", str(folder / "out")]

    def test_the_number_opens_a_record_from_files(self, tmp_path, capsys):
        assert reveal.main([*self.files(tmp_path), "--value", "42", "--volunteers"]) == 0
        out = tmp_path / "out"
        assert verify.read_json(out / "record.json") == open_record(*sealed(), ["42"])
        name = sealed()[0]["committed"]["pool"][7]
        for opening in ("proofs", name):
            assert verify.main([str(out / "record.json"), "--opening", str(out / f"{opening}.json")]) == 0
        assert len(list(out.iterdir())) == 62

    @pytest.mark.parametrize("value", ["7", "420", "x", ""])
    def test_a_value_that_the_source_cannot_give_is_refused(self, value, tmp_path, capsys):
        assert reveal.main([*self.files(tmp_path), "--value", value]) == 2
        assert "expected 2 digits" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()

    def test_a_record_is_opened_once(self, tmp_path, capsys):
        arguments = self.files(tmp_path)
        (tmp_path / "record.json").write_bytes(canonical_json(drawn()[0]))
        assert reveal.main([*arguments, "--value", "43"]) == 2
        assert "has its number already" in capsys.readouterr().err
