"""The code by letter: it proves that somebody receives post under their name at their address."""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import LetterCode, Message, Person, User
from accounts.permissions import entered_by
from accounts.services.identity import (
    Outcome,
    claim_identity,
    fits_identity,
    is_locked,
    note_failure,
    note_verification,
    open_conflict,
)
from accounts.verification.code import code_hash, new_code
from audit.clock import clock, today
from audit.services import label, record, require

VALID_DAYS = 42
MOST_LETTERS = 3
WINDOW = datetime.timedelta(days=30)
MOST_TRIES = 5


@transaction.atomic
def request_code(person: Person, *, by: User) -> LetterCode:
    """Write a letter with a fresh code to the address of `person`; an older code stops working.

    Refused without a full address, and after three letters in thirty days.
    """
    entered_by(person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    require(person.has_address, _("Please enter your full address first."))
    sent = Message.objects.filter(person=person, event="code_letter", created_at__gte=clock() - WINDOW)
    require(sent.count() < MOST_LETTERS, _("Three letters were sent within 30 days. Please wait, or come to the desk."))
    return send_code(person, by=by)


def send_code(person: Person, *, by: User) -> LetterCode:
    """The letter itself; `person` is locked and `by` may do it. The code leaves this function on paper only."""
    withdraw_codes(person)
    code, now = new_code(), clock()
    row = LetterCode.objects.create(
        person=person,
        code_hash=code_hash(code),
        expires_on=today() + datetime.timedelta(days=VALID_DAYS),
        created_at=now,
    )
    with translation.override(person.language):
        shown = {
            "value": code,
            "label": _("Your code"),
            "hint": _("Sign in and enter it on this page:"),
            "url": settings.PUBLIC_URL.rstrip("/") + reverse("accounts:verify_letter"),
        }
    send(
        "code_letter",
        to=person,
        about=f"lettercode:{row.pk}",
        channel=Person.Channel.LETTER,
        letter={"code": shown},
        until=row.expires_on,
        has_login=User.objects.filter(person=person).exists(),
    )
    record("code.requested", person, by=by, expires_on=row.expires_on.isoformat())
    return row


def open_code(person: Person | None) -> LetterCode | None:
    """The code that can still be entered for `person`, if there is one."""
    codes = LetterCode.objects.filter(person=person, used_at__isnull=True, wrong_tries__lt=MOST_TRIES)
    return codes.filter(expires_on__gte=today()).first() if person else None


def withdraw_codes(person: Person) -> int:
    """End the open code of `person` (a new one is made, the address changed); how many there were."""
    codes = list(LetterCode.objects.filter(person=person, used_at__isnull=True))
    for code in codes:
        forget_letter(code)
        code.delete()
    return len(codes)


def forget_letter(code: LetterCode) -> None:
    """Take the code out of the outbox; a letter that nobody has printed yet is not sent at all."""
    letters = Message.objects.filter(event="code_letter", about=f"lettercode:{code.pk}")
    letters.filter(state=Message.State.QUEUED).delete()
    letters.update(letter={})


@transaction.atomic
def redeem_code(user: User, *, code: str, birth_date: datetime.date) -> Outcome:
    """Enter the code of a letter; whoever has no person yet becomes the one the letter was written to.

    Five wrong tries end the letter. The birth date is not kept: it becomes the keyed hash and the voting age, and
    must be the same again when somebody is confirmed anew.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    subject = user.person or user
    if is_locked(subject):
        return Outcome.LOCKED
    open_codes = LetterCode.objects.filter(used_at__isnull=True)
    entered = open_codes.filter(code_hash=code_hash(code))
    _lock_people({user.person_id, *entered.values_list("person", flat=True)})
    row = entered.select_related("person").first()
    if row is None or not fits_identity(row.person, birth_date):
        return _wrong(row or open_codes.filter(person=user.person_id).first(), subject)
    if row.expires_on < today() or row.wrong_tries >= MOST_TRIES:
        return Outcome.ENDED
    if user.person and row.person_id != user.person.pk:
        _use(row)
        open_conflict(user.person, row.person, method="letter")
        return Outcome.CONFLICT
    if user.person is None and User.objects.filter(person=row.person).exists():
        return Outcome.TAKEN
    return _verify(user, row, birth_date)


def _lock_people(pks: set[int | None]) -> None:
    """Codes change only while their person is locked; the order keeps two requests from waiting for each other."""
    list(Person.objects.select_for_update().filter(pk__in=[pk for pk in pks if pk]).order_by("pk").values("pk"))


def _wrong(letter: LetterCode | None, subject: Person | User) -> Outcome:
    if letter is None:
        note_failure(subject)
        return Outcome.WRONG
    if letter.expires_on < today() or letter.wrong_tries >= MOST_TRIES:
        return Outcome.ENDED
    LetterCode.objects.filter(pk=letter.pk).update(wrong_tries=F("wrong_tries") + 1)
    if letter.wrong_tries + 1 < MOST_TRIES:
        return Outcome.WRONG
    forget_letter(letter)
    record("code.ended", letter.person, tries=MOST_TRIES)
    return Outcome.ENDED


def _verify(user: User, row: LetterCode, birth_date: datetime.date) -> Outcome:
    _use(row)
    person = row.person
    if user.person is None:
        user.person = person
        user.save(update_fields=["person"])
        record("login.linked", person, by=user, login=label(user))
    if claim_identity(person, birth_date, method="letter"):
        return Outcome.CONFLICT
    note_verification(person, method="letter", by=user)
    return Outcome.VERIFIED


def _use(row: LetterCode) -> None:
    row.used_at = clock()
    row.save(update_fields=["used_at"])
    forget_letter(row)
