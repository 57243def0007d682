"""A meeting is called, opened and closed."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import User
from audit.clock import clock, local_date, today
from audit.services import label, record, require
from councils.models import Council
from councils.services import rules_at
from meetings.models import Meeting, Presence
from meetings.permissions import can_call
from meetings.services.agenda import add_item
from meetings.services.promises import opening_titles
from meetings.services.rows import locked, members_of
from proposals.models import Proposal
from voting.models import Vote


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

    The agenda begins with what was promised and with the minutes that wait for approval. Refused if the days between today and the meeting are fewer than the statute's.
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
    opening: list[tuple[str, Proposal | None]] = [(opening_title, None) for opening_title in opening_titles(council)]
    for item_title, proposal in opening + (items or []):
        add_item(meeting, title=item_title, proposal=proposal, by=by)
    agenda = list(meeting.items.filter(is_public=True))
    for membership in members_of(council):
        send("meeting_invited", to=membership.person, about=label(meeting), meeting=meeting, agenda=agenda)
    return meeting


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """Begin the session. Refused before its day."""
    meeting = locked(meeting, "open", by)
    require(today() >= local_date(meeting.starts_at), _("This meeting begins on another day."))
    meeting.state = Meeting.State.OPEN
    meeting.save(update_fields=["state"])
    record("meeting.opened", meeting, by=by)
    return meeting


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """End the session; everybody still in the room leaves. Refused while a vote in the hall is open."""
    meeting = locked(meeting, "close", by)
    in_hall = meeting.items.filter(vote__state=Vote.State.CASTING, vote__closes_at__isnull=True)
    require(not in_hall.exists(), _("A vote is still open. Please close it first."))
    Presence.objects.filter(meeting=meeting, left_at__isnull=True).update(left_at=clock())
    meeting.state = Meeting.State.CLOSED
    meeting.save(update_fields=["state"])
    record("meeting.closed", meeting, by=by)
    return meeting
