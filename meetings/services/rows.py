"""The rows of a meeting that services hold until their transaction ends."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import Today
from audit.services import require
from councils.models import Council, Membership
from meetings.models import AgendaItem, Meeting, Recess
from meetings.permissions import can


def members_of(council: Council) -> QuerySet[Membership]:
    """Those who may take part in the council's votes today, by seat."""
    active = Membership.objects.active().filter(seat__council=council, begin_date__lte=Today())
    return active.select_related("person", "seat").order_by("seat__number")


def locked(meeting: Meeting, action: str = "", by: User | None = None) -> Meeting:
    """The row, held until the transaction ends; with `action` only for whom that is open now."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("council__organization")
    meeting = rows.get(pk=meeting.pk, deleted_at__isnull=True)
    require(not action or (by is not None and can(by, action, meeting)))
    return meeting


def locked_item(item: AgendaItem) -> AgendaItem:
    rows = AgendaItem.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("proposal__council__organization", "rules_draft__council", "vote").get(pk=item.pk)


def recess_now(meeting: Meeting) -> Recess | None:
    """The break that is on."""
    return meeting.recesses.filter(ended_at__isnull=True).first()


def require_no_recess(meeting: Meeting) -> None:
    """Refused in a break."""
    require(recess_now(meeting) is None, _("The session has a break. Please end it first."))
