"""What meetings keep about a person: when a member was in the room, recusals, objections to minutes.

It stays, under the seat, for votes and minutes rest on it.
"""

from typing import Any

from accounts.models import Person
from meetings.models import MinutesNote, Objection, Presence, Recusal


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
        "recusals": [_recusal(row) for row in Recusal.objects.filter(membership__person=person).select_related("item")],
        "recusals_proposed": Recusal.objects.filter(proposed_by=person).count(),
        "recusals_decided": Recusal.objects.filter(decided_by=person).count(),
        "objections": [
            {"minutes_of": row.minutes.meeting.title, "text": row.text, "state": row.state, "answer": row.answer}
            for row in Objection.objects.filter(membership__person=person).select_related("minutes__meeting")
        ],
        "objections_entered": Objection.objects.filter(entered_by=person).count(),
        "objections_decided": Objection.objects.filter(decided_by=person).count(),
        "minutes_noted": MinutesNote.objects.filter(written_by=person).count(),
    }


def _recusal(row: Recusal) -> dict[str, Any]:
    return {"item": row.item.title, "state": row.state, "grounds": row.grounds, "reason": row.reason}


def erase_person(person: Person) -> None:
    """Change nothing: presence belongs to the seat, and the person behind it is blanked."""
