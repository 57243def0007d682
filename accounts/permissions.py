"""Who may do what to people, roles and identities. Rights that weigh are read fresh from the database."""

import datetime
from collections.abc import Iterable

from accounts.models import Person, Role, User, has_role
from audit.clock import today
from audit.services import require

DESK = (Role.Kind.CLERK, Role.Kind.SECRETARIAT)
"""Those who work at the desk: they enter what people bring on paper, and see their master data."""

ADMITTING = (*DESK, Role.Kind.DRAW_OFFICER)
"""Those who may confirm that somebody lives here: the desk from an ID, the draw officer from the sample."""


def is_at_desk(user: User) -> bool:
    """Whether `user` may open people, register and verify them, and enter their acts."""
    return has_role(user, *DESK)


def may_change_roles(user: User) -> bool:
    """Whether `user` may ask for a role to be granted or ended, and confirm what another asked."""
    return has_role(user, Role.Kind.SECRETARIAT)


def may_read_roles(user: User) -> bool:
    """Whether `user` may read who asked for which role and who confirmed it."""
    return has_role(user, Role.Kind.SECRETARIAT, Role.Kind.AUDITOR)


def may_import_register(user: User) -> bool:
    """Whether `user` may read in an extract of the register."""
    return has_role(user, Role.Kind.SECRETARIAT)


def is_verified_resident(user: User) -> bool:
    """Whether `user` belongs to somebody whom the city knows to live here today; asks the clock once per request."""
    if not user.is_authenticated or user.person is None or user.person.erased_at is not None:
        return False
    if user.person.verified_until is None:
        return False
    if not hasattr(user, "_today"):
        user._today = today()  # type: ignore[attr-defined]
    return user.person.verified_until >= user._today  # type: ignore[attr-defined]


def is_eligible(person: Person, on: datetime.date) -> bool:
    """Whether `person` may vote in residents' votes on `on`: verified, and of voting age by then."""
    is_known = person.erased_at is None and person.verified_until is not None and person.verified_until >= on
    return is_known and person.voting_from is not None and person.voting_from <= on


def entered_by(person: Person, by: User) -> Person | None:
    """Who enters an act of `person`: None when they do it themselves, else the clerk who is named in the row.

    Raises PermissionDenied for anybody else, for a login without a person, and for somebody erased.
    """
    require(by is not None and by.is_authenticated and by.person_id is not None and person.erased_at is None)
    if by.person_id == person.pk:
        return None
    require(is_at_desk(by))
    return by.person


def holders_now(people: Iterable[int | None], *kinds: str) -> frozenset[int]:
    """Those of `people` (primary keys) who hold one of `kinds` at this moment.

    Their roles stay locked until the transaction ends, so that none is taken away in between.
    """
    roles = Role.objects.current().filter(person__in=[pk for pk in people if pk], kind__in=kinds)
    return frozenset(roles.select_for_update(of=("self",)).order_by("pk").values_list("person_id", flat=True))


def require_now(by: User, *kinds: str) -> Person:
    """The person behind `by`, who must hold one of `kinds` at this moment. Inside a transaction only."""
    require(by is not None and by.is_authenticated and by.is_active and by.person_id is not None)
    require(by.person_id in holders_now([by.person_id], *kinds))
    assert by.person is not None  # noqa: S101  (for the type checker)
    return by.person
