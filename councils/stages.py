"""What is open to whom at which state of a council. A right is a role *and* a state; each pair is a test."""

from accounts.models import Role
from councils.models import Council

State = Council.State

STANDING = frozenset(
    {
        *("enact_statute", "fill_seat", "end_membership", "suspend", "take_oath", "manage_groups", "seat_civil"),
        *("resign", "declare_interest", "join_group"),
    }
)
"""What can be done to a council and its members as long as it stands."""

ACTIONS: dict[State, frozenset[str]] = {
    State.PLANNED: STANDING | {"constitute"},
    State.CONSTITUTED: STANDING,
    State.IN_TERM: STANDING | {"begin_renewal", "end_term"},
    State.RENEWING: STANDING | {"finish_renewal", "end_term"},
    State.DISSOLVED: frozenset(),
}
"""Actions that a council is open for, by its state."""

OWN_ACTIONS = frozenset({"resign", "declare_interest", "join_group"})
"""What a member does with the own seat; an office may enter it for somebody who comes to the desk."""

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.SECRETARIAT: STANDING | {"found_council", "constitute", "begin_renewal", "finish_renewal", "end_term"},
    Role.Kind.CLERK: OWN_ACTIONS,
    Role.Kind.DRAW_OFFICER: frozenset({"fill_seat", "begin_renewal"}),
}
"""Actions that a role may do, whatever the state; founding needs no council yet."""

BOARD_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.SECRETARIAT: frozenset({"manage_companies", "manage_board_seats", "give_mandate", "enter_for_delegates"}),
    Role.Kind.CLERK: frozenset({"enter_for_delegates"}),
}
"""What a role may do with companies and board seats, which have no stages. Closed files are opened by no role here."""
