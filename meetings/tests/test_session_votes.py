"""A session: presence, quorum, a vote on an item, its resolution, and what becomes of the proposal."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message, Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import clock, set_clock
from audit.services import Refused
from councils.tests.factories import CouncilFactory
from meetings.models import Meeting, Presence
from meetings.services import (
    close_meeting,
    close_vote,
    note_leaving,
    note_presence,
    open_vote,
    present_count,
    remove_item,
    settle_votes,
)
from meetings.tests.factories import MeetingFactory, item_of, session
from proposals.models import Proposal
from proposals.tests.factories import ProposalFactory
from voting.models import Vote
from voting.services import cast_open, confirm_paper, enter_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


def proposed(meeting, stage="deliberation", by=None):
    proposal = ProposalFactory(council=meeting.council, stage=stage, title="Busse mit Strom")
    return item_of(meeting, proposal=proposal, by=by)


def test_presence_is_noted_once_and_again_after_leaving():
    meeting, (user, *_) = session(present=0)
    first = note_presence(meeting, person=user.person, by=user)
    assert note_presence(meeting, person=user.person, by=user) == first
    note_leaving(meeting, person=user.person, by=user)
    assert present_count(meeting) == 0
    assert note_presence(meeting, person=user.person, by=user) != first
    assert present_count(meeting) == 1 and Presence.objects.count() == 2


def test_a_clerk_notes_presence_and_is_named():
    meeting, (user, *_) = session(present=0)
    clerk = user_with_role(Role.Kind.CLERK)
    assert note_presence(meeting, person=user.person, by=clerk).entered_by == clerk.person


def test_only_members_are_present_and_nobody_notes_another():
    meeting, (user, other, *_) = session(present=0)
    stranger = UserFactory()
    with pytest.raises(Refused):
        note_presence(meeting, person=stranger.person, by=stranger)
    with pytest.raises(PermissionDenied):
        note_presence(meeting, person=user.person, by=other)


def test_those_in_the_room_vote_and_the_outcome_reaches_the_proposal(office):
    meeting, users = session(present=4)
    item = proposed(meeting)
    vote = open_vote(item, by=office)
    item.proposal.refresh_from_db()
    assert (vote.roll_count, vote.members_present, vote.statutory_members) == (4, 4, 5)
    assert [entry.label for entry in vote.roll.all()] == ["Platz 1", "Platz 2", "Platz 3", "Platz 4"]
    assert (item.proposal.stage, item.proposal.vote) == (Proposal.Stage.VOTE, vote)
    assert "Busse mit Strom" in vote.question
    for user, choice in zip(users, ["yes", "yes", "no", "abstain"], strict=False):
        cast_open(vote, person=user.person, choice=choice, by=user)
    vote = close_vote(item, by=office)
    item.refresh_from_db()
    item.proposal.refresh_from_db()
    assert vote.state == Vote.State.CLOSED and item.proposal.stage == Proposal.Stage.ADOPTED
    assert item.resolution == "Angenommen mit 2 Ja, 1 Nein und 1 Enthaltungen."


def test_the_rules_in_force_are_frozen_with_the_vote(office):
    rules = {"majority": {"numerator": 2, "denominator": 3, "strict": False, "of": "statutory"}}
    meeting, users = session(council=CouncilFactory(rules=rules))
    item = proposed(meeting)
    vote = open_vote(item, by=office)
    statute = meeting.council.statutes.get()
    assert (vote.basis, vote.basis_hash) == (f"statuteversion:{statute.pk}", statute.hash)
    for user in users[:3]:
        cast_open(vote, person=user.person, choice="yes", by=user)
    result = close_vote(item, by=office).result
    assert (result["denominator"], result["needed"], result["is_adopted"]) == (5, 4, False)


def test_without_a_quorum_no_vote_is_opened(office):
    meeting, _ = session(present=2)
    with pytest.raises(Refused, match="3"):
        open_vote(proposed(meeting), by=office)
    assert Vote.objects.count() == 0


def test_who_comes_later_does_not_vote_and_who_leaves_still_may(office):
    meeting, users = session(present=4)
    vote = open_vote(proposed(meeting), by=office)
    note_presence(meeting, person=users[4].person, by=users[4])
    with pytest.raises(PermissionDenied):
        cast_open(vote, person=users[4].person, choice="yes", by=users[4])
    note_leaving(meeting, person=users[0].person, by=users[0])
    assert cast_open(vote, person=users[0].person, choice="yes", by=users[0])


def test_an_item_is_voted_on_once_and_only_in_session(office):
    meeting, _ = session()
    item = proposed(meeting)
    open_vote(item, by=office)
    with pytest.raises(Refused):
        open_vote(item, by=office)
    closed = item_of(MeetingFactory(council=meeting.council), by=office)
    with pytest.raises(PermissionDenied):
        open_vote(closed, by=office)


def test_a_vote_without_a_proposal_resolves_the_item(office):
    meeting, users = session()
    item = item_of(meeting, title="Niederschrift der letzten Sitzung")
    vote = open_vote(item, by=office)
    cast_open(vote, person=users[0].person, choice="no", by=users[0])
    close_vote(item, by=office)
    item.refresh_from_db()
    assert item.resolution.startswith("Abgelehnt")
    with pytest.raises(Refused):
        remove_item(item, by=office)


def test_paper_in_the_hall_counts_like_a_tap(office):
    meeting, users = session()
    item, clerk = proposed(meeting), user_with_role(Role.Kind.CLERK)
    vote = open_vote(item, by=office)
    for user in users[:3]:
        enter_paper(vote, person=user.person, choice="yes", by=clerk)
    with pytest.raises(Refused, match="Platz 1, Platz 2, Platz 3"):
        close_vote(item, by=office)
    for user in users[:3]:
        confirm_paper(vote, person=user.person, choice="yes", by=office)
    assert close_vote(item, by=office).result["is_adopted"] is True


def test_a_session_ends_when_no_vote_is_open_and_everybody_leaves(office):
    meeting, _ = session()
    item = proposed(meeting)
    open_vote(item, by=office)
    with pytest.raises(Refused):
        close_meeting(meeting, by=office)
    close_vote(item, by=office)
    assert close_meeting(meeting, by=office).state == Meeting.State.CLOSED
    assert present_count(meeting) == 0


def test_a_vote_without_a_hall_reaches_everybody_and_closes_by_itself(office):
    meeting, users = session(present=0)
    item = proposed(meeting)
    vote = open_vote(item, by=office, is_hall=False)
    assert (vote.roll_count, vote.closes_at - vote.opens_at) == (5, datetime.timedelta(days=7))
    assert Message.objects.filter(event="vote_opened").count() == 5
    close_meeting(meeting, by=office)
    for user in users[:3]:
        cast_open(vote, person=user.person, choice="yes", by=user)
    assert settle_votes() == 0
    set_clock(vote.closes_at)
    assert settle_votes() == 1
    item.proposal.refresh_from_db()
    assert item.proposal.stage == Proposal.Stage.ADOPTED
    assert settle_votes() == 0


def test_a_waiting_paper_ballot_holds_a_timed_vote_open(office):
    meeting, users = session(present=0)
    vote = open_vote(proposed(meeting), by=office, is_hall=False)
    enter_paper(vote, person=users[0].person, choice="yes", by=user_with_role(Role.Kind.CLERK))
    set_clock(clock() + datetime.timedelta(days=8))
    assert settle_votes() == 0
