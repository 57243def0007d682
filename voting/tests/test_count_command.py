"""`python -m voting.count`: every method on a small file, its JSON, its exit codes, on bare Python."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from voting import count

ROOT = Path(__file__).resolve().parents[2]
BLT = '3 2\n6 1 2 0\n3 2 1 0\n2 3 2 0\n0\n"Ada"\n"Bea"\n"Cem"\n"Delegates"\n'
TABLE = "Ada,Bea,Cem\n1,2,3\n1,3,2\n2,1,3\n"
CROSSES = "Ada,Bea,Cem\n1,1,\n1,,\n,1,\n1,,\n"
PB = """\
META
key;value
budget;{budget}
vote_type;approval
rule;{rule}
{more}PROJECTS
project_id;cost
A;300
B;250
C;240
VOTES
voter_id;vote
1;A,B
2;A,B
3;A,B
4;A,B
5;A
6;A
7;C
8;C
9;C
10;B,C
"""


@pytest.fixture
def run(tmp_path, capsys):
    """Count a text as a file of that name; returns (exit code, result or error line)."""

    def run_command(name, text, *arguments):
        path = tmp_path / name
        path.write_text(text)
        code = count.main([str(path), "--json", *arguments])
        shown = capsys.readouterr()
        return code, json.loads(shown.out) if code == 0 else shown.err

    return run_command


@pytest.mark.parametrize(
    ("name", "text", "arguments", "winners"),
    [
        ("a.csv", CROSSES, ["--method", "approval"], ["Ada"]),
        ("a.csv", CROSSES, ["--method", "plurality"], ["Ada"]),
        ("a.csv", CROSSES, ["--method", "approval", "--seats", "2"], ["Ada", "Bea"]),
        ("a.blt", BLT, ["--method", "plurality"], ["Ada", "Bea"]),
        ("a.csv", TABLE, ["--method", "score"], ["Cem"]),
        ("a.csv", TABLE, ["--method", "consensus"], ["Ada"]),
        ("a.csv", TABLE, ["--method", "majority-judgment"], ["Cem"]),
        ("a.csv", TABLE, ["--method", "schulze"], ["Ada"]),
        ("a.csv", TABLE, ["--method", "irv"], ["Ada"]),
        ("a.blt", BLT, ["--method", "stv"], ["Ada", "Bea"]),
        ("a.blt", BLT, ["--method", "stv", "--seats", "1"], ["Ada"]),
        ("a.blt", BLT, ["--method", "schulze", "--seats", "1", "--strength", "margins"], ["Ada"]),
        ("a.csv", "Ada,Bea\ntop,low\n", ["--method", "majority-judgment", "--grades", "top, low"], ["Ada"]),
        ("a.pb", PB.format(budget=1000, rule="greedy", more=""), ["--method", "greedy"], ["A", "B", "C"]),
        ("a.pb", PB.format(budget=1000, rule="greedy", more=""), ["--method", "equal-shares"], ["A", "B", "C"]),
        ("a.pb", PB.format(budget=1000, rule="greedy", more=""), ["--method", "approval"], ["A"]),
    ],
)
def test_methods(run, name, text, arguments, winners):
    code, result = run(name, text, *arguments)
    assert (code, result["winners"], result["method"]) == (0, winners, arguments[1])
    assert not result["unresolved"]
    for round_ in result["rounds"]:
        assert set(round_["totals"]) == set(result["options"])
        assert {"elected", "eliminated", "exhausted"} <= set(round_)


def test_stv_result_in_full(run):
    code, result = run("a.blt", BLT, "--method", "stv")
    assert code == 0
    assert (result["title"], result["seats"], result["quota"], result["ties"]) == ("Delegates", 2, 4, [])
    assert result["rounds"][1] == {
        "totals": {"Ada": "4.00000", "Bea": "4.99998", "Cem": "2.00000"},
        "elected": ["Bea"],
        "eliminated": [],
        "exhausted": "0.00002",
        "action": {
            "type": "surplus",
            "of": "Ada",
            "surplus": "2.00000",
            "papers": 6,
            "non_transferable_papers": 0,
        },
        "transfers": {"Ada": {"to": {"Bea": "1.99998"}, "exhausted": "0.00002"}},
    }


def test_a_scottish_ward_as_the_council_published_it(capsys):
    """Dundee, Ward 7, 2022: CandidateVotesPerStageReport_V0001_Ward-7---East-End (the file says what was put together)."""
    path = Path(__file__).parent / "data" / "dundee_2022_east_end.blt"
    assert count.main([str(path), "--json", "--method", "stv"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["ballots"], result["quota"], result["seats"]) == (4117, 1030, 3)
    assert result["winners"] == ["Will DAWSON", "Dorothy MCHUGH", "Christina ROBERTS"]
    assert result["parties"]["Will DAWSON"] == "Scottish National Party (SNP)"
    first, second = result["rounds"]
    assert (first["elected"], second["elected"]) == (["Will DAWSON", "Dorothy MCHUGH"], ["Christina ROBERTS"])
    assert second["totals"] == {
        "Bill CRABB": "444.02951",
        "Will DAWSON": "1030.00000",
        "Outi MAATTANEN-BOURKE": "119.97763",
        "Dorothy MCHUGH": "1071.00000",
        "Alison MCINTOSH": "183.59210",
        "Allan PETRIE": "157.87387",
        "Christina ROBERTS": "1087.52548",
    }
    assert second["exhausted"] == "23.00141"  # "Non-transferable" in the report: what was cut off belongs to it


RANKED = "rank1,rank2,count\nAda,,5\nBea,,4\nWrite-in,Bea,2\novervote,Bea,3\nUWI,Ada,1\n"


@pytest.mark.parametrize(
    ("arguments", "winner", "first"),
    [
        ([], "Bea", {"Ada": 5, "Bea": 4, "Write-in": 2, "UWI": 1}),
        (["--overvote", "skip"], "Bea", {"Ada": 5, "Bea": 7, "Write-in": 2, "UWI": 1}),
        (["--writeins", "combine", "--seed", "x"], None, {"Ada": 5, "Bea": 4, "Write-in": 3}),
        (["--writeins", "drop", "--seed", "x"], None, {"Ada": 6, "Bea": 6}),
        (["--eliminate", "writeins", "--seed", "x"], None, {"Ada": 5, "Bea": 4, "Write-in": 2, "UWI": 1}),
        (["--skipped", "1", "--continue-to", "two"], None, {"Ada": 5, "Bea": 4, "Write-in": 2, "UWI": 1}),
    ],
)
def test_options_of_ranked_contests(run, arguments, winner, first):
    code, result = run("cvr.csv", RANKED, "--method", "irv", *arguments)
    assert code == 0
    assert result["rounds"][0]["totals"] == first
    if winner and not result["unresolved"]:
        assert result["winners"] == [winner]


@pytest.mark.parametrize(
    ("rule", "arguments", "winners"),
    [
        ("greedy", [], ["A", "C"]),
        ("greedy", ["--increment", "0", "--completion", "none"], ["A"]),
        ("equalshares/add1", [], ["A", "C"]),
        ("equalshares/add1-comparison", [], ["A", "C"]),
        ("unknown", ["--stop", "exhaustive"], ["A", "C"]),
        ("unknown", ["--utility", "cardinality", "--no-comparison"], ["B", "C"]),
        ("unknown", ["--threshold-factor", "1", "--increment", "0"], ["A"]),
    ],
)
def test_rules_of_budgets(run, rule, arguments, winners):
    code, result = run("a.pb", PB.format(budget=540, rule=rule, more=""), "--method", "equal-shares", *arguments)
    assert (code, result["winners"]) == (0, winners)
    assert ("comparison" in result) is rule.endswith("-comparison")


def test_least_support_comes_from_the_file(run):
    text = PB.format(budget=1000, rule="greedy-threshold", more="min_project_score_threshold;5\n")
    assert run("a.pb", text, "--method", "greedy")[1]["winners"] == ["A", "B"]
    assert run("a.pb", text, "--method", "greedy", "--stop-at-first-miss")[1]["winners"] == ["A", "B"]


def test_seed_decides_ties_the_same_way_each_time(run):
    tied = "choice\nAda\nBea\nCem\n"
    assert run("a.csv", tied, "--method", "plurality")[1]["unresolved"]
    results = [run("a.csv", tied, "--method", "plurality", "--seed", "board head", "--vote", "7")[1] for _ in range(2)]
    assert results[0] == results[1]
    assert results[0]["ties"][0]["by"] == "lot"


@pytest.mark.parametrize(
    ("name", "text", "arguments", "words"),
    [
        ("a.blt", "2 1\n1 1 2\n", ["--method", "stv"], "a.blt: line 2: this line of papers does not end with 0; write"),
        ("a.csv", TABLE, ["--method", "greedy"], "no budget"),
        ("a.csv", TABLE, ["--method", "irv", "--seats", "2"], "take stv"),
        ("a.csv", TABLE, ["--method", "stv", "--skipped", "-1"], "below 0"),
        ("a.csv", TABLE, ["--method", "score", "--ignore", "age"], "no column 'age'"),
    ],
)
def test_what_cannot_be_counted_ends_with_2_and_one_line(run, name, text, arguments, words):
    code, error = run(name, text, *arguments)
    assert code == 2
    assert words in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["nowhere.blt", "--method", "stv"], ["a.csv", "--method", "guess"], ["a.csv"], ["a.csv", "--seats", "0"]],
)
def test_wrong_arguments_end_with_2_and_one_line(capsys, arguments):
    try:
        code = count.main(arguments)
    except SystemExit as stop:
        code = stop.code
    error = capsys.readouterr().err
    assert code == 2
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "text", "method", "words"),
    [
        ("a.blt", BLT, "stv", ["quota: 4", "Round 2: surplus of Ada", "Bea  4.99998", "Winners: Ada, Bea"]),
        ("a.csv", TABLE, "schulze", ["Pairwise", "Ada  Bea 2  Cem 3"]),
        (
            "a.csv",
            "choice\nAda\nBea\n",
            "plurality",
            ["Tie in round 1 (election): Ada, Bea - unresolved", "left to the lot"],
        ),
        ("a.pb", PB.format(budget=540, rule="x", more=""), "equal-shares", ["spent: 300, left: 240", "Winners: A, C"]),
        ("a.pb", PB.format(budget=540, rule="x", more=""), "greedy", ["eliminated: B", "Winners: A, C"]),
    ],
)
def test_text_tells_the_steps(tmp_path, capsys, name, text, method, words):
    path = tmp_path / name
    path.write_text(text)
    assert count.main([str(path), "--method", method]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in words)


def test_runs_on_bare_python_without_other_packages(tmp_path):
    path = tmp_path / "a.blt"
    path.write_text(BLT)
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"]
    command[-1] += "from voting.count import main\n"
    command[-1] += f"code = main([{str(path)!r}, '--method', 'stv', '--json'])\n"
    command[-1] += "sys.exit(code or ('django' in sys.modules))"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["winners"] == ["Ada", "Bea"]
