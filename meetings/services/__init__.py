"""Writes of meetings: calling, agenda, presence, votes on items."""

from meetings.services.agenda import add_item, move_item, propose_item, remove_item
from meetings.services.calling import call_meeting, close_meeting, open_meeting
from meetings.services.presence import note_leaving, note_presence, present_count, quorum_needed
from meetings.services.rows import members_of
from meetings.services.votes import close_vote, open_vote, settle_votes

__all__ = [
    "add_item",
    "call_meeting",
    "close_meeting",
    "close_vote",
    "members_of",
    "move_item",
    "note_leaving",
    "note_presence",
    "open_meeting",
    "open_vote",
    "present_count",
    "propose_item",
    "quorum_needed",
    "remove_item",
    "settle_votes",
]
