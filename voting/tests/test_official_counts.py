"""Whole contests as published, counted by the command and compared with what the authority announced.

Burlington (Vermont), mayor, 3 March 2009: the ballots by pattern as in PrefLib's 00005-00000002 (from the city's own
publication of all ballots; counts of ballots are facts). The rounds are those of the city's official report: Smith,
Simpson and the write-ins, who together could not overtake the third, left at once; four ballots without a valid first
choice and all that ran out stand as exhausted.
"""

import json
from pathlib import Path

import pytest

from voting import count

DATA = Path(__file__).parent / "data"
BURLINGTON = DATA / "burlington_2009_mayor.toi"
OFFICIAL_ROUNDS = [
    {
        "Kurt Wright": 2951,
        "Bob Kiss": 2585,
        "Andy Montroll": 2063,
        "Dan Smith": 1306,
        "Write-In": 36,
        "James Simpson": 35,
    },
    {"Kurt Wright": 3294, "Bob Kiss": 2981, "Andy Montroll": 2554},
    {"Bob Kiss": 4313, "Kurt Wright": 4061},
]
OFFICIAL_EXHAUSTED = [4, 151, 606]
PAIRS = {
    # (row, column): ballots that rank the row above the column; published with the ballots
    ("Andy Montroll", "Bob Kiss"): (4067, 3477),
    ("Andy Montroll", "Dan Smith"): (4573, 2998),
    ("Andy Montroll", "James Simpson"): (6267, 591),
    ("Andy Montroll", "Write-In"): (6658, 104),
    ("Andy Montroll", "Kurt Wright"): (4597, 3668),
    ("Bob Kiss", "Dan Smith"): (3946, 3577),
    ("Bob Kiss", "Kurt Wright"): (4314, 4064),
}


@pytest.fixture
def counted(capsys):
    """The JSON of the command for a file and its options."""

    def run(path, *options):
        assert count.main([str(path), "--json", *options]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_a_mayors_election_has_the_official_rounds(counted):
    rule = ("--eliminate", "batch", "--continue-to", "two", "--overvote", "single")
    result = counted(BURLINGTON, "--method", "irv", *rule)
    shown = [{name: votes for name, votes in row["totals"].items() if votes} for row in result["rounds"]]
    assert shown == OFFICIAL_ROUNDS
    assert [row["exhausted"] for row in result["rounds"]] == OFFICIAL_EXHAUSTED
    assert result["winners"] == ["Bob Kiss"]
    assert sum(OFFICIAL_ROUNDS[0].values()) + OFFICIAL_EXHAUSTED[0] == 8980


def test_leaving_one_at_a_time_ends_in_the_same_last_round(counted):
    result = counted(BURLINGTON, "--method", "irv", "--continue-to", "two", "--overvote", "single")
    last = {name: votes for name, votes in result["rounds"][-1]["totals"].items() if votes}
    assert (last, result["winners"]) == (OFFICIAL_ROUNDS[-1], ["Bob Kiss"])


def test_the_same_ballots_compared_in_pairs_have_another_winner(counted):
    result = counted(BURLINGTON, "--method", "schulze")
    assert (result["condorcet_winner"], result["winners"]) == ("Andy Montroll", ["Andy Montroll"])
    for (row, column), expected in PAIRS.items():
        assert (result["pairwise"][row][column], result["pairwise"][column][row]) == expected


def test_a_shared_rank_ends_one_ballot_of_the_last_round_where_the_rule_says_so(counted):
    result = counted(BURLINGTON, "--method", "irv", "--eliminate", "batch", "--continue-to", "two")
    assert result["rounds"][-1]["totals"]["Kurt Wright"] == 4060
    # four name two in the first rank; the fifth says Montroll, Smith, then Simpson and Wright together
    assert result["rounds"][-1]["exhausted_by"] == {"choices": 602, "overvote": 5}


def test_a_city_s_budget_by_equal_shares_buys_what_the_city_carried_out(counted):
    path = DATA / "assen_2024.pb"
    rows = path.read_text().split("PROJECTS\n")[1].split("VOTES\n")[0].splitlines()[1:]
    carried_out = {row.split(";")[0] for row in rows if row.split(";")[4] == "1"}
    result = counted(path, "--method", "equal-shares")
    assert carried_out == {"2", "3", "5", "6", "9", "11", "12", "13", "14"}
    assert (set(result["winners"]), result["spent"], result["left"]) == (carried_out, 76_700, 23_300)
