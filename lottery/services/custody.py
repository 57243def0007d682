"""The custody audit: whom public randomness names, the auditor meets or phones, and notes whether they are real."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import require_now
from audit.clock import clock
from audit.services import record, require
from lottery import custody
from lottery.models import CustodyCheck, Draw, Invitation
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.preparation import locked
from lottery.stages import SIGNING_ROLES

SHARE = 20
"""One in so many of the pool: if as few as these are invented, one of them is found."""


def people_to_meet(draw: Draw) -> int:
    """How many of the pool have to be met to find 5 % invented ones with 95 %."""
    people = len((draw.sealed or {}).get("committed", {}).get("pool", []))
    return custody.people_to_meet(people, max(1, people // SHARE)) if people else 0


@pool_open()
def name_entries(draw: Draw, *, value: str, by: User) -> list[CustodyCheck]:
    """Name whom the auditor meets, by a public `value` that was announced as such and known to nobody at the seal.

    Refused a second time: nobody may look for a value that names better people.
    """
    draw = locked(draw)
    require(can(by, "audit_custody", draw))
    require_now(by, SIGNING_ROLES[1])
    plain = " ".join(value.split())
    require(len(plain) >= 3, _("Type what the public source gave, for example the lottery numbers of the day."))
    require(not CustodyCheck.objects.filter(draw=draw).exists(), _("The people to meet are named already."))
    pool = (draw.sealed or {})["committed"]["pool"]
    named = custody.chosen_people(pool, draw.commitment, plain, people_to_meet(draw))
    rows = {row.pseudonym: row for row in Invitation.objects.filter(draw=draw, pseudonym__in=named)}
    checks = CustodyCheck.objects.bulk_create(
        CustodyCheck(draw=draw, invitation=rows[name], order=order) for order, name in enumerate(named, start=1)
    )
    record("custody.named", draw, by=by, value=plain[:200], count=len(checks))
    return checks


@dataclass(frozen=True)
class CustodyFigures:
    """What everybody may know of the audit: by which public value, how many, and what came of it. Nobody's name."""

    value: str
    named: int
    real: int
    invented: int

    @property
    def open(self) -> int:
        """Those not reached yet."""
        return self.named - self.real - self.invented


def custody_figures(events: Iterable[tuple[str, dict[str, Any]]]) -> CustodyFigures | None:
    """The figures of a custody audit out of the draw's chain (name and facts of each event, in order), where everybody
    can count them again; None before anybody is named.
    """
    value, named, noted = "", 0, {}
    for name, facts in events:
        if name == "custody.named":
            value, named = facts["value"], facts["count"]
        elif name == "custody.noted":
            noted[facts["order"]] = facts["result"]
    results = list(noted.values())
    result = CustodyCheck.Result
    return CustodyFigures(value, named, results.count(result.REAL), results.count(result.INVENTED)) if named else None


@pool_open()
def note_check(check: CustodyCheck, *, result: str, by: User) -> CustodyCheck:
    """Note whether somebody named is real; it can be corrected, and each note is recorded."""
    draw = locked(check.draw)
    check = CustodyCheck.objects.select_for_update().get(pk=check.pk)
    require(can(by, "audit_custody", draw))
    require(result in CustodyCheck.Result.values)
    check.result, check.by, check.at = result, require_now(by, SIGNING_ROLES[1]), clock()
    check.save(update_fields=["result", "by", "at"])
    record("custody.noted", draw, by=by, order=check.order, result=result)
    return check
