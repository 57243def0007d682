"""Every role at every state of a meeting: the whole table, in the own council and in another."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from accounts.tests.factories import OrganizationFactory, UserFactory, user_with_role
from councils.models import Council
from meetings.models import Meeting
from meetings.permissions import can, can_call, can_note, sees_closed

CHAIRS = {
    "edit_agenda": ("invited", "open"),
    "edit_meeting": ("invited",),
    "open": ("invited",),
    "note_presence": ("invited", "open"),
    "open_vote": ("open",),
    "close_vote": ("open",),
    "close": ("open",),
    "add_paper": ("invited", "open"),
    "call_expert": ("invited", "open"),
    "call_item": ("open",),
    "run_speeches": ("open",),
    "decide_question": ("invited", "open", "closed"),
}
MEMBERS = {"sign_counter": ("invited", "open"), "ask_expert": ("invited", "open"), "raise_hand": ("open",)}
MEMBERS["schedule_draft"] = ("invited",)
STATES = {**CHAIRS, **MEMBERS, "cancel": ("invited",)}
ALL = tuple(STATES)
OPEN = {state: {action for action in ALL if state in STATES[action]} for state in Meeting.State.values}
ROLES = {
    Role.Kind.SECRETARIAT: {*CHAIRS, "cancel"},
    Role.Kind.FACILITATOR: set(CHAIRS),
    Role.Kind.CLERK: {"note_presence"},
    Role.Kind.MEMBER: set(MEMBERS),
}
OWN_COUNCIL = {Role.Kind.FACILITATOR, Role.Kind.MEMBER}
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
    in_all = ROLES.get(kind, set()) if kind not in OWN_COUNCIL else set()
    assert {action for action in ALL if can(user, action, elsewhere)} == OPEN[state] & in_all
    assert can_note(user, here, user.person) == (state in ("invited", "open"))
    assert sees_closed(user, here.council) == (kind in SEES_HERE)
    assert sees_closed(user, elsewhere.council) == (kind in SEES_ELSEWHERE)
    assert can_call(user, here.council) == (kind == Role.Kind.SECRETARIAT)


@pytest.mark.django_db
@pytest.mark.parametrize("state", Meeting.State.values)
def test_without_a_login_nothing_is_open(state):
    meeting = made(state, OrganizationFactory())
    assert not [action for action in ALL if can(AnonymousUser(), action, meeting)]
    assert not sees_closed(AnonymousUser(), meeting.council)
