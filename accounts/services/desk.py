"""Verification at the desk: a clerk sees the person and the document."""

import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.messages import send
from accounts.models import Person, User
from accounts.permissions import DESK, require_now
from accounts.services.codes import withdraw_codes
from accounts.services.identity import Outcome, claim_identity, fits_identity, note_verification
from audit.services import label, record, require


class Document(models.TextChoices):
    """What the clerk saw. Neither a number nor a copy is kept (§ 20 PAuswG)."""

    ID_CARD = "id_card", _("identity card")
    PASSPORT = "passport", _("passport with certificate of residence")
    RESIDENCE = "residence", _("residence permit")
    CERTIFICATE = "certificate", _("other proof of identity with certificate of residence")


@transaction.atomic
def verify_at_desk(person: Person, *, document: str, birth_date: datetime.date, by: User) -> Outcome:
    """Confirm from `document` that `person` is who they say and lives here. Nobody confirms themselves."""
    officer = require_now(by, *DESK)
    require(officer.pk != person.pk)
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(person.erased_at is None, str(_("This person has been erased.")))
    require(person.has_address, str(_("Please enter the full address first.")))
    words = _("This is not the date of birth that was confirmed before. Please enter a correction for two.")
    require(fits_identity(person, birth_date), str(words))
    if claim_identity(person, birth_date, method="desk"):
        return Outcome.CONFLICT
    withdraw_codes(person)
    verification = note_verification(person, method="desk", by=by)
    record("person.identified", person, by=by, document=Document(document).value)
    send("person_verified", to=person, about=label(person), until=verification.until)
    return Outcome.VERIFIED
