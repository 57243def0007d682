"""What meetings keep about a person: presence, recusals, objections to minutes, speeches, questions, hearings.

What votes and minutes rest on stays, under the seat.
"""

from typing import Any

from django.db.models import Q

from accounts.models import Person
from meetings.models import (
    AgendaChange,
    CounterCall,
    Expert,
    MinutesNote,
    Objection,
    Presence,
    Question,
    Recusal,
    Speech,
)
from meetings.services.minutes import forget_name


def export_person(person: Person) -> dict[str, Any]:
    """What the person did in meetings, and how much they entered for others."""
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
        "speeches": list(
            Speech.objects.filter(Q(membership__person=person) | Q(person=person)).values(
                "meeting__title",
                "side",
                "kind",
                "state",
                "raised_at",
                "started_at",
                "ended_at",
                "asked",
                "ruling",
                "public_name",
            )
        ),
        "counter_experts_asked": list(
            CounterCall.objects.filter(membership__person=person).values("item__title", "at")
        ),
        "heard_as_expert": list(
            Expert.objects.filter(person=person).values("item__title", "profession", "list_name", "interests")
        ),
        "questions": list(
            Question.objects.filter(asker=person).values("meeting__title", "text", "state", "reason", "answer")
        ),
        "entered_for_others": {
            "speeches": Speech.objects.filter(entered_by=person).count(),
            "questions": Question.objects.filter(entered_by=person).count(),
            "counter_experts_asked": CounterCall.objects.filter(entered_by=person).count(),
            "agenda_changes": AgendaChange.objects.filter(by=person).count(),
        },
    }


def _recusal(row: Recusal) -> dict[str, Any]:
    return {"item": row.item.title, "state": row.state, "grounds": row.grounds, "reason": row.reason}


def erase_person(person: Person) -> None:
    """Blank the words of questions that nobody has answered, and take a guest's name out of the minutes.

    The rest belongs to the seat, and its person is blanked.
    """
    for speech in Speech.objects.filter(person=person).exclude(public_name="").select_related("meeting"):
        forget_name(speech)
    Question.objects.filter(asker=person, answered_at__isnull=True).update(text="…")
