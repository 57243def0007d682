"""Recusals, minutes, promises, lots and corrections: every role at every state of a meeting, the whole table."""

import pytest

from accounts.models import Role
from accounts.tests.factories import OrganizationFactory, UserFactory, user_with_role
from councils.models import Council
from meetings.models import Meeting
from meetings.permissions import can, can_object

BEFORE = {"propose_recusal", "decide_recusal", "note_promise"}
AFTER = {"draw_lot", "correct_vote"}
OPEN = {
    "invited": BEFORE,
    "open": BEFORE | AFTER | {"approve_minutes"},
    "closed": AFTER | {"note_promise", "write_minutes", "object", "enter_objection"},
}
CHAIR = BEFORE | AFTER | {"approve_minutes", "write_minutes"}
ROLES = {
    Role.Kind.SECRETARIAT: CHAIR | {"enter_objection"},
    Role.Kind.FACILITATOR: CHAIR,
    Role.Kind.CLERK: {"enter_objection", "correct_vote"},
    Role.Kind.MEMBER: {"propose_recusal", "object"},
}
ALL = set().union(*OPEN.values())
IN_ONE_COUNCIL = {Role.Kind.FACILITATOR, Role.Kind.MEMBER}
PAIRS = [(kind, state) for kind in [None, *Role.Kind.values] for state in Meeting.State.values]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "state"), PAIRS)
def test_role_and_state_together_decide(kind, state):
    organization = OrganizationFactory()
    user = user_with_role(kind, organization) if kind else UserFactory()
    here, elsewhere = (
        Meeting(state=state, council=Council(organization=where)) for where in (organization, OrganizationFactory())
    )
    expected = OPEN.get(state, set()) & ROLES.get(kind, set())
    assert {action for action in ALL if can(user, action, here)} == expected
    assert {action for action in ALL if can(user, action, elsewhere)} == (set() if kind in IN_ONE_COUNCIL else expected)
    other = UserFactory().person
    assert can_object(user, here, user.person) is ("object" in expected)
    assert can_object(user, here, other) is ("enter_objection" in expected)
