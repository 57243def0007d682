"""Plurality, approval, score, consensus and majority judgment; ties at the edge of the seats."""

from collections import Counter
from fractions import Fraction
from hashlib import sha256

import pytest

from voting.algorithms.judgment import majority_judgment
from voting.algorithms.plurality import approval, plurality
from voting.algorithms.results import count_patterns, decimal, exact, scaled
from voting.algorithms.score import consensus, score
from voting.algorithms.ties import lot_order

ABC = ["A", "B", "C"]


def test_plurality_counts_valid_blank_and_invalid_ballots():
    result = plurality(["A", "B", "A", None, "nobody"], ABC)
    assert result["winners"] == ["A"]
    assert result["rounds"][0]["totals"] == {"A": 2, "B": 1, "C": 0}
    assert (result["blank"], result["invalid"]) == (1, 1)


def test_tie_without_seed_is_left_open_and_says_so():
    result = plurality({"A": 3, "B": 3, "C": 5}, ABC, seats=2)
    assert result["winners"] == ["C"]
    assert result["unresolved"]
    assert result["ties"] == [
        {"round": 1, "for": "election", "between": ["A", "B"], "by": "unresolved", "chosen": [], "decisive": True}
    ]


def test_tie_inside_the_seats_needs_no_lot():
    result = plurality({"A": 3, "B": 3, "C": 1}, ABC, seats=2)
    assert (result["winners"], result["unresolved"], result["ties"]) == (["A", "B"], False, [])


def test_lot_is_sha256_of_seed_vote_and_option():
    def digest(option):
        return sha256(("5d-9f" + "vote-7" + option).encode()).digest()

    assert lot_order("5d-9f", "vote-7", ABC) == sorted(ABC, key=digest)
    result = plurality({"A": 3, "B": 3, "C": 3}, ABC, seed="5d-9f", vote="vote-7")
    assert result["winners"] == [min(ABC, key=digest)]
    assert result["ties"][0]["by"] == "lot"


def test_lot_gives_every_option_its_chance():
    drawn = Counter(plurality({"A": 1, "B": 1, "C": 1}, ABC, seed=str(n))["winners"][0] for n in range(300))
    assert set(drawn) == set(ABC)
    assert min(drawn.values()) > 70


def test_approval_counts_each_option_of_a_ballot_once():
    result = approval({frozenset("AB"): 2, ("B", "B"): 1, frozenset(): 4}, ABC)
    assert result["rounds"][0]["totals"] == {"A": 2, "B": 3, "C": 0}
    assert (result["winners"], result["blank"]) == (["B"], 4)
    with pytest.raises(ValueError, match="'D' is no option"):
        approval([frozenset("D")], ABC)


def test_score_adds_exact_fractions():
    third = Fraction(1, 3)
    result = score([(("A", third),)] * 3 + [(("B", 1),)], ABC, seed="x")
    assert result["rounds"][0]["totals"] == {"A": 1, "B": 1, "C": 0}
    assert result["ties"][0]["between"] == ["A", "B"]


def test_consensus_elects_the_least_resistance():
    # two camps of 50: each would block the other's option, nobody minds the third
    camps = {(("A", 0), ("B", 10), ("C", 3)): 50, (("A", 10), ("B", 0), ("C", 2)): 50}
    result = consensus(camps, ABC)
    assert result["winners"] == ["C"]
    assert result["rounds"][0]["totals"] == {"A": 500, "B": 500, "C": 250}
    assert result["ranking"][0] == "C"


@pytest.mark.parametrize(
    "ballot", [(("A", 1), ("A", 2)), (("D", 1),), (("A", 0.5),)], ids=["twice", "unknown", "float"]
)
def test_score_refuses_ballots_that_make_no_sense(ballot):
    with pytest.raises(ValueError, match=r"twice|no option|whole numbers"):
        score([ballot], ABC)


# Wikipedia, "Majority judgment", capital of Tennessee
TENNESSEE_GRADES = {
    (("Memphis", "excellent"), ("Nashville", "fair"), ("Chattanooga", "poor"), ("Knoxville", "poor")): 42,
    (("Memphis", "poor"), ("Nashville", "excellent"), ("Chattanooga", "fair"), ("Knoxville", "fair")): 26,
    (("Memphis", "poor"), ("Nashville", "fair"), ("Chattanooga", "excellent"), ("Knoxville", "good")): 15,
    (("Memphis", "poor"), ("Nashville", "fair"), ("Chattanooga", "good"), ("Knoxville", "excellent")): 17,
}


def test_majority_judgment_of_tennessee():
    cities = ["Memphis", "Nashville", "Chattanooga", "Knoxville"]
    result = majority_judgment(TENNESSEE_GRADES, cities, grades=["excellent", "good", "fair", "poor"])
    assert result["medians"] == {
        "Memphis": "poor",
        "Nashville": "fair",
        "Chattanooga": "fair",
        "Knoxville": "fair",
    }
    assert result["winners"] == ["Nashville"]
    assert result["profile"]["Knoxville"] == {"excellent": 17, "good": 15, "fair": 26, "poor": 42}


def test_majority_judgment_reads_a_missing_grade_as_the_worst():
    result = majority_judgment([(("A", "good"),), (("A", "good"), ("B", "good"))], ["A", "B"])
    assert result["medians"] == {"A": "good", "B": "reject"}


@pytest.mark.parametrize(
    ("ballots", "grades"),
    [
        ([(("A", "superb"),)], ("good", "bad")),
        ([(("D", "good"),)], ("good", "bad")),
        ([(("A", "good"), ("A", "bad"))], ("good", "bad")),
        ([], ("good",)),
    ],
)
def test_majority_judgment_refuses_what_makes_no_sense(ballots, grades):
    with pytest.raises(ValueError, match=r"grade|option"):
        majority_judgment(ballots, ABC, grades=grades)


def test_a_vote_nobody_took_part_in_has_no_winner():
    for method in (plurality, approval, score, consensus, majority_judgment):
        result = method([], ABC)
        assert (result["winners"], result["unresolved"]) == ([], True)


@pytest.mark.parametrize(("options", "seats"), [([], 1), (["A", "A"], 1), (["A"], 0)])
def test_options_and_seats_are_checked(options, seats):
    with pytest.raises(ValueError, match=r"option|seat"):
        plurality([], options, seats=seats)


def test_numbers_are_shown_exactly():
    assert [exact(n) for n in (3, Fraction(1, 4), Fraction(-5, 2), Fraction(1, 3), Fraction(7, 40))] == [
        3,
        "0.25",
        "-2.5",
        "1/3",
        "0.175",
    ]
    assert decimal(Fraction(2, 3)) == "0.66666"
    assert scaled(123_456) == "1.23456"


def test_counted_patterns_must_be_whole_numbers():
    assert count_patterns(["A", "A"]) == {"A": 2}
    for wrong in (-1, 1.5):
        with pytest.raises(ValueError, match="whole"):
            count_patterns({"A": wrong})
