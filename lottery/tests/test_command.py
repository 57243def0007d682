"""The command for people who have only files: what it writes, and what it answers to input it cannot use."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lottery import draw

ROOT = Path(__file__).resolve().parents[2]
QUOTAS = "category,feature,min,max\nsex,w,3,4\nsex,m,3,4\nage,jung,2,3\nage,alt,4,5\n"
FILES = {"record.json", "openings.json", "panels.csv", "chances.csv", "chances.svg"}


def pool(people: int = 40) -> str:
    rows = [f"P{n:02d},{'wm'[n * n % 3 % 2]},{['jung', 'alt', 'alt'][n % 3]},Weg {n // 2}" for n in range(people)]
    return "\n".join(["id,sex,age,street", *rows, ""])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "quotas.csv").write_text(QUOTAS, encoding="utf-8")
    (tmp_path / "pool.csv").write_text(pool(), encoding="utf-8")
    return tmp_path


def arguments(folder, *more, out="out"):
    base = ["--quotas", str(folder / "quotas.csv"), "--pool", str(folder / "pool.csv"), "--size", "7"]
    return [*base, "--out", str(folder / out), *more]


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_five_files_and_a_summary(folder, capsys):
    assert draw.main(arguments(folder)) == 0
    assert {path.name for path in (folder / "out").iterdir()} == FILES
    assert "7 of 40 people, leximin" in capsys.readouterr().out
    record = json.loads((folder / "out" / "record.json").read_bytes())
    assert not any(f"P{n:02d}" in json.dumps(record) for n in range(40))


def test_panels_have_three_digits_and_chances_stand_in_the_order_of_the_pool(folder):
    draw.main(arguments(folder))
    panels, chances = table(folder / "out" / "panels.csv"), table(folder / "out" / "chances.csv")
    assert list(panels[0]) == ["panel", "id"] and list(chances[0]) == ["id", "probability", "listed"]
    assert [row["id"] for row in chances] == [f"P{n:02d}" for n in range(40)]
    assert sorted({row["panel"] for row in panels}) == [f"{n:03d}" for n in range(1000)]
    assert len(panels) == 7000
    on = {row["id"]: 0 for row in chances}
    for row in panels:
        on[row["id"]] += 1
    assert all(float(row["listed"]) == on[row["id"]] / 1000 for row in chances)
    assert all(abs(float(row["listed"]) - float(row["probability"])) <= 0.002 for row in chances)


@pytest.mark.parametrize("algorithm", ["leximin", "maximin", "nash", "goldilocks"])
def test_every_objective_draws_with_households_and_ids_of_another_column(folder, algorithm):
    (folder / "pool.csv").write_text(pool().replace("id,", "code,", 1), encoding="utf-8")
    more = ["--algorithm", algorithm, "--address", "street", "--id", "code", "--panels", "50"]
    assert draw.main(arguments(folder, *more)) == 0
    home = {row["code"]: row["street"] for row in table(folder / "pool.csv")}
    panels: dict[str, list[str]] = {}
    for row in table(folder / "out" / "panels.csv"):
        panels.setdefault(row["panel"], []).append(home[row["id"]])
    assert len(panels) == 50
    assert all(len(set(homes)) == 7 for homes in panels.values())


def test_without_any_id_people_are_their_row_numbers(folder):
    (folder / "pool.csv").write_text(pool().replace("id,", "code,", 1), encoding="utf-8")
    assert draw.main(arguments(folder, "--panels", "10")) == 0
    assert [row["id"] for row in table(folder / "out" / "chances.csv")] == [str(n) for n in range(1, 41)]


def test_bad_input_ends_with_2_and_the_lines_and_writes_nothing(folder, capsys):
    (folder / "pool.csv").write_text(pool().replace("P05,", "P04,").replace("Weg 3\n", "Weg 3\n", 1), encoding="utf-8")
    (folder / "quotas.csv").write_text(QUOTAS.replace("sex,w,3", "sex,w,5"), encoding="utf-8")
    assert draw.main(arguments(folder)) == 2
    said = capsys.readouterr().err
    assert "quotas, line 2: sex = w: the minimum 5 is above the maximum 4" in said
    assert "pool, line 7: the id 'P04' stands twice (first on line 6)" in said
    assert "Traceback" not in said
    assert not (folder / "out").exists()


@pytest.mark.parametrize("option", [["--size", "x"], ["--algorithm", "fair"], ["--panels", "0"], ["--wrong"]])
def test_wrong_options_end_with_2(folder, option, capsys):
    with pytest.raises(SystemExit) as stopped:
        draw.main(arguments(folder, *option))
    assert stopped.value.code == 2
    assert "--help" in capsys.readouterr().err


def test_a_missing_file_ends_with_2(folder, capsys):
    (folder / "pool.csv").unlink()
    assert draw.main(arguments(folder)) == 2
    assert "pool.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("quotas", "words"),
    [
        (QUOTAS.replace("age,jung,2,3", "age,jung,15,20"), "line 4: age = jung: at least 15 are wanted, 14"),
        (QUOTAS.replace("3,4", "4,5"), "line 2: sex: the minima add up to 8, 1 more than the panel of 7"),
        (QUOTAS.replace("3,4", "3,3"), "line 2: sex: the maxima add up to 6, 1 fewer than the panel of 7"),
    ],
)
def test_quotas_that_no_panel_meets_end_with_3_and_the_smallest_relaxation(folder, quotas, words, capsys):
    (folder / "quotas.csv").write_text(quotas, encoding="utf-8")
    assert draw.main(arguments(folder)) == 3
    said = capsys.readouterr().err
    assert words in said
    assert "the smallest relaxation as a whole:" in said and " instead of " in said
    assert not (folder / "out").exists()


@pytest.mark.slow
def test_the_same_bytes_for_any_hash_seed_language_and_number_of_threads(folder):
    outputs = []
    for seed, locale, threads in (("0", "C", "1"), ("1", "C.UTF-8", "2"), ("4711", "de_DE.UTF-8", "4")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": locale, "LANG": locale, "PYTHONUTF8": "0"}
        environment |= {"OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        command = [sys.executable, "-m", "lottery.draw", *arguments(folder, "--address", "street", out=seed)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        outputs.append({path.name: path.read_bytes() for path in (folder / seed).iterdir()})
    assert set(outputs[0]) == FILES
    assert outputs[0] == outputs[1] == outputs[2]


def test_the_order_of_the_pool_changes_neither_chances_nor_places_on_the_list(folder):
    draw.main(arguments(folder))
    head, *rows = pool().splitlines()
    (folder / "pool.csv").write_text("\n".join([head, *rows[::-1], ""]), encoding="utf-8")
    draw.main(arguments(folder, out="turned"))
    before = {row["id"]: row for row in table(folder / "out" / "chances.csv")}
    after = {row["id"]: row for row in table(folder / "turned" / "chances.csv")}
    assert before == after
