"""Every role at every state of a vote: the whole table."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from voting.models import RollEntry, Vote
from voting.permissions import can

ACTIONS = ("open", "cast", "enter_paper", "close", "see_result", "correct", "draw_lot")
SECRETARIAT, FACILITATOR, CLERK = Role.Kind.SECRETARIAT, Role.Kind.FACILITATOR, Role.Kind.CLERK
EXPECTED = {
    (SECRETARIAT, "announced"): {"open"},
    (FACILITATOR, "announced"): {"open"},
    (SECRETARIAT, "casting"): {"enter_paper", "close"},
    (FACILITATOR, "casting"): {"close"},
    (CLERK, "casting"): {"enter_paper"},
    (SECRETARIAT, "closed"): {"correct", "draw_lot"},
    (FACILITATOR, "closed"): {"correct", "draw_lot"},
    (CLERK, "closed"): {"correct"},
}
PAIRS = [(kind, state) for kind in [None, *Role.Kind.values] for state in Vote.State.values]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "state"), PAIRS)
def test_role_and_state_together_decide(kind, state):
    user = user_with_role(kind) if kind else UserFactory()
    vote = Vote(state=state)
    entry = RollEntry(person=user.person)
    excluded = RollEntry(person=user.person, is_excluded=True)
    other = RollEntry(person=UserFactory().person)
    result = {"see_result"} if state in ("closed", "certified") else set()
    casting = {"cast"} if state == "casting" else set()
    expected = EXPECTED.get((kind, state), set()) | result
    assert {action for action in ACTIONS if can(user, action, vote, entry=entry)} == expected | casting
    assert {action for action in ACTIONS if can(user, action, vote, entry=excluded)} == expected
    assert {action for action in ACTIONS if can(user, action, vote, entry=other)} == expected
    assert can(user, "announce") == (kind in (SECRETARIAT, FACILITATOR))


@pytest.mark.django_db
@pytest.mark.parametrize("state", Vote.State.values)
def test_without_a_login_only_results_are_open(state):
    allowed = {action for action in ACTIONS if can(AnonymousUser(), action, Vote(state=state))}
    assert allowed == ({"see_result"} if state in ("closed", "certified") else set())
