"""Schulze, instant runoff and Scottish STV against published examples and counts worked out by hand."""

import pytest

from voting.algorithms.irv import BATCH, TWO, WRITE_INS, Runoff, irv
from voting.algorithms.rankings import SKIP, Reading
from voting.algorithms.schulze import schulze
from voting.algorithms.stv import stv

CITIES = ["Memphis", "Nashville", "Chattanooga", "Knoxville"]
# Wikipedia, "Instant-runoff voting": capital of Tennessee
TENNESSEE = {
    ("Memphis", "Nashville", "Chattanooga", "Knoxville"): 42,
    ("Nashville", "Chattanooga", "Knoxville", "Memphis"): 26,
    ("Chattanooga", "Knoxville", "Nashville", "Memphis"): 15,
    ("Knoxville", "Chattanooga", "Nashville", "Memphis"): 17,
}
# Gierzynski, Hamilton and Smith (2009): the mayor of Burlington, the three strongest
BURLINGTON = {
    ("Montroll", "Kiss", "Wright"): 1332,
    ("Montroll", "Wright", "Kiss"): 767,
    ("Montroll",): 455,
    ("Kiss", "Montroll", "Wright"): 2043,
    ("Kiss", "Wright", "Montroll"): 371,
    ("Kiss",): 568,
    ("Wright", "Montroll", "Kiss"): 1513,
    ("Wright", "Kiss", "Montroll"): 495,
    ("Wright",): 1289,
}
# Schulze (2011), example with 45 voters
SCHULZE_45 = {
    tuple("ACBED"): 5,
    tuple("ADECB"): 5,
    tuple("BEDAC"): 8,
    tuple("CABED"): 3,
    tuple("CAEBD"): 7,
    tuple("CBADE"): 2,
    tuple("DCEBA"): 7,
    tuple("EBADC"): 8,
}


def totals(result):
    return [round_["totals"] for round_ in result["rounds"]]


def test_schulze_example_with_45_voters():
    result = schulze(SCHULZE_45, list("ABCDE"))
    assert result["winners"] == ["E"]
    assert result["levels"] == [["E"], ["A"], ["C"], ["B"], ["D"]]
    assert result["pairwise"]["A"] == {"B": 20, "C": 26, "D": 30, "E": 22}
    assert result["strengths"]["E"] == {"A": 25, "B": 28, "C": 28, "D": 31}
    assert result["strengths"]["A"] == {"B": 28, "C": 28, "D": 30, "E": 24}
    assert result["condorcet_winner"] is None


def test_schulze_elects_the_condorcet_winner_of_tennessee_and_burlington():
    assert schulze(TENNESSEE, CITIES)["condorcet_winner"] == "Nashville"
    result = schulze(BURLINGTON, ["Kiss", "Wright", "Montroll"], seats=2)
    assert result["winners"] == ["Montroll", "Kiss"]
    assert (result["pairwise"]["Montroll"]["Kiss"], result["pairwise"]["Kiss"]["Montroll"]) == (4067, 3477)
    assert (result["pairwise"]["Montroll"]["Wright"], result["pairwise"]["Wright"]["Montroll"]) == (4597, 3668)


def test_schulze_reads_shared_ranks_gaps_and_repetitions():
    ballots = {(frozenset("AB"), None, "C", "A"): 2, ("D",): 1, (frozenset(),): 1}
    pairs = schulze(ballots, list("ABCD"), seed="s")["pairwise"]
    assert pairs["A"] == {"B": 0, "C": 2, "D": 2}
    assert pairs["C"] == {"A": 0, "B": 0, "D": 2}
    assert pairs["D"] == {"A": 1, "B": 1, "C": 1}


def test_schulze_by_margins_and_by_winning_votes_can_differ():
    # a cycle B>A 5:4, A>C 5:3, C>B 4:2: the weakest link is C>B by votes and B>A by margin
    ballots = {
        ("A", "C", "B"): 3,
        ("B", "A", "C"): 2,
        (frozenset("BC"), "A"): 3,
        (frozenset("AC"), "B"): 1,
    }
    assert schulze(ballots, list("ABC"))["winners"] == ["B"]
    assert schulze(ballots, list("ABC"), strength="margins")["winners"] == ["A"]
    with pytest.raises(ValueError, match="strength"):
        schulze(ballots, list("ABC"), strength="votes")
    with pytest.raises(ValueError, match="no option"):
        schulze([("D",)], list("ABC"))


