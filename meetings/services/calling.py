"""A meeting is called, changed or cancelled, opened and closed."""

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
from meetings.services.speaking import end_speech
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
    kind: str = Meeting.Kind.SESSION,
    urgency: str = "",
) -> Meeting:
    """Call a meeting and invite every member by the way they chose; `items` are the first of the agenda.

    The agenda begins with what was promised and with the minutes that wait for approval. Refused if the days between
    today and the meeting are fewer than the statute's, unless `urgency` gives the reason, which is recorded, sent and
    published with it.
    """
    require(can_call(by, council))
    urgency = urgency.strip()
    require_period(council, starts_at, urgency)
    require(ends_at > starts_at, _("A meeting ends after it starts."))
    meeting = Meeting.objects.create(
        council=council, title=title, place=place, starts_at=starts_at, ends_at=ends_at, kind=kind, urgency=urgency
    )
    when = starts_at.astimezone(datetime.UTC).isoformat()
    record("meeting.called", meeting, by=by, starts_at=when, kind=kind, is_urgent=bool(urgency))
    is_session = kind == Meeting.Kind.SESSION
    titles = opening_titles(council) if is_session else []
    opening: list[tuple[str, Proposal | None]] = [(opening_title, None) for opening_title in titles]
    for item_title, proposal in opening + (items or []):
        add_item(meeting, title=item_title, proposal=proposal, reason=urgency, by=by)
    tell_members(meeting, "meeting_invited")
    return meeting


def require_period(council: Council, starts_at: datetime.datetime, urgency: str) -> None:
    """Refused for a meeting in the past, and within the period of the invitation unless there is a reason."""
    rules = rules_at(council, today())
    days = (local_date(starts_at) - today()).days
    require(days >= 0, _("A meeting is called for a day to come."))
    require(
        days >= rules.invitation_days or bool(urgency),
        _("The rules ask for an invitation %(days)s days before the meeting. If it cannot wait, give the reason.")
        % {"days": rules.invitation_days},
    )


def tell_members(meeting: Meeting, event: str) -> None:
    """Write to every member by the way they chose. Of what is closed a mail or letter says only that it is there."""
    rows = meeting.items.filter(withdrawn_at__isnull=True).order_by("order")
    agenda = [item for item in rows if item.is_public]
    for membership in members_of(meeting.council):
        send(
            event,
            to=membership.person,
            about=label(meeting),
            meeting=meeting,
            agenda=agenda,
            closed_count=len(rows) - len(agenda),
        )


@transaction.atomic
def edit_meeting(
    meeting: Meeting,
    *,
    title: str,
    place: str,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    room: str = "",
    room_link: str = "",
    stream_link: str = "",
    by: User,
) -> Meeting:
    """Change when, where and how a meeting is held. Who was invited is told if it moved; calendars follow.

    Refused for a day within the period of the invitation, unless the day stays or the meeting is urgent anyway.
    """
    meeting = locked(meeting, "edit_meeting", by)
    require(ends_at > starts_at, _("A meeting ends after it starts."))
    if local_date(starts_at) != local_date(meeting.starts_at):
        require_period(meeting.council, starts_at, meeting.urgency)
    has_moved = (place, starts_at, ends_at) != (meeting.place, meeting.starts_at, meeting.ends_at)
    meeting.title, meeting.place, meeting.starts_at, meeting.ends_at = title, place, starts_at, ends_at
    meeting.room, meeting.room_link, meeting.stream_link = room, room_link, stream_link
    meeting.revision += 1
    meeting.save()
    record("meeting.changed", meeting, by=by, revision=meeting.revision, has_moved=has_moved)
    if has_moved:
        tell_members(meeting, "meeting_moved")
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: User) -> Meeting:
    """Call off a meeting that has not begun, with a reason; every member is told, and calendars show it."""
    meeting = locked(meeting, "cancel", by)
    require(bool(reason.strip()), _("Please say why the meeting does not take place."))
    meeting.state, meeting.cancel_reason = Meeting.State.CANCELLED, reason.strip()
    meeting.revision += 1
    meeting.save(update_fields=["state", "cancel_reason", "revision"])
    record("meeting.cancelled", meeting, by=by, revision=meeting.revision)
    tell_members(meeting, "meeting_cancelled")
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
    now = clock()
    Presence.objects.filter(meeting=meeting, left_at__isnull=True).update(left_at=now)
    end_speech(meeting)
    meeting.recesses.filter(ended_at__isnull=True).update(ended_at=now)
    meeting.items.filter(started_at__isnull=False, ended_at__isnull=True).update(ended_at=now)
    meeting.state = Meeting.State.CLOSED
    meeting.save(update_fields=["state"])
    record("meeting.closed", meeting, by=by)
    return meeting
