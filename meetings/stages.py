"""What is open to whom at which state of a meeting. A right is a role *and* a state; each pair is a test."""

from accounts.models import Role
from meetings.models import Meeting

State = Meeting.State

ACTIONS: dict[State, frozenset[str]] = {
    State.INVITED: frozenset(
        {"edit_agenda", "edit_meeting", "cancel", "open", "note_presence", "add_paper", "call_expert"}
        | {"sign_counter", "ask_question", "ask_expert", "decide_question", "schedule_draft"}
    ),
    State.OPEN: frozenset(
        {"edit_agenda", "note_presence", "open_vote", "close_vote", "close", "add_paper", "call_expert"}
        | {"sign_counter", "ask_expert", "decide_question", "call_item", "run_speeches", "raise_hand"}
    ),
    State.CLOSED: frozenset({"decide_question"}),
    State.CANCELLED: frozenset(),
}
"""Actions that a meeting is open for, by its state."""

OF_RECORD: dict[State, frozenset[str]] = {
    State.INVITED: frozenset({"propose_recusal", "decide_recusal", "note_promise"}),
    State.OPEN: frozenset(
        {"propose_recusal", "decide_recusal", "note_promise", "approve_minutes", "draw_lot", "correct_vote"}
    ),
    State.CLOSED: frozenset({"note_promise", "write_minutes", "object", "enter_objection", "draw_lot", "correct_vote"}),
}
ACTIONS = {state: actions | OF_RECORD.get(state, frozenset()) for state, actions in ACTIONS.items()}
"""With what concerns recusals and the minutes."""
CHAIRING = frozenset(
    {"edit_agenda", "edit_meeting", "open", "note_presence", "open_vote", "close_vote", "close", "see_closed"}
    | {"add_paper", "call_expert", "decide_question", "call_item", "run_speeches"}
)

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.SECRETARIAT: CHAIRING | {"call", "cancel"},
    Role.Kind.FACILITATOR: CHAIRING,
    Role.Kind.CLERK: frozenset({"note_presence"}),
    Role.Kind.MEMBER: frozenset({"see_closed", "sign_counter", "ask_expert", "raise_hand", "schedule_draft"}),
    Role.Kind.ALTERNATE: frozenset({"see_closed"}),
    Role.Kind.AUDITOR: frozenset({"see_closed"}),
}
"""What a role of today allows. Members, alternates and facilitators in their own council, the others in all.

A member notes the own presence without any of these, and everybody may ask a question or speak in an open assembly; an
expert reads the closed papers of the item they are heard on (`permissions.heard_items`).
"""

KEEPING = frozenset(
    {"propose_recusal", "decide_recusal", "note_promise", "write_minutes", "approve_minutes", "draw_lot"}
    | {"correct_vote"}
)
ROLE_ACTIONS_OF_RECORD: dict[str, frozenset[str]] = {
    Role.Kind.SECRETARIAT: KEEPING | {"enter_objection"},
    Role.Kind.FACILITATOR: KEEPING,
    Role.Kind.CLERK: frozenset({"enter_objection", "correct_vote"}),
    Role.Kind.MEMBER: frozenset({"propose_recusal", "object"}),
}
ROLE_ACTIONS = {
    kind: ROLE_ACTIONS.get(kind, frozenset()) | ROLE_ACTIONS_OF_RECORD.get(kind, frozenset())
    for kind in {*ROLE_ACTIONS, *ROLE_ACTIONS_OF_RECORD}
}
