"""A ballot noted wrongly and found after the close: noted by two, never a way to another outcome."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.services import Refused
from voting.mydata import export_person
from voting.services import cast_open, close, correct_ballot, corrected_figures, corrections_of
from voting.tests.factories import casting_vote

pytestmark = pytest.mark.django_db
WHY = {"reason": "falsch abgelesen"}


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def clerk():
    return user_with_role(Role.Kind.CLERK)


@pytest.fixture
def users():
    return UserFactory.create_batch(5)


@pytest.fixture
def vote(users, office):
    vote = casting_vote([user.person for user in users])
    for user, choice in zip(users, ["yes", "yes", "yes", "no"], strict=False):
        cast_open(vote, person=user.person, choice=choice, by=user)
    return close(vote, by=office)


def test_a_correction_stands_when_a_second_has_noted_the_same(vote, users, office, clerk):
    correct_ballot(vote, person=users[0].person, choice="abstain", by=clerk, **WHY)
    assert not corrections_of(vote)
    with pytest.raises(Refused):
        correct_ballot(vote, person=users[0].person, choice="abstain", by=clerk, **WHY)
    with pytest.raises(Refused, match="Platz 1"):
        correct_ballot(vote, person=users[0].person, choice="no", by=office, **WHY)
    correct_ballot(vote, person=users[0].person, choice="abstain", by=office, **WHY)
    (noted,) = corrections_of(vote)
    assert (noted.entry.label, noted.choice, noted.noted_by, noted.confirmed_by) == (
        "Platz 1",
        "abstain",
        clerk.person,
        office.person,
    )
    figures = corrected_figures(vote)
    assert (figures["yes"], figures["no"], figures["abstain"], figures["is_adopted"]) == (2, 1, 1, True)
    vote.refresh_from_db()
    assert vote.result["yes"] == 3, "what was counted stays as it was"
    assert export_person(users[0].person)["rolls"][0]["correction"]["choice"] == "abstain"


def test_who_noted_it_first_may_still_change_it(vote, users, clerk):
    correct_ballot(vote, person=users[0].person, choice="abstain", by=clerk, **WHY)
    assert correct_ballot(vote, person=users[3].person, choice="yes", by=clerk, **WHY).choice == "yes"
    assert correct_ballot(vote, person=users[3].person, choice="abstain", by=clerk, **WHY).choice == "abstain"


def test_what_would_change_the_outcome_is_no_correction(vote, users, clerk):
    with pytest.raises(Refused, match="neu"):
        correct_ballot(vote, person=users[0].person, choice="no", by=clerk, **WHY)  # 2 to 2 rejects


def test_only_what_was_counted_otherwise_and_with_a_reason_after_the_close(vote, users, office, clerk):
    with pytest.raises(Refused):
        correct_ballot(vote, person=users[0].person, choice="yes", by=clerk, **WHY)
    with pytest.raises(Refused):
        correct_ballot(vote, person=users[0].person, choice="abstain", by=clerk, reason=" ")
    with pytest.raises(PermissionDenied):
        correct_ballot(vote, person=users[0].person, choice="abstain", by=users[1], **WHY)
    with pytest.raises(PermissionDenied):
        correct_ballot(casting_vote([users[0].person]), person=users[0].person, choice="no", by=clerk, **WHY)
