"""Partial renewal: a share of the seats is drawn anew, with the quotas of the whole council kept.

The profiles of those who stay were kept since their draw; the quotas of the new draw are those of the whole council
less what the stayers bring.
"""

from collections import Counter

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import label, record, require
from councils.models import Council, Membership
from councils.services import vacant_seats
from lottery.features import propose_bounds
from lottery.models import Draw, Invitation, Quota
from lottery.permissions import can, can_open
from lottery.pool import pool_open
from lottery.services.preparation import locked


def councils_in_renewal() -> QuerySet[Council]:
    """The councils whose renewal freed seats that are to be drawn anew and for which no draw is under way."""
    under_way = Draw.objects.filter(council=OuterRef("pk"), renews__isnull=False, deleted_at__isnull=True)
    under_way = under_way.exclude(state__in=[Draw.State.CONFIRMED, Draw.State.ANNULLED])
    rows = Council.objects.filter(renewals__finished_on__isnull=True, renewals__isnull=False)
    rows = rows.exclude(Exists(under_way)).select_related("organization")
    return rows.order_by("organization__name").distinct()


@transaction.atomic
def open_renewal(council: Council, *, title: str, legal_basis: str, by: User) -> Draw:
    """Prepare the draw for the seats that a renewal freed. Refused while no renewal is open or no seat is vacant."""
    require(can_open(by))
    require(bool(legal_basis.strip()), _("Name the legal basis on which the register may be used."))
    require(council.renewals.filter(finished_on__isnull=True).exists(), _("No renewal is open."))
    Council.objects.select_for_update(of=("self",)).get(pk=council.pk)  # two officers open one draw
    require(councils_in_renewal().filter(pk=council.pk).exists(), _("The draw for these seats is under way already."))
    size = vacant_seats(council).count()
    require(size > 0, _("No seat is vacant."))
    last = Draw.objects.filter(council=council, deleted_at__isnull=True).order_by("-pk").first()
    draw = Draw.objects.create(
        council=council, title=title.strip(), size=size, legal_basis=legal_basis.strip(), renews=last
    )
    record("draw.opened", draw, by=by, size=size, renews=label(last) if last else "")
    return draw


@pool_open()
def stayers(council: Council) -> list[dict[str, str]]:
    """The features of all who hold a seat and came by a draw; members without a kept profile are not among them."""
    active = Membership.objects.active().filter(seat__council=council)
    rows = Invitation.objects.filter(
        draw__council=council, state=Invitation.State.CONFIRMED, person__in=active.values("person")
    )
    newest = dict(rows.order_by("pk").values_list("person", "features"))
    return list(newest.values())


@transaction.atomic
def keep_whole_quotas(draw: Draw, *, by: User) -> Draw:
    """Set the quotas so that stayers and drawn together keep those of the whole council, as near as that is possible.

    Where stayers already exceed a maximum, nobody with that value is drawn.
    """
    draw = locked(draw)
    require(can(by, "edit_quotas", draw))
    require(draw.renews_id is not None, _("This draw renews no council."))
    kept = stayers(draw.council)
    changed: list[Quota] = []
    for feature in draw.features.prefetch_related("quotas").order_by("order"):
        quotas = list(feature.quotas.all())
        whole = propose_bounds([quota.population for quota in quotas], draw.council.seat_count)
        there = Counter(features.get(feature.name, "") for features in kept)
        for quota, (low, high) in zip(quotas, whole, strict=True):
            quota.minimum = min(draw.size, max(0, low - there[quota.value]))
            quota.maximum = min(draw.size, max(0, high - there[quota.value]))
        changed += quotas
    Quota.objects.bulk_update(changed, ["minimum", "maximum"])
    record("quotas.kept", draw, by=by, stayers=len(kept), whole=draw.council.seat_count)
    return draw
