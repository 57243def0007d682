"""Who may open what of a sealed record: a volunteer the own row, the auditor all of it under an undertaking."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import require_now
from audit.clock import clock, today
from audit.services import record, require
from lottery.algorithms.opening import volunteer_opening
from lottery.codes import hash_of
from lottery.models import Draw, Invitation, InvitationQuerySet, Opening
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.preparation import locked
from lottery.stages import SIGNING_ROLES

COMPUTED = (
    Draw.State.PANELS_READY,
    Draw.State.COMMITTED,
    Draw.State.RANDOMNESS_RECORDED,
    Draw.State.SELECTED,
    Draw.State.CERTIFIED,
    Draw.State.CONFIRMED,
)


def volunteers_after_the_draw() -> InvitationQuerySet:
    """Those who said yes, in draws whose chances are known, until their row is purged."""
    rows = Invitation.objects.filter(state__in=Invitation.POOL_STATES, draw__state__in=COMPUTED)
    return rows.select_related("draw__council__organization").defer("draw__sealed", "draw__record", "draw__simulation")


@pool_open()
def volunteer(pk: int) -> Invitation | None:
    """One of them by key."""
    return volunteers_after_the_draw().filter(pk=pk).first()


@pool_open()
def find_volunteer(code: str) -> Invitation | None:
    """The volunteer of a code, once the chances are known; None for any other, without saying why."""
    return volunteers_after_the_draw().of_code(hash_of(code)).first()


@pool_open()
def has_openings(draw: Draw) -> bool:
    """Whether the record can still be opened."""
    return Opening.objects.filter(draw=draw).exists()


@pool_open()
def opening_for(invitation: Invitation) -> dict[str, Any] | None:
    """What a volunteer checks the own row with; None before the draw and after the purge."""
    found = Opening.objects.filter(draw=invitation.draw_id, draw__record__isnull=False)
    rows: Any = found.values_list("draw__record", "content").first()
    return volunteer_opening(rows[0], rows[1], invitation.pseudonym) if rows else None


@pool_open()
def accept_offer(invitation: Invitation) -> Invitation:
    """Somebody drawn says yes with their code; the draw officer then admits them."""
    draw = locked(invitation.draw)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    require(
        invitation.state == Invitation.State.SELECTED
        and invitation.confirm_until is not None
        and invitation.confirm_until >= today(),
        _("No seat is offered to this person."),
    )
    if invitation.accepted_at is None:
        invitation.accepted_at = clock()
        invitation.save(update_fields=["accepted_at"])
        record("offer.accepted", draw, seat=invitation.seat_number)
    return invitation


@pool_open()
def open_for_auditor(draw: Draw, *, by: User, undertaking: bool) -> dict[str, Any]:
    """All rows and panels for the auditor, who undertakes to keep them closed; each time is recorded."""
    draw = locked(draw)
    require(can(by, "open_record", draw))
    require_now(by, SIGNING_ROLES[1])
    require(undertaking, _("Please sign that you keep these data closed and delete them after the check."))
    found = Opening.objects.filter(draw=draw).first()
    require(found is not None, _("The rows behind this record were deleted on their date."))
    assert found is not None  # noqa: S101  (for the type checker)
    record("record.opened", draw, by=by)
    return found.content
