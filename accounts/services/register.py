"""The register of residents: an extract is read in as keyed hashes, and residents are matched against it."""

import datetime
import hashlib

from django.db import transaction

from accounts.models import Municipality, Person, RegisterMatch, Role, User
from accounts.permissions import require_now
from accounts.services.identity import (
    Outcome,
    claim_identity,
    fits_identity,
    is_locked,
    note_failure,
    note_verification,
)
from accounts.verification.extract import Extract, read_extract
from accounts.verification.identity import identity_hash
from audit.clock import today
from audit.services import record, require

BATCH = 5_000


@transaction.atomic
def import_register(data: bytes, *, delete_on: datetime.date, by: User) -> Extract:
    """Keep hash, district and date of voting age of every resident in the file until `delete_on`.

    An earlier entry of the same resident is replaced. The result names faulty, repeated and ambiguous lines by number.
    Raises `accounts.verification.extract.ExtractError` for a file that is not an extract at all.
    """
    require_now(by, Role.Kind.SECRETARIAT)
    districts = dict(Municipality.objects.values_list("ags", "pk"))
    extract = read_extract(data, districts=set(districts), on=today())
    RegisterMatch.objects.bulk_create(
        [
            RegisterMatch(
                identity_hash=entry.identity_hash,
                district_id=districts[entry.district_ags],
                voting_from=entry.voting_from,
                delete_on=delete_on,
            )
            for entry in extract.entries
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["identity_hash"],
        update_fields=["district", "voting_from", "delete_on"],
    )
    record(
        "register.imported",
        "register",
        by=by,
        sha256=hashlib.sha256(data).hexdigest(),
        residents=len(extract.entries),
        faulty=len(extract.errors),
        delete_on=delete_on.isoformat(),
    )
    return extract


@transaction.atomic
def match_register(user: User, *, birth_date: datetime.date) -> Outcome:
    """Look for the person of `user` in the imported extract, by their name and `birth_date`.

    What the register says about district and voting age replaces what they said themselves.
    """
    require(user.is_authenticated and user.person is not None)
    person = Person.objects.select_for_update().get(user=user)
    if is_locked(person):
        return Outcome.LOCKED
    hashed = identity_hash(person.given_name, person.family_name, birth_date)
    match = RegisterMatch.objects.filter(identity_hash=hashed, delete_on__gt=today()).first()
    if match is None or not fits_identity(person, birth_date):
        note_failure(person)
        return Outcome.UNKNOWN
    if claim_identity(person, birth_date, method="register"):
        note_failure(person)  # else one could try out who is known here
        return Outcome.CONFLICT
    person.district_id, person.voting_from = match.district_id, match.voting_from
    person.save(update_fields=["district", "voting_from"])
    note_verification(person, method="register", by=user)
    return Outcome.VERIFIED
