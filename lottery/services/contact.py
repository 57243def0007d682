"""Between letter and reply: calls asked for, letters sent again, what came back, the reminder, whom to visit."""

import secrets

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock
from audit.jobs import start_job
from audit.models import Job
from audit.services import label, record, require
from lottery.models import Draw, Invitation
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.preparation import count_due, locked
from lottery.services.register import register_of

State = Invitation.State


def _open_row(invitation: Invitation, action: str, by: User) -> tuple[Draw, Invitation]:
    """The draw and the row, both held, while its reply is open and `by` may do `action`."""
    draw = locked(invitation.draw)
    require(can(by, action, draw))
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    require(row.state in (State.INVITED, State.INTERESTED, State.DECLINED), _("Replies to this draw are closed."))
    return draw, row


@pool_open()
def ask_call(invitation: Invitation, *, phone: str, by: User) -> Invitation:
    """Note “call me”: the box on the card, or somebody who could not talk now. A reply takes it off the list."""
    draw, row = _open_row(invitation, "enter_reply", by)
    require(bool(phone.strip()), _("Note the number we shall call."))
    row.phone, row.call_asked_at = phone.strip()[:40], clock()
    row.save(update_fields=["phone", "call_asked_at"])
    record("call.asked", draw, by=by)
    return row


@pool_open()
def send_again(invitation: Invitation, *, by: User) -> Job:
    """Print the letter once more, with a new code; the old one opens nothing from then on."""
    draw, row = _open_row(invitation, "contact", by)
    require(row.state == State.INVITED, _("This person has answered already."))
    row.letter, row.returned_at, row.earlier_hash = "", None, ""  # the lost letter may lie in other hands
    row.save(update_fields=["letter", "returned_at", "earlier_hash"])
    record("letter.again", draw, by=by)
    return start_job("lottery.print_letters", subject=label(draw), total=1, draw=draw.pk)


@pool_open()
def note_return(invitation: Invitation, *, by: User) -> Invitation:
    """A letter came back undeliverable: no reminder and no visit follows."""
    draw, row = _open_row(invitation, "note_return", by)
    require(row.state == State.INVITED, _("This person has answered already."))
    row.returned_at, row.is_to_visit = clock(), False
    row.save(update_fields=["returned_at", "is_to_visit"])
    record("letter.returned", draw, by=by)
    return row


@pool_open()
def send_reminder(draw: Draw, *, by: User) -> Job:
    """Print one reminder for everybody who has not answered, with a second code: nobody here knows the first one.

    The first code stays good: that letter may lie on the kitchen table and its card may be in the post already, and
    whoever answers with it must not find it void. Both open the same reply, so nobody counts twice.
    """
    draw = locked(draw)
    require(can(by, "send_reminder", draw))
    require(register_of(draw).released_at is not None, _("The first letters are not released yet."))
    silent = Invitation.objects.filter(
        draw=draw, state=State.INVITED, returned_at__isnull=True, reminded_at__isnull=True
    )
    count = silent.update(letter="", reminded_at=clock(), earlier_hash=F("code_hash"))
    require(count > 0, _("Everybody has answered or was reminded already."))
    record("draw.reminded", draw, by=by, letters=count)
    return start_job("lottery.print_letters", subject=label(draw), total=count_due(draw), draw=draw.pk)


@pool_open()
def send_postcards(draw: Draw, *, by: User) -> Job:
    """Print a card for everybody who said yes and waits: when the draw is, and that nothing has to be done. Once each."""
    draw = locked(draw)
    require(can(by, "send_postcards", draw))
    waiting = Invitation.objects.filter(draw=draw, state=State.INTERESTED, postcard_at__isnull=True).exclude(street="")
    count = waiting.update(postcard_at=clock())
    require(count > 0, _("Everybody who waits has a card already, or no address."))
    record("postcards.sent", draw, by=by, letters=count)
    return start_job("lottery.print_letters", subject=label(draw), total=count_due(draw), draw=draw.pk)


@pool_open()
def plan_visits(draw: Draw, *, count: int, by: User) -> int:
    """Choose at random whom to visit among the silent, first in the districts that answered least; how many."""
    draw = locked(draw)
    require(can(by, "contact", draw))
    rows = Invitation.objects.filter(draw=draw)
    silent = rows.filter(state=State.INVITED, returned_at__isnull=True, origin=Invitation.Origin.TRANSFER)
    silent.update(is_to_visit=False)
    counted = rows.values("district").annotate(
        answered=Count("pk", filter=~Q(state=State.INVITED)), everybody=Count("pk")
    )
    shares = {one["district"]: one["answered"] / one["everybody"] for one in counted.order_by()}
    mixed = sorted(silent.values_list("pk", "district"), key=lambda row: (shares[row[1]], secrets.randbits(64)))
    chosen = [pk for pk, _district in mixed[: max(0, count)]]
    Invitation.objects.filter(pk__in=chosen).update(is_to_visit=True)
    record("visits.planned", draw, by=by, count=len(chosen))
    return len(chosen)
