"""Each role at each stage: what opens, and that nothing else does."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from lottery.models import Draw, Invitation
from lottery.permissions import can, can_open, can_read_pool, can_run
from lottery.stages import ACTIONS, ROLE_ACTIONS

pytestmark = pytest.mark.django_db
ALL_ACTIONS = sorted(frozenset().union(*ACTIONS.values()))


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_a_role_may_do_what_its_table_and_the_stage_say_and_nothing_else(kind):
    user = user_with_role(kind)
    for state in Draw.State:
        draw = Draw(state=state)
        allowed = {action for action in ALL_ACTIONS if can(user, action, draw)}
        assert allowed == ACTIONS[state] & ROLE_ACTIONS.get(kind, frozenset()), state


@pytest.mark.parametrize("state", Draw.State)
def test_an_account_and_the_public_may_do_nothing(state):
    draw = Draw(state=state)
    for user in (AnonymousUser(), UserFactory(), UserFactory(person=None)):
        assert not [action for action in ALL_ACTIONS if can(user, action, draw)]


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_the_pool_is_read_by_draw_officers_alone(kind):
    user = user_with_role(kind)
    assert can_read_pool(user) is (kind == Role.Kind.DRAW_OFFICER)
    assert can_open(user) is (kind == Role.Kind.DRAW_OFFICER)
    assert can_run(user) is (kind in (Role.Kind.DRAW_OFFICER, Role.Kind.AUDITOR))


def test_every_state_has_its_row():
    assert set(ACTIONS) == set(Draw.State)


def test_nothing_is_editable_after_the_commitment():
    after = list(Draw.State)[list(Draw.State).index(Draw.State.COMMITTED) :]
    edits = {"define_features", "import_sample", "reply", "enter_reply", "edit_quotas", "sign_quotas", "compute"}
    assert not [state for state in after if ACTIONS[state] & edits]


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_a_queryset_of_the_pool_is_empty_for_everybody_else(kind):
    from lottery.pool import pool_open
    from lottery.tests.factories import Stage

    Stage(sample=6).imported()
    with pool_open():
        count = Invitation.objects.visible_to(user_with_role(kind)).count()
    assert count == (6 if kind == Role.Kind.DRAW_OFFICER else 0)
