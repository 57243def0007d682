"""Notices by anyone, decided with reasons that the author and the reporter read."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message, Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.services import Refused
from proposals.models import Comment, Notice, Proposal
from proposals.services import decide_notice, give_notice
from proposals.tests.factories import CommentFactory, NoticeFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


def test_a_notice_is_kept_and_its_receipt_confirmed():
    notice = give_notice(
        comment=CommentFactory(), category="insult", explanation="Das beleidigt.", reporter_email="a@b.example"
    )
    message = Message.objects.get(email="a@b.example")
    assert (notice.state, message.event) == (Notice.State.OPEN, "proposal_notice_received")
    assert str(notice.pk) in message.text


def test_a_notice_needs_no_address():
    give_notice(proposal=ProposalFactory(), category="illegal", explanation="Das ist verboten.")
    assert Notice.objects.count() == 1 and Message.objects.count() == 0


@pytest.mark.parametrize(
    ("category", "explanation"), [("insult", " "), ("insult", "x" * 2_001), ("boring", "Das ist langweilig.")]
)
def test_an_incomplete_notice_is_refused(category, explanation):
    with pytest.raises(Refused):
        give_notice(comment=CommentFactory(), category=category, explanation=explanation)


def test_a_notice_is_about_one_thing():
    with pytest.raises(PermissionDenied):
        give_notice(category="spam", explanation="x")
    with pytest.raises(PermissionDenied):
        give_notice(comment=CommentFactory(), proposal=ProposalFactory(), category="spam", explanation="x")


@pytest.mark.parametrize("state", ["hidden", "removed"])
def test_taking_down_a_comment_tells_its_author_and_the_reporter_why(office, state):
    comment = CommentFactory()
    comment.proposal.comment_count = 1
    comment.proposal.save()
    notice = NoticeFactory(comment=comment, reporter_email="a@b.example")
    decide_notice(notice, state=state, reasons="Es beleidigt eine Nachbarin.", by=office)
    comment.refresh_from_db()
    comment.proposal.refresh_from_db()
    assert (comment.state, comment.proposal.comment_count) == (state, 0)
    to_author = Message.objects.get(person=comment.author, event="comment_taken_down")
    to_reporter = Message.objects.get(email="a@b.example", event="proposal_notice_decided")
    assert "Es beleidigt eine Nachbarin." in to_author.text and "Es beleidigt eine Nachbarin." in to_reporter.text
    assert comment.text in to_author.text


def test_taking_down_a_proposal_takes_it_from_the_public_pages(office):
    proposal = ProposalFactory()
    notice = NoticeFactory(comment=None, proposal=proposal)
    decide_notice(notice, state="removed", reasons="Werbung.", by=office)
    assert proposal not in Proposal.objects.visible_to(UserFactory())
    assert Message.objects.filter(person=proposal.author, event="proposal_taken_down").exists()


def test_no_action_leaves_everything_and_is_decided_once(office):
    notice = NoticeFactory()
    decide_notice(notice, state="no_action", reasons="Scharf, aber erlaubt.", by=office)
    assert Comment.objects.get().state == Comment.State.VISIBLE
    with pytest.raises(Refused):
        decide_notice(notice, state="hidden", reasons="Doch nicht.", by=office)


def test_a_decision_needs_reasons(office):
    with pytest.raises(Refused):
        decide_notice(NoticeFactory(), state="hidden", reasons=" ", by=office)


def test_nobody_decides_on_their_own_words(office):
    with pytest.raises(PermissionDenied):
        decide_notice(NoticeFactory(comment__author=office.person), state="no_action", reasons="x", by=office)


def test_a_facilitator_moderates_in_the_own_council_only():
    notice = NoticeFactory()
    with pytest.raises(PermissionDenied):
        decide_notice(notice, state="hidden", reasons="x", by=user_with_role(Role.Kind.FACILITATOR))
    own = user_with_role(Role.Kind.FACILITATOR, notice.comment.proposal.council.organization)
    assert decide_notice(notice, state="hidden", reasons="x", by=own).decided_by == own.person
