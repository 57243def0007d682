"""Who does what by when: promised in a meeting, kept or not, and the first thing on the next agenda."""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock, today
from audit.services import record, require
from councils.models import Council
from meetings.models import AgendaItem, Meeting, Minutes, Promise
from meetings.services.rows import locked


@transaction.atomic
def promise(item: AgendaItem, *, who: str, what: str, due_on: datetime.date | None = None, by: User) -> Promise:
    """Write down who does what by when; `who` is a seat, a group or an office, never a name in public."""
    meeting = locked(item.meeting, "note_promise", by)
    who, what = " ".join(who.split())[:100], " ".join(what.split())[:300]
    require(bool(who and what), _("Please say who does what."))
    require(due_on is None or due_on >= today(), _("The day by which it is done lies ahead."))
    row = Promise.objects.create(item=item, who=who, what=what, due_on=due_on, promised_at=clock())
    record("promise.made", meeting, by=by, item=item.pk, promise=row.pk)
    return row


@transaction.atomic
def keep_promise(row: Promise, *, outcome: str, by: User) -> Promise:
    """Write down what became of it; it leaves the list of what is open."""
    row = Promise.objects.select_for_update(of=("self",)).select_related("item__meeting").get(pk=row.pk)
    require(row.kept_at is None, _("This is noted as done already."))
    meeting = locked(row.item.meeting, "note_promise", by)
    outcome = " ".join(outcome.split())[:300]
    require(bool(outcome), _("Please say what became of it."))
    row.kept_at, row.outcome = clock(), outcome
    row.save(update_fields=["kept_at", "outcome"])
    record("promise.kept", meeting, by=by, promise=row.pk)
    return row


def open_promises(council: Council) -> QuerySet[Promise]:
    """What was promised in this council's meetings and is not done, the most urgent first."""
    rows = Promise.objects.filter(item__meeting__council=council, kept_at__isnull=True)
    return rows.select_related("item__meeting").order_by("due_on", "pk")


def opening_titles(council: Council) -> list[str]:
    """How the next agenda begins: with what was promised, and with the minutes that wait for approval."""
    waiting = Minutes.objects.filter(meeting__council=council).exclude(state=Minutes.State.APPROVED)
    with translation.override(settings.LANGUAGE_CODE):
        titles = [promised_title()] if open_promises(council).exists() else []
        titles += [
            approval_title(row.meeting) for row in waiting.select_related("meeting").order_by("meeting__starts_at")
        ]
    return titles


def promised_title() -> str:
    """The title of the first item, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("What we promised")


def approval_title(meeting: Meeting) -> str:
    """The title of the item by which the minutes of `meeting` are approved, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Approval of the minutes: %(meeting)s") % {"meeting": meeting.title}
