"""One human, one person: who holds an identity, who seems to hold two, and the note that somebody was verified.

Nothing here asks who may do it; the services that call it have done so.
"""

import datetime
import hashlib

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accounts.models import IdentityConflict, Person, User, Verification
from accounts.verification import METHODS
from accounts.verification.identity import first_name, identity_hash, normalise, same_place, voting_from
from audit.clock import clock, end_of_day, today
from audit.models import Event
from audit.personal import years
from audit.services import label, record

MOST_FAILURES = 5
"""Wrong birth dates or codes a login may enter on one day."""

KEPT_YEARS = 2
"""How long somebody is kept after the last sign of taking part (`accounts.purposes`)."""


class Outcome(models.TextChoices):
    """What came of an attempt to be verified."""

    VERIFIED = "verified", _("Thank you. It is confirmed that you live here.")
    WRONG = "wrong", _("This is not right. Please check what you entered.")
    ENDED = "ended", _("This code no longer works. Please ask for a new letter.")
    UNKNOWN = "unknown", _("We did not find you in the extract of the register. Please choose another way.")
    LOCKED = "locked", _("Too many attempts today. Please try again tomorrow, or come to the desk.")
    TAKEN = "taken", _("There is a login for this letter already. Please sign in with it.")
    CONFLICT = (
        "conflict",
        _("This cannot be confirmed by itself. A clerk looks into it and will write to you."),
    )


def claim_identity(person: Person, birth_date: datetime.date, *, method: str) -> IdentityConflict | None:
    """Give `person` the identity of their name and `birth_date`; the conflict instead, if another person has it.

    Two people whom a clerk has told apart stay apart: the second is left without a hash. `identity_hash` and
    `voting_from` of `person`, whose row the caller has locked, are saved; a conflict changes nothing.
    """
    hashed = identity_hash(person.given_name, person.family_name, birth_date)
    return claim_hash(person, hashed, voting_from(birth_date), method=method)


def claim_hash(person: Person, hashed: str, since: datetime.date, *, method: str) -> IdentityConflict | None:
    """As `claim_identity`, for an identity of which only the hash was kept; `since` is the day from which they vote."""
    lock_name(person.given_name, person.family_name)
    holder = Person.objects.filter(identity_hash=hashed).exclude(pk=person.pk).first()
    existing = holder or find_double(person)
    if existing is not None and not _told_apart(person, existing):
        return open_conflict(person, existing, method=method)
    person.identity_hash = None if holder else hashed
    person.voting_from = since
    person.save(update_fields=["identity_hash", "voting_from"])
    return None


def fits_identity(person: Person, birth_date: datetime.date) -> bool:
    """Whether `birth_date` is the one `person` was recognised by before, if ever.

    Whoever could change it would free the old identity for a second person. Two clerks put a wrong one right.
    """
    hashed = identity_hash(person.given_name, person.family_name, birth_date)
    return person.identity_hash in (None, hashed)


def lock_name(given_name: str, family_name: str) -> None:
    """Whoever claims an identity waits here for others of the same name until their transaction has ended."""
    name = f"identity|{first_name(given_name)}|{normalise(family_name)}"
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def find_double(person: Person) -> Person | None:
    """A verified person of the same name at the same address, other than `person`."""
    if not person.has_address:
        return None
    alike = Person.objects.filter(
        postal_code=person.postal_code, verified_until__isnull=False, erased_at__isnull=True
    ).exclude(pk=person.pk)
    names = (normalise(person.given_name), normalise(person.family_name))
    for other in alike.only("given_name", "family_name", "street").order_by("pk").iterator():
        if (normalise(other.given_name), normalise(other.family_name)) == names and same_place(
            other.street, person.street
        ):
            return other
    return None


def open_conflict(claimed: Person, existing: Person, *, method: str) -> IdentityConflict:
    """Put the two before a clerk; the second time the same conflict."""
    conflict, is_new = IdentityConflict.objects.get_or_create(
        claimed=claimed,
        existing=existing,
        state=IdentityConflict.State.OPEN,
        defaults={"method": method, "created_at": clock()},
    )
    if is_new:
        record("conflict.opened", claimed, with_person=label(existing), method=method)
    return conflict


def _told_apart(one: Person, other: Person) -> bool:
    pairs = models.Q(claimed=one, existing=other) | models.Q(claimed=other, existing=one)
    return IdentityConflict.objects.filter(pairs, state=IdentityConflict.State.DIFFERENT).exists()


def note_verification(
    person: Person, *, method: str, by: User | None = None, until: datetime.date | None = None
) -> Verification:
    """Add the row that `person` lives here and carry its end to the person, whose row the caller has locked."""
    now = clock()
    until = until or years(METHODS[method].valid_years, today())
    person.verified_until = max(until, person.verified_until or until)
    person.delete_on = years(KEPT_YEARS, person.verified_until)
    person.save(update_fields=["verified_until", "delete_on"])
    officer = by.person if by is not None and by.person_id != person.pk else None
    verification = Verification.objects.create(person=person, method=method, by=officer, at=now, until=until)
    record("person.verified", person, by=by, method=method, until=until.isoformat())
    return verification


def note_failure(subject: Person | User) -> None:
    """Count a wrong attempt; in the chain of who tried, so that it can neither be forgotten nor reset."""
    record("verification.failed", subject)


def is_locked(subject: Person | User) -> bool:
    """Whether too many attempts of today failed."""
    since = end_of_day(today() - datetime.timedelta(days=1))
    failed = Event.objects.filter(chain=label(subject), name="verification.failed", at__gte=since)
    return failed.count() >= MOST_FAILURES
