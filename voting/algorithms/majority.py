"""Yes, no and abstention: majorities as whole fractions of a named denominator, and quorums.

A motion passes when yes/base reaches the fraction (or exceeds it, if strict), tested as
`denominator * yes >= numerator * base` in integers. German councils: simple majority of the votes cast,
a tie rejects (e.g. § 50 GO NRW); absolute majority: more than half of the members the law provides for.
"""

from collections.abc import Mapping
from dataclasses import dataclass

VOTES = "votes"  # yes and no
VOTES_WITH_ABSTENTIONS = "votes_with_abstentions"  # yes, no and abstentions
PRESENT = "present"  # members present
STATUTORY = "statutory"  # members the law or statute provides for, vacant seats included
BASES = (VOTES, VOTES_WITH_ABSTENTIONS, PRESENT, STATUTORY)


@dataclass(frozen=True)
class Majority:
    """numerator/denominator of `base`; `strict` asks for more than that. Raises ValueError if it makes no sense."""

    numerator: int = 1
    denominator: int = 2
    strict: bool = True
    base: str = VOTES

    def __post_init__(self):
        if self.base not in BASES:
            raise ValueError(f"unknown base {self.base!r}, one of {', '.join(BASES)}")
        if not 0 < self.numerator <= self.denominator:
            raise ValueError("a majority is a fraction above 0 and at most 1")
        if self.strict and self.numerator == self.denominator:
            raise ValueError("nobody can have more than all votes: a full majority is not strict")

    def needed(self, base: int) -> int:
        """The smallest number of yes votes that passes on a base of so many; never less than 1."""
        share = self.numerator * base
        least = share // self.denominator + 1 if self.strict else -(-share // self.denominator)
        return max(least, 1)

    def reached(self, yes: int, base: int) -> bool:
        """Whether so many yes votes pass. Nobody's yes never passes, not even on a base of 0."""
        left, right = self.denominator * yes, self.numerator * base
        return yes > 0 and (left > right if self.strict else left >= right)


@dataclass(frozen=True)
class Quorum:
    """Members who must be present: a share of the statutory number; default: more than half (e.g. § 49 GO NRW)."""

    numerator: int = 1
    denominator: int = 2
    strict: bool = True

    def __post_init__(self):
        if not 0 <= self.numerator <= self.denominator or self.denominator < 1:
            raise ValueError("a quorum is a fraction between 0 and 1")

    def needed(self, statutory: int) -> int:
        """The smallest number of present members that makes a quorum."""
        share = self.numerator * statutory
        return share // self.denominator + 1 if self.strict else -(-share // self.denominator)

    def reached(self, present: int, statutory: int) -> bool:
        """Whether so many present members of `statutory` are a quorum."""
        return present >= self.needed(statutory)


SIMPLE = Majority()
ABSOLUTE = Majority(base=STATUTORY)
TWO_THIRDS = Majority(2, 3, strict=False)
THREE_QUARTERS = Majority(3, 4, strict=False)
UNANIMOUS = Majority(1, 1, strict=False)


def decide(
    votes: Mapping[str, int],
    majority: Majority,
    *,
    present: int,
    statutory: int,
    quorum: Quorum | None = None,
    approval: Quorum | None = None,
) -> dict:
    """Whether a motion passes, with the numbers that show why.

    `votes` holds `yes`, `no` and `abstain` (missing: 0). `approval` asks in addition that the yes votes alone
    reach a share of `statutory` (as in local referendums). Raises ValueError if more voted than were present
    or more are present than there are members.
    """
    yes, no, abstain = _checked(votes, present, statutory)
    base = {
        VOTES: yes + no,
        VOTES_WITH_ABSTENTIONS: yes + no + abstain,
        PRESENT: present,
        STATUTORY: statutory,
    }[majority.base]
    has_quorum = quorum is None or quorum.reached(present, statutory)
    has_approval = approval is None or yes >= approval.needed(statutory)
    return {
        "yes": yes,
        "no": no,
        "abstain": abstain,
        "base": majority.base,
        "base_number": base,
        "needed": majority.needed(base),
        "majority_reached": majority.reached(yes, base),
        "quorum_needed": quorum.needed(statutory) if quorum else 0,
        "quorum_reached": has_quorum,
        "approval_needed": approval.needed(statutory) if approval else 0,
        "approval_reached": has_approval,
        "passed": has_quorum and has_approval and majority.reached(yes, base),
    }


def _checked(votes: Mapping[str, int], present: int, statutory: int) -> tuple[int, int, int]:
    yes, no, abstain = (votes.get(key, 0) for key in ("yes", "no", "abstain"))
    if min(yes, no, abstain, present, statutory) < 0 or set(votes) - {"yes", "no", "abstain"}:
        raise ValueError("votes are yes, no and abstain, none below 0")
    if yes + no + abstain > present or present > statutory:
        raise ValueError("no more can vote than are present, and no more be present than there are members")
    return yes, no, abstain
