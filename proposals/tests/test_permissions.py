"""Every role at every stage of a proposal: the whole table, for one's own and for others' proposals."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from accounts.tests.factories import OrganizationFactory, PersonFactory, ResidentFactory, UserFactory, user_with_role
from proposals.models import Proposal
from proposals.permissions import can
from proposals.stages import ACTIONS, EVENTS, STATIONS, Stage
from proposals.tests.factories import ProposalFactory

ALL = ("edit", "submit", "withdraw", "support", "comment", "decide_admissibility", "moderate", "freeze")
ALL += ("put_to_vote", "conclude")
STAFF = {
    Role.Kind.SECRETARIAT: {"decide_admissibility", "moderate", "freeze", "put_to_vote", "conclude"},
    Role.Kind.FACILITATOR: {"moderate", "freeze", "put_to_vote", "conclude"},
}
OPEN = {
    Stage.DRAFT: {"edit", "submit", "withdraw"},
    Stage.SUBMITTED: {"withdraw", "decide_admissibility", "moderate"},
    Stage.RETURNED: {"edit", "submit", "withdraw", "moderate"},
    Stage.REJECTED_FORMAL: {"moderate"},
    Stage.SUPPORT: {"support", "comment", "withdraw", "moderate"},
    Stage.LAPSED: {"moderate"},
    Stage.DELIBERATION: {"comment", "withdraw", "freeze", "moderate"},
    Stage.TEXT_FROZEN: {"comment", "withdraw", "put_to_vote", "moderate"},
    Stage.VOTE: {"conclude", "moderate"},
    Stage.ADOPTED: {"moderate"},
    Stage.REJECTED: {"moderate"},
    Stage.WITHDRAWN: {"moderate"},
}
PAIRS = [(kind, stage) for kind in [None, *Role.Kind.values] for stage in Stage.values]


def allowed(user, proposal, person=None):
    return {action for action in ALL if can(user, action, proposal, person)}


def made(stage, organization=None, **fields):
    proposal = ProposalFactory.build(stage=stage, author=PersonFactory(), **fields)
    proposal.council.organization = organization or OrganizationFactory()
    return proposal


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "stage"), PAIRS)
def test_role_and_stage_together_decide(kind, stage):
    user = user_with_role(kind, person=PersonFactory()) if kind else UserFactory(person=PersonFactory())
    proposal = made(stage)
    if kind:
        proposal.council.organization = user.person.roles.get().organization
    own = made(stage, proposal.council.organization)
    own.author = user.person
    may = STAFF.get(kind, set()) | {"comment"}
    may_own = may | {"edit", "withdraw"} | ({"submit"} if kind in (Role.Kind.MEMBER, Role.Kind.ALTERNATE) else set())
    assert allowed(user, proposal) == OPEN[Stage(stage)] & may
    assert allowed(user, own) == OPEN[Stage(stage)] & may_own


@pytest.mark.django_db
@pytest.mark.parametrize("stage", Stage.values)
def test_a_verified_resident_supports_and_submits(stage):
    user = UserFactory()
    own = made(stage)
    own.author = user.person
    assert allowed(user, made(stage)) == OPEN[Stage(stage)] & {"comment", "support"}
    assert allowed(user, own) == OPEN[Stage(stage)] & {"comment", "support", "edit", "submit", "withdraw"}


@pytest.mark.django_db
@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("kind", [Role.Kind.CLERK, Role.Kind.SECRETARIAT])
def test_the_desk_does_for_a_person_what_the_person_may(kind, stage):
    user, person = user_with_role(kind, person=PersonFactory()), ResidentFactory()
    proposal = made(stage)
    proposal.author = person
    residents = {"comment", "support", "edit", "submit", "withdraw"}
    assert allowed(user, proposal, person) == OPEN[Stage(stage)] & (residents | STAFF.get(kind, set()))


@pytest.mark.django_db
@pytest.mark.parametrize("stage", Stage.values)
def test_nobody_else_acts_for_another_and_without_a_login_nothing_is_open(stage):
    assert allowed(UserFactory(), made(stage), ResidentFactory()) == set()
    assert allowed(UserFactory(person=None), made(stage)) == set()
    assert {a for a in ALL if can(AnonymousUser(), a, made(stage))} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("stage", [Stage.DELIBERATION, Stage.VOTE, Stage.TEXT_FROZEN])
def test_a_facilitator_of_another_council_has_no_office_here(stage):
    user = user_with_role(Role.Kind.FACILITATOR)
    assert allowed(user, made(stage)) & STAFF[Role.Kind.FACILITATOR] == set()


def test_the_tables_name_every_stage():
    on_the_way = {stage for station in STATIONS for stage in station}
    assert set(ACTIONS) == set(Proposal.Stage) == on_the_way | {Stage.DRAFT, Stage.WITHDRAWN}
    assert set(EVENTS.values()) == on_the_way | {Stage.WITHDRAWN}