def test_schulze_tie_is_left_open_or_drawn():
    cycle = {tuple("ABC"): 1, tuple("BCA"): 1, tuple("CAB"): 1}
    assert schulze(cycle, list("ABC"))["unresolved"]
    drawn = schulze(cycle, list("ABC"), seed="s", vote="v")
    assert len(drawn["winners"]) == 1
    assert drawn["ties"][0]["by"] == "lot"


def test_runoff_of_tennessee():
    result = irv(TENNESSEE, CITIES)
    assert totals(result) == [
        {"Memphis": 42, "Nashville": 26, "Chattanooga": 15, "Knoxville": 17},
        {"Memphis": 42, "Nashville": 26, "Chattanooga": 0, "Knoxville": 32},
        {"Memphis": 42, "Nashville": 0, "Chattanooga": 0, "Knoxville": 58},
    ]
    assert [round_["eliminated"] for round_ in result["rounds"]] == [["Chattanooga"], ["Nashville"], []]
    assert result["winners"] == result["rounds"][-1]["elected"] == ["Knoxville"]


def test_runoff_of_burlington():
    result = irv(BURLINGTON, ["Wright", "Kiss", "Montroll"])
    assert totals(result)[0] == {"Wright": 3297, "Kiss": 2982, "Montroll": 2554}
    assert totals(result)[1] == {"Wright": 4064, "Kiss": 4314, "Montroll": 0}
    assert result["rounds"][1]["exhausted"] == 455
    assert result["rounds"][1]["transfers"] == {"Montroll": {"to": {"Kiss": 1332, "Wright": 767}, "exhausted": 455}}
    assert result["winners"] == ["Kiss"]


MARKED = {
    ("A", "B"): 7,
    ("B",): 6,
    ("C", None, "A"): 1,  # a gap
    ("C", None, None, "A"): 1,  # two empty ranks
    (frozenset("AB"), "A"): 1,  # an overvote at once
    ("C", frozenset(), "B"): 1,  # an overvote later
    ("C", "C", "B"): 1,  # a repetition
    (None, None): 2,  # blank
}


@pytest.mark.parametrize(
    ("reading", "last", "exhausted", "causes"),
    [
        (Reading(), {"A": 9, "B": 7}, 2, {"overvote": 2}),
        (Reading(overvote=SKIP), {"A": 10, "B": 8}, 0, {}),
        (Reading(skipped=1), {"A": 7, "B": 7}, 4, {"overvote": 2, "skipped": 2}),
        (Reading(skipped=2), {"A": 8, "B": 7}, 3, {"overvote": 2, "skipped": 1}),
        (Reading(duplicate="exhaust"), {"A": 9, "B": 6}, 3, {"duplicate": 1, "overvote": 2}),
    ],
)
def test_marks_that_say_nothing_clear(reading, last, exhausted, causes):
    result = irv(MARKED, list("ABC"), rule=Runoff(reading), seed="s")
    final = result["rounds"][1]
    assert {option: final["totals"][option] for option in "AB"} == last
    assert (final["exhausted"], final["exhausted_by"]) == (exhausted, causes)
    assert (result["ballots"], result["blank"]) == (18, 2)


def test_batch_elimination_takes_all_who_cannot_win():
    # the official order of Burlington 2009: the three weakest together have fewer than the third
    first = {"Wright": 2951, "Kiss": 2585, "Montroll": 2063, "Smith": 1306, "Simpson": 35, "Write-in": 36}
    result = irv({(name,): number for name, number in first.items()}, list(first), rule=Runoff(eliminate=BATCH))
    assert result["rounds"][0]["eliminated"] == ["Simpson", "Write-in", "Smith"]


def test_write_ins_can_go_first_at_once():
    ballots = {("Write-in 1", "A"): 5, ("B",): 4, ("A",): 3, ("UWI", "B"): 1}
    result = irv(ballots, ["A", "B", "UWI", "Write-in 1"], rule=Runoff(eliminate=WRITE_INS))
    assert result["rounds"][0]["eliminated"] == ["UWI", "Write-in 1"]
    assert totals(result)[1] == {"A": 8, "B": 5, "UWI": 0, "Write-in 1": 0}


