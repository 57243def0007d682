"""The register sample as files: a frame that is fixed before the number, people whom the number chooses, codes to sign."""

import copy
import csv
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from lottery import codes, sample, verify

SCRIPT = Path(sample.__file__)


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


HEADER = ["Nr", "Name", "Straße", "Bezirk", "Sperre"]


def write_register(path, rows=400, encoding="utf-8", delimiter=";"):
    """People of three districts; each 50th has a block, each 40th no address."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(HEADER)
        for at in range(rows):
            district = ("Mitte", "Nord", "Süd")[0 if at % 2 else 1 + at % 4 // 2]
            street = "" if at % 40 == 5 else f"Weg {at}"
            writer.writerow([at, f"Müller, {at}", street, district, "§ 51" if at % 50 == 7 else "nein"])
    return path


OPTIONS = ("--by", "Bezirk", "--blocked", "Sperre", "--address", "Straße", "--id", "Nr", "--source", "Trommel")


def committed(folder, *more, size="41"):
    register = write_register(folder / "register.csv")
    return sample.main([str(register), "--size", size, *OPTIONS, *more, "--commit", "--out", str(folder / "out")])


def drawn(folder, *more, number="471108"):
    assert committed(folder, *more) == 0
    assert sample.main([str(folder / "register.csv"), "--number", number, "--out", str(folder / "out")]) == 0
    return folder / "out"


def load(path):
    return json.loads(path.read_text())


class TestChoice:
    def test_the_record_holds_in_both_views(self, tmp_path, capsys):
        out = drawn(tmp_path)
        assert sample.main(["--verify", str(out / "sample.json")]) == 0
        assert sample.main(["--verify", str(out / "sample.json"), "--opening", str(out / "openings.json")]) == 0
        assert verify.main([str(out / "sample.json"), "--opening", str(out / "openings.json")]) == 0
        assert "view: auditor" in capsys.readouterr().out

    def test_letters_go_to_the_drawn_rows_with_codes_the_portal_knows(self, tmp_path):
        out = drawn(tmp_path)
        with (out / "drawn.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert len(rows) == 41 and list(rows[0]) == [*HEADER, "code"]
        assert all(row["Sperre"] == "nein" for row in rows)
        hashes = (out / "code-hashes.txt").read_text().split()
        assert sorted(codes.hash_of(row["code"]) for row in rows) == hashes == load(out / "sample.json")["codes"]

    def test_people_behind_a_block_are_counted_or_kept_by_route(self, tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        transfer = load(drawn(tmp_path / "a") / "frame.json")["frame"]
        posted = load(drawn(tmp_path / "b", "--route", "adressmittlung") / "frame.json")["frame"]
        assert sum(one["blocked"] for one in transfer["strata"]) == 8
        assert sum(one["people"] for one in transfer["strata"]) == 392
        assert sum(one["people"] for one in posted["strata"]) == 400

    def test_people_without_an_address_stay_and_are_counted(self, tmp_path):
        out = drawn(tmp_path)
        assert sum(one["without_address"] for one in load(out / "frame.json")["frame"]["strata"]) == 10
        people = load(out / "openings.json")["people"]
        assert load(out / "sample.json")["without_address"] == sum(one["row"][2] == "" for one in people)

    def test_the_same_number_gives_the_same_files(self, tmp_path):
        out = drawn(tmp_path)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        assert sample.main([str(tmp_path / "register.csv"), "--number", "471108", "--out", str(out)]) == 0
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before

    def test_everybody_is_equally_likely(self):
        strata = [{"people": 30, "sample": 6}, {"people": 20, "sample": 4}]
        counts = Counter(at for number in range(3000) for at in sample.chosen_positions("c", f"{number:04d}", strata))
        assert set(counts) == set(range(50))
        deviation = sum((count - 600) ** 2 / (600 * 0.8) for count in counts.values())
        assert 25 < deviation < 85  # chi-square, about 48 degrees of freedom

    def test_shares_are_rounded_to_the_largest_remainders(self):
        assert sample.allocate({"a": 50, "b": 30, "c": 20}, 10) == {"a": 5, "b": 3, "c": 2}
        assert sample.allocate({"a": 1, "b": 1, "c": 1}, 2) == {"a": 1, "b": 1, "c": 0}
        assert sample.allocate({"a": 7, "b": 2, "c": 1}, 5) == {"a": 4, "b": 1, "c": 0}

    def test_one_file_alone_does_it(self, tmp_path):
        shutil.copy(SCRIPT, tmp_path / "sample.py")
        write_register(tmp_path / "register.csv", encoding="cp1252")
        for step in (["register.csv", "--size", "10", "--commit"], ["register.csv", "--number", "123456"]):
            command = [sys.executable, "-I", "-S", "sample.py", *step, "--out", "out"]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={})
            assert done.returncode == 0, done.stderr
        assert "Straße" in (tmp_path / "out" / "drawn.csv").read_text(encoding="utf-8-sig")

    def test_secrets_are_for_the_owner_alone(self, tmp_path):
        out = drawn(tmp_path)
        for name in ("secret.json", "drawn.csv", "openings.json"):
            assert (out / name).stat().st_mode & 0o77 == 0
        public = (out / "sample.json").read_text() + (out / "frame.json").read_text()
        assert "Müller" not in public and load(out / "secret.json")["secret"] not in public


class TestRefusals:
    def say(self, capsys):
        return capsys.readouterr().err

    def test_a_changed_register_is_refused(self, tmp_path, capsys):
        assert committed(tmp_path) == 0
        (tmp_path / "register.csv").write_text((tmp_path / "register.csv").read_text().replace("Weg 1;", "Weg 2;"))
        assert sample.main([str(tmp_path / "register.csv"), "--number", "1", "--out", str(tmp_path / "out")]) == 2
        assert "is not the file that was committed to" in self.say(capsys)

    def test_a_second_number_is_refused(self, tmp_path, capsys):
        out = drawn(tmp_path)
        assert sample.main([str(tmp_path / "register.csv"), "--number", "2", "--out", str(out)]) == 2
        assert "a number is drawn once" in self.say(capsys)

    def test_a_second_commitment_is_refused(self, tmp_path, capsys):
        assert committed(tmp_path) == 0 and committed(tmp_path) == 2
        assert "has a commitment already" in self.say(capsys)

    def test_a_number_before_the_commitment_is_refused(self, tmp_path, capsys):
        register = write_register(tmp_path / "register.csv")
        assert sample.main([str(register), "--number", "1", "--out", str(tmp_path / "out")]) == 2
        assert "has --commit been run" in self.say(capsys)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "is empty"),
            ("Nr;Bezirk\n1;Nord;x\n", "line 2: 3 fields, but the first line names 2 columns"),
            ("Nr;Bezirk\n1;Nord\n2;\n", "line 3: Bezirk is empty"),
            ("Nr;Bezirk\n1;Nord\n\n1;Süd\n", "line 4: Nr '1' stands on line 2 already"),
            ('Nr;Bezirk\n1;"No\nrd"\n2;\n', "line 4: Bezirk is empty"),
            ("Nr;Nr\n1;2\n", "the column Nr stands twice"),
            ("Nr;\n1;2\n", "column 2 has no name"),
            ("Nr;Ort\n1;2\n", "there is no column 'Bezirk'; the columns are: Nr, Ort"),
            ('Nr;Bezirk\n1;"Nord\n', "this is no CSV"),
            ("Nr;Bezirk\n1;Nord\n", "2 people cannot be drawn from 1"),
        ],
    )
    def test_a_bad_file_is_refused_with_its_line(self, text, words, tmp_path, capsys):
        (tmp_path / "r.csv").write_text(text)
        arguments = [str(tmp_path / "r.csv"), "--size", "2", "--by", "Bezirk", "--id", "Nr", "--commit"]
        assert sample.main([*arguments, "--out", str(tmp_path / "out")]) == 2
        assert words in self.say(capsys)
        assert not (tmp_path / "out").exists()


class TestForgeries:
    def test_every_random_change_of_a_record_is_found(self, tmp_path):
        record = load(drawn(tmp_path) / "sample.json")
        assert sample.all_faults(record) == []
        paths = list(places(record))
        for turn in range(300):
            changed = copy.deepcopy(record)
            path = paths[int(hashlib.sha256(b"%d" % turn).hexdigest(), 16) % len(paths)]
            change(changed, path)
            assert sample.all_faults(changed), path

    def test_somebody_else_in_a_drawn_place_is_found_even_with_new_hashes(self, tmp_path):
        out = drawn(tmp_path)
        record, openings = load(out / "sample.json"), load(out / "openings.json")
        openings["people"][3]["row"][1] = "Freund"
        leaf = sample.hash_row(openings["people"][3]["salt"], openings["people"][3]["row"]).hex()
        record["leaves"][3] = leaf
        record["result"] = sample.digest({key: value for key, value in record.items() if key != "result"})
        assert sample.all_faults(record, openings) == ["leaves: they are not in the frame that was committed to"]

    def test_other_people_than_the_number_chooses_are_found(self, tmp_path):
        record = load(drawn(tmp_path) / "sample.json")
        record["number"] = "471109"
        record["result"] = sample.digest({key: value for key, value in record.items() if key != "result"})
        assert sample.all_faults(record) == ["positions: they are not the ones that the number chooses"]


def places(value, path=()):
    """The paths of all plain values in a record."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not isinstance(value, dict | list):
        yield path
    for key, one in items:
        yield from places(one, (*path, key))


