"""An author's way: draft, submit, revise, withdraw; what is submitted is never changed."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.tests.factories import PersonFactory, UserFactory, user_with_role
from audit.clock import today
from audit.models import Event
from audit.services import Refused
from councils.tests.factories import CompanyFactory, CouncilFactory, seated
from proposals.models import Proposal, ProposalVersion
from proposals.services import (
    draft_proposal,
    edit_draft,
    return_proposal,
    submit_proposal,
    withdraw_proposal,
)
from proposals.tests.factories import ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def draft(author):
    return draft_proposal(
        council=CouncilFactory(), person=author.person, title=" Busse  mit Strom ", text="Erst eins.\r\n\r\n", by=author
    )


def test_a_draft_is_cleaned_and_seen_by_its_author_alone(draft, author):
    assert (draft.title, draft.current_version.text) == ("Busse mit Strom", "Erst eins.")
    assert draft in Proposal.objects.visible_to(author)
    assert draft not in Proposal.objects.visible_to(UserFactory())
    assert draft not in Proposal.objects.visible_to(AnonymousUser())


def test_a_draft_is_edited_in_place(draft, author):
    edit_draft(draft, title="Busse", text="Zweitens.", by=author)
    version = ProposalVersion.objects.get(proposal=draft)
    assert (version.number, version.text, version.title) == (1, "Zweitens.", "Busse")


def test_submitting_starts_the_time_of_the_statute(draft, author):
    proposal = submit_proposal(draft, by=author)
    assert proposal.stage == Proposal.Stage.SUBMITTED
    assert proposal.stage_until == today() + datetime.timedelta(weeks=2)
    assert proposal in Proposal.objects.visible_to(AnonymousUser())
    names = list(Event.objects.filter(chain=f"proposal:{draft.pk}").values_list("name", flat=True))
    assert names == ["proposal.drafted", "proposal.submitted"]


def test_a_returned_proposal_is_revised_in_a_new_version(draft, author):
    submit_proposal(draft, by=author)
    return_proposal(draft, reason="Bitte ein Unternehmen nennen.", by=user_with_role(Role.Kind.SECRETARIAT))
    edit_draft(draft, title="Busse", text="Zweitens.", by=author)
    draft.refresh_from_db()
    assert [version.number for version in draft.versions.all()] == [2, 1]
    assert (draft.current_version.number, draft.title) == (2, "Busse")
    edit_draft(draft, title="Busse", text="Zweitens.", by=author)
    assert draft.versions.count() == 2, "the same words make no version"
    assert submit_proposal(draft, by=author).stage == Proposal.Stage.SUBMITTED


def test_the_database_refuses_to_change_a_submitted_version(draft, author):
    submit_proposal(draft, by=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalVersion.objects.filter(proposal=draft).update(text="etwas anderes")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalVersion.objects.filter(proposal=draft).delete()


def test_what_is_withdrawn_stays_to_be_read_but_a_draft_goes(draft, author):
    withdraw_proposal(draft, by=author)
    assert draft not in Proposal.objects.visible_to(author)
    public = ProposalFactory(author=author.person)
    assert withdraw_proposal(public, by=author).stage == Proposal.Stage.WITHDRAWN
    assert public in Proposal.objects.visible_to(AnonymousUser())


@pytest.mark.parametrize(("title", "text"), [("", "x"), ("x", " \n "), ("x" * 121, "x"), ("x", "x" * 10_001)])
def test_empty_and_endless_texts_are_refused(author, title, text):
    with pytest.raises(Refused):
        draft_proposal(council=CouncilFactory(), person=author.person, title=title, text=text, by=author)


def test_somebody_not_verified_may_draft_but_not_submit():
    user = UserFactory(person=PersonFactory())
    draft = draft_proposal(council=CouncilFactory(), person=user.person, title="x", text="x", by=user)
    with pytest.raises(PermissionDenied):
        submit_proposal(draft, by=user)


def test_a_member_submits_in_the_own_council_only():
    council, user = CouncilFactory(), UserFactory(person=PersonFactory())
    seated(council, 1, user.person)
    own = draft_proposal(council=council, person=user.person, title="x", text="x", by=user)
    other = draft_proposal(council=CouncilFactory(), person=user.person, title="x", text="x", by=user)
    assert submit_proposal(own, by=user).stage == Proposal.Stage.SUBMITTED
    with pytest.raises(PermissionDenied):
        submit_proposal(other, by=user)


def test_a_board_secretary_submits_for_the_own_company_only():
    council, company = CouncilFactory(), CompanyFactory()
    user = user_with_role(Role.Kind.BOARD_SECRETARY, company.organization, person=PersonFactory())
    words = {"council": council, "person": user.person, "title": "x", "text": "x", "by": user}
    own = draft_proposal(**words, on_behalf_of=company.organization)
    assert submit_proposal(own, by=user).stage == Proposal.Stage.SUBMITTED
    with pytest.raises(PermissionDenied):
        draft_proposal(**words, on_behalf_of=CompanyFactory().organization)
    with pytest.raises(PermissionDenied):
        submit_proposal(draft_proposal(**words), by=user)


def test_a_clerk_writes_for_somebody_without_a_login_and_is_named(author):
    person, clerk = UserFactory().person, user_with_role(Role.Kind.CLERK)
    draft = draft_proposal(council=CouncilFactory(), person=person, title="x", text="x", by=clerk)
    assert (draft.author, draft.entered_by) == (person, clerk.person)
    assert submit_proposal(draft, by=clerk).stage == Proposal.Stage.SUBMITTED
    with pytest.raises(PermissionDenied):
        draft_proposal(council=CouncilFactory(), person=person, title="x", text="x", by=author)


def test_nobody_edits_what_is_anothers(draft):
    with pytest.raises(PermissionDenied):
        edit_draft(draft, title="x", text="x", by=UserFactory())


def test_what_turns_the_direction_of_writing_is_taken_out(author):
    sly = "Gut\u202eetiehcS\x07"
    draft = draft_proposal(council=CouncilFactory(), person=author.person, title=sly, text=sly, by=author)
    assert (draft.title, draft.current_version.text) == ("GutetiehcS", "GutetiehcS")
