"""How a proposal goes on: admissibility, support, deliberation, vote, and the timers that nobody can stall."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import User
from audit.clock import today
from audit.services import label, require
from councils.services import rules_at
from proposals.models import Proposal
from proposals.services.locking import locked, locked_for, move
from proposals.stages import Stage
from voting.models import Vote


@transaction.atomic
def admit_proposal(proposal: Proposal, *, reason: str = "", by: User) -> Proposal:
    """Find a proposal admissible: it collects support for the weeks of the statute in force today."""
    return _admit(locked_for(proposal, "decide_admissibility", by), reason=reason, by=by)


@transaction.atomic
def return_proposal(proposal: Proposal, *, reason: str, by: User) -> Proposal:
    """Give a proposal back to its author to be revised; the author learns what is missing."""
    return _decide(proposal, Stage.RETURNED, "proposal_returned", reason, by)


@transaction.atomic
def reject_formally(proposal: Proposal, *, reason: str, by: User) -> Proposal:
    """Find a proposal not admissible; the reason is public, and the author may object to the council."""
    return _decide(proposal, Stage.REJECTED_FORMAL, "proposal_rejected", reason, by)


def _decide(proposal: Proposal, stage: Stage, event: str, reason: str, by: User) -> Proposal:
    proposal = locked_for(proposal, "decide_admissibility", by)
    require(bool(reason.strip()), _("Please give the reason; it is published."))
    move(proposal, stage, by=by, reason=reason.strip())
    _tell_author(event, proposal)
    return proposal


def _admit(proposal: Proposal, *, reason: str, by: User | None) -> Proposal:
    date = today()
    rules = rules_at(proposal.council, date)
    until = date + datetime.timedelta(weeks=rules.support_weeks)
    move(proposal, Stage.SUPPORT, by=by, reason=reason.strip(), until=until, support_needed=rules.support_needed)
    _tell_author("proposal_admitted", proposal)
    return take_up_if_supported(proposal)


def take_up_if_supported(proposal: Proposal) -> Proposal:
    """Move a locked proposal on to the deliberation once it has the support it needs."""
    if proposal.stage == Stage.SUPPORT and proposal.support_count >= proposal.support_needed:
        move(proposal, Stage.DELIBERATION, by=None)
        _tell_author("proposal_supported", proposal)
    return proposal


def settle_proposals() -> int:
    """Move on whatever the statute's time is over for; how many. Safe to run twice and beside itself.

    A deadline is a local date and ends with that day. What was not decided in time is admitted; what did not find its
    support has lapsed.
    """
    moved = 0
    due = Proposal.objects.filter(
        stage__in=[Stage.SUBMITTED, Stage.SUPPORT], stage_until__lt=today(), deleted_at__isnull=True
    )
    for key in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            proposal = due.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
            if proposal is None:
                continue
            if proposal.stage == Stage.SUBMITTED:
                _admit(proposal, reason=_("The time to check it was over."), by=None)
            elif take_up_if_supported(proposal).stage == Stage.SUPPORT:
                move(proposal, Stage.LAPSED, by=None)
                _tell_author("proposal_lapsed", proposal)
            moved += 1
    return moved


@transaction.atomic
def freeze_text(proposal: Proposal, *, by: User) -> Proposal:
    """End the work on the text: the current version is what will be voted on."""
    proposal = locked_for(proposal, "freeze", by)
    return move(proposal, Stage.TEXT_FROZEN, by=by)


@transaction.atomic
def to_vote(proposal: Proposal, vote: Vote, *, by: User) -> Proposal:
    """Note that `vote` decides on the frozen text."""
    proposal = locked_for(proposal, "put_to_vote", by)
    return move(proposal, Stage.VOTE, by=by, vote=vote)


@transaction.atomic
def conclude(proposal: Proposal, *, is_adopted: bool, by: User | None) -> Proposal:
    """Note the outcome of the proposal's vote, and tell the author. Refused while the vote is not closed.

    `by` is None when the vote closed by its own time.
    """
    proposal = locked(proposal) if by is None else locked_for(proposal, "conclude", by)
    require(proposal.stage == Stage.VOTE and proposal.vote is not None and proposal.vote.result is not None)
    move(proposal, Stage.ADOPTED if is_adopted else Stage.REJECTED, by=by)
    _tell_author("proposal_concluded", proposal)
    return proposal


def _tell_author(event: str, proposal: Proposal) -> None:
    if proposal.author.erased_at is None:
        send(event, to=proposal.author, about=label(proposal), proposal=proposal)