def change(value, path):
    for key in path[:-1]:
        value = value[key]
    old = value[path[-1]]
    value[path[-1]] = old + 1 if isinstance(old, int) else old + "0" if isinstance(old, str) else 0


class TestTheWords:
    """The clerk at the registration office reads German; whoever works in English gets English."""

    def words(self, folder, environment, *arguments):
        bare = {"PATH": "", **environment}
        command = [sys.executable, str(SCRIPT), *arguments]
        done = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    @pytest.mark.parametrize(
        ("environment", "more", "expected"),
        [
            ({}, (), "können gezogen werden"),
            ({"LANG": "de_DE.UTF-8"}, (), "können gezogen werden"),
            ({"LANG": "C.UTF-8"}, (), "können gezogen werden"),
            ({"LANG": "en_US.UTF-8"}, (), "people can be drawn"),
            ({"LANG": "en_US.UTF-8", "LC_ALL": "de_AT.UTF-8"}, (), "können gezogen werden"),
            ({}, ("--english",), "people can be drawn"),
        ],
    )
    def test_german_unless_somebody_wants_english(self, tmp_path, environment, more, expected):
        write_register(tmp_path / "register.csv")
        arguments = ["register.csv", "--size", "41", *OPTIONS, "--commit", "--out", "out", *more]
        code, said = self.words(tmp_path, environment, *arguments)
        assert code == 0 and expected in said

    def test_the_files_are_the_same_in_both_languages(self, tmp_path):
        out = drawn(tmp_path)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        code, said = self.words(tmp_path, {}, "register.csv", "--number", "471108", "--out", "out")
        assert code == 0 and "durch die Zahl 471108 gezogen" in said
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before

    def test_faults_and_the_check_are_told_in_german_too(self, tmp_path):
        out = drawn(tmp_path)
        record = load(out / "sample.json")
        (out / "sample.json").write_text(json.dumps({**record, "number": "471109"}))
        code, said = self.words(tmp_path, {}, "--verify", "out/sample.json")
        assert code == 1 and "FEHLER positions: Es sind nicht die, die die Zahl wählt" in said
        assert "nicht geprüft: dass die Zahl die öffentlich gezogene ist" in said
        assert self.words(tmp_path, {}, "kein.csv", "--commit")[1] == (
            "lottery.sample: Nennen Sie die Datei des Registers und --out ORDNER\n"
        )

    def test_nothing_is_said_that_has_no_german(self):
        said = set(re.findall(r'say\(\s*"([^"]*)"', SCRIPT.read_text()))
        said |= set(re.findall(r'words = "([^"]*)"', SCRIPT.read_text()))
        said |= {sample.NOT_OPENED, *sample.NOT_CHECKED}
        assert len(said) > 60
        assert said == set(sample.GERMAN)

    def test_places_in_both_languages_are_the_same(self):
        def places(text):
            return sorted(re.findall(r"\{[^}]*\}", text))

        assert [key for key, value in sample.GERMAN.items() if places(key) != places(value)] == []

    def test_help_is_german(self, tmp_path):
        code, said = self.words(tmp_path, {}, "--help")
        assert code == 0 and "Die Melderegisterstichprobe" in said and "bevor es die Zahl gibt" in said
