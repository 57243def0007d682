"""Who may do what to a council: the state opens it, and a role allows it."""

from accounts.models import Role, User, has_role, role_kinds
from audit.clock import today
from councils.models import BoardSeat, Council, Delegate, Membership
from councils.stages import ACTIONS, BOARD_ACTIONS, OWN_ACTIONS, ROLE_ACTIONS, State


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


def may(user: User, action: str) -> bool:
    """Whether a role of `user` allows `action` with companies and board seats."""
    return any(action in BOARD_ACTIONS.get(kind, frozenset()) for kind in role_kinds(user))


def may_as_delegate(user: User, delegate: Delegate) -> bool:
    """Whether `user` is this delegate and in office today."""
    is_own = user.is_authenticated and user.person_id is not None and user.person_id == delegate.person_id
    day = today() if is_own else None
    return day is not None and delegate.begin_date <= day and (delegate.end_date is None or day < delegate.end_date)


def may_fill_file(user: User, seat: BoardSeat) -> bool:
    """Whether `user` may put something into the closed files of a seat: its holder, or the organ's own secretary."""
    if not user.is_authenticated or user.person_id is None:
        return False
    if seat.delegates.current().filter(person=user.person_id).exists():
        return True
    organ = seat.organ
    return any(
        has_role(user, Role.Kind.BOARD_SECRETARY, organization=where)
        for where in (organ.organization, organ.company.organization)
    )


def can_propose_rules(user: User, council: Council) -> bool:
    """Whether `user` may propose new rules of procedure: its members, and the secretariat."""
    if "enact_statute" not in ACTIONS[State(council.state)]:
        return False
    return can(user, "enact_statute", council) or has_role(user, Role.Kind.MEMBER, organization=council.organization)
