"""Writes of meetings: calling, agenda and papers, presence, speeches, hearings, votes on items, minutes."""

from meetings.services.agenda import add_item, call_item, move_item, needs_reason, propose_item, remove_item
from meetings.services.calling import (
    call_meeting,
    cancel_meeting,
    close_meeting,
    edit_meeting,
    open_meeting,
    tell_members,
)
from meetings.services.elections import send_elected
from meetings.services.hearings import (
    answer_question,
    ask_counter,
    ask_question,
    call_expert,
    counter_needed,
    decide_question,
    note_heard,
    withdraw_counter,
)
from meetings.services.minutes import (
    approve_minutes,
    begin_minutes,
    decide_objection,
    lay_before_members,
    object_to_minutes,
    write_note,
)
from meetings.services.papers import add_paper, withdraw_paper
from meetings.services.presence import count_guests, note_leaving, note_presence, present_count, quorum_needed
from meetings.services.promises import keep_promise, open_promises, promise
from meetings.services.recusals import decide_recusal, propose_recusal, touched_members
from meetings.services.rows import members_of
from meetings.services.speaking import (
    queue,
    raise_hand,
    set_speaking,
    start_next,
    start_speech,
    stop_speech,
    turns_of,
    withdraw_hand,
)
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
    "add_paper",
    "answer_question",
    "approve_minutes",
    "ask_counter",
    "ask_question",
    "begin_minutes",
    "call_expert",
    "call_item",
    "call_meeting",
    "cancel_meeting",
    "close_meeting",
    "close_vote",
    "correct_ballot",
    "count_guests",
    "counter_needed",
    "decide_objection",
    "decide_question",
    "decide_recusal",
    "draw_lot",
    "edit_meeting",
    "elected_members",
    "keep_promise",
    "lay_before_members",
    "members_of",
    "move_item",
    "needs_reason",
    "note_heard",
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
    "queue",
    "quorum_needed",
    "raise_hand",
    "remove_item",
    "send_elected",
    "set_speaking",
    "settle_votes",
    "start_next",
    "start_speech",
    "stop_speech",
    "tell_members",
    "touched_members",
    "turns_of",
    "withdraw_counter",
    "withdraw_hand",
    "withdraw_paper",
    "write_note",
]
