"""Who may do what to a proposal: the stage opens it, and a role of the acting person allows it.

The acting person is the login's own, or the one for whom a clerk enters something (docs/architecture.md: people before
accounts). Then the person needs the right, and the login must belong to the desk or the secretariat.
"""

from accounts.models import Organization, Person, Role, User, role_kinds
from accounts.permissions import is_at_desk, is_verified_resident
from audit.clock import today
from councils.models import Council
from proposals.models import Proposal
from proposals.stages import ACTIONS, ANYBODY, AUTHOR_ONLY, RESIDENT, ROLE_ACTIONS, Stage

EVERYWHERE = frozenset({Role.Kind.SECRETARIAT})
STAFF_ACTIONS = frozenset({"decide_admissibility", "moderate", "freeze", "put_to_vote", "conclude"})


def is_resident(person: Person, user: User | None = None) -> bool:
    """Whether the person is known to live here today; asked once per request for the login's own person."""
    if user is not None and user.person_id == person.pk:
        return is_verified_resident(user)
    return person.erased_at is None and person.verified_until is not None and person.verified_until >= today()


def may_enter_for(user: User, person: Person) -> bool:
    """Whether `user` may enter what `person` does: the person, or somebody at the desk."""
    return user.is_authenticated and (user.person_id == person.pk or is_at_desk(user))


def person_actions(
    person: Person,
    council: Council,
    *,
    user: User | None = None,
    on_behalf_of: Organization | None = None,
    asked: str | None = None,
) -> frozenset[str]:
    """What `person` may do to proposals of `council`, whatever the stage; with `asked` only as far as that needs.

    With `user` the login of the same person, its roles are read once per request.
    """
    if person.erased_at is not None:
        return frozenset()
    actions = ANYBODY
    if asked is None or asked in RESIDENT:
        actions |= RESIDENT if is_resident(person, user) else frozenset()
    for kind in kinds_of(person, council.organization, user) & {Role.Kind.MEMBER, Role.Kind.ALTERNATE}:
        actions |= ROLE_ACTIONS[kind]
    if on_behalf_of and Role.Kind.BOARD_SECRETARY in kinds_of(person, on_behalf_of, user):
        actions |= {"submit"}
    return actions


def staff_actions(user: User, council: Council) -> frozenset[str]:
    """What the offices of `user` allow in `council`: the secretariat's everywhere, a facilitator's where appointed."""
    kinds = (role_kinds(user) & EVERYWHERE) | role_kinds(user, council.organization)
    return frozenset().union(*(ROLE_ACTIONS.get(kind, frozenset()) for kind in kinds)) & STAFF_ACTIONS


def can(user: User, action: str, proposal: Proposal, person: Person | None = None) -> bool:
    """Whether `user` may do `action` now, as themselves or for `person`."""
    if action not in ACTIONS[Stage(proposal.stage)] or not user.is_authenticated:
        return False
    if action in STAFF_ACTIONS:
        return action in staff_actions(user, proposal.council)
    person = person or user.person
    if person is None or not may_enter_for(user, person):
        return False
    if action in AUTHOR_ONLY and proposal.author_id != person.pk:
        return False
    if action in ("edit", "withdraw"):
        return person.erased_at is None
    behalf = proposal.on_behalf_of
    return action in person_actions(person, proposal.council, user=user, on_behalf_of=behalf, asked=action)


def kinds_of(person: Person, organization: Organization, user: User | None) -> frozenset[str]:
    """The offices `person` holds in `organization` today; free of cost for the login's own person."""
    if user is not None and user.person_id == person.pk:
        return role_kinds(user, organization)
    current = Role.objects.current().filter(person=person, organization=organization)
    return frozenset(current.values_list("kind", flat=True))
