"""Invented volunteers are found by meeting those whom public randomness names."""

import pytest

from audit.canonical import canonical_json
from lottery import custody
from lottery.tests.test_record import sealed


class TestCustody:
    def test_fifty_five_of_367_find_five_per_cent_invented(self):
        assert custody.people_to_meet(367, 19) <= 55
        assert custody.chance_to_find(367, 19, 55) >= custody.CERTAINTY
        assert custody.chance_to_find(367, 20, 55) >= custody.CERTAINTY

    def test_twenty_invented_among_367_are_found_at_the_stated_rate(self):
        pool = [f"L{at:04d}" for at in range(367)]
        invented = set(pool[5::18][:20])
        count = custody.people_to_meet(367, 20)
        turns = 2000
        found = sum(
            bool(invented & set(custody.chosen_people(pool, "commitment", str(turn), count))) for turn in range(turns)
        )
        stated = float(custody.chance_to_find(367, 20, count))
        assert stated >= 0.95
        assert abs(found / turns - stated) < 4 * (stated * (1 - stated) / turns) ** 0.5

    def test_one_fewer_would_not_be_enough(self):
        count = custody.people_to_meet(367, 20)
        assert custody.chance_to_find(367, 20, count - 1) < custody.CERTAINTY

    def test_the_choice_depends_on_nothing_but_value_and_seal(self):
        pool = [f"L{at}" for at in range(40)]
        first = custody.chosen_people(pool, "c", "4711", 10)
        assert first == custody.chosen_people(pool[::-1], "c", "4711", 10)
        assert len(set(first)) == 10
        assert first != custody.chosen_people(pool, "c", "4712", 10)
        assert first != custody.chosen_people(pool, "d", "4711", 10)

    def test_everybody_is_equally_likely_to_be_met(self):
        pool = [f"L{at:02d}" for at in range(30)]
        counts = dict.fromkeys(pool, 0)
        for turn in range(3000):
            for name in custody.chosen_people(pool, "c", str(turn), 6):
                counts[name] += 1
        assert sum((count - 600) ** 2 / 480 for count in counts.values()) < 60

    def test_the_command_names_people_of_a_record(self, tmp_path, capsys):
        (tmp_path / "record.json").write_bytes(canonical_json(sealed()[0]))
        assert custody.main([str(tmp_path / "record.json"), "--value", "3 11 17 25 31 44", "--share", "10"]) == 0
        first, *names = capsys.readouterr().out.splitlines()
        assert first.startswith(f"{len(names)} of 60 people: if 6 are invented")
        assert set(names) <= set(sealed()[0]["committed"]["pool"])

    @pytest.mark.parametrize("arguments", [["--pool", "0"], ["--pool", "10", "--share", "200"], ["missing.json"]])
    def test_what_cannot_be_answered_is_refused(self, arguments, capsys):
        assert custody.main(arguments) == 2
        assert capsys.readouterr().err.startswith("lottery.custody: ")
