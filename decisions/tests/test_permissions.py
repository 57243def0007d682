"""Each role at each stage: what opens, and that nothing else does."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from decisions.models import Addressee, Answer
from decisions.permissions import can, can_adopt
from decisions.stages import ACTIONS, ROLE_ACTIONS, STAGES, stage_of
from decisions.tests.factories import delivered, secretary_of

pytestmark = pytest.mark.django_db
ALL_ACTIONS = sorted(frozenset().union(*ACTIONS.values()))
STATE_OF = {"deferred": ("answered", Answer.DEFERRED), "refused": ("answered", Answer.REFUSED)}


def at(stage: str, addressee: Addressee) -> Addressee:
    """The addressee as it stands at `stage`, not stored."""
    addressee.state, addressee.answer = STATE_OF.get(stage, (stage, Answer.ACCEPTED))
    return addressee


@pytest.fixture
def addressee():
    return delivered()


def test_every_stage_has_its_row_and_every_state_its_stage(addressee):
    assert set(ACTIONS) == set(STAGES)
    assert {stage_of(at(stage, addressee)) for stage in STAGES} == set(STAGES)
    assert set(Addressee.State.values) <= set(STAGES)


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_a_role_may_do_what_its_table_and_the_stage_say_and_nothing_else(kind, addressee):
    own = kind == Role.Kind.BOARD_SECRETARY
    user = secretary_of(addressee.organ) if own else user_with_role(kind)
    for stage in STAGES:
        row = at(stage, addressee)
        allowed = {action for action in ALL_ACTIONS if can(user, action, row)}
        assert allowed == ACTIONS[stage] & ROLE_ACTIONS.get(kind, frozenset()), stage


def test_a_secretary_of_the_organ_itself_may_act_too(addressee):
    user = user_with_role(Role.Kind.BOARD_SECRETARY, addressee.organ.organization)
    assert can(user, "answer", addressee)


@pytest.mark.parametrize("stage", STAGES)
def test_a_secretary_of_another_company_an_account_and_the_public_may_do_nothing(stage, addressee):
    row = at(stage, addressee)
    strangers = [user_with_role(Role.Kind.BOARD_SECRETARY), UserFactory(), UserFactory(person=None), AnonymousUser()]
    assert not [(user, action) for user in strangers for action in ALL_ACTIONS if can(user, action, row)]


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_only_the_secretariat_adopts(kind):
    assert can_adopt(user_with_role(kind)) is (kind == Role.Kind.SECRETARIAT)
