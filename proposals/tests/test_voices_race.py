"""Many at once: counters are what the rows say, and one person counts once."""

import pytest

from accounts.tests.factories import UserFactory
from proposals.models import Comment, Proposal, Support
from proposals.services import comment_on, support_proposal, withdraw_support
from proposals.tests.factories import ProposalFactory
from voting.tests.test_casting_race import WRITERS, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_person_supporting_eight_times_at_once_counts_once():
    user, proposal = UserFactory(), ProposalFactory()
    outcomes = together(*[lambda: support_proposal(proposal, person=user.person, by=user)] * WRITERS)
    assert [outcome.support_count for outcome in outcomes] == [1] * WRITERS
    assert Proposal.objects.get().support_count == Support.objects.count() == 1


def test_eight_people_supporting_at_once_all_count_and_the_deliberation_begins_once():
    users, proposal = UserFactory.create_batch(WRITERS), ProposalFactory(support_needed=WRITERS)
    outcomes = together(*(lambda u=u: support_proposal(proposal, person=u.person, by=u) for u in users))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    proposal.refresh_from_db()
    assert (proposal.support_count, proposal.stage) == (WRITERS, Proposal.Stage.DELIBERATION)


def test_supports_and_their_withdrawal_at_once_leave_the_counter_right():
    users, proposal = UserFactory.create_batch(WRITERS), ProposalFactory()
    for user in users[: WRITERS // 2]:
        support_proposal(proposal, person=user.person, by=user)
    gone = [lambda u=u: withdraw_support(proposal, person=u.person, by=u) for u in users[: WRITERS // 2]]
    come = [lambda u=u: support_proposal(proposal, person=u.person, by=u) for u in users[WRITERS // 2 :]]
    outcomes = together(*gone, *come)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert Proposal.objects.get().support_count == Support.objects.count() == WRITERS // 2


def test_eight_comments_at_once_are_all_counted_under_eight_labels():
    users, proposal = UserFactory.create_batch(WRITERS), ProposalFactory()
    outcomes = together(*(lambda u=u: comment_on(proposal, person=u.person, text="x", by=u) for u in users))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert Proposal.objects.get().comment_count == Comment.objects.count() == WRITERS
    assert len(set(Comment.objects.values_list("author_label", flat=True))) == WRITERS
