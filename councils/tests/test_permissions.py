"""Every role at every state of a council: the whole table."""

import itertools

import pytest

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from councils.models import Council
from councils.permissions import can, can_for
from councils.tests.factories import CouncilFactory, seated

OWN = {"resign", "declare_interest", "join_group"}
ALWAYS = OWN | {
    *("enact_statute", "fill_seat", "end_membership", "suspend", "take_oath", "manage_groups", "seat_civil"),
}
ALL = ALWAYS | {"constitute", "begin_renewal", "finish_renewal", "end_term"}
EXPECTED = {
    (Role.Kind.SECRETARIAT, Council.State.PLANNED): ALWAYS | {"constitute"},
    (Role.Kind.SECRETARIAT, Council.State.CONSTITUTED): ALWAYS,
    (Role.Kind.SECRETARIAT, Council.State.IN_TERM): ALWAYS | {"begin_renewal", "end_term"},
    (Role.Kind.SECRETARIAT, Council.State.RENEWING): ALWAYS | {"finish_renewal", "end_term"},
    (Role.Kind.CLERK, Council.State.PLANNED): OWN,
    (Role.Kind.CLERK, Council.State.CONSTITUTED): OWN,
    (Role.Kind.CLERK, Council.State.IN_TERM): OWN,
    (Role.Kind.CLERK, Council.State.RENEWING): OWN,
    (Role.Kind.DRAW_OFFICER, Council.State.PLANNED): {"fill_seat"},
    (Role.Kind.DRAW_OFFICER, Council.State.CONSTITUTED): {"fill_seat"},
    (Role.Kind.DRAW_OFFICER, Council.State.IN_TERM): {"fill_seat", "begin_renewal"},
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


@pytest.mark.django_db
@pytest.mark.parametrize("state", Council.State.values)
def test_a_member_does_the_own_acts_and_nobody_elses(state):
    council, user = CouncilFactory(state=state), UserFactory()
    own, others = seated(council, 1, user.person), seated(council, 2)
    may = set() if state == Council.State.DISSOLVED else OWN
    assert {action for action in ALL if can_for(user, action, own)} == may
    assert {action for action in ALL if can_for(user, action, others)} == set()
