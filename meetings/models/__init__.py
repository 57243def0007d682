"""Meetings of a council: agenda and papers, presence, speeches, hearings, questions; votes on items."""

from meetings.models.agenda import AgendaChange, AgendaItem, Paper
from meetings.models.hearing import CounterCall, Expert, Question
from meetings.models.meeting import Meeting, MeetingQuerySet, Presence, Recess
from meetings.models.minutes import Minutes, MinutesNote, Objection, Promise, Resolution
from meetings.models.recusal import Recusal
from meetings.models.speech import Speech

__all__ = [
    "AgendaChange",
    "AgendaItem",
    "CounterCall",
    "Expert",
    "Meeting",
    "MeetingQuerySet",
    "Minutes",
    "MinutesNote",
    "Objection",
    "Paper",
    "Presence",
    "Promise",
    "Question",
    "Recess",
    "Recusal",
    "Resolution",
    "Speech",
]
