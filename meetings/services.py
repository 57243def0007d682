"""Writes of meetings: calling, agenda, presence, votes on items."""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Person, User
from audit.clock import clock, local_date, today
from audit.services import label, record, require
from councils.models import Council, Membership
from councils.services import rules_at, statute_at
from councils.statutes import Rules, rules_from
from meetings.models import AgendaItem, Meeting, Presence
from meetings.permissions import can, can_call, can_note
from proposals import services as proposals
from proposals.models import Proposal
from voting import services as voting
from voting.models import Vote
from voting.rules import quorum_of

State, Stage = Meeting.State, Proposal.Stage


@transaction.atomic
def call_meeting(
    council: Council,
    *,
    title: str,
    place: str,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User,
    items: list[tuple[str, Proposal | None]] | None = None,
) -> Meeting:
    """Call a meeting and invite every member by the way they chose; `items` are the first of the agenda.

    Refused if the days between today and the meeting are fewer than the statute's.
    """
    require(can_call(by, council))
    rules = rules_at(council, today())
    days = (local_date(starts_at) - today()).days
    require(
        days >= rules.invitation_days,
        _("The rules ask for an invitation %(days)s days before the meeting.") % {"days": rules.invitation_days},
    )
    require(ends_at > starts_at, _("A meeting ends after it starts."))
    meeting = Meeting.objects.create(council=council, title=title, place=place, starts_at=starts_at, ends_at=ends_at)
    record("meeting.called", meeting, by=by, starts_at=starts_at.astimezone(datetime.UTC).isoformat())
    for item_title, proposal in items or []:
        add_item(meeting, title=item_title, proposal=proposal, by=by)
    agenda = list(meeting.items.filter(is_public=True))
    for membership in members_of(council):
        send("meeting_invited", to=membership.person, about=label(meeting), meeting=meeting, agenda=agenda)
    return meeting


def members_of(council: Council) -> QuerySet[Membership]:
    """Those who may take part in the council's votes today, by seat."""
    active = Membership.objects.active().filter(seat__council=council, begin_date__lte=today())
    return active.select_related("person", "seat").order_by("seat__number")


@transaction.atomic
def add_item(
    meeting: Meeting, *, title: str, proposal: Proposal | None = None, is_public: bool = True, by: User
) -> AgendaItem:
    """Put an item at the end of the agenda; a proposal must be in deliberation or have its final text."""
    meeting = _locked(meeting, "edit_agenda", by)
    if proposal is not None:
        proposal = Proposal.objects.get(pk=proposal.pk)
        require(
            proposal.council_id == meeting.council_id and proposal.stage in (Stage.DELIBERATION, Stage.TEXT_FROZEN),
            _("Only a proposal in deliberation can be put on the agenda."),
        )
    return _append(meeting, title, proposal, is_public, by)


@transaction.atomic
def propose_item(council: Council, *, title: str, by: User | None = None) -> AgendaItem | None:
    """Put a matter that is due on the agenda of the next meeting called, once; None if none is called.

    `by` is None where a timer asks.
    """
    coming = Meeting.objects.filter(council=council, state=State.INVITED, deleted_at__isnull=True)
    meeting = coming.select_for_update(of=("self",), no_key=True).order_by("starts_at").first()
    if meeting is None:
        return None
    known = meeting.items.filter(title=title[:200], proposal__isnull=True).first()
    return known or _append(meeting, title, None, True, by)


def _append(meeting: Meeting, title: str, proposal: Proposal | None, is_public: bool, by: User | None) -> AgendaItem:
    title = " ".join(title.split())[:200]
    require(bool(title), _("An item of the agenda needs a title."))
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting, order=last + 1, title=title, proposal=proposal, is_public=is_public
    )
    record("item.added", meeting, by=by, item=item.pk)
    return item


