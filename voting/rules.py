"""The rule of a vote: from the frozen words of a statute to the count.

Two numbers of members: those the statute provides for (`statutory`, vacant seats included), and of them those entitled
on this matter (`entitled`: without who is recused). A rule says which one a majority or a quorum is a share of.
"""

from typing import Any

from voting.algorithms.majority import PRESENT, STATUTORY, VOTES, VOTES_WITH_ABSTENTIONS, Majority, Quorum, decide
from voting.methods import check_method, count_marks

BASES = {
    "cast": VOTES,
    "cast_with_abstentions": VOTES_WITH_ABSTENTIONS,
    "present": PRESENT,
    "statutory": STATUTORY,
    "entitled": STATUTORY,
}
"""What a majority is a fraction of: the statute's word → the word of the count. Abstentions are not cast votes.

`entitled` is counted as `statutory`, of the members without the recused.
"""

SHARES = ("statutory", "entitled")
"""What a quorum is a share of."""

PRESENCES = ("hall", "cast")
"""Who counts as present: those in the hall when the vote was announced, or those who took part (no meeting)."""


def check_rule(rule: dict[str, Any]) -> None:
    """ValueError if `rule` is not one a vote can be counted by."""
    if rule.get("method") == "yes_no":
        if set(rule) != {"method", "majority", "quorum", "present"}:
            raise ValueError("a rule has method (yes_no), majority, quorum and present")
        majority_of(rule["majority"])
    else:
        check_method(rule)
    if rule["present"] not in PRESENCES:
        raise ValueError(f"present is one of {', '.join(PRESENCES)}")
    quorum_of(rule["quorum"])


def majority_of(figures: dict[str, Any]) -> Majority:
    """The majority a statute describes. ValueError if it makes no sense."""
    if set(figures) != {"numerator", "denominator", "strict", "of"} or figures["of"] not in BASES:
        raise ValueError(f"a majority has numerator, denominator, strict and of ({', '.join(BASES)})")
    return Majority(figures["numerator"], figures["denominator"], figures["strict"], BASES[figures["of"]])


def quorum_of(figures: dict[str, Any]) -> Quorum:
    """The quorum a statute describes: a share of the members. ValueError if it makes no sense."""
    if not {"numerator", "denominator", "of"} <= set(figures) <= {"numerator", "denominator", "of", "strict"}:
        raise ValueError("a quorum has numerator, denominator, of and perhaps strict")
    if figures["of"] not in SHARES:
        raise ValueError(f"a quorum is a share of {' or '.join(SHARES)} members")
    return Quorum(figures["numerator"], figures["denominator"], figures.get("strict", True))


def outcome(
    votes: dict[str, int], rule: dict[str, Any], *, present: int, statutory: int, entitled: int | None = None
) -> dict[str, Any]:
    """What `votes` (yes, no, abstain) decide under `rule`: the numbers, the denominator, what was needed, the answer.

    `present`, `statutory` and `entitled` are numbers of members; with the rule's `present: cast` those who voted are
    present. ValueError if more voted than were present, or more were present than are entitled.
    """
    cast = sum(votes.values())
    present = cast if rule["present"] == "cast" else present
    entitled = statutory if entitled is None else entitled
    if not present <= entitled <= statutory:
        raise ValueError("no more can be present than are entitled, and no more entitled than there are members")
    base = entitled if rule["majority"]["of"] == "entitled" else statutory
    counted = decide(votes, majority_of(rule["majority"]), present=present, statutory=base)
    room = quorum_reached(rule, present=present, statutory=statutory, entitled=entitled)
    return {
        **{choice: counted[choice] for choice in ("yes", "no", "abstain")},
        "cast": cast,
        "present": present,
        "statutory": statutory,
        "entitled": entitled,
        "denominator": counted["base_number"],
        "of": rule["majority"]["of"],
        "needed": counted["needed"],
        **room,
        "is_adopted": room["has_quorum"] and counted["passed"],
    }


def quorum_reached(rule: dict[str, Any], *, present: int, statutory: int, entitled: int) -> dict[str, Any]:
    """How many must be present under the rule's quorum (`quorum_needed`), and whether they are (`has_quorum`)."""
    quorum = quorum_of(rule["quorum"])
    members = entitled if rule["quorum"]["of"] == "entitled" else statutory
    return {"quorum_needed": quorum.needed(members), "has_quorum": quorum.reached(present, members)}


def choice_among(
    ballots: list[dict[str, Any]],
    rule: dict[str, Any],
    *,
    abstain: int,
    present: int,
    statutory: int,
    entitled: int,
    seed: str | None = None,
    vote: str = "",
) -> dict[str, Any]:
    """What `ballots` (marks) choose among the options of `rule`, with the steps of the count.

    `is_decided` if there is a quorum and no tie is left open; nothing is adopted by it, so `is_adopted` is false.
    """
    cast = len(ballots) + abstain
    present = cast if rule["present"] == "cast" else present
    if not cast <= present <= entitled <= statutory:
        raise ValueError("no more can vote than are present, entitled and members")
    room = quorum_reached(rule, present=present, statutory=statutory, entitled=entitled)
    counted = count_marks(rule, ballots, seed=seed, vote=vote) if ballots else None
    winners = counted["winners"] if counted else []
    is_open = counted is None or counted["unresolved"]
    return {
        "method": rule["method"],
        "cast": cast,
        "valid": len(ballots),
        "abstain": abstain,
        "present": present,
        "statutory": statutory,
        "entitled": entitled,
        **room,
        "winners": winners,
        "is_unresolved": bool(counted and counted["unresolved"]),
        "is_decided": room["has_quorum"] and bool(winners) and not is_open,
        "is_adopted": False,
        "seed": seed,
        "count": counted,
    }
