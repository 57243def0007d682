"""The field's files: quotas and pool as CSV, as other tools for civic lotteries read and write them.

Names and addresses are not among them: people are their pseudonym. Each export is recorded.
"""

import csv
import io

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record, require
from lottery import record as published
from lottery.algorithms.problem import InputError
from lottery.algorithms.reading import parse_quotas
from lottery.models import Draw, Quota
from lottery.permissions import can
from lottery.services.preparation import locked
from lottery.volunteers import volunteers


@transaction.atomic
def export_quotas(draw: Draw, *, by: User) -> str:
    """The quotas: `feature,value,min,max`."""
    require(can(by, "exchange", draw))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["feature", "value", "min", "max"])
    for one in published.quota_table(draw):
        writer.writerows([one["feature"], v["value"], v["min"], v["max"]] for v in one["values"])
    record("quotas.exported", draw, by=by)
    return out.getvalue()


@transaction.atomic
def export_pool(draw: Draw, *, by: User) -> str:
    """The pool: `id`, a column per feature, and `household`, a number shared by those who live together."""
    require(can(by, "exchange", draw))
    names = [one["feature"] for one in published.quota_table(draw)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", *names, "household"])
    homes: dict[str, int] = {}
    people = volunteers(draw)
    for one in people:
        home = homes.setdefault(one.household or one.pseudonym, len(homes) + 1)
        writer.writerow([one.pseudonym, *(one.values.get(name, "") for name in names), home])
    record("pool.exported", draw, by=by, rows=len(people))
    return out.getvalue()


@transaction.atomic
def import_quotas(draw: Draw, *, data: bytes, by: User) -> Draw:
    """Set minima and maxima from a quota file of the field. InputError names every faulty line; nothing half set.

    Refused unless the file names exactly the values of this draw: values come from its census table.
    """
    draw = locked(draw)
    require(can(by, "edit_quotas", draw))
    found = {(one.feature.casefold(), one.value.casefold()): one for one in parse_quotas(data)}
    rows = list(Quota.objects.filter(feature__draw=draw).select_related("feature"))
    own = {(row.feature.name.casefold(), row.value.casefold()): row for row in rows}
    wrong = sorted(f"{feature} = {value}" for feature, value in set(found) ^ set(own))
    require(not wrong, _("File and draw differ in: %(values)s") % {"values": ", ".join(wrong[:10])})
    for key, row in own.items():
        low, high = found[key].minimum, found[key].maximum
        require(0 <= low <= high, _("%(label)s: the minimum lies above the maximum.") % {"label": row.label})
        row.minimum, row.maximum = low, high
    for feature in {row.feature for row in rows}:
        ours = [row for row in rows if row.feature_id == feature.pk]
        fits = sum(row.minimum for row in ours) <= draw.size <= sum(row.maximum for row in ours)
        require(fits, _("%(label)s: minima and maxima do not leave room for the seats.") % {"label": feature.label})
    Quota.objects.bulk_update(rows, ["minimum", "maximum"])
    record("quotas.imported", draw, by=by, rows=len(rows))
    return draw


__all__ = ["InputError", "export_pool", "export_quotas", "import_quotas"]
