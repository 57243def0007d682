"""Who may do what to an addressee of a decision: the stage opens it, and a role for that organ allows it."""

from accounts.models import Role, User, has_role
from decisions.models import Addressee
from decisions.stages import ACTIONS, ROLE_ACTIONS, stage_of


def is_secretary_of(user: User, addressee: Addressee) -> bool:
    """Whether `user` is board secretary of the addressed organ, or of its whole company."""
    organ = addressee.organ
    return has_role(user, Role.Kind.BOARD_SECRETARY, organization=organ.organization) or has_role(
        user, Role.Kind.BOARD_SECRETARY, organization=organ.company.organization
    )


def role_actions(user: User, addressee: Addressee) -> frozenset[str]:
    """What the roles `user` holds for this organ allow."""
    actions: frozenset[str] = frozenset()
    if is_secretary_of(user, addressee):
        actions |= ROLE_ACTIONS[Role.Kind.BOARD_SECRETARY]
    if has_role(user, Role.Kind.SECRETARIAT):
        actions |= ROLE_ACTIONS[Role.Kind.SECRETARIAT]
    return actions


def can(user: User, action: str, addressee: Addressee) -> bool:
    """Whether `user` may do `action` to `addressee` now."""
    return action in ACTIONS[stage_of(addressee)] and action in role_actions(user, addressee)


def can_adopt(user: User) -> bool:
    """Whether `user` may publish what the council decided."""
    return has_role(user, Role.Kind.SECRETARIAT)
