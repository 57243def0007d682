"""Who may do what to a meeting: the state opens it, and a role allows it."""

from accounts.models import Person, Role, User, role_kinds
from councils.models import Council
from meetings.models import Meeting
from meetings.stages import ACTIONS, ROLE_ACTIONS, State

EVERYWHERE = frozenset({Role.Kind.SECRETARIAT, Role.Kind.CLERK, Role.Kind.AUDITOR})


def role_actions(user: User, council: Council) -> frozenset[str]:
    """What the roles that `user` holds today allow in `council`, whatever the state of a meeting."""
    kinds = (role_kinds(user) & EVERYWHERE) | role_kinds(user, council.organization)
    return frozenset().union(*(ROLE_ACTIONS.get(kind, frozenset()) for kind in kinds))


def can(user: User, action: str, meeting: Meeting) -> bool:
    """Whether `user` may do `action` now."""
    return action in ACTIONS[State(meeting.state)] and action in role_actions(user, meeting.council)


def can_call(user: User, council: Council) -> bool:
    """Whether `user` may call a meeting of `council`."""
    return "call" in role_actions(user, council)


def can_note(user: User, meeting: Meeting, person: Person) -> bool:
    """Whether `user` may note that `person` comes or goes: their own presence, or as the desk."""
    is_open = "note_presence" in ACTIONS[State(meeting.state)]
    return is_open and (user.person_id == person.pk or can(user, "note_presence", meeting))


def sees_closed(user: User, council: Council) -> bool:
    """Whether `user` may read what is not public on an agenda of `council`."""
    return "see_closed" in role_actions(user, council)


def can_propose_recusal(user: User, meeting: Meeting) -> bool:
    """Whether `user` may propose that a member be recused: anyone of the council, and who runs the meeting."""
    return can(user, "propose_recusal", meeting)


def can_object(user: User, meeting: Meeting, person: Person) -> bool:
    """Whether `user` may object to the minutes for `person`: a member for themselves, or the desk for one of them."""
    if user.person_id == person.pk:
        return can(user, "object", meeting)
    return can(user, "enter_objection", meeting)
