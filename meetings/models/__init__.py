"""Meetings of a council: agenda, presence, votes on items. Grows with minutes, hearings and recusals."""

from meetings.models.agenda import AgendaItem
from meetings.models.meeting import Meeting, MeetingQuerySet, Presence

__all__ = ["AgendaItem", "Meeting", "MeetingQuerySet", "Presence"]