@transaction.atomic
def move_item(item: AgendaItem, *, order: int, by: User) -> AgendaItem:
    """Put an item at the place `order` (from 1) of its agenda; the others keep their order."""
    meeting = _locked(item.meeting, "edit_agenda", by)
    items = [row for row in meeting.items.all() if row.pk != item.pk]
    moved = meeting.items.get(pk=item.pk)
    items.insert(max(0, order - 1), moved)
    for place, row in enumerate(items, start=1):
        if row.order != place:
            row.order = place
            row.save(update_fields=["order"])
    record("item.moved", meeting, by=by, item=item.pk, order=moved.order)
    return moved


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User) -> None:
    """Take an item from the agenda, unless it was voted on."""
    meeting = _locked(item.meeting, "edit_agenda", by)
    item = meeting.items.get(pk=item.pk)
    require(item.vote_id is None and not item.resolution, _("What was voted on stays on the agenda."))
    record("item.removed", meeting, by=by, item=item.pk, order=item.order)
    item.delete()


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """Begin the session. Refused before its day."""
    meeting = _locked(meeting, "open", by)
    require(today() >= local_date(meeting.starts_at), _("This meeting begins on another day."))
    meeting.state = State.OPEN
    meeting.save(update_fields=["state"])
    record("meeting.opened", meeting, by=by)
    return meeting


@transaction.atomic
def note_presence(meeting: Meeting, *, person: Person, by: User) -> Presence:
    """Note that a member is in the room; noting it twice gives the same row. Refused for anybody but a member."""
    meeting = _locked(meeting)
    require(can_note(by, meeting, person))
    membership = members_of(meeting.council).filter(person=person).first()
    require(membership is not None, _("Only members of the council are noted as present."))
    assert membership is not None  # noqa: S101  (for the type checker)
    present = Presence.objects.filter(meeting=meeting, membership=membership, left_at__isnull=True).first()
    if present is not None:
        return present
    clerk = by.person if by.person_id != person.pk else None
    return Presence.objects.create(meeting=meeting, membership=membership, came_at=clock(), entered_by=clerk)


@transaction.atomic
def note_leaving(meeting: Meeting, *, person: Person, by: User) -> None:
    """Note that a member has left the room; without a presence nothing changes."""
    meeting = _locked(meeting)
    require(can_note(by, meeting, person))
    here = Presence.objects.filter(meeting=meeting, membership__person=person, left_at__isnull=True)
    here.update(left_at=clock())


def present_count(meeting: Meeting) -> int:
    """How many members are in the room now."""
    return Presence.objects.filter(meeting=meeting, left_at__isnull=True).count()


def quorum_needed(rules: Rules, council: Council) -> int:
    """How many members must be present for a vote under `rules`."""
    return quorum_of(rules.quorum).needed(council.seat_count)


@transaction.atomic
def open_vote(
    item: AgendaItem, *, by: User, is_hall: bool = True, question: str = "", closes_at: datetime.datetime | None = None
) -> Vote:
    """Announce and open the vote on an item: roll call of the members in the room, or of all members.

    Without a hall (`is_hall=False`) the vote closes by itself, at `closes_at` or after the statute's days. The
    rules in force today are frozen with it; the proposal's text becomes final. Refused without a quorum in the hall.
    """
    meeting = _locked(item.meeting, "open_vote", by)
    item = _locked_item(item)
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
        if item.proposal.stage == Stage.DELIBERATION:
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
    meeting = _locked(item.meeting) if by is None else _locked(item.meeting, "close_vote", by)
    item = _locked_item(item)
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


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """End the session; everybody still in the room leaves. Refused while a vote in the hall is open."""
    meeting = _locked(meeting, "close", by)
    in_hall = meeting.items.filter(vote__state=Vote.State.CASTING, vote__closes_at__isnull=True)
    require(not in_hall.exists(), _("A vote is still open. Please close it first."))
    Presence.objects.filter(meeting=meeting, left_at__isnull=True).update(left_at=clock())
    meeting.state = State.CLOSED
    meeting.save(update_fields=["state"])
    record("meeting.closed", meeting, by=by)
    return meeting


def settle_votes() -> int:
    """Close the votes whose own time is over and that no paper ballot holds open; how many. Safe to run twice."""
    closed = 0
    due = AgendaItem.objects.filter(vote__state=Vote.State.CASTING, vote__closes_at__lte=clock())
    for item in due.select_related("meeting", "vote").order_by("pk"):
        if item.vote is not None and not voting.waiting_labels(item.vote):
            close_vote(item, by=None)
            closed += 1
    return closed


def _locked(meeting: Meeting, action: str = "", by: User | None = None) -> Meeting:
    """The row, held until the transaction ends; with `action` only for whom that is open now."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("council__organization")
    meeting = rows.get(pk=meeting.pk, deleted_at__isnull=True)
    require(not action or (by is not None and can(by, action, meeting)))
    return meeting


def _locked_item(item: AgendaItem) -> AgendaItem:
    rows = AgendaItem.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("proposal__council__organization", "vote").get(pk=item.pk)
