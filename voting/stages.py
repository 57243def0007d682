"""What is open to whom at which state of a vote. A right is a role *and* a state; each pair is a test."""

from accounts.models import Role
from voting.models import Vote

State = Vote.State

ACTIONS: dict[State, frozenset[str]] = {
    State.ANNOUNCED: frozenset({"open"}),
    State.CASTING: frozenset({"cast", "enter_paper", "close"}),
    State.CLOSED: frozenset({"see_result", "correct", "draw_lot"}),
    State.CERTIFIED: frozenset({"see_result"}),
    State.ANNULLED: frozenset(),
}
"""Actions that a vote is open for, by its state. Nobody sees a count before the close."""

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.SECRETARIAT: frozenset({"announce", "open", "close", "enter_paper", "correct", "draw_lot"}),
    Role.Kind.FACILITATOR: frozenset({"announce", "open", "close", "correct", "draw_lot"}),
    Role.Kind.CLERK: frozenset({"enter_paper", "correct"}),
}
"""Actions that a role may do; to cast is the right of who stands on the roll, to see a result is everybody's."""