def test_count_can_go_on_until_two_are_left():
    ballots = {("A",): 6, ("B",): 3, ("C", "B"): 2}
    assert len(irv(ballots, list("ABC"))["rounds"]) == 1
    to_two = irv(ballots, list("ABC"), rule=Runoff(end=TWO))
    assert totals(to_two)[-1] == {"A": 6, "B": 5, "C": 0}
    assert to_two["winners"] == ["A"]


def test_harmless_ties_need_no_lot():
    ballots = {("A",): 60, ("B",): 45, ("C", "B"): 2, ("D", "A"): 2, ("E",): 0, ("F",): 15}
    result = irv(ballots, list("ABCDEF"))
    assert (result["winners"], result["unresolved"]) == (["A"], False)
    assert irv({("A",): 5, ("B",): 4}, list("ABCDEFGHIJ"), rule=Runoff(end=TWO))["winners"] == ["A"]


def test_decisive_tie_stops_the_runoff():
    ballots = {("A",): 4, ("B", "A"): 3, ("C", "B"): 3}
    result = irv(ballots, list("ABC"))
    assert (result["winners"], result["unresolved"], len(result["rounds"])) == ([], True, 1)
    assert result["ties"][0]["between"] == ["B", "C"]
    winners = {irv(ballots, list("ABC"), seed=str(n))["winners"][0] for n in range(20)}
    assert winners == {"A", "B"}


def test_look_back_breaks_a_tie_by_the_round_before():
    ballots = {("A",): 10, ("B",): 6, ("C",): 5, ("D", "C"): 1}
    result = irv(ballots, list("ABCD"), rule=Runoff(look_back=True, end=TWO))
    assert [round_["eliminated"] for round_ in result["rounds"][:2]] == [["D"], ["C"]]
    assert result["ties"][0] == {
        "round": 2,
        "for": "elimination",
        "between": ["B", "C"],
        "by": "look-back",
        "chosen": ["C"],
        "decisive": False,
    }


def test_unknown_options_and_rules_are_refused():
    with pytest.raises(ValueError, match="'D' is no option"):
        irv([("D",)], list("ABC"))
    for wrong in ({"eliminate": "all"}, {"end": "never"}):
        with pytest.raises(ValueError, match="eliminate is"):
            Runoff(**wrong)
    for wrong in ({"overvote": "guess"}, {"skipped": -1}):
        with pytest.raises(ValueError, match=r"overvotes|skipped"):
            Reading(**wrong)


# Worked out by hand along SSI 2007/42: 3 seats, 1,000 papers, quota floor(1000/4) + 1 = 251
WARD = {
    ("Ada", "Bea", "Cem"): 200,
    ("Ada", "Cem"): 100,
    ("Ada",): 50,
    ("Bea", "Ada"): 180,
    ("Cem", "Dov"): 170,
    ("Dov", "Cem"): 160,
    ("Eva", "Ada", "Dov"): 90,
    ("Eva", "Bea"): 50,
}


def test_scottish_count_worked_out_by_hand():
    result = stv(WARD, ["Ada", "Bea", "Cem", "Dov", "Eva"], seats=3)
    assert (result["quota"], result["ballots"]) == (251, 1000)
    stages = result["rounds"]
    assert stages[0]["totals"]["Ada"] == "350.00000"
    assert stages[0]["elected"] == ["Ada"]
    # surplus 99 of 350: each paper 0.28285 (99/350 = 0.282857…); 200 · 0.28285 = 56.57, 100 · 0.28285 = 28.285
    assert stages[1]["totals"] == {
        "Ada": "251.00000",
        "Bea": "236.57000",
        "Cem": "198.28500",
        "Dov": "160.00000",
        "Eva": "140.00000",
    }
    assert stages[1]["exhausted"] == "14.14500"  # 50 papers without a next preference and what was cut off
    # Eva is excluded: 90 papers pass Ada and go to Dov, 50 to Bea who then has 286.57
    assert stages[1]["eliminated"] == ["Eva"]
    assert stages[2]["totals"]["Bea"] == "286.57000"
    assert stages[2]["totals"]["Dov"] == "250.00000"
    assert stages[2]["elected"] == ["Bea"]
    # surplus 35.57 of 286.57: papers of 0.28285 become 0.03510 (0.0351084…), 200 of them go to Cem: 7.02
    assert stages[3]["action"]["type"] == "surplus"
    assert stages[3]["totals"] == {
        "Ada": "251.00000",
        "Bea": "251.00000",
        "Cem": "205.30500",
        "Dov": "250.00000",
        "Eva": "0.00000",
    }
    assert stages[3]["exhausted"] == "42.69500"
    # Cem is excluded; Dov is the last: 170 papers go on to Dov, who is elected below or above the quota alike
    assert stages[3]["eliminated"] == ["Cem"]
    assert stages[4]["totals"]["Dov"] == "420.00000"
    assert stages[4]["elected"] == ["Dov"]
    assert result["winners"] == ["Ada", "Bea", "Dov"]
    assert len(stages) == 5


