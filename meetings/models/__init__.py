"""Meetings of a council: agenda, presence, votes on items. Grows with minutes, hearings and recusals."""

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting, MeetingQuerySet, Presence
from meetings.models.minutes import Minutes, MinutesNote, Objection, Promise, Resolution
from meetings.models.recusal import Recusal

__all__ = [
    "AgendaItem",
    "Meeting",
    "MeetingQuerySet",
    "Minutes",
    "MinutesNote",
    "Objection",
    "Presence",
    "Promise",
    "Recusal",
    "Resolution",
]
