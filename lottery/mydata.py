"""What the lottery keeps about a person it gave a seat to. Those not seated are no `Person`: their rows are purged."""

from typing import Any

from accounts.models import Person
from lottery.models import CustodyCheck, DrawApproval, DrawEntry, Invitation, ReplyCheck
from lottery.pool import pool_open
from lottery.services.purging import blank


@pool_open()
def export_person(person: Person) -> dict[str, Any]:
    """The draws in which the person was drawn, with everything that was kept; and what they signed, typed or checked."""
    rows = (
        Invitation.objects.filter(person=person)
        .select_related("draw")
        .defer("draw__sealed", "draw__record", "draw__simulation")
    )
    signed = DrawApproval.objects.filter(by=person).order_by("id")
    return {
        "drawn": [
            {
                "draw": row.draw.title,
                "pseudonym": row.pseudonym,
                "address": [row.street, row.postal_code, row.town],
                "email": row.email,
                "phone": row.phone,
                "needs": row.needs,
                "features": row.features,
                "replied_at": row.replied_at.isoformat() if row.replied_at else None,
                "channel": row.channel,
                "consent": row.consent_version,
                "research": row.research_version,
                "helper": row.helper_name,
                "seat": row.seat_number,
            }
            for row in rows.order_by("pk")
        ],
        "signed": [
            {"draw": draw, "step": step, "role": role, "at": at.isoformat()}
            for draw, step, role, at in signed.values_list("draw__title", "step", "role", "at")
        ],
        "numbers_typed": [
            {"draw": draw, "value": value, "at": at.isoformat(), "void": is_void}
            for draw, value, at, is_void in DrawEntry.objects.filter(by=person)
            .order_by("id")
            .values_list("draw__title", "value", "at", "is_void")
        ],
        "custody_checks": [
            {"draw": draw, "place": order, "result": result, "at": at.isoformat() if at else None}
            for draw, order, result, at in CustodyCheck.objects.filter(by=person)
            .order_by("id")
            .values_list("draw__title", "order", "result", "at")
        ],
        "asked_by_the_auditor": CustodyCheck.objects.filter(invitation__person=person).count(),
        "replies_entered": Invitation.objects.filter(entered_by=person).count(),
        "replies_checked": ReplyCheck.objects.filter(checked_by=person).count(),
    }


@pool_open()
def erase_person(person: Person) -> None:
    """Blank the profile; number and pseudonym stay, so that the record of the draw stays whole."""
    blank(Invitation.objects.filter(person=person))