def test_larger_surplus_goes_first_and_equal_ones_look_back():
    ballots = {("A", "C"): 30, ("B", "D"): 34, ("C",): 10, ("D",): 11, ("E",): 5}
    result = stv(ballots, list("ABCDE"), seats=3)
    assert result["quota"] == 23
    assert [stage["action"].get("of") for stage in result["rounds"][1:3]] == ["B", "A"]


def test_exclusion_tie_looks_back_then_stays_open():
    ballots = {("A",): 40, ("B",): 30, ("C",): 12, ("D", "C"): 3, ("E",): 15}
    result = stv(ballots, list("ABCDE"), seats=2)
    tie = result["ties"][0]
    assert (tie["between"], tie["by"], tie["chosen"]) == (["C", "E"], "look-back", ["C"])
    open_tie = stv({("A",): 10, ("B",): 4, ("C", "B"): 3, ("D", "E"): 3, ("E",): 4}, list("ABCDE"), seats=2)
    assert open_tie["ties"][0]["between"] == ["C", "D"]
    assert open_tie["unresolved"]
    assert open_tie["winners"] == ["A"]


def test_elected_exactly_at_quota_has_no_surplus_and_papers_without_preference_are_invalid():
    ballots = {("A",): 4, ("B",): 3, ("C", "B"): 2, (): 1, (frozenset("AB"), "C"): 1, (None, "C"): 1}
    result = stv(ballots, list("ABC"), seats=2)
    assert (result["quota"], result["ballots"], result["invalid"]) == (4, 9, 3)
    assert result["winners"] == ["A", "B"]
    # C is excluded, B is the last; C's papers are still handed on, as the councils' reports show it
    assert [stage["elected"] for stage in result["rounds"]] == [["A"], ["B"]]
    assert result["rounds"][1]["totals"] == {"A": "4.00000", "B": "5.00000", "C": "0.00000"}


def test_a_gap_or_a_shared_rank_ends_a_scottish_paper():
    ballots = {("A", None, "B"): 10, ("A", frozenset("BC"), "D"): 10, ("B",): 5, ("C",): 4, ("D",): 3}
    result = stv(ballots, list("ABCD"), seats=2)
    assert result["rounds"][1]["totals"] == {"A": "11.00000", "B": "5.00000", "C": "4.00000", "D": "3.00000"}
    passed_on = stv(ballots, list("ABCD"), seats=2, reading=Reading(overvote=SKIP))
    assert passed_on["rounds"][1]["totals"]["B"] == "9.50000"


def test_no_more_candidates_than_seats_are_all_elected():
    assert stv({("A",): 1}, list("ABC"), seats=4)["winners"] == ["A", "B", "C"]


def test_a_shared_rank_counts_for_the_only_one_that_is_left():
    reading = Reading(overvote="single")
    ballots = {("A",): 5, ("B",): 4, ("C", frozenset("BC")): 2, (frozenset("AB"), "C"): 1, ("C", frozenset("AB")): 1}
    rounds = irv(ballots, list("ABC"), rule=Runoff(reading=reading, end="two"))["rounds"]
    assert [row["totals"] for row in rounds] == [{"A": 5, "B": 4, "C": 3}, {"A": 5, "B": 6, "C": 0}]
    assert [row["exhausted"] for row in rounds] == [1, 2]
    with pytest.raises(ValueError, match="no option"):
        irv({(frozenset("AX"),): 1}, list("AB"), rule=Runoff(reading=reading))
