"""What happens by itself when an answer does not come, and when the council has treated one that came."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Organization, Person, Role
from audit.clock import local_date, today
from audit.services import label, record
from decisions.algorithms.deadlines import overdue_level
from decisions.models import Addressee, Answer
from decisions.stages import LEVEL_AFTER_DAYS, LEVEL_PUBLIC
from meetings.models import Meeting
from meetings.services import propose_item

COUNCIL_TREATS = (Answer.MODIFIED, Answer.DEFERRED, Answer.REFUSED)
"""Answers that come to the council's next agenda; one that accepts the decision needs no debate."""


def escalate() -> int:
    """Move every missed date on by the levels that are due; how many levels were passed. Run again, it does nothing."""
    late = Addressee.objects.late(today()).filter(overdue_level__lt=len(LEVEL_AFTER_DAYS))
    return sum(_escalate_one(pk) for pk in list(late.values_list("pk", flat=True)))


@transaction.atomic
def _escalate_one(pk: int) -> int:
    addressee = (
        Addressee.objects.late(today())
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("decision__council__organization", "organ__organization")
        .filter(pk=pk)
        .first()
    )
    if addressee is None or addressee.due_on is None:
        return 0
    level, reached = addressee.overdue_level, overdue_level(addressee.due_on, today(), LEVEL_AFTER_DAYS)
    for passed in range(level + 1, reached + 1):
        _notify(addressee, passed)
        record("deadline.missed", addressee.decision, organ=label(addressee.organ), level=passed)
    if reached > level:
        addressee.overdue_level = reached
        addressee.save(update_fields=["overdue_level"])
    return max(0, reached - level)


def _notify(addressee: Addressee, level: int) -> None:
    """Level 1 reminds the organ, 2 tells the holdings office, 3 tells the organ that its page says so; 4 is an item."""
    words: dict[str, Any] = {"about": label(addressee.decision), "decision": addressee.decision, "addressee": addressee}
    if level == 1:
        send("deadline_missed", to=addressee.organ.organization, **words)
    elif level == 2:
        for office in _holdings_office():
            send("deadline_reported", to=office, **words)
    elif level == LEVEL_PUBLIC:
        send("deadline_published", to=addressee.organ.organization, **words)


def _holdings_office() -> list[Person] | list[Organization]:
    """Those who hold the office today; the city itself where nobody does."""
    held = Role.objects.current().filter(kind=Role.Kind.HOLDINGS).values("person")
    people = list(Person.objects.filter(pk__in=held, erased_at__isnull=True))
    return people or list(Organization.objects.filter(kind=Organization.Kind.CITY).order_by("pk")[:1])


def settle_items() -> int:
    """Put on the council's next agenda what it has to treat, and note what it has treated; how many rows moved.

    An answer that does not simply accept is treated, and a date missed for good. Without a meeting in sight the row
    waits for one.
    """
    open_rows = Addressee.objects.filter(treated_on__isnull=True).filter(
        Q(answer__in=COUNCIL_TREATS) | Q(overdue_level=len(LEVEL_AFTER_DAYS)) | Q(item__isnull=False)
    )
    waiting = open_rows.filter(Q(item__isnull=True) | Q(item__meeting__state=Meeting.State.CLOSED))
    return sum(_settle_one(pk) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _settle_one(pk: int) -> int:
    addressee = (
        Addressee.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("decision__council__organization", "organ__organization", "item__meeting")
        .filter(pk=pk, treated_on__isnull=True)
        .first()
    )
    if addressee is None:
        return 0
    decision = addressee.decision
    if addressee.item is None:
        addressee.item = propose_item(decision.council, title=_item_title(addressee))
        if addressee.item is None:
            return 0
        record("decision.put_on_agenda", decision, organ=label(addressee.organ), item=label(addressee.item))
    elif addressee.item.meeting.state == Meeting.State.CLOSED:
        addressee.treated_on = local_date(addressee.item.meeting.ends_at)
        record("decision.treated", decision, organ=label(addressee.organ), item=label(addressee.item))
    addressee.save(update_fields=["item", "treated_on"])
    return 1


def _item_title(addressee: Addressee) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": addressee.decision.number, "organ": addressee.organ.organization.name}
        if addressee.answer:
            title = _("Answer to decision %(number)s: %(organ)s") % words
        else:
            title = _("Answer to decision %(number)s is outstanding: %(organ)s") % words
        return title[:200]
