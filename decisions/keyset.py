"""Pages of a list by key: the next page begins after the last row of this one, however long the list is."""

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from decisions.models import Decision

ROWS = 25


@dataclass(frozen=True)
class Page:
    """The decisions of a page, newest first, and the addresses of its neighbours (empty: there is none)."""

    rows: list[Decision]
    previous_url: str
    next_url: str


def page_of(request: HttpRequest, decisions: QuerySet[Decision]) -> Page:
    """The page that `?nach=` (older than) or `?vor=` (newer than) asks for; a key that makes no sense is left out."""
    older, newer = _key(request.GET.get("nach", "")), _key(request.GET.get("vor", ""))
    if newer and not older:
        found = list(decisions.filter(_after(newer)).order_by("adopted_on", "id")[: ROWS + 1])
        rows, has_newer, has_older = found[:ROWS][::-1], len(found) > ROWS, True
    else:
        found = list(
            (decisions.filter(_before(older)) if older else decisions).order_by("-adopted_on", "-id")[: ROWS + 1]
        )
        rows, has_newer, has_older = found[:ROWS], older is not None, len(found) > ROWS
    return Page(
        rows,
        _address(request, "vor", rows[0]) if rows and has_newer else "",
        _address(request, "nach", rows[-1]) if rows and has_older else "",
    )


def _key(text: str) -> tuple[datetime.date, int] | None:
    date, _dot, pk = text.partition(".")
    try:
        return datetime.date.fromisoformat(date), int(pk)
    except ValueError:
        return None


def _before(key: tuple[datetime.date, int]) -> Q:
    return Q(adopted_on__lt=key[0]) | Q(adopted_on=key[0], id__lt=key[1])


def _after(key: tuple[datetime.date, int]) -> Q:
    return Q(adopted_on__gt=key[0]) | Q(adopted_on=key[0], id__gt=key[1])


def _address(request: HttpRequest, name: str, decision: Decision) -> str:
    query = request.GET.copy()
    for key in ("vor", "nach"):
        query.pop(key, None)
    query[name] = f"{decision.adopted_on.isoformat()}.{decision.pk}"
    return f"?{query.urlencode()}"
