"""Who may do what to a vote: the state opens it, and a role or a line on the roll allows it."""

from accounts.models import User, role_kinds
from voting.models import RollEntry, Vote
from voting.stages import ACTIONS, ROLE_ACTIONS, State


def role_actions(user: User) -> frozenset[str]:
    """What the roles that `user` holds today allow."""
    return frozenset().union(*(ROLE_ACTIONS.get(kind, frozenset()) for kind in role_kinds(user)))


def can(user: User, action: str, vote: Vote | None = None, *, entry: RollEntry | None = None) -> bool:
    """Whether `user` may do `action` now; `entry` is the line of the roll under which they would cast."""
    if vote is None:
        return action == "announce" and action in role_actions(user)
    if action not in ACTIONS[State(vote.state)]:
        return False
    if action == "see_result":
        return True
    if action == "cast":
        return entry is not None and entry.person_id == user.person_id and not entry.is_excluded
    return action in role_actions(user)
