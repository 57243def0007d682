"""The way of a proposal through its stages, moved by offices, by support and by time."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message, Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import BERLIN, set_clock, today
from audit.models import Event
from audit.services import Refused
from councils.tests.factories import CouncilFactory
from proposals.models import Proposal
from proposals.services import (
    admit_proposal,
    conclude,
    freeze_text,
    reject_formally,
    return_proposal,
    settle_proposals,
    support_proposal,
    to_vote,
)
from proposals.tests.factories import ProposalFactory
from voting.services import close
from voting.tests.factories import casting_vote

pytestmark = pytest.mark.django_db
Stage = Proposal.Stage


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


def at(date, hour=0, minute=0):
    set_clock(datetime.datetime.combine(date, datetime.time(hour, minute), tzinfo=BERLIN))


def told(proposal):
    return list(Message.objects.filter(person=proposal.author).order_by("id").values_list("event", flat=True))


def test_admission_takes_figures_of_the_statute_and_tells_the_author(office):
    council = CouncilFactory(rules={"support_needed": 7, "support_weeks": 5})
    proposal = admit_proposal(ProposalFactory(council=council, stage=Stage.SUBMITTED), by=office)
    assert (proposal.stage, proposal.support_needed) == (Stage.SUPPORT, 7)
    assert proposal.stage_until == today() + datetime.timedelta(weeks=5)
    assert told(proposal) == ["proposal_admitted"]


def test_with_no_support_needed_the_deliberation_begins_at_once(office):
    council = CouncilFactory(rules={"support_needed": 0})
    proposal = admit_proposal(ProposalFactory(council=council, stage=Stage.SUBMITTED), by=office)
    assert (proposal.stage, proposal.stage_until) == (Stage.DELIBERATION, None)


@pytest.mark.parametrize(("decide", "stage"), [(return_proposal, "returned"), (reject_formally, "rejected_formal")])
def test_refusals_need_a_reason_that_the_author_reads(office, decide, stage):
    proposal = ProposalFactory(stage=Stage.SUBMITTED)
    with pytest.raises(Refused):
        decide(proposal, reason="  ", by=office)
    proposal = decide(proposal, reason="Die Stadt ist nicht zuständig.", by=office)
    assert (proposal.stage, proposal.stage_reason) == (stage, "Die Stadt ist nicht zuständig.")
    assert "Die Stadt ist nicht zuständig." in Message.objects.get(person=proposal.author).text
    event = Event.objects.get(chain=f"proposal:{proposal.pk}")
    assert "zuständig" not in str(event.facts), "the chain keeps the reason's hash, not words about people"


def test_the_last_support_needed_starts_the_deliberation():
    proposal = ProposalFactory(support_needed=2)
    for _ in range(2):
        user = UserFactory()
        proposal = support_proposal(proposal, person=user.person, by=user)
    assert (proposal.stage, proposal.stage_until, proposal.support_count) == (Stage.DELIBERATION, None, 2)
    assert told(proposal) == ["proposal_supported"]


def test_what_nobody_checked_in_time_is_admitted_when_the_day_is_over():
    proposal = ProposalFactory(stage=Stage.SUBMITTED)
    at(proposal.stage_until, 23, 59)
    assert settle_proposals() == 0
    at(proposal.stage_until + datetime.timedelta(days=1))
    assert settle_proposals() == 1
    proposal.refresh_from_db()
    assert proposal.stage == Stage.SUPPORT and proposal.stage_reason
    assert settle_proposals() == 0
    assert Event.objects.get(name="proposal.admitted").actor == ""


def test_what_found_no_support_lapses_when_the_day_is_over():
    proposal = ProposalFactory(support_needed=5, support_count=4)
    at(proposal.stage_until, 23, 59)
    assert settle_proposals() == 0
    at(proposal.stage_until + datetime.timedelta(days=1))
    assert settle_proposals() == 1
    proposal.refresh_from_db()
    assert (proposal.stage, told(proposal)) == (Stage.LAPSED, ["proposal_lapsed"])


def test_timers_leave_alone_what_is_decided_or_taken_down():
    for stage in Stage.values:
        if stage not in ("submitted", "support"):
            ProposalFactory(stage=stage, stage_until=today() - datetime.timedelta(days=1))
    ProposalFactory(deleted_at=datetime.datetime(2026, 1, 1, tzinfo=BERLIN), stage_until=datetime.date(2026, 1, 1))
    assert settle_proposals() == 0


@pytest.mark.parametrize(("choice", "stage"), [("yes", Stage.ADOPTED), ("no", Stage.REJECTED)])
def test_a_vote_concludes_a_proposal(office, choice, stage):
    from voting.services import cast_open

    user = UserFactory()
    proposal = freeze_text(ProposalFactory(stage=Stage.DELIBERATION), by=office)
    vote = casting_vote([user.person])
    proposal = to_vote(proposal, vote, by=office)
    assert (proposal.stage, proposal.vote) == (Stage.VOTE, vote)
    with pytest.raises(PermissionDenied):
        conclude(proposal, is_adopted=True, by=office)
    cast_open(vote, person=user.person, choice=choice, by=user)
    result = close(vote, by=office).result
    proposal = conclude(proposal, is_adopted=result["is_adopted"], by=office)
    assert proposal.stage == stage
    message = Message.objects.get(person=proposal.author, event="proposal_concluded")
    assert "1" in message.text


def test_the_author_does_not_decide():
    author = UserFactory()
    with pytest.raises(PermissionDenied):
        admit_proposal(ProposalFactory(author=author.person, stage=Stage.SUBMITTED), by=author)
