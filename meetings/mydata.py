"""What meetings keep about a person: when a member was in the room. It stays, under the seat, for votes rest on it."""

from typing import Any

from accounts.models import Person
from meetings.models import Presence


def export_person(person: Person) -> dict[str, Any]:
    """When the person was present where, and how many presences they noted for others."""
    rows = Presence.objects.filter(membership__person=person).select_related("meeting", "membership__seat")
    return {
        "presences": [
            {
                "meeting": row.meeting.title,
                "seat": row.membership.seat.number,
                "came_at": row.came_at.isoformat(),
                "left_at": row.left_at.isoformat() if row.left_at else None,
            }
            for row in rows
        ],
        "presences_noted": Presence.objects.filter(entered_by=person).count(),
    }


def erase_person(person: Person) -> None:
    """Change nothing: presence belongs to the seat, and the person behind it is blanked."""
