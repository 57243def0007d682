"""Who may do what to a meeting: the state opens it, and a role allows it."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Person, Role, User, Viewer, role_kinds
from accounts.permissions import is_at_desk
from councils.models import Council
from meetings.models import Expert, Meeting, Paper
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


def can_schedule(user: User, meeting: Meeting) -> bool:
    """Whether `user` may put a draft of rules on the agenda: who edits it, and members until the session begins."""
    return can(user, "edit_agenda", meeting) or can(user, "schedule_draft", meeting)


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


def closed_councils(user: User) -> QuerySet[Council]:
    """The councils of which `user` may read what is closed."""
    if any("see_closed" in ROLE_ACTIONS.get(kind, ()) for kind in role_kinds(user) & EVERYWHERE):
        return Council.objects.all()
    here = {kind for kind, actions in ROLE_ACTIONS.items() if "see_closed" in actions} - EVERYWHERE
    role_kinds(user)  # reads the roles once in a request
    where = [organization for kind, organization in getattr(user, "_roles", []) if kind in here]
    return Council.objects.filter(organization__in=where)


def heard_items(user: User) -> QuerySet[Expert, Any]:
    """The items on which `user` is heard as an expert, as their keys."""
    rows = Expert.objects.filter(person=user.person_id, deleted_at__isnull=True, person__isnull=False)
    return rows.order_by().values("item")


def visible_papers(user: Viewer) -> QuerySet[Paper]:
    """Public papers of public items; closed ones for whoever may read the closed part, or is heard on the item."""
    rows = Paper.objects.filter(deleted_at__isnull=True, item__meeting__deleted_at__isnull=True)
    is_public = Q(is_public=True, item__is_public=True)
    if not isinstance(user, User):
        return rows.filter(is_public)
    council = Q(item__meeting__council__in=closed_councils(user))
    return rows.filter(is_public | council | Q(item__in=heard_items(user)))


def can_act_for(user: User, action: str, meeting: Meeting, person: Person) -> bool:
    """Whether `user` may do a member's `action` for `person`: for themselves, or as the desk or the chair."""
    if action not in ACTIONS[State(meeting.state)]:
        return False
    if user.person_id == person.pk:
        return action in role_actions(user, meeting.council) or is_everybodys(action, meeting)
    return is_at_desk(user) or can(user, "run_speeches", meeting)


def is_everybodys(action: str, meeting: Meeting) -> bool:
    """What nobody needs a role for: to ask a question, and to speak in an open assembly."""
    return action == "ask_question" or (action == "raise_hand" and meeting.is_assembly)
