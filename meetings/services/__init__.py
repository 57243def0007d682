"""Writes of meetings: calling, agenda, presence, votes on items."""

from meetings.services.agenda import add_item, move_item, propose_item, remove_item
from meetings.services.calling import call_meeting, close_meeting, open_meeting
from meetings.services.elections import send_elected
from meetings.services.minutes import (
    approve_minutes,
    begin_minutes,
    decide_objection,
    lay_before_members,
    object_to_minutes,
    write_note,
)
from meetings.services.presence import note_leaving, note_presence, present_count, quorum_needed
from meetings.services.promises import keep_promise, open_promises, promise
from meetings.services.recusals import decide_recusal, propose_recusal, touched_members
from meetings.services.rows import members_of
from meetings.services.votes import (
    Choosing,
    close_vote,
    correct_ballot,
    draw_lot,
    elected_members,
    open_vote,
    settle_votes,
)

__all__ = [
    "Choosing",
    "add_item",
    "approve_minutes",
    "begin_minutes",
    "call_meeting",
    "close_meeting",
    "close_vote",
    "correct_ballot",
    "decide_objection",
    "decide_recusal",
    "draw_lot",
    "elected_members",
    "keep_promise",
    "lay_before_members",
    "members_of",
    "move_item",
    "note_leaving",
    "note_presence",
    "object_to_minutes",
    "open_meeting",
    "open_promises",
    "open_vote",
    "present_count",
    "promise",
    "propose_item",
    "propose_recusal",
    "quorum_needed",
    "remove_item",
    "send_elected",
    "settle_votes",
    "touched_members",
    "write_note",
]
