"""Who may do what to a council: the state opens it, and a role allows it."""

from accounts.models import User, role_kinds
from councils.models import Council, Membership
from councils.stages import ACTIONS, OWN_ACTIONS, ROLE_ACTIONS, State


def role_actions(user: User) -> frozenset[str]:
    """What the roles that `user` holds today allow."""
    return frozenset().union(*(ROLE_ACTIONS.get(kind, frozenset()) for kind in role_kinds(user)))


def can(user: User, action: str, council: Council | None = None) -> bool:
    """Whether `user` may do `action` now; without a council only the founding of one is asked."""
    if council is None:
        return action == "found_council" and action in role_actions(user)
    return action in ACTIONS[State(council.state)] and action in role_actions(user)


def can_for(user: User, action: str, membership: Membership) -> bool:
    """Whether `user` may do `action` with this membership: their own, or as an office that enters it."""
    if action not in ACTIONS[State(membership.seat.council.state)]:
        return False
    is_own = action in OWN_ACTIONS and user.person_id is not None and user.person_id == membership.person_id
    return is_own or action in role_actions(user)
