"""Majority judgment (Balinski and Laraki 2010): the best median grade wins.

With an even number of ballots the lower of the two middle grades counts. Equal medians are told apart by the
majority value: take one median grade away from each and compare again, until they differ.
"""

from collections.abc import Iterable, Mapping, Sequence

from .results import check_options, count_patterns, result_of, round_of
from .ties import Lots, settle
from .top import elect_top

GRADES = ("excellent", "very good", "good", "acceptable", "poor", "reject")

Grades = tuple[tuple[str, str], ...]


def majority_judgment(
    ballots: Iterable[Grades] | Mapping[Grades, int],
    options: Sequence[str],
    *,
    grades: Sequence[str] = GRADES,
    seats: int = 1,
    seed: str | None = None,
    vote: str = "",
) -> dict:
    """A ballot is a tuple of (option, grade) pairs; `grades` are listed best first, a missing grade is the worst.

    Totals are the median grade as a number (0 = worst); `profile` holds the ballots by option and grade.
    Raises ValueError for an unknown option or grade and for an option graded twice.
    """
    options = check_options(options, seats)
    scale = list(grades)
    if len(scale) < 2 or len(set(scale)) != len(scale):
        raise ValueError("majority judgment needs at least two different grades")
    patterns = count_patterns(ballots)
    profile = _profile(patterns, options, scale)
    values = _majority_values(profile, sum(patterns.values()))

    medians = {option: (values[option] or (0,))[0] for option in options}
    details = {
        "ballots": sum(patterns.values()),
        "grades": scale,
        "medians": {option: scale[len(scale) - 1 - median] for option, median in medians.items()},
        "profile": {option: dict(zip(scale, reversed(profile[option]), strict=True)) for option in options},
        "ranking": sorted(options, key=values.__getitem__, reverse=True),
    }

    def count(lots: Lots) -> dict:
        elected, unresolved = elect_top(values, options, seats, lots)
        rounds = [round_of(medians, elected=elected)]
        base = result_of(
            "majority-judgment", options=options, seats=seats, winners=elected, rounds=rounds, unresolved=unresolved
        )
        return base | details

    return settle(count, options, seed=seed, vote=vote)


def _profile(patterns: Mapping[Grades, int], options: Sequence[str], scale: Sequence[str]) -> dict[str, list[int]]:
    """Ballots by option and grade number (0 = worst)."""
    number_of = {grade: len(scale) - 1 - place for place, grade in enumerate(scale)}
    profile = {option: [0] * len(scale) for option in options}
    for ballot, number in patterns.items():
        given = dict(ballot)
        if len(given) != len(ballot):
            raise ValueError("a ballot grades an option twice")
        unknown = [option for option in given if option not in profile]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no option of this vote")
        for option in options:
            grade = given.get(option, scale[-1])
            if grade not in number_of:
                raise ValueError(f"{grade!r} is no grade, one of {', '.join(scale)}")
            profile[option][number_of[grade]] += number
    return profile


def _majority_values(profile: Mapping[str, list[int]], ballots: int) -> dict[str, tuple[int, ...]]:
    """Per option the grades in the order in which medians are taken away, at the places where any option changes.

    The k-th median taken away stands k/2 places beside the middle, so the sequence is constant between the
    places where some option's grade changes; comparing at those places alone equals comparing all of it.
    """
    if not ballots:
        return dict.fromkeys(profile, ())
    middle = (ballots - 1) // 2
    steps = {0}
    for counts in profile.values():
        end = 0
        for number in counts[:-1]:
            end += number  # the grade changes between the places end - 1 and end
            steps.update(step for place in (end - 1, end) for step in (_step(place, middle, ballots),) if step >= 0)
    places = [_place(step, middle, ballots) for step in sorted(steps)]
    return {option: tuple(_grade_at(counts, place) for place in places) for option, counts in profile.items()}


def _place(step: int, middle: int, ballots: int) -> int:
    """Place in the sorted grades (0 = lowest) of the median taken away at `step`."""
    distance = (step + 1) // 2
    first_side = 1 if ballots % 2 == 0 else -1  # after an even median the upper neighbour comes next
    return middle + (first_side if step % 2 else -first_side) * distance


def _step(place: int, middle: int, ballots: int) -> int:
    """Inverse of _place; -1 for a place outside."""
    if not 0 <= place < ballots:
        return -1
    distance = abs(place - middle)
    if distance == 0:
        return 0
    first_side = 1 if ballots % 2 == 0 else -1
    return 2 * distance - 1 if (place - middle) * first_side > 0 else 2 * distance


def _grade_at(counts: Sequence[int], place: int) -> int:
    for grade, number in enumerate(counts):
        if place < number:
            return grade
        place -= number
    raise IndexError("more places than ballots")
