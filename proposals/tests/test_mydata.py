"""What a person can take along, and what an erasure leaves."""

import pytest

from accounts.tests.factories import UserFactory
from proposals.models import Comment, Proposal, ProposalVersion, Support
from proposals.mydata import erase_person, export_person
from proposals.services import comment_on, draft_proposal, support_proposal
from proposals.tests.factories import CommentFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


def test_everything_a_person_wrote_and_supported_is_exported(user):
    proposal = ProposalFactory()
    support_proposal(proposal, person=user.person, by=user)
    comment_on(proposal, person=user.person, text="Gut so.", by=user)
    own = ProposalFactory(author=user.person, text="Mehr Bänke.")
    CommentFactory(proposal=proposal, text="von jemand anderem")
    data = export_person(user.person)
    assert [row["text"] for row in data["comments"]] == ["Gut so."]
    assert [row["proposal"] for row in data["supports"]] == [proposal.title]
    assert data["proposals"][0]["title"] == own.title
    assert data["proposals"][0]["versions"][0]["text"] == "Mehr Bänke."


def test_public_words_stay_without_a_label_and_supports_go(user):
    proposal = ProposalFactory()
    support_proposal(proposal, person=user.person, by=user)
    comment_on(proposal, person=user.person, text="Gut so.", by=user)
    other = CommentFactory(proposal=proposal)
    erase_person(user.person)
    proposal.refresh_from_db()
    comment = Comment.objects.get(author=user.person)
    assert (comment.author_label, comment.text) == ("Gelöschtes Konto", "Gut so.")
    assert Comment.objects.get(pk=other.pk).author_label == other.author_label
    assert (proposal.support_count, Support.objects.count()) == (0, 0)


def test_supports_that_carried_a_proposal_further_stay_counted(user):
    proposal = ProposalFactory()
    support_proposal(proposal, person=user.person, by=user)
    Proposal.objects.filter(pk=proposal.pk).update(stage="deliberation")
    erase_person(user.person)
    proposal.refresh_from_db()
    assert (proposal.support_count, Support.objects.count()) == (1, 0)


def test_a_draft_goes_with_its_words(user):
    draft = draft_proposal(council=ProposalFactory().council, person=user.person, title="Geheim", text="x", by=user)
    erase_person(user.person)
    draft.refresh_from_db()
    assert (draft.title, draft.current_version) == ("", None)
    assert not ProposalVersion.objects.filter(proposal=draft).exists()
    assert draft not in Proposal.objects.visible_to(user)
