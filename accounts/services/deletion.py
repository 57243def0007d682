"""Deleting what is past its date. Runs every day, and twice a day changes nothing."""

import datetime
import logging

from django.db import DatabaseError, transaction
from django.db.models import Q

from accounts import mydata
from accounts.models import LetterCode, Message, Person, RegisterMatch, User
from accounts.services.codes import forget_letter
from accounts.services.identity import KEPT_YEARS
from audit.clock import end_of_day, local_date
from audit.clock import today as today_of_clock
from audit.personal import years
from audit.services import Refused, label, record

logger = logging.getLogger(__name__)
UNCONFIRMED_DAYS = 30
"""How long a login waits for its first confirmed e-mail."""

MOST_AT_ONCE = 1_000


def purge(today: datetime.date | None = None) -> dict[str, int]:
    """Delete everything of this app that is past its date on `today`; how many of each, also kept in the audit."""
    today = today or today_of_clock()
    counts = {
        "people": erase_due(today),
        "codes": purge_codes(today),
        "register": RegisterMatch.objects.filter(delete_on__lte=today).delete()[0],
        "messages": purge_messages(today),
        "logins": purge_logins(today),
    }
    if any(counts.values()):
        record("people.purged", "purge", on=today.isoformat(), **counts)
    return counts


def people_due(today: datetime.date) -> list[Person]:
    """Those whose date of deletion has come and who show no sign of taking part since, up to a thousand at once.

    The date of the others moves. Whoever erases in the other apps too (`portal.mydata.erase`) asks here first.
    """
    due, stay = [], []
    candidates = Person.objects.filter(delete_on__lte=today, erased_at__isnull=True).order_by("delete_on", "pk")
    for person in candidates.select_related("user").prefetch_related("roles")[:MOST_AT_ONCE]:
        until = kept_until(person, today)
        if until > today:
            person.delete_on = until
            stay.append(person)
        else:
            due.append(person)
    Person.objects.bulk_update(stay, ["delete_on"])
    return due


def kept_until(person: Person, today: datetime.date) -> datetime.date:
    """Two years after the last sign: an office, a verification, a sign-in."""
    signs = [role.end_date or today for role in person.roles.all()]
    if person.verified_until:
        signs.append(person.verified_until)
    user = getattr(person, "user", None)
    if user is not None and user.last_login:
        signs.append(local_date(user.last_login))
    assert person.delete_on is not None  # noqa: S101  (for the type checker)
    return max([person.delete_on, *(years(KEPT_YEARS, sign) for sign in signs)])


def erase_due(today: datetime.date) -> int:
    """Erase those who are due; each in a transaction of its own, so that one cannot stop the others."""
    count = 0
    for person in people_due(today):
        try:
            with transaction.atomic():
                record("person.purged", person)
                mydata.erase_person(person)
        except (Refused, DatabaseError):
            logger.exception("a person past the date of deletion could not be erased: %s", label(person))
        else:
            count += 1
    return count


def purge_codes(today: datetime.date) -> int:
    """Codes that ran out or were used a month ago; their letters lose the code at once."""
    month_ago = today - datetime.timedelta(days=30)
    old = LetterCode.objects.filter(Q(expires_on__lt=today, used_at__isnull=True) | Q(expires_on__lt=month_ago))
    with transaction.atomic():
        for code in old:
            forget_letter(code)
        return old.delete()[0]


def purge_messages(today: datetime.date) -> int:
    """Messages of more than a year ago; what still waits is kept."""
    waiting = [Message.State.QUEUED, Message.State.SENDING]
    before = end_of_day(years(-1, today))
    return Message.objects.filter(created_at__lt=before).exclude(state__in=waiting).delete()[0]


def purge_logins(today: datetime.date) -> int:
    """Logins that never confirmed an e-mail and belong to nobody."""
    before = end_of_day(today - datetime.timedelta(days=UNCONFIRMED_DAYS + 1))
    never = User.objects.filter(person__isnull=True, date_joined__lt=before).exclude(emailaddress__verified=True)
    pks = list(never.values_list("pk", flat=True))
    User.objects.filter(pk__in=pks).delete()
    return len(pks)
