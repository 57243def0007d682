"""Breaks of a session: begun and ended by the chair, to the minute in the minutes."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock
from audit.services import record, require
from meetings.models import Meeting, Recess
from meetings.services.rows import locked, recess_now
from meetings.services.speaking import end_speech
from voting.models import Vote


@transaction.atomic
def begin_recess(meeting: Meeting, *, by: User) -> Recess:
    """The session breaks off; whoever speaks ends. Begun twice it is one. Refused while a vote in the hall is open."""
    meeting = locked(meeting, "call_item", by)
    known = recess_now(meeting)
    if known is not None:
        return known
    in_hall = meeting.items.filter(vote__state=Vote.State.CASTING, vote__closes_at__isnull=True)
    require(not in_hall.exists(), _("A vote is still open. Please close it first."))
    end_speech(meeting)
    recess = Recess.objects.create(meeting=meeting, began_at=clock())
    record("recess.begun", meeting, by=by)
    return recess


@transaction.atomic
def end_recess(meeting: Meeting, *, by: User) -> None:
    """The session goes on; without a break nothing changes."""
    meeting = locked(meeting, "call_item", by)
    if meeting.recesses.filter(ended_at__isnull=True).update(ended_at=clock()):
        record("recess.ended", meeting, by=by)
