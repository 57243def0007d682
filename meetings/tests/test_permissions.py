"""Every role at every state of a meeting: the whole table, in the own council and in another."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from accounts.tests.factories import OrganizationFactory, UserFactory, user_with_role
from councils.models import Council
from meetings.models import Meeting
from meetings.permissions import can, can_call, can_note, sees_closed

ALL = ("edit_agenda", "open", "note_presence", "open_vote", "close_vote", "close")
OPEN = {
    "invited": {"edit_agenda", "open", "note_presence"},
    "open": {"edit_agenda", "note_presence", "open_vote", "close_vote", "close"},
    "closed": set(),
}
ROLES = {
    Role.Kind.SECRETARIAT: set(ALL),
    Role.Kind.FACILITATOR: set(ALL),
    Role.Kind.CLERK: {"note_presence"},
}
SEES_HERE = {"secretariat", "facilitator", "member", "alternate", "auditor"}
SEES_ELSEWHERE = {"secretariat", "auditor"}
PAIRS = [(kind, state) for kind in [None, *Role.Kind.values] for state in Meeting.State.values]


def made(state, organization):
    return Meeting(state=state, council=Council(organization=organization))


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "state"), PAIRS)
def test_role_and_state_together_decide(kind, state):
    organization = OrganizationFactory()
    user = user_with_role(kind, organization) if kind else UserFactory()
    here, elsewhere = made(state, organization), made(state, OrganizationFactory())
    assert {action for action in ALL if can(user, action, here)} == OPEN[state] & ROLES.get(kind, set())
    in_all = ROLES.get(kind, set()) if kind != Role.Kind.FACILITATOR else set()
    assert {action for action in ALL if can(user, action, elsewhere)} == OPEN[state] & in_all
    assert can_note(user, here, user.person) == (state != "closed")
    assert sees_closed(user, here.council) == (kind in SEES_HERE)
    assert sees_closed(user, elsewhere.council) == (kind in SEES_ELSEWHERE)
    assert can_call(user, here.council) == (kind == Role.Kind.SECRETARIAT)


@pytest.mark.django_db
@pytest.mark.parametrize("state", Meeting.State.values)
def test_without_a_login_nothing_is_open(state):
    meeting = made(state, OrganizationFactory())
    assert not [action for action in ALL if can(AnonymousUser(), action, meeting)]
    assert not sees_closed(AnonymousUser(), meeting.council)
