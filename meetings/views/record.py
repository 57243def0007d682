"""What the page of a meeting says of its record: minutes, recusals, what was promised."""

from typing import Any

from accounts.models import User
from meetings.models import Meeting, Minutes, Promise
from meetings.permissions import can, can_propose_recusal, sees_closed
from meetings.services import open_promises


def record_of(meeting: Meeting, user: User) -> dict[str, Any]:
    """What is shown and what `user` may do; one query. `meeting` is that of `find_meeting`."""
    state = getattr(meeting, "minutes_state", None)
    is_readable = state == Minutes.State.APPROVED or sees_closed(user, meeting.council)
    return {
        "has_minutes": state is not None and is_readable,
        "may_begin": state is None and can(user, "write_minutes", meeting),
        "promises": promises_of(meeting),
        "may_recuse": can_propose_recusal(user, meeting),
        "may_promise": can(user, "note_promise", meeting),
    }


def promises_of(meeting: Meeting) -> list[Promise]:
    """Before and in a session what is open from earlier ones; afterwards what was promised in it."""
    if meeting.state == Meeting.State.CLOSED:
        rows = Promise.objects.filter(item__meeting=meeting, item__is_public=True)
    else:
        rows = open_promises(meeting.council).filter(item__is_public=True)
    return list(rows.select_related("item")[:20])
