"""Every rule × every denominator, and every quorum × both numbers of members, against tables worked out by hand."""

import pytest

from voting.rules import BASES, SHARES, outcome

# 20 seats, 2 recused: 18 entitled; 17 present: 8 yes, 5 no, 3 abstentions, 1 says nothing.
VOTED = {"yes": 8, "no": 5, "abstain": 3}
ROOM = {"present": 17, "entitled": 18, "statutory": 20}
NUMBERS = {"cast": 13, "cast_with_abstentions": 16, "present": 17, "entitled": 18, "statutory": 20}

# numerator, denominator, more than that: yes votes needed of 13, 16, 17, 18 and 20
NEEDED = {
    (1, 2, True): (7, 9, 9, 10, 11),
    (1, 2, False): (7, 8, 9, 9, 10),
    (3, 5, True): (8, 10, 11, 11, 13),
    (3, 5, False): (8, 10, 11, 11, 12),
    (2, 3, True): (9, 11, 12, 13, 14),
    (2, 3, False): (9, 11, 12, 12, 14),
    (3, 4, True): (10, 13, 13, 14, 16),
    (3, 4, False): (10, 12, 13, 14, 15),
    (1, 1, False): (13, 16, 17, 18, 20),
}
TABLE = [(share, base, needed) for share, row in NEEDED.items() for base, needed in zip(NUMBERS, row, strict=True)]

# numerator, denominator, more than that: members needed of 18 entitled and of 20 seats
PRESENT_NEEDED = {
    (1, 2, True): (10, 11),
    (1, 2, False): (9, 10),
    (2, 3, True): (13, 14),
    (2, 3, False): (12, 14),
    (1, 3, True): (7, 7),
    (3, 4, False): (14, 15),
    (9, 10, False): (17, 18),
}
QUORUMS = [
    (share, of, needed)
    for share, row in PRESENT_NEEDED.items()
    for of, needed in zip(("entitled", "statutory"), row, strict=True)
]


def rule_of(majority=(1, 2, True), base="cast", quorum=(0, 1, False), of="statutory"):
    numbers = ("numerator", "denominator", "strict")
    return {
        "method": "yes_no",
        "majority": {**dict(zip(numbers, majority, strict=True)), "of": base},
        "quorum": {**dict(zip(numbers, quorum, strict=True)), "of": of},
        "present": "hall",
    }


def test_the_tables_leave_no_denominator_out():
    assert set(NUMBERS) == set(BASES) and {of for _share, of, _needed in QUORUMS} == set(SHARES)


@pytest.mark.parametrize(("share", "base", "needed"), TABLE)
def test_each_majority_of_each_denominator(share, base, needed):
    result = outcome(VOTED, rule_of(share, base), **ROOM)
    assert (result["denominator"], result["needed"]) == (NUMBERS[base], needed)
    assert result["is_adopted"] is (needed <= VOTED["yes"])


@pytest.mark.parametrize(("share", "of", "needed"), QUORUMS)
def test_each_quorum_of_both_numbers_of_members(share, of, needed):
    result = outcome(VOTED, rule_of(quorum=share, of=of), **ROOM)
    assert (result["quorum_needed"], result["has_quorum"]) == (needed, needed <= 17)
    assert result["is_adopted"] is (needed <= 17), "the simple majority of 13 is reached with 8"


@pytest.mark.parametrize("room", [{"present": 19}, {"entitled": 21}, {"entitled": 16}, {"present": 15}])
def test_figures_that_cannot_be_are_refused(room):
    with pytest.raises(ValueError, match="more can"):
        outcome(VOTED, rule_of(), **{**ROOM, **room})
