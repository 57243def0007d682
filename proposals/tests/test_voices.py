"""Supports and comments: one support each, labels that show no name, a bound per hour."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import PersonFactory, UserFactory, user_with_role
from audit.clock import clock, set_clock, today
from audit.models import Event
from audit.services import Refused
from councils.models import Membership
from councils.services import end_membership
from councils.tests.factories import CompanyFactory, seated
from proposals.models import Comment, Proposal, Support
from proposals.services import comment_on, support_proposal, withdraw_support
from proposals.services.voices import COMMENTS_PER_HOUR
from proposals.tests.factories import CommentFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal():
    return ProposalFactory()


@pytest.fixture
def user():
    return UserFactory()


def test_a_second_support_gives_the_same_answer_and_counts_once(proposal, user):
    for _ in range(3):
        assert support_proposal(proposal, person=user.person, by=user).support_count == 1
    assert Support.objects.count() == 1


def test_a_support_can_be_taken_back_once(proposal, user):
    support_proposal(proposal, person=user.person, by=user)
    assert withdraw_support(proposal, person=user.person, by=user).support_count == 0
    assert withdraw_support(proposal, person=user.person, by=user).support_count == 0


def test_only_verified_residents_support(proposal):
    for person in (
        PersonFactory(),
        PersonFactory(verified_until=today() - datetime.timedelta(days=1)),
    ):
        user = UserFactory(person=person)
        with pytest.raises(PermissionDenied):
            support_proposal(proposal, person=person, by=user)
    assert Support.objects.count() == 0


def test_a_clerk_enters_a_support_from_a_paper_list(proposal):
    person, clerk = UserFactory().person, user_with_role(Role.Kind.CLERK)
    support_proposal(proposal, person=person, by=clerk)
    assert Support.objects.get().entered_by == clerk.person
    event = Event.objects.get(chain=f"proposal:{proposal.pk}", name="support.entered")
    assert str(person.uuid) not in str(event.facts)
    with pytest.raises(PermissionDenied):
        support_proposal(proposal, person=UserFactory().person, by=UserFactory())


def test_a_comment_counts_and_stays_plain(proposal, user):
    comment = comment_on(proposal, person=user.person, text=" <b>Ja</b>\r\nund nein ", by=user)
    proposal.refresh_from_db()
    assert (comment.text, comment.author_label, proposal.comment_count) == ("<b>Ja</b>\nund nein", "Stimme 1", 1)
    assert Event.objects.get(chain=f"comment:{comment.pk}").facts == {"proposal": proposal.pk}


def test_voices_are_numbered_within_one_discussion(proposal, user):
    other = UserFactory()
    labels = [comment_on(proposal, person=u.person, text="x", by=u).author_label for u in (user, other, user)]
    assert labels == ["Stimme 1", "Stimme 2", "Stimme 1"]
    elsewhere = ProposalFactory()
    assert comment_on(elsewhere, person=other.person, text="x", by=other).author_label == "Stimme 1"


def test_a_member_speaks_as_a_seat_and_after_leaving_as_a_voice(proposal, user):
    membership = seated(proposal.council, 4, user.person)
    assert comment_on(proposal, person=user.person, text="x", by=user).author_label == "Platz 4"
    office = user_with_role(Role.Kind.SECRETARIAT)
    end_membership(membership, reason=Membership.EndReason.RESIGNED, end_date=today(), by=office)
    assert comment_on(proposal, person=user.person, text="x", by=user).author_label == "Stimme 1"


def test_who_proposes_for_a_company_speaks_for_it():
    company = CompanyFactory()
    user = user_with_role(Role.Kind.BOARD_SECRETARY, company.organization)
    proposal = ProposalFactory(author=user.person, on_behalf_of=company.organization)
    assert comment_on(proposal, person=user.person, text="x", by=user).author_label == company.organization.name


def test_an_answer_to_an_answer_joins_the_thread(proposal, user):
    first = comment_on(proposal, person=user.person, text="x", by=user)
    second = comment_on(proposal, person=user.person, text="x", parent=first, by=user)
    third = comment_on(proposal, person=user.person, text="x", parent=second, by=user)
    assert (second.parent, third.parent) == (first, first)


def test_no_answer_to_what_is_hidden_or_belongs_elsewhere(proposal, user):
    for parent in (CommentFactory(), CommentFactory(proposal=proposal, state=Comment.State.HIDDEN)):
        with pytest.raises(PermissionDenied):
            comment_on(proposal, person=user.person, text="x", parent=parent, by=user)


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 3_001])
def test_empty_and_endless_comments_are_refused(proposal, user, text):
    with pytest.raises(Refused):
        comment_on(proposal, person=user.person, text=text, by=user)


def test_nobody_writes_more_than_a_bound_in_an_hour(proposal, user):
    for _ in range(COMMENTS_PER_HOUR):
        comment_on(proposal, person=user.person, text="x", by=user)
    with pytest.raises(Refused):
        comment_on(ProposalFactory(), person=user.person, text="x", by=user)
    assert comment_on(proposal, person=UserFactory().person, text="x", by=user_with_role(Role.Kind.CLERK))
    set_clock(clock() + datetime.timedelta(hours=1, seconds=1))
    assert comment_on(proposal, person=user.person, text="x", by=user)


def test_an_account_not_verified_may_comment(proposal):
    user = UserFactory(person=PersonFactory())
    assert comment_on(proposal, person=user.person, text="x", by=user).pk


def test_an_erased_person_does_nothing(proposal):
    blank = dict.fromkeys(["given_name", "family_name", "street", "email", "phone"], "")
    user = UserFactory(person=PersonFactory(**blank, erased_at=clock()))
    with pytest.raises(PermissionDenied):
        comment_on(proposal, person=user.person, text="x", by=user)


def test_what_was_taken_down_takes_no_comment(user):
    proposal = ProposalFactory(deleted_at=clock())
    with pytest.raises(Proposal.DoesNotExist):
        comment_on(proposal, person=user.person, text="x", by=user)
