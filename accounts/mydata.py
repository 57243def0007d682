"""What this app keeps about one person: handed out to them, or erased. `portal.mydata` asks every app."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import (
    IdentityConflict,
    LetterCode,
    Message,
    Person,
    PersonCorrection,
    Role,
    RoleRequest,
    Subscription,
    User,
    Verification,
)
from audit.clock import clock, today
from audit.services import require

PERSON_FIELDS = [
    *("uuid", "given_name", "family_name", "street", "postal_code", "town", "email", "phone", "channel", "language"),
    *("helper_name", "helper_phone", "needs", "name_is_public", "verified_until", "voting_from", "is_email_bouncing"),
    *("identity_hash", "created_at", "delete_on"),
]
MESSAGE_FIELDS = ["event", "channel", "language", "email", "subject", "text", "state", "created_at", "sent_at"]
"""Not `letter`: a code that is on its way by post must not be read here."""


def export_person(person: Person) -> dict[str, Any]:
    """Everything kept here about `person`, as plain values and dates; without secrets (codes, passwords, keys)."""
    user = User.objects.filter(person=person).first()
    return {
        "person": {name: getattr(person, name) for name in PERSON_FIELDS}
        | {"district": str(person.district) if person.district else None},
        "login": _login(user) if user else None,
        "roles": _rows(Role, person, "kind", "organization__name", "begin_date", "end_date"),
        "role_requests": _rows(RoleRequest, person, "action", "kind", "organization__name", "date", "reason", "state"),
        "verifications": _rows(Verification, person, "method", "at", "until"),
        "letter_codes": _rows(LetterCode, person, "created_at", "expires_on", "wrong_tries", "used_at"),
        "corrections": _rows(PersonCorrection, person, "changes", "reason", "state", "created_at"),
        "conflicts": [
            {"method": conflict.method, "state": conflict.state, "created_at": conflict.created_at}
            for conflict in IdentityConflict.objects.filter(claimed=person)
        ],
        "subscriptions": _rows(Subscription, person, "subject", "frequency", "created_at"),
        "messages": _rows(Message, person, *MESSAGE_FIELDS),
    }


def _login(user: User) -> dict[str, Any]:
    return {"email": user.email, "date_joined": user.date_joined, "last_login": user.last_login}


def _rows(model, person: Person, *fields: str) -> list[dict[str, Any]]:
    return list(model.objects.filter(person=person).order_by("pk").values(*fields))


def erase_person(person: Person) -> None:
    """Blank the person and delete what hangs on them alone; offices of the past stay, under nobody's name.

    The row and its uuid remain, so that audit chains and what others wrote in answer lead to an empty record.
    Refused while an office is held beyond today.
    """
    now = today()
    holds = Role.objects.filter(person=person).exclude(end_date__lte=now)
    require(not holds.exists(), _("An office that is still held has to be ended first."))
    User.objects.filter(person=person).delete()
    for model in (LetterCode, PersonCorrection, Verification, Subscription, Message):
        model.objects.filter(person=person).delete()
    IdentityConflict.objects.filter(claimed=person).delete()
    IdentityConflict.objects.filter(existing=person).delete()
    RoleRequest.objects.filter(person=person).update(reason="")
    Person.objects.filter(pk=person.pk).update(**BLANK, erased_at=clock())
    person.refresh_from_db()


BLANK: dict[str, Any] = {
    **dict.fromkeys(["given_name", "family_name", "street", "postal_code", "town", "email", "phone"], ""),
    **dict.fromkeys(["helper_name", "helper_phone", "needs"], ""),
    **dict.fromkeys(["district", "verified_until", "voting_from", "identity_hash", "delete_on"], None),
    "channel": Person.Channel.LETTER,
    "language": "de",
    "name_is_public": False,
    "is_email_bouncing": False,
}
"""What is left of an erased person."""
