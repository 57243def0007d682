"""The agenda: items put on it, moved, withdrawn, called; each change within the period of the invitation says why."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock, local_date, today
from audit.services import Refused, record, require
from councils.models import Council
from councils.services import rules_at
from meetings.models import AgendaChange, AgendaItem, Meeting
from meetings.services.rows import locked, require_no_recess
from proposals.models import Proposal
from voting.models import Vote


@transaction.atomic
def add_item(
    meeting: Meeting,
    *,
    title: str,
    proposal: Proposal | None = None,
    is_public: bool = True,
    kind: str = "",
    minutes: int | None = None,
    public_title: str = "",
    reason: str = "",
    by: User,
) -> AgendaItem:
    """Put an item at the end of the agenda; a proposal must be in deliberation or have its final text.

    `minutes` is the time planned, `public_title` what strangers read of an item that is not public.
    """
    meeting = locked(meeting, "edit_agenda", by)
    if proposal is not None:
        proposal = Proposal.objects.get(pk=proposal.pk)
        require(
            proposal.council_id == meeting.council_id
            and proposal.stage in (Proposal.Stage.DELIBERATION, Proposal.Stage.TEXT_FROZEN),
            _("Only a proposal in deliberation can be put on the agenda."),
        )
    kind = kind or (AgendaItem.Kind.MOTION if proposal else AgendaItem.Kind.MATTER)
    more = {"kind": kind, "minutes": minutes, "public_title": "" if is_public else public_title[:200]}
    require_reason(meeting, reason)
    item = append(meeting, title, proposal, is_public, by, **more)
    note_change(item, AgendaChange.Kind.ADDED, reason, by)
    return item


@transaction.atomic
def propose_item(council: Council, *, title: str, by: User | None = None) -> AgendaItem | None:
    """Put a matter that is due on the agenda of the next meeting called, once; None if none is called.

    `by` is None where a timer asks. An open assembly is no meeting of the council in this.
    """
    coming = Meeting.objects.filter(
        council=council, state=Meeting.State.INVITED, kind=Meeting.Kind.SESSION, deleted_at__isnull=True
    )
    meeting = coming.select_for_update(of=("self",), no_key=True).order_by("starts_at").first()
    if meeting is None:
        return None
    known = meeting.items.filter(title=title[:200], proposal__isnull=True).first()
    return known or append(meeting, title, None, True, by)


def append(
    meeting: Meeting, title: str, proposal: Proposal | None, is_public: bool, by: User | None, **more: object
) -> AgendaItem:
    """One more item at the end of a locked meeting's agenda; for services that have asked for the right."""
    title = " ".join(title.split())[:200]
    require(bool(title), _("An item of the agenda needs a title."))
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting, order=last + 1, title=title, proposal=proposal, is_public=is_public, **more
    )
    record("item.added", meeting, by=by, item=item.pk)
    return item


def needs_reason(meeting: Meeting) -> bool:
    """Whether a change of the agenda must say why: from the last day of the invitation until the eve of the meeting.

    On its day the council decides on its own agenda.
    """
    if meeting.state != Meeting.State.INVITED:
        return False
    try:
        rules = rules_at(meeting.council, today())
    except Refused:
        return False
    return 0 < (local_date(meeting.starts_at) - today()).days < rules.invitation_days


def require_reason(meeting: Meeting, reason: str) -> None:
    """Refused for a change without a reason where one is needed."""
    require(
        bool(reason.strip()) or not needs_reason(meeting),
        _("The invitation is out and its period has begun. Please say why the agenda changes."),
    )


def note_change(item: AgendaItem, kind: str, reason: str, by: User) -> None:
    """Keep what changed with its reason, for everybody to read; a change without one leaves the event alone."""
    if reason.strip():
        AgendaChange.objects.create(
            item=item, kind=kind, reason=reason.strip(), order=item.order, at=clock(), by=by.person
        )


@transaction.atomic
def move_item(item: AgendaItem, *, order: int, reason: str = "", by: User) -> AgendaItem:
    """Put an item at the place `order` (from 1) of its agenda; the others keep their order."""
    meeting = locked(item.meeting, "edit_agenda", by)
    require_reason(meeting, reason)
    items = [row for row in meeting.items.all() if row.pk != item.pk]
    moved = meeting.items.get(pk=item.pk)
    items.insert(max(0, order - 1), moved)
    for place, row in enumerate(items, start=1):
        if row.order != place:
            row.order = place
            row.save(update_fields=["order"])
    record("item.moved", meeting, by=by, item=item.pk, order=moved.order)
    note_change(moved, AgendaChange.Kind.MOVED, reason, by)
    return moved


@transaction.atomic
def remove_item(item: AgendaItem, *, reason: str = "", by: User) -> None:
    """Take an item from the agenda, unless it was voted on. With a reason it stays there, struck out; else it is gone."""
    meeting = locked(item.meeting, "edit_agenda", by)
    item = meeting.items.get(pk=item.pk)
    require(item.vote_id is None and not item.resolution, _("What was voted on stays on the agenda."))
    require_reason(meeting, reason)
    record("item.removed", meeting, by=by, item=item.pk, order=item.order)
    if not reason.strip():
        item.delete()
        return
    item.withdrawn_at, item.withdrawn_reason = clock(), reason.strip()
    item.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    note_change(item, AgendaChange.Kind.WITHDRAWN, reason, by)


@transaction.atomic
def call_item(item: AgendaItem, *, by: User) -> AgendaItem:
    """The chair calls an item: the one before it ends at that moment, and hands go up on this one."""
    meeting = locked(item.meeting, "call_item", by)
    item = meeting.items.get(pk=item.pk)
    require(item.withdrawn_at is None, _("This item was withdrawn."))
    require_no_recess(meeting)
    now = clock()
    running = meeting.items.filter(started_at__isnull=False, ended_at__isnull=True)
    if running.filter(pk=item.pk).exists():
        return item
    running.update(ended_at=now)
    item.started_at, item.ended_at = item.started_at or now, None
    item.save(update_fields=["started_at", "ended_at"])
    record("item.called", meeting, by=by, item=item.pk)
    return item


@transaction.atomic
def end_item(meeting: Meeting, *, by: User) -> None:
    """The chair ends the item that is called and calls no other; without one nothing changes."""
    meeting = locked(meeting, "call_item", by)
    running = meeting.items.filter(started_at__isnull=False, ended_at__isnull=True).first()
    if running is None:
        return
    in_hall = running.vote is not None and running.vote.state == Vote.State.CASTING and running.vote.closes_at is None
    require(not in_hall, _("A vote is still open. Please close it first."))
    running.ended_at = clock()
    running.save(update_fields=["ended_at"])
    record("item.ended", meeting, by=by, item=running.pk)
