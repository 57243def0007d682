"""The agenda: items put on it, moved, taken off."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record, require
from councils.models import Council
from meetings.models import AgendaItem, Meeting
from meetings.services.rows import locked
from proposals.models import Proposal


@transaction.atomic
def add_item(
    meeting: Meeting, *, title: str, proposal: Proposal | None = None, is_public: bool = True, by: User
) -> AgendaItem:
    """Put an item at the end of the agenda; a proposal must be in deliberation or have its final text."""
    meeting = locked(meeting, "edit_agenda", by)
    if proposal is not None:
        proposal = Proposal.objects.get(pk=proposal.pk)
        require(
            proposal.council_id == meeting.council_id
            and proposal.stage in (Proposal.Stage.DELIBERATION, Proposal.Stage.TEXT_FROZEN),
            _("Only a proposal in deliberation can be put on the agenda."),
        )
    return _append(meeting, title, proposal, is_public, by)


@transaction.atomic
def propose_item(council: Council, *, title: str, by: User | None = None) -> AgendaItem | None:
    """Put a matter that is due on the agenda of the next meeting called, once; None if none is called.

    `by` is None where a timer asks.
    """
    coming = Meeting.objects.filter(council=council, state=Meeting.State.INVITED, deleted_at__isnull=True)
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
    meeting = locked(item.meeting, "edit_agenda", by)
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
    meeting = locked(item.meeting, "edit_agenda", by)
    item = meeting.items.get(pk=item.pk)
    require(item.vote_id is None and not item.resolution, _("What was voted on stays on the agenda."))
    record("item.removed", meeting, by=by, item=item.pk, order=item.order)
    item.delete()
