"""Versions of the mandate and of the rules of procedure, and which is in force when."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.canonical import digest
from audit.services import Refused, label, record, require
from councils.models import Council, StatuteVersion
from councils.permissions import can
from councils.services.locking import locked
from councils.statutes import Rules, complete, rules_from
from documents.models import File


@transaction.atomic
def enact_statute(
    council: Council,
    *,
    kind: str,
    title: str,
    text: str,
    settings: dict[str, Any],
    in_force_on: datetime.date,
    enacted_by: str,
    by: User,
    file: File | None = None,
) -> StatuteVersion:
    """Record a version of the mandate or of the rules, in force from `in_force_on` (a local date).

    `settings` are the figures of `councils.statutes.Rules`; defaults are written out into the version. Refused for
    figures that make no sense and for a version that would come into force before the one it follows.
    """
    council = locked(council)
    require(can(by, "enact_statute", council))
    last = council.statutes.filter(kind=kind).order_by("-number").first()
    require(
        last is None or last.in_force_on <= in_force_on,
        _("A new version cannot come into force before the one it follows."),
    )
    figures = _complete(settings)
    number = last.number + 1 if last else 1
    content = {"council": label(council), "kind": kind, "number": number, "title": title, "text": text}
    content |= {"settings": figures, "in_force_on": in_force_on.isoformat(), "enacted_by": enacted_by}
    version = StatuteVersion.objects.create(
        council=council,
        kind=kind,
        number=number,
        title=title,
        text=text,
        settings=figures,
        hash=digest(content),
        in_force_on=in_force_on,
        enacted_by=enacted_by,
        file=file,
    )
    record("statute.enacted", council, by=by, kind=kind, number=number, hash=version.hash)
    return version


def _complete(settings: dict[str, Any]) -> dict[str, Any]:
    try:
        return complete(settings)
    except (ValueError, TypeError) as error:
        raise Refused(_("The figures of the statute make no sense: %(error)s") % {"error": error}) from error


def statute_at(council: Council, date: datetime.date, kind: str = StatuteVersion.Kind.RULES) -> StatuteVersion:
    """The version in force on `date`. Refused if there is none yet."""
    version = (
        StatuteVersion.objects.filter(council=council, kind=kind, in_force_on__lte=date).order_by("-number").first()
    )
    require(version is not None, _("The council has no rules of procedure in force yet."))
    assert version is not None  # noqa: S101  (for the type checker)
    return version


def rules_at(council: Council, date: datetime.date) -> Rules:
    """The figures of the rules in force on `date`. Refused if there are none yet."""
    return rules_from(statute_at(council, date).settings)
