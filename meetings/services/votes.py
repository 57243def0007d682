"""Votes on items: opened with the rules of the day, closed into a resolution."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import User
from audit.clock import clock, today
from audit.services import label, record, require
from councils.services import statute_at
from councils.statutes import rules_from
from meetings.models import AgendaItem, Meeting, Presence
from meetings.services.presence import quorum_needed
from meetings.services.rows import locked, locked_item, members_of
from proposals import services as proposals
from proposals.models import Proposal
from voting import services as voting
from voting.models import Vote


@transaction.atomic
def open_vote(
    item: AgendaItem, *, by: User, is_hall: bool = True, question: str = "", closes_at: datetime.datetime | None = None
) -> Vote:
    """Announce and open the vote on an item: roll call of the members in the room, or of all members.

    Without a hall (`is_hall=False`) the vote closes by itself, at `closes_at` or after the statute's days. The
    rules in force today are frozen with it; the proposal's text becomes final. Refused without a quorum in the hall.
    """
    meeting = locked(item.meeting, "open_vote", by)
    item = locked_item(item)
    require(item.vote is None, _("There has already been a vote on this item."))
    statute = statute_at(meeting.council, today())
    rules = rules_from(statute.settings)
    electorate = _electorate(meeting, is_hall)
    if is_hall:
        needed = quorum_needed(rules, meeting.council)
        require(
            len(electorate) >= needed,
            _("Only %(present)s members are present; a vote needs %(needed)s.")
            % {"present": len(electorate), "needed": needed},
        )
        closes_at = None
    now = clock()
    vote = voting.announce(
        subject=label(item),
        title=item.title,
        question=question or _question(item),
        rule=rules.vote_rule(present="hall" if is_hall else "cast"),
        basis=label(statute),
        basis_hash=statute.hash,
        electorate=electorate,
        statutory_members=meeting.council.seat_count,
        members_present=len(electorate),
        opens_at=now,
        closes_at=closes_at if is_hall else closes_at or now + datetime.timedelta(days=rules.vote_days),
        by=by,
    )
    vote = voting.open_casting(vote, by=by)
    item.vote = vote
    item.save(update_fields=["vote"])
    _freeze_proposal(item, vote, by)
    record("item.vote_opened", meeting, by=by, item=item.pk, vote=vote.pk)
    if not is_hall:
        _ask_everybody(item, vote, electorate)
    return vote


def _freeze_proposal(item: AgendaItem, vote: Vote, by: User) -> None:
    """The text of the item's proposal becomes final, and this vote decides on it."""
    if item.proposal is not None:
        if item.proposal.stage == Proposal.Stage.DELIBERATION:
            proposals.freeze_text(item.proposal, by=by)
        proposals.to_vote(item.proposal, vote, by=by)


def _ask_everybody(item: AgendaItem, vote: Vote, electorate: list[voting.Voter]) -> None:
    """Tell each member by the way they chose that a vote without a meeting is open."""
    for voter in electorate:
        send("vote_opened", to=voter.person, about=label(vote), item=item, vote=vote, seat=voter.label)


def _electorate(meeting: Meeting, is_hall: bool) -> list[voting.Voter]:
    """Who may vote, under the label of the seat: with a hall those present, else every member."""
    members = members_of(meeting.council)
    if is_hall:
        here = Presence.objects.filter(meeting=meeting, left_at__isnull=True).values("membership")
        members = members.filter(pk__in=here)
    with translation.override(settings.LANGUAGE_CODE):
        return [voting.Voter(row.person, str(row.seat), row.seat.number) for row in members]


def _question(item: AgendaItem) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        if item.proposal is not None:
            return _("Shall the council adopt the proposal “%(title)s”?") % {"title": item.proposal.title}
        return _("Shall the council agree to this item: “%(title)s”?") % {"title": item.title}


@transaction.atomic
def close_vote(item: AgendaItem, *, by: User | None) -> Vote:
    """Close and count the vote on an item, write down its resolution and conclude its proposal.

    `by` is None when the vote's own time is over.
    """
    meeting = locked(item.meeting) if by is None else locked(item.meeting, "close_vote", by)
    item = locked_item(item)
    require(item.vote is not None, _("There is no vote on this item yet."))
    assert item.vote is not None  # noqa: S101  (for the type checker)
    vote = voting.close(item.vote, by=by)
    assert vote.result is not None  # noqa: S101  (a closed vote has its result)
    item.vote, item.resolution = vote, _resolution(vote.result)
    item.save(update_fields=["resolution"])
    if item.proposal is not None:
        proposals.conclude(item.proposal, is_adopted=vote.result["is_adopted"], by=by)
    record("item.resolved", meeting, by=by, item=item.pk, is_adopted=vote.result["is_adopted"])
    return vote


def _resolution(result: dict) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        if not result["has_quorum"]:
            words = _("Not decided for want of a quorum: %(yes)s yes, %(no)s no, %(abstain)s abstentions.")
        elif result["is_adopted"]:
            words = _("Adopted with %(yes)s yes, %(no)s no and %(abstain)s abstentions.")
        else:
            words = _("Rejected with %(yes)s yes, %(no)s no and %(abstain)s abstentions.")
        return words % result


def settle_votes() -> int:
    """Close the votes whose own time is over and that no paper ballot holds open; how many. Safe to run twice."""
    closed = 0
    due = AgendaItem.objects.filter(vote__state=Vote.State.CASTING, vote__closes_at__lte=clock())
    for item in due.select_related("meeting", "vote").order_by("pk"):
        if item.vote is not None and not voting.waiting_labels(item.vote):
            close_vote(item, by=None)
            closed += 1
    return closed
