"""What is open to whom at which state of a meeting. A right is a role *and* a state; each pair is a test."""

from accounts.models import Role
from meetings.models import Meeting

State = Meeting.State

ACTIONS: dict[State, frozenset[str]] = {
    State.INVITED: frozenset({"edit_agenda", "open", "note_presence"}),
    State.OPEN: frozenset({"edit_agenda", "note_presence", "open_vote", "close_vote", "close"}),
    State.CLOSED: frozenset(),
}
"""Actions that a meeting is open for, by its state."""

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.SECRETARIAT: frozenset(
        {"call", "edit_agenda", "open", "note_presence", "open_vote", "close_vote", "close", "see_closed"}
    ),
    Role.Kind.FACILITATOR: frozenset(
        {"edit_agenda", "open", "note_presence", "open_vote", "close_vote", "close", "see_closed"}
    ),
    Role.Kind.CLERK: frozenset({"note_presence"}),
    Role.Kind.MEMBER: frozenset({"see_closed"}),
    Role.Kind.ALTERNATE: frozenset({"see_closed"}),
    Role.Kind.AUDITOR: frozenset({"see_closed"}),
}
"""What a role of today allows. Members, alternates and facilitators in their own council, the others in all.

A member notes the own presence without any of these.
"""
