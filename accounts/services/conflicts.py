"""Doubtful identities: a clerk says whether two records are one human, and which record and which login stay."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import IdentityConflict, Person, Role, User
from accounts.permissions import DESK, require_now
from accounts.services.codes import withdraw_codes
from accounts.stages import is_open
from audit.clock import today
from audit.services import label, record, require

CLOSED_DAYS = 30
"""How long the record that does not stay is kept, in case the clerk was wrong."""


@transaction.atomic
def decide_conflict(
    conflict: IdentityConflict, *, is_same: bool, keep: Person | None = None, login: User | None = None, by: User
) -> IdentityConflict:
    """Decide as a clerk who is neither of the two.

    Different people: both go on; the one without the identity is verified at the desk. The same human: `keep` stays,
    the other record is closed and erased after `CLOSED_DAYS` days. `login` is the login that stays when both have
    one; the other is shut and its sessions end. A record with an office or a seat cannot be closed.
    """
    clerk = require_now(by, *DESK)
    ids = [conflict.claimed_id, conflict.existing_id]
    logins = {user.person_id: user for user in User.objects.select_for_update().filter(person__in=ids).order_by("pk")}
    people = {person.pk: person for person in Person.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    conflict = IdentityConflict.objects.select_for_update().get(pk=conflict.pk)
    require(is_open("confirm", conflict.state), _("This has been decided already."))
    require(clerk.pk not in ids, _("Somebody else has to decide this: it concerns you."))
    conflict.state = IdentityConflict.State.SAME if is_same else IdentityConflict.State.DIFFERENT
    conflict.decided_by = clerk
    conflict.save(update_fields=["state", "decided_by"])
    claimed, existing = people[conflict.claimed_id], people[conflict.existing_id]
    record(f"conflict.{conflict.state}", claimed, by=by, with_person=label(existing), keep=label(keep) if keep else "")
    if not is_same:
        send("person_conflict_decided", to=claimed, about=label(claimed), is_same=False)
        return conflict
    require(keep is not None and keep.pk in ids, _("Please choose which record stays."))
    assert keep is not None  # noqa: S101  (for the type checker)
    kept, closed = (claimed, existing) if keep.pk == claimed.pk else (existing, claimed)
    _merge(kept, closed, logins, login, by=by)
    send("person_conflict_decided", to=kept, about=label(kept), is_same=True)
    return conflict


def _merge(kept: Person, closed: Person, logins: dict[int, User], login: User | None, *, by: User) -> None:
    now = today()
    held = Role.objects.filter(person=closed).exclude(end_date__lt=now)
    require(not held.exists(), _("The record that is to be closed holds an office. Keep it, or end the office first."))
    _hand_over_login(kept, closed, logins, login, by=by)
    hashed, until, votes_from = closed.identity_hash, closed.verified_until, closed.voting_from
    withdraw_codes(closed)
    closed.identity_hash = closed.verified_until = closed.voting_from = None
    closed.delete_on = now + datetime.timedelta(days=CLOSED_DAYS)
    closed.save(update_fields=["identity_hash", "verified_until", "voting_from", "delete_on"])
    kept.identity_hash = kept.identity_hash or hashed
    kept.verified_until = max(filter(None, [kept.verified_until, until]), default=None)
    kept.voting_from = kept.voting_from or votes_from
    kept.save(update_fields=["identity_hash", "verified_until", "voting_from"])
    record("person.closed", closed, by=by, stays=label(kept))


def _hand_over_login(kept: Person, closed: Person, logins: dict[int, User], login: User | None, *, by: User) -> None:
    """At most one login stays; it belongs to the record that stays, whichever of the two it came from."""
    both = kept.pk in logins and closed.pk in logins
    require(not both or (login is not None and login in logins.values()), _("Please choose which login stays."))
    stays = login if both else next(iter(logins.values()), None)
    if stays is None:
        return
    for user in logins.values():
        if user != stays:
            user.is_active, user.person = False, None
            user.save(update_fields=["is_active", "person"])
            record("login.shut", closed, by=by, login=label(user))
    if stays.person_id != kept.pk:
        stays.person = kept
        stays.save(update_fields=["person"])
        record("login.handed_over", kept, by=by, login=label(stays), came_from=label(closed))
