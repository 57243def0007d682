"""Every majority × every denominator against tables worked out by hand."""

import pytest

from voting.algorithms.majority import (
    ABSOLUTE,
    PRESENT,
    SIMPLE,
    STATUTORY,
    THREE_QUARTERS,
    TWO_THIRDS,
    UNANIMOUS,
    VOTES,
    VOTES_WITH_ABSTENTIONS,
    Majority,
    Quorum,
    decide,
)

# A council of 20 seats, 17 members present: 8 yes, 5 no, 3 abstain, 1 does not vote.
VOTED = {"yes": 8, "no": 5, "abstain": 3}
PRESENT_MEMBERS, SEATS = 17, 20

# numerator, denominator, strict: yes votes needed of 13 votes, 16 with abstentions, 17 present, 20 seats
NEEDED = {
    (1, 2, True): (7, 9, 9, 11),
    (1, 2, False): (7, 8, 9, 10),
    (2, 3, True): (9, 11, 12, 14),
    (2, 3, False): (9, 11, 12, 14),
    (3, 4, True): (10, 13, 13, 16),
    (3, 4, False): (10, 12, 13, 15),
    (3, 5, True): (8, 10, 11, 13),
    (3, 5, False): (8, 10, 11, 12),
    (4, 5, True): (11, 13, 14, 17),
    (4, 5, False): (11, 13, 14, 16),
    (1, 4, True): (4, 5, 5, 6),
    (1, 4, False): (4, 4, 5, 5),
    (1, 1, False): (13, 16, 17, 20),
}
BASES = (VOTES, VOTES_WITH_ABSTENTIONS, PRESENT, STATUTORY)
BASE_NUMBERS = (13, 16, 17, 20)
TABLE = [
    (*share, base, number, needed)
    for share, row in NEEDED.items()
    for base, number, needed in zip(BASES, BASE_NUMBERS, row, strict=True)
]


@pytest.mark.parametrize(("numerator", "denominator", "strict", "base", "number", "needed"), TABLE)
def test_majority_needs_what_the_table_says(numerator, denominator, strict, base, number, needed):
    majority = Majority(numerator, denominator, strict, base)
    result = decide(VOTED, majority, present=PRESENT_MEMBERS, statutory=SEATS)
    assert (result["base_number"], result["needed"]) == (number, needed)
    assert result["passed"] is (needed <= 8)
    assert majority.reached(needed, number)
    assert not majority.reached(needed - 1, number)


@pytest.mark.parametrize(
    ("majority", "votes", "passed"),
    [
        (SIMPLE, {"yes": 5, "no": 5}, False),  # a tie rejects
        (SIMPLE, {"yes": 1, "no": 0, "abstain": 9}, True),  # abstentions do not count
        (SIMPLE, {}, False),  # nobody votes: nothing passes
        (TWO_THIRDS, {"yes": 10, "no": 5}, True),  # exactly two thirds
        (Majority(2, 3, strict=True), {"yes": 10, "no": 5}, False),  # more than two thirds
        (THREE_QUARTERS, {"yes": 9, "no": 3}, True),
        (UNANIMOUS, {"yes": 7, "abstain": 3}, True),
        (Majority(1, 1, False, VOTES_WITH_ABSTENTIONS), {"yes": 7, "abstain": 3}, False),
        (ABSOLUTE, {"yes": 10, "no": 0}, False),
        (ABSOLUTE, {"yes": 11, "no": 6}, True),
        (TWO_THIRDS, {}, False),  # 3·0 ≥ 2·0 must not pass
    ],
)
def test_motion_at_the_edge(majority, votes, passed):
    assert decide(votes, majority, present=17, statutory=20)["passed"] is passed


@pytest.mark.parametrize(
    ("quorum", "statutory", "needed"),
    [
        (Quorum(), 20, 11),
        (Quorum(), 21, 11),
        (Quorum(1, 2, strict=False), 20, 10),
        (Quorum(2, 3, strict=False), 56, 38),
        (Quorum(1, 3, strict=False), 56, 19),
        (Quorum(0, 1, strict=False), 56, 0),
    ],
)
def test_quorum(quorum, statutory, needed):
    assert quorum.needed(statutory) == needed
    assert quorum.reached(needed, statutory)
    assert needed == 0 or not quorum.reached(needed - 1, statutory)


def test_without_quorum_nothing_passes():
    result = decide({"yes": 10}, SIMPLE, present=10, statutory=20, quorum=Quorum())
    assert (result["quorum_needed"], result["quorum_reached"], result["passed"]) == (11, False, False)


def test_approval_quorum_of_a_referendum():
    share = Quorum(1, 5, strict=False)  # a fifth of all must say yes
    votes = {"yes": 199, "no": 10}
    assert not decide(votes, SIMPLE, present=300, statutory=1000, approval=share)["passed"]
    assert decide({"yes": 200, "no": 10}, SIMPLE, present=300, statutory=1000, approval=share)["passed"]


@pytest.mark.parametrize(
    ("votes", "present", "statutory"),
    [({"yes": 11, "no": 7}, 17, 20), ({"yes": 1}, 21, 20), ({"yes": -1}, 17, 20), ({"maybe": 1}, 17, 20)],
)
def test_impossible_numbers_are_refused(votes, present, statutory):
    with pytest.raises(ValueError, match=r"vote"):
        decide(votes, SIMPLE, present=present, statutory=statutory)


@pytest.mark.parametrize("arguments", [(0, 2), (3, 2), (1, 1, True), (1, 2, True, "everybody")])
def test_impossible_majorities_are_refused(arguments):
    with pytest.raises(ValueError, match=r"majority|base|strict"):
        Majority(*arguments)


def test_impossible_quorum_is_refused():
    with pytest.raises(ValueError, match="quorum"):
        Quorum(3, 2)
