"""Offices: asked for by one, confirmed by another, neither of them the person concerned; or given with a seat."""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Organization, Person, Role, RoleRequest, User
from accounts.permissions import holders_now, require_now
from accounts.stages import is_open
from audit.clock import clock
from audit.services import label, record, require

SEATED = frozenset({Role.Kind.MEMBER, Role.Kind.ALTERNATE})
"""Roles that come with a seat; nobody asks for them, the draw gives them."""


@transaction.atomic
def grant_role(
    person: Person, *, kind: str, organization: Organization, begin_date: datetime.date, by: User | None
) -> Role:
    """Give `person` the role from `begin_date`; for services that have decided it (a seat filled, a request confirmed).

    Refused while the same role is held in the same place.
    """
    require(person.erased_at is None, _("This person has been erased."))
    try:
        with transaction.atomic():
            role = Role.objects.create(person=person, kind=kind, organization=organization, begin_date=begin_date)
    except IntegrityError:
        require(False, _("This person holds this role already."))
        raise
    record(
        "role.granted", person, by=by, kind=kind, organization=label(organization), begin_date=begin_date.isoformat()
    )
    return role


@transaction.atomic
def end_role(
    person: Person, *, kind: str, organization: Organization, end_date: datetime.date, by: User | None
) -> Role | None:
    """End the role with `end_date` as its last day; for services that have decided it.

    A last day before the first takes the role away as if it had never begun: then None. Refused when it is not held.
    """
    roles = Role.objects.select_for_update().filter(person=person, kind=kind, organization=organization)
    role = roles.filter(end_date__isnull=True).first() or roles.filter(end_date__gt=end_date).first()
    require(role is not None, _("This person does not hold this role."))
    assert role is not None  # noqa: S101  (for the type checker)
    facts = {"kind": kind, "organization": label(organization), "end_date": end_date.isoformat()}
    if end_date < role.begin_date:
        role.delete()
        record("role.annulled", person, by=by, **facts)
        return None
    role.end_date = end_date
    role.save(update_fields=["end_date"])
    record("role.ended", person, by=by, **facts)
    return role


@transaction.atomic
def request_role(
    person: Person, *, action: str, kind: str, organization: Organization, date: datetime.date, reason: str, by: User
) -> RoleRequest:
    """Ask that `person` be granted a role from `date`, or that it end with `date`; another of the secretariat confirms.

    Nobody asks for themselves, and nobody for what only a draw gives. Refused when it changes nothing.
    """
    asker = require_now(by, Role.Kind.SECRETARIAT)
    require(asker.pk != person.pk, _("Someone else has to ask for a role of yours."))
    require(person.erased_at is None, _("This person has been erased."))
    require(kind not in SEATED, _("A seat is filled by the draw, not by a request."))
    roles = Role.objects.filter(person=person, kind=kind, organization=organization)
    held = roles.filter(Q(end_date__isnull=True) | Q(end_date__gt=date)).exists()
    if action == RoleRequest.Action.GRANT:
        require(not held, _("This person holds this role already."))
    else:
        require(held, _("This person does not hold this role."))
    waiting = RoleRequest.objects.filter(
        person=person, kind=kind, organization=organization, action=action, state=RoleRequest.State.OPEN
    )
    require(not waiting.exists(), _("This is waiting for a second person already."))
    request = RoleRequest.objects.create(
        person=person,
        action=action,
        kind=kind,
        organization=organization,
        date=date,
        reason=reason,
        requested_by=asker,
        created_at=clock(),
    )
    facts = {"action": action, "kind": kind, "organization": label(organization), "date": date.isoformat()}
    record("role.requested", person, by=by, request=request.pk, **facts)
    return request


@transaction.atomic
def confirm_role_request(request: RoleRequest, *, by: User) -> RoleRequest:
    """Grant or end the role as the second person. Both must be of the secretariat at this moment, and be two."""
    request = _decide(request, "confirm", RoleRequest.State.CONFIRMED, by=by)
    require(
        request.requested_by_id in holders_now([request.requested_by_id], Role.Kind.SECRETARIAT),
        _("Who asked for this no longer belongs to the secretariat. Please ask for it anew."),
    )
    person, kind, organization = request.person, request.kind, request.organization
    if request.action == RoleRequest.Action.GRANT:
        grant_role(person, kind=kind, organization=organization, begin_date=request.date, by=by)
        event = "role_granted"
    else:
        end_role(person, kind=kind, organization=organization, end_date=request.date, by=by)
        event = "role_ended"
    send(event, to=request.person, about=label(request.person), request=request, kind=request.get_kind_display())
    return request


@transaction.atomic
def refuse_role_request(request: RoleRequest, *, by: User) -> RoleRequest:
    """Turn the request down as the second person; nothing changes."""
    return _decide(request, "refuse", RoleRequest.State.REFUSED, by=by)


def _decide(request: RoleRequest, action: str, state: str, *, by: User) -> RoleRequest:
    officer = require_now(by, Role.Kind.SECRETARIAT)
    rows = RoleRequest.objects.select_for_update(of=("self",)).select_related("person", "organization", "requested_by")
    request = rows.get(pk=request.pk)
    require(is_open(action, request.state), _("This has been decided already."))
    require(
        officer.pk not in (request.requested_by_id, request.person_id),
        _("A second person has to decide this: not the one who asked, and not the one concerned."),
    )
    request.state, request.decided_by = state, officer
    request.save(update_fields=["state", "decided_by"])
    record(f"role_request.{state}", request.person, by=by, request=request.pk)
    return request
