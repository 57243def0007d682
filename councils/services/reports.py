"""Reports of delegates in public words: due by the calendar, reminded, awaited in public, given online or at the desk."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import User
from accounts.permissions import entered_by
from audit.clock import today
from audit.services import label, record, require
from councils.models import BoardReport, BoardSeat, Delegate, Sitting
from councils.permissions import may, may_as_delegate
from councils.services.statutes import rules_at

REMINDED, AWAITED = 1, 2
REMIND_DAYS = 3
"""So many days before its date a report is reminded of."""

DEFAULT_WEEKS = 2
"""When a report of somebody whom no council sends is due; a council's rules say it for those it sends."""


def settle_reports() -> int:
    """Let reports fall due, remind of them, and show as awaited what is late; how much was done. Idempotent."""
    return _open_due() + _remind() + _await()


@transaction.atomic
def _open_due() -> int:
    """A report for every sitting that is over, of whoever held the seat on its day."""
    day, made = today(), 0
    held = Delegate.objects.filter(seat__deleted_at__isnull=True, begin_date__lte=day)
    for delegate in held.select_related("seat__council", "seat__organ").order_by("pk"):
        over = Sitting.objects.filter(organ=delegate.seat.organ_id, date__lt=day, date__gte=delegate.begin_date)
        if delegate.end_date is not None:
            over = over.filter(date__lt=delegate.end_date)
        for sitting in over.exclude(reports__seat=delegate.seat).order_by("date"):
            due_on = sitting.date + datetime.timedelta(weeks=_weeks(delegate.seat, sitting.date))
            report, is_new = BoardReport.objects.get_or_create(
                seat=delegate.seat, sitting=sitting, defaults={"delegate": delegate, "due_on": due_on}
            )
            if is_new:
                record("report.fell_due", report.seat, sitting=sitting.date.isoformat(), due_on=due_on.isoformat())
            made += int(is_new)
    return made


def _weeks(seat: BoardSeat, on: datetime.date) -> int:
    return rules_at(seat.council, on).board_report_weeks if seat.council else DEFAULT_WEEKS


def _remind() -> int:
    soon = today() + datetime.timedelta(days=REMIND_DAYS)
    return _raise(Q(level=0, due_on__lte=soon), REMINDED, "board_report_due", "report.reminded")


def _await() -> int:
    return _raise(Q(level__lt=AWAITED, due_on__lt=today()), AWAITED, "board_report_missed", "report.missed")


@transaction.atomic
def _raise(which: Q, level: int, message: str, event: str) -> int:
    """Bring the reports that `which` names to `level` and write to their delegates, once."""
    rows = BoardReport.objects.select_for_update(of=("self",), skip_locked=True).filter(which, given_on__isnull=True)
    count = 0
    for report in rows.select_related("seat__organ__organization", "delegate__person", "sitting").order_by("pk"):
        report.level = level
        report.save(update_fields=["level"])
        if report.delegate.person.erased_at is None:
            send(message, to=report.delegate.person, about=label(report.seat), report=report)
        record(event, report.seat, sitting=report.sitting.date.isoformat(), due_on=report.due_on.isoformat())
        count += 1
    return count


@transaction.atomic
def give_report(report: BoardReport, *, text: str, by: User) -> BoardReport:
    """Publish the report, by the delegate of that sitting or entered by the desk. It stays as it is given.

    Refused without words and the second time.
    """
    rows = BoardReport.objects.select_for_update(of=("self",)).select_related("seat", "sitting", "delegate__person")
    report = rows.get(pk=report.pk)
    is_own = by.person_id is not None and by.person_id == report.delegate.person_id
    require(is_own or may_as_delegate(by, report.delegate) or may(by, "enter_for_delegates"))
    require(report.given_on is None, _("This report has been given already."))
    require(bool(text.strip()), _("Please write what may be told of the sitting."))
    report.text, report.given_on = text.strip(), today()
    report.entered_by = entered_by(report.delegate.person, by)
    report.save(update_fields=["text", "given_on", "entered_by"])
    late = max(0, (report.given_on - report.due_on).days)
    record("report.given", report.seat, by=by, sitting=report.sitting.date.isoformat(), days_late=late)
    return report


def is_awaited(report: BoardReport, on: datetime.date) -> bool:
    """Whether the report's date had passed on the day `on` without it."""
    return report.given_on is None and report.due_on < on
