"""Every role at every state of a council: the whole table."""

import itertools

import pytest

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from councils.models import Council
from councils.permissions import can
from councils.tests.factories import CouncilFactory

ALL = {"enact_statute", "fill_seat", "end_membership", "constitute"}
EXPECTED = {
    (Role.Kind.SECRETARIAT, Council.State.PLANNED): ALL,
    (Role.Kind.SECRETARIAT, Council.State.CONSTITUTED): ALL - {"constitute"},
    (Role.Kind.SECRETARIAT, Council.State.IN_TERM): ALL - {"constitute"},
    (Role.Kind.SECRETARIAT, Council.State.RENEWING): ALL - {"constitute"},
    (Role.Kind.DRAW_OFFICER, Council.State.PLANNED): {"fill_seat"},
    (Role.Kind.DRAW_OFFICER, Council.State.CONSTITUTED): {"fill_seat"},
    (Role.Kind.DRAW_OFFICER, Council.State.IN_TERM): {"fill_seat"},
    (Role.Kind.DRAW_OFFICER, Council.State.RENEWING): {"fill_seat"},
}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "state"), list(itertools.product([None, *Role.Kind.values], Council.State.values)))
def test_role_and_state_together_decide(kind, state):
    council = CouncilFactory(state=state)
    user = user_with_role(kind, council.organization) if kind else UserFactory()
    allowed = {action for action in ALL if can(user, action, council)}
    assert allowed == EXPECTED.get((kind, state), set())
    assert can(user, "found_council") == (kind == Role.Kind.SECRETARIAT)
