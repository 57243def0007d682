"""The command for people who have only files: what it writes, and what it answers to input it cannot use."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
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


def test_a_long_list_of_faults_is_cut_off_and_counted(folder, capsys):
    (folder / "pool.csv").write_text(pool().replace(",jung,", ",jünger,").replace(",alt,", ",older,"), encoding="utf-8")
    assert draw.main(arguments(folder)) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == draw.FAULTS + 1
    assert said[0].endswith("is no value of age in the quotas; it needs one of jung, alt")
    assert said[-1] == f"… and {40 - draw.FAULTS} more"


def test_files_that_a_spreadsheet_calls_unicode_text_are_read(folder):
    for name in ("quotas.csv", "pool.csv"):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(",", "\t"), encoding="utf-16")
    assert draw.main(arguments(folder, "--panels", "10")) == 0


def test_what_cannot_be_written_or_computed_is_said_without_a_traceback(folder, capsys, monkeypatch):
    (folder / "taken").write_text("")
    assert draw.main(arguments(folder, "--panels", "10", out="taken")) == 2
    assert "taken: File exists" in capsys.readouterr().err
    (folder / "secret").write_bytes(b"\xff\xfe\xff")
    assert draw.main(arguments(folder, "--secret", str(folder / "secret"))) == 2
    assert "name a text file as the secret" in capsys.readouterr().err

    def stalls(*arguments, **options):
        raise draw.SolverError("HiGHS ended with a stall")

    monkeypatch.setattr(draw, "draw_lottery", stalls)
    assert draw.main(arguments(folder)) == 1
    assert "nothing was drawn: HiGHS ended with a stall" in capsys.readouterr().err


WRONG_CELLS = (
    "",
    " ",
    "\x00",
    "-1",
    "1e400",
    "nan",
    "7.0",
    "٣",
    '"',
    "a;b",
    "\ufeff",
    "P01",
    "9" * 400,
    "\u2028",
    "\r",
)


def damaged(content, dice):
    """The file with some cells, rows, bytes or the encoding changed."""
    rows = [line.split(",") for line in content.splitlines()]
    for _ in range(int(dice.integers(0, 5))):
        row = rows[dice.integers(len(rows))]
        place, what = int(dice.integers(len(row))), int(dice.integers(6))
        if what == 0:
            row[place] = WRONG_CELLS[dice.integers(len(WRONG_CELLS))]
        elif what == 1:
            row[place] = f"  {row[place].upper()} "
        elif what == 2:
            row.append(WRONG_CELLS[dice.integers(len(WRONG_CELLS))])
        elif what == 3:
            rows.append(list(row))
        elif what == 4:
            rows[dice.integers(len(rows))] = row[: place + 1]
        else:
            rows = rows[: dice.integers(1, len(rows) + 1)]
    separator = ",;\t"[int(dice.integers(3))]
    text = "\n".join(separator.join(row) for row in rows)
    data = bytearray(text.encode(("utf-8", "utf-8-sig", "cp1252", "utf-16")[dice.integers(4)], errors="replace"))
    for _ in range(int(dice.choice([0, 0, 0, 3]))):
        data[dice.integers(len(data))] = int(dice.integers(256))
    return bytes(data)


def test_damaged_files_end_in_a_draw_or_in_words_and_never_in_a_traceback(folder, capsys):
    ended = set()
    for seed in range(120):
        dice = np.random.default_rng(seed)
        (folder / "quotas.csv").write_bytes(damaged(QUOTAS, dice) if dice.random() < 0.5 else QUOTAS.encode())
        (folder / "pool.csv").write_bytes(damaged(pool(), dice) if dice.random() < 0.7 else pool().encode())
        more = ["--address", "street"] if dice.random() < 0.3 else []
        code = draw.main(arguments(folder, "--panels", "10", *more))
        said = capsys.readouterr().err
        assert (code, bool(said)) in ((0, False), (2, True), (3, True)), seed
        assert "Traceback" not in said
        ended.add(code)
    assert ended >= {0, 2}
