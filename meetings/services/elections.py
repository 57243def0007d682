"""Elections of delegates: whom a vote on seats of the council chose is sent to seats in a company's board."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record, require
from councils.models import BoardSeat, Delegate
from councils.services import send_delegate
from meetings.models import AgendaItem
from meetings.services.rows import locked, locked_item
from meetings.services.votes import elected_members


@transaction.atomic
def send_elected(
    item: AgendaItem, *, board_seats: list[BoardSeat], begin_date: datetime.date, by: User
) -> list[Delegate]:
    """Send the elected of a closed election to `board_seats`, the first elected to the first seat.

    The resolution's number is the reference of each delegate. Refused before the election is decided, and for more
    seats than were elected.
    """
    meeting = locked(item.meeting)
    item = locked_item(item)
    members = elected_members(item)
    require(bool(members), _("This election has not chosen a seat of the council."))
    require(len(board_seats) <= len(members), _("There are more board seats than were elected."))
    with translation.override(settings.LANGUAGE_CODE):
        reference = _("Resolution %(number)s, %(meeting)s") % {"number": item.resolved, "meeting": meeting.title}
    sent = [
        send_delegate(
            seat,
            person=member.person,
            begin_date=begin_date,
            election_reference=reference,
            election=item.vote,
            by=by,
        )
        for seat, member in zip(board_seats, members, strict=False)
    ]
    record("item.delegates_sent", meeting, by=by, item=item.pk, count=len(sent))
    return sent
