"""Votes on options: what a rule fixes, what a ballot may say, what comes out, and who draws a lot."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.models import Event
from audit.services import Refused
from voting.algorithms.judgment import GRADES
from voting.methods import check_method, options_of, step_of
from voting.services import cast_open, close, confirm_paper, draw_lot, enter_paper
from voting.tests.factories import casting_vote

pytestmark = pytest.mark.django_db

QUORUM = {"numerator": 1, "denominator": 2, "of": "statutory"}
THREE = options_of(["Ada", "Bo", "Cem"])
PROJECTS = options_of(["Bänke", "Brunnen", "Baum"], [60_000, 50_000, 10_000])


def rule_of(method, *, options=THREE, seats=1, **more):
    return {"method": method, "options": options, "seats": seats, "quorum": QUORUM, "present": "hall", **more}


RULES = {
    "plurality": rule_of("plurality"),
    "approval": rule_of("approval", seats=2),
    "score": rule_of("score", most=10),
    "consensus": rule_of("consensus", most=10),
    "majority-judgment": rule_of("majority-judgment", grades=list(GRADES)),
    "schulze": rule_of("schulze"),
    "irv": rule_of("irv"),
    "stv": rule_of("stv", seats=2),
    "greedy": rule_of("greedy", options=PROJECTS, budget=100_000),
    "equal-shares": rule_of("equal-shares", options=PROJECTS, budget=100_000, increment=step_of(100_000, 5)),
}
BALLOTS = {
    "plurality": [{"1": 1}, {"1": 1}, {"2": 1}],
    "approval": [{"1": 1, "2": 1}, {"2": 1}, {"1": 1}],
    "score": [{"1": 9, "2": 1}, {"1": 3}, {"3": 10}],
    "consensus": [{"2": 9, "3": 9}, {"2": 3, "3": 1}, {"1": 1}],
    "majority-judgment": [{"1": "good", "2": "poor"}, {"1": "good", "2": "excellent"}, {"1": "acceptable"}],
    "schulze": [{"1": 1, "2": 2}, {"1": 1, "2": 1, "3": 2}, {"3": 1}],
    "irv": [{"1": 1}, {"1": 1, "2": 2}, {"3": 1}],
    "stv": [{"1": 1, "2": 2}, {"1": 1, "2": 2}, {"2": 1, "1": 3}],
    "greedy": [{"1": 1, "3": 1}, {"1": 1, "2": 1}, {"3": 1}],
    "equal-shares": [{"1": 1, "3": 1}, {"1": 1, "2": 1}, {"3": 1}],
}
WINNERS = {
    "plurality": ["1"],
    "approval": ["1", "2"],
    "score": ["1"],
    "consensus": ["1"],
    "majority-judgment": ["1"],
    "schulze": ["1"],
    "irv": ["1"],
    "stv": ["1", "2"],
    "greedy": ["3", "1"],
    "equal-shares": ["3", "1"],
}


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


def vote_by(method, users):
    return casting_vote([user.person for user in users], rule=RULES[method])


@pytest.mark.parametrize("method", RULES)
def test_each_method_goes_from_marks_to_winners_with_its_steps(method, office):
    users = UserFactory.create_batch(5)
    vote = vote_by(method, users)
    for user, marks in zip(users, [*BALLOTS[method], "abstain"], strict=False):
        cast_open(vote, person=user.person, choice=marks, by=user)
    result = close(vote, by=office).result
    assert (result["cast"], result["valid"], result["abstain"], result["not_cast"]) == (4, 3, 1, 1)
    assert result["winners"] == WINNERS[method]
    assert (result["has_quorum"], result["is_decided"], result["is_adopted"]) == (True, True, False)
    assert result["count"]["rounds"]


@pytest.mark.parametrize(
    ("method", "marks", "words"),
    [
        ("plurality", {"1": 1, "2": 1}, "eine"),
        ("approval", {}, "Nichts"),
        ("approval", {"9": 1}, "9"),
        ("approval", {"1": "ja"}, "Ada"),
        ("score", {"1": 11}, "10"),
        ("score", {"1": True}, "Ada"),
        ("majority-judgment", {"2": "super"}, "Bo"),
        ("irv", {"1": 1, "2": 1}, "Rang"),
        ("stv", {"1": 4}, "Ada"),
        ("stv", "yes", "Optionen"),
    ],
)
def test_a_ballot_that_cannot_be_counted_says_what_to_mend(method, marks, words):
    user = UserFactory()
    with pytest.raises(Refused, match=words):
        cast_open(vote_by(method, [user]), person=user.person, choice=marks, by=user)


def test_gaps_between_ranks_close_up_and_points_of_nothing_fall_away():
    users = UserFactory.create_batch(2)
    ballot = cast_open(vote_by("stv", users), person=users[0].person, choice={"1": 3, "2": 1}, by=users[0])
    assert ballot.marks == {"1": 2, "2": 1}
    ballot = cast_open(vote_by("score", users), person=users[0].person, choice={"1": 0, "2": 4}, by=users[0])
    assert ballot.marks == {"2": 4}


def test_the_last_marks_before_the_close_count(office):
    user = UserFactory()
    vote = vote_by("approval", [user])
    for marks in ({"1": 1}, "abstain", {"2": 1, "3": 1}):
        cast_open(vote, person=user.person, choice=marks, by=user)
    assert close(vote, by=office).result["winners"] == ["2", "3"]


def test_two_enter_the_same_marks_from_paper(office):
    user, clerk = UserFactory(), user_with_role(Role.Kind.CLERK)
    vote = vote_by("stv", [user])
    enter_paper(vote, person=user.person, choice={"1": 1, "2": 2}, by=clerk)
    with pytest.raises(Refused, match="Platz 1"):
        confirm_paper(vote, person=user.person, choice={"1": 2, "2": 1}, by=office)
    assert confirm_paper(vote, person=user.person, choice={"1": 1, "2": 3}, by=office).confirmed_by == office.person


def test_a_tie_stays_open_until_a_lot_is_drawn_in_public(office):
    users = UserFactory.create_batch(2)
    vote = vote_by("plurality", users)
    for user, option in zip(users, "12", strict=True):
        cast_open(vote, person=user.person, choice={option: 1}, by=user)
    vote = close(vote, by=office)
    assert (vote.result["is_unresolved"], vote.result["is_decided"], vote.result["winners"]) == (True, False, [])
    with pytest.raises(PermissionDenied):
        draw_lot(vote, seed="4 2 6", by=user_with_role(Role.Kind.CLERK))
    with pytest.raises(Refused):
        draw_lot(vote, seed="  ", by=office)
    vote = draw_lot(vote, seed="4 2 6", by=office)
    assert vote.result["is_decided"] and len(vote.result["winners"]) == 1
    facts = Event.objects.get(chain=f"vote:{vote.pk}", name="vote.lot_drawn").facts
    assert facts == {"seed": "4 2 6", "winners": vote.result["winners"]}
    with pytest.raises(Refused):
        draw_lot(vote, seed="1", by=office)


def test_without_a_quorum_nothing_is_chosen(office):
    users = UserFactory.create_batch(2)
    vote = casting_vote([user.person for user in users], rule=RULES["approval"], statutory_members=5)
    cast_open(vote, person=users[0].person, choice={"1": 1}, by=users[0])
    result = close(vote, by=office).result
    assert (result["has_quorum"], result["quorum_needed"], result["is_decided"]) == (False, 3, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "loudest"},
        {"seats": 0},
        {"seats": 4},
        {"options": THREE[:1]},
        {"options": [*THREE, THREE[0]]},
        {"options": options_of(["Ada", " "])},
        {"more": 1},
        {"method": "irv", "seats": 2},
        {"method": "score"},
        {"method": "score", "most": 0},
        {"method": "majority-judgment", "grades": ["gut"]},
        {"method": "greedy", "budget": 5},
        {"method": "greedy", "options": PROJECTS, "budget": 0},
        {"method": "equal-shares", "options": PROJECTS, "budget": 5, "increment": 0},
        {"method": "greedy", "options": options_of(["A", "B"], [1, -1]), "budget": 5},
    ],
)
def test_a_rule_nobody_could_count_by_is_refused(changes):
    with pytest.raises(ValueError, match=r"."):
        check_method({**rule_of("approval"), **changes})
