"""What is voted on paper is entered by two, the second without seeing the first; until then it does not count."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.models import Event
from audit.services import Refused
from voting.models import OpenBallot
from voting.services import cast_open, close, confirm_paper, discard_paper, enter_paper
from voting.tests.factories import casting_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return user_with_role(Role.Kind.CLERK)


@pytest.fixture
def second():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def vote():
    return casting_vote()


@pytest.fixture
def person(vote):
    return vote.roll.get(number=3).person


def test_two_clerks_with_the_same_entry_make_a_ballot(vote, person, first, second):
    enter_paper(vote, person=person, choice="yes", by=first)
    ballot = confirm_paper(vote, person=person, choice="yes", by=second)
    assert (ballot.entered_by, ballot.confirmed_by) == (first.person, second.person)
    assert close(vote, by=second).result["by_channel"] == {"online": 0, "paper": 1, "hall": 0}


def test_the_close_is_refused_while_one_waits_and_says_which(vote, person, first, second):
    enter_paper(vote, person=person, choice="yes", by=first)
    with pytest.raises(Refused, match="Platz 3"):
        close(vote, by=second)
    confirm_paper(vote, person=person, choice="yes", by=second)
    assert close(vote, by=second).result["yes"] == 1


def test_nobody_confirms_their_own_entry(vote, person, first):
    enter_paper(vote, person=person, choice="yes", by=first)
    with pytest.raises(Refused):
        confirm_paper(vote, person=person, choice="yes", by=first)


def test_entries_that_differ_confirm_nothing(vote, person, first, second):
    enter_paper(vote, person=person, choice="yes", by=first)
    with pytest.raises(Refused):
        confirm_paper(vote, person=person, choice="no", by=second)
    ballot = OpenBallot.objects.get()
    assert (ballot.choice, ballot.confirmed_by) == ("yes", None)


def test_who_entered_first_may_correct_or_take_back(vote, person, first, second):
    enter_paper(vote, person=person, choice="yes", by=first)
    enter_paper(vote, person=person, choice="no", by=first)
    assert OpenBallot.objects.get().choice == "no"
    discard_paper(vote, person=person, by=first)
    assert close(vote, by=second).result["cast"] == 0


def test_a_correction_after_both_waits_for_two_again(vote, person, first, second):
    enter_paper(vote, person=person, choice="yes", by=first)
    confirm_paper(vote, person=person, choice="yes", by=second)
    enter_paper(vote, person=person, choice="no", by=second)
    with pytest.raises(Refused, match="Platz 3"):
        close(vote, by=second)
    confirm_paper(vote, person=person, choice="no", by=first)
    assert close(vote, by=second).result["no"] == 1


def test_paper_then_online_and_online_then_paper_are_refused(vote, first, second):
    user = UserFactory(person=vote.roll.get(number=1).person)
    enter_paper(vote, person=user.person, choice="yes", by=first)
    with pytest.raises(Refused):
        cast_open(vote, person=user.person, choice="no", by=user)
    other = UserFactory(person=vote.roll.get(number=2).person)
    cast_open(vote, person=other.person, choice="no", by=other)
    with pytest.raises(Refused, match="Platz 2"):
        enter_paper(vote, person=other.person, choice="yes", by=first)


def test_what_a_clerk_casts_for_a_member_is_a_paper_entry(vote, person, first):
    ballot = cast_open(vote, person=person, choice="yes", by=first)
    assert (ballot.channel, ballot.entered_by, ballot.confirmed_by) == ("paper", first.person, None)


def test_no_clerk_enters_the_own_ballot(vote, first):
    vote = casting_vote([first.person])
    with pytest.raises(PermissionDenied):
        enter_paper(vote, person=first.person, choice="yes", by=first)


@pytest.mark.parametrize("kind", [Role.Kind.MEMBER, Role.Kind.FACILITATOR, Role.Kind.AUDITOR, Role.Kind.DRAW_OFFICER])
def test_others_enter_nothing(vote, person, kind):
    with pytest.raises(PermissionDenied):
        enter_paper(vote, person=person, choice="yes", by=user_with_role(kind))


def test_the_chain_tells_who_entered_but_not_what(vote, person, first, second):
    enter_paper(vote, person=person, choice="yes", by=first)
    confirm_paper(vote, person=person, choice="yes", by=second)
    events = Event.objects.filter(chain=f"vote:{vote.pk}", name__startswith="ballot.").order_by("sequence")
    assert [event.name for event in events] == ["ballot.entered", "ballot.confirmed"]
    assert all("yes" not in str(event.facts) and str(person.uuid) not in str(event.facts) for event in events)
