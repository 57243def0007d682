"""Who may do what to a draw: its stage opens it, and a role allows it."""

from accounts.models import Role, User, role_kinds
from lottery.models import Draw, RegisterSample
from lottery.stages import ACTIONS, ROLE_ACTIONS, State


def role_actions(user: User) -> frozenset[str]:
    """What the roles that `user` holds today allow."""
    return frozenset().union(*(ROLE_ACTIONS.get(kind, frozenset()) for kind in role_kinds(user)))


def can(user: User, action: str, draw: Draw) -> bool:
    """Whether `user` may do `action` to `draw` now. Nobody takes a seat in a rehearsal."""
    if action not in ACTIONS[State(draw.state)] or action not in role_actions(user):
        return False
    return action != "confirm" or not RegisterSample.objects.filter(draw=draw.pk, is_rehearsal=True).exists()


def can_open(user: User) -> bool:
    """Whether `user` may open a draw."""
    return "open" in role_actions(user)


def can_run(user: User) -> bool:
    """Whether `user` may open the pages on which a draw is run: its officers, and the auditors (without the pool)."""
    return bool(role_kinds(user) & {Role.Kind.DRAW_OFFICER, Role.Kind.AUDITOR})


def can_read_pool(user: User) -> bool:
    """Whether `user` may see names, addresses and features."""
    return Role.Kind.DRAW_OFFICER in role_kinds(user)


def roles_to_sign(user: User) -> frozenset[str]:
    """The roles in which `user` may sign."""
    return role_kinds(user) & {Role.Kind.DRAW_OFFICER, Role.Kind.AUDITOR}
