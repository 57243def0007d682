"""Answers questions to pref_voting, one JSON line each, in a process of its own.

Its solver library and the one of the panel draws cannot be loaded into one process. Candidates are numbers.
"""

import json
import sys

from pref_voting.grade_methods import majority_judgement
from pref_voting.grade_profiles import GradeProfile
from pref_voting.iterative_methods import instant_runoff_put
from pref_voting.margin_based_methods import beat_path
from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.proportional_methods import stv_scottish


def ranked(question):
    """A profile of strict orders, complete or not: [[order, number], …]."""
    ballots = question["ballots"]
    profile = ProfileWithTies(
        [{candidate: rank for rank, candidate in enumerate(order, 1)} for order, _ in ballots],
        rcounts=[number for _, number in ballots],
        candidates=list(range(question["size"])),
    )
    profile.use_extended_strict_preference()
    return profile


def answer(question):
    """The winners as a list of numbers."""
    method = question["method"]
    if method == "majority-judgment":
        grades = [dict(enumerate(ballot)) for ballot, _ in question["ballots"]]
        counts = [number for _, number in question["ballots"]]
        return majority_judgement(GradeProfile(grades, question["grades"], gcounts=counts))
    profile = ranked(question)
    if method == "irv":
        return instant_runoff_put(profile.to_linear_profile())
    if method == "stv":
        return stv_scottish(profile, num_seats=question["seats"])
    measure = profile.support if method == "winning votes" else profile.margin
    return beat_path(profile, strength_function=measure)


for line in sys.stdin:
    print(json.dumps([int(winner) for winner in answer(json.loads(line))]), flush=True)
