"""Votes on several options: what a rule must fix, what a ballot may say, and the count by `voting.algorithms`.

A rule freezes its options: `{"id", "title"}`, for budgets with `cost` in whole euros, for elections with the `seat` (its
number) that stands for election. A ballot holds marks: option id →
1 for a cross, points, a grade, or a rank from 1. Plain values in and out; no clock and no database.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from voting.algorithms.equal_shares import EqualSharesRule, equal_shares
from voting.algorithms.greedy import greedy
from voting.algorithms.irv import irv
from voting.algorithms.judgment import majority_judgment
from voting.algorithms.plurality import approval, plurality
from voting.algorithms.schulze import schulze
from voting.algorithms.score import consensus, score
from voting.algorithms.stv import stv

CROSSES, POINTS, GRADES, RANKS = "crosses", "points", "grades", "ranks"
KINDS = {
    "plurality": CROSSES,
    "approval": CROSSES,
    "score": POINTS,
    "consensus": POINTS,
    "majority-judgment": GRADES,
    "schulze": RANKS,
    "irv": RANKS,
    "stv": RANKS,
    "greedy": CROSSES,
    "equal-shares": CROSSES,
}
"""What is put on a ballot, by method."""

BUDGETS = ("greedy", "equal-shares")
ONE_WINNER = ("irv",)
COMMON = {"method", "options", "seats", "quorum", "present"}
MORE = {
    "score": {"most"},
    "consensus": {"most"},
    "majority-judgment": {"grades"},
    "greedy": {"budget"},
    "equal-shares": {"budget", "increment"},
}
"""What a method fixes beside the common: the most points, the grades (best first), euros to spend and euros a step."""

Marks = dict[str, Any]


class BallotFault(ValueError):
    """A ballot that cannot be counted. `code` says why: unknown, empty, single, points, grade, rank, repeated."""

    def __init__(self, code: str, option: str = "") -> None:
        super().__init__(code)
        self.code, self.option = code, option


def check_method(rule: Mapping[str, Any]) -> None:
    """ValueError if a vote on options could not be counted by `rule` (its quorum is checked in `voting.rules`)."""
    method = rule["method"]
    if method not in KINDS:
        raise ValueError(f"a method is yes_no or one of {', '.join(KINDS)}")
    if set(rule) != COMMON | MORE.get(method, set()):
        raise ValueError(f"a rule by {method} has {', '.join(sorted(COMMON | MORE.get(method, set())))}")
    _check_options(rule)
    seats = rule["seats"]
    if not _whole(seats) or not 1 <= seats <= len(rule["options"]) or (method in ONE_WINNER and seats != 1):
        raise ValueError("seats is at least one and at most the number of options; one winner by irv")
    if "most" in rule and not (_whole(rule["most"]) and 1 <= rule["most"] <= 100):
        raise ValueError("the most points are between 1 and 100")
    if "grades" in rule and not (len(rule["grades"]) >= 2 and len(set(rule["grades"])) == len(rule["grades"])):
        raise ValueError("at least two different grades, best first")
    if "budget" in rule and not (_whole(rule["budget"]) and rule["budget"] > 0):
        raise ValueError("a budget is in whole euros above 0")
    if "increment" in rule and not (_whole(rule["increment"]) and rule["increment"] > 0):
        raise ValueError("the increment is in whole euros above 0")


def _check_options(rule: Mapping[str, Any]) -> None:
    options, has_cost = rule["options"], rule["method"] in BUDGETS
    keys = {"id", "title", "cost"} if has_cost else {"id", "title"}
    if len(options) < 2 or any(set(option) - {"seat"} != keys for option in options):
        raise ValueError(f"at least two options, each with {', '.join(sorted(keys))}")
    if any(not option["title"].strip() for option in options):
        raise ValueError("every option has a title")
    for key in ("id", "title"):
        if len({option[key] for option in options}) != len(options):
            raise ValueError(f"two options have the same {key}")
    if any(not _whole(option.get("seat", 1)) for option in options):
        raise ValueError("a seat is named by its number")
    if has_cost and any(not _whole(option["cost"]) or option["cost"] <= 0 for option in options):
        raise ValueError("costs are in whole euros above 0")


def _whole(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def options_of(titles: list[str], costs: list[int] | None = None) -> list[dict[str, Any]]:
    """Options numbered in their order, as a rule holds them."""
    rows: list[dict[str, Any]] = [{"id": str(n), "title": title} for n, title in enumerate(titles, start=1)]
    return [{**row, "cost": cost} for row, cost in zip(rows, costs, strict=True)] if costs else rows


def step_of(budget: int, voters: int) -> int:
    """The increment of equal shares that is fixed at the announcement: a hundredth of a share, a whole euro at least."""
    return max(1, budget // (100 * max(voters, 1)))


# --- Ballots ----------------------------------------------------------------------------------------------------------


def check_marks(rule: Mapping[str, Any], marks: Mapping[str, Any]) -> Marks:
    """The marks in the order of the options, without empty ones. BallotFault for what cannot be counted.

    Points of 0 say nothing and are left out; ranks are closed up (1, 3 becomes 1, 2).
    """
    known = [option["id"] for option in rule["options"]]
    for option in marks:
        if option not in known:
            raise BallotFault("unknown", str(option))
    given = {option: marks[option] for option in known if marks.get(option) not in (None, "")}
    checked = _READERS[KINDS[rule["method"]]](rule, given)
    if not checked and KINDS[rule["method"]] != POINTS:
        raise BallotFault("empty")
    return checked


def _crosses(rule: Mapping[str, Any], given: Marks) -> Marks:
    for option, mark in given.items():
        if mark not in (1, True):
            raise BallotFault("cross", option)
    if rule["method"] == "plurality" and len(given) > 1:
        raise BallotFault("single")
    return dict.fromkeys(given, 1)


def _points(rule: Mapping[str, Any], given: Marks) -> Marks:
    for option, points in given.items():
        if not _whole(points) or not 0 <= points <= rule["most"]:
            raise BallotFault("points", option)
    return {option: points for option, points in given.items() if points}


def _grades(rule: Mapping[str, Any], given: Marks) -> Marks:
    for option, grade in given.items():
        if grade not in rule["grades"]:
            raise BallotFault("grade", option)
    return given


def _ranks(rule: Mapping[str, Any], given: Marks) -> Marks:
    for option, rank in given.items():
        if not _whole(rank) or not 1 <= rank <= len(rule["options"]):
            raise BallotFault("rank", option)
    used = sorted(set(given.values()))
    if len(used) < len(given) and rule["method"] != "schulze":
        numbers = Counter(given.values())
        raise BallotFault("repeated", next(option for option, rank in given.items() if numbers[rank] > 1))
    return {option: used.index(rank) + 1 for option, rank in given.items()}


_READERS = {CROSSES: _crosses, POINTS: _points, GRADES: _grades, RANKS: _ranks}


def pattern_of(rule: Mapping[str, Any], marks: Marks) -> Any:
    """Checked marks as the ballot that `voting.algorithms` counts."""
    if rule["method"] == "plurality":
        return next(iter(marks))
    kind = KINDS[rule["method"]]
    if rule["method"] == "approval":  # in one order: tuples are put together faster than sets, the count takes both
        return tuple(sorted(marks))
    if kind == CROSSES:
        return frozenset(marks)
    if kind in (POINTS, GRADES):
        return tuple(sorted(marks.items()))
    places: dict[int, list[str]] = {}
    for option, rank in marks.items():
        places.setdefault(rank, []).append(option)
    ranks = [places[rank] for rank in sorted(places)]
    return tuple(here[0] if len(here) == 1 else frozenset(here) for here in ranks)


# --- Count ------------------------------------------------------------------------------------------------------------


def count_marks(rule: Mapping[str, Any], ballots: list[Marks], *, seed: str | None = None, vote: str = "") -> dict:
    """The result of `voting.algorithms` with every step; without a `seed` a decisive tie leaves it unresolved."""
    method, options = rule["method"], [option["id"] for option in rule["options"]]
    patterns = Counter(pattern_of(rule, marks) for marks in ballots)
    lot: dict[str, Any] = {"seed": seed, "vote": vote}
    if method in BUDGETS:
        costs = {option["id"]: option["cost"] for option in rule["options"]}
        if method == "greedy":
            return greedy(patterns, costs, rule["budget"], **lot)
        shares = EqualSharesRule(increment=rule["increment"])
        return equal_shares(patterns, costs, rule["budget"], rule=shares, **lot)
    if method == "irv":
        return irv(patterns, options, **lot)
    if method == "majority-judgment":
        return majority_judgment(patterns, options, grades=rule["grades"], seats=rule["seats"], **lot)
    counts: dict[str, Any] = {
        "plurality": plurality,
        "approval": approval,
        "score": score,
        "consensus": consensus,
        "schulze": schulze,
        "stv": stv,
    }
    return counts[method](patterns, options, seats=rule["seats"], **lot)
