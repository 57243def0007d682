"""The rule of a yes/no vote: from the frozen words of a statute to the count."""

from typing import Any

from voting.algorithms.majority import PRESENT, STATUTORY, VOTES, VOTES_WITH_ABSTENTIONS, Majority, Quorum, decide

BASES = {
    "cast": VOTES,
    "cast_with_abstentions": VOTES_WITH_ABSTENTIONS,
    "present": PRESENT,
    "statutory": STATUTORY,
}
"""What a majority is a fraction of: the statute's word → the word of the count. Abstentions are not cast votes."""

PRESENCES = ("hall", "cast")
"""Who counts as present: those in the hall when the vote was announced, or those who took part (no meeting)."""


def check_rule(rule: dict[str, Any]) -> None:
    """ValueError if `rule` is not one this vote can be counted by."""
    if set(rule) != {"method", "majority", "quorum", "present"} or rule["method"] != "yes_no":
        raise ValueError("a rule has method (yes_no), majority, quorum and present")
    if rule["present"] not in PRESENCES:
        raise ValueError(f"present is one of {', '.join(PRESENCES)}")
    majority_of(rule["majority"])
    quorum_of(rule["quorum"])


def majority_of(figures: dict[str, Any]) -> Majority:
    """The majority a statute describes. ValueError if it makes no sense."""
    if set(figures) != {"numerator", "denominator", "strict", "of"} or figures["of"] not in BASES:
        raise ValueError(f"a majority has numerator, denominator, strict and of ({', '.join(BASES)})")
    return Majority(figures["numerator"], figures["denominator"], figures["strict"], BASES[figures["of"]])


def quorum_of(figures: dict[str, Any]) -> Quorum:
    """The quorum a statute describes: a share of the statutory members. ValueError if it makes no sense."""
    if not {"numerator", "denominator", "of"} <= set(figures) <= {"numerator", "denominator", "of", "strict"}:
        raise ValueError("a quorum has numerator, denominator, of and perhaps strict")
    if figures["of"] != "statutory":
        raise ValueError("a quorum is a share of the statutory members")
    return Quorum(figures["numerator"], figures["denominator"], figures.get("strict", True))


def outcome(votes: dict[str, int], rule: dict[str, Any], *, present: int, statutory: int) -> dict[str, Any]:
    """What `votes` (yes, no, abstain) decide under `rule`: the numbers, the denominator, what was needed, the answer.

    `present` and `statutory` are numbers of members; with the rule's `present: cast` those who voted are present.
    """
    cast = sum(votes.values())
    present = cast if rule["present"] == "cast" else present
    counted = decide(
        votes,
        majority_of(rule["majority"]),
        present=present,
        statutory=statutory,
        quorum=quorum_of(rule["quorum"]),
    )
    return {
        **{choice: counted[choice] for choice in ("yes", "no", "abstain")},
        "cast": cast,
        "present": present,
        "denominator": counted["base_number"],
        "of": rule["majority"]["of"],
        "needed": counted["needed"],
        "quorum_needed": counted["quorum_needed"],
        "has_quorum": counted["quorum_reached"],
        "is_adopted": counted["passed"],
    }
