"""What is open to whom at which state of a council. A right is a role *and* a state; each pair is a test."""

from accounts.models import Role
from councils.models import Council

State = Council.State

ACTIONS: dict[State, frozenset[str]] = {
    State.PLANNED: frozenset({"enact_statute", "fill_seat", "end_membership", "constitute"}),
    State.CONSTITUTED: frozenset({"enact_statute", "fill_seat", "end_membership"}),
    State.IN_TERM: frozenset({"enact_statute", "fill_seat", "end_membership"}),
    State.RENEWING: frozenset({"enact_statute", "fill_seat", "end_membership"}),
    State.DISSOLVED: frozenset(),
}
"""Actions that a council is open for, by its state."""

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.SECRETARIAT: frozenset({"found_council", "enact_statute", "fill_seat", "end_membership", "constitute"}),
    Role.Kind.DRAW_OFFICER: frozenset({"fill_seat"}),
}
"""Actions that a role may do, whatever the state; founding needs no council yet."""
