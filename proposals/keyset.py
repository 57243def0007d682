"""Pages by key: the next page begins after the last row of this one, however long the list is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from proposals.models import Comment, Proposal

ROWS = 25
COMMENTS = 50


@dataclass(frozen=True)
class Page:
    """The rows of a page and the addresses of its neighbours (empty: there is none)."""

    rows: list[Any]
    previous_url: str
    next_url: str


def key_of(text: str | None) -> int | None:
    """A primary key from an address; None for anything else."""
    return int(text[:18]) if text and text.isascii() and text.isdecimal() else None


def page_of(request: HttpRequest, proposals: QuerySet[Proposal]) -> Page:
    """25 proposals, newest first: those below `?nach=`, or above `?vor=`."""
    older, newer = key_of(request.GET.get("nach")), key_of(request.GET.get("vor"))
    if newer and not older:
        found = list(proposals.filter(pk__gt=newer).order_by("pk")[: ROWS + 1])
        rows, has_newer, has_older = found[:ROWS][::-1], len(found) > ROWS, True
    else:
        found = list((proposals.filter(pk__lt=older) if older else proposals).order_by("-pk")[: ROWS + 1])
        rows, has_newer, has_older = found[:ROWS], older is not None, len(found) > ROWS
    return Page(
        rows,
        _address(request, "vor", rows[0].pk) if rows and has_newer else "",
        _address(request, "nach", rows[-1].pk) if rows and has_older else "",
    )


def _address(request: HttpRequest, name: str, key: int) -> str:
    query = request.GET.copy()
    for old in ("vor", "nach"):
        query.pop(old, None)
    query[name] = str(key)
    return f"?{query.urlencode()}"


def comments_from(proposal: Proposal, key: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """Up to 50 comments in the order of their threads, from the comment `key` on; and the key of the one after.

    A comment and its answers stand together, the oldest first. The names of those who want to be named come with them.
    """
    rows = Comment.objects.filter(proposal=proposal).annotate(thread=Coalesce("parent_id", "pk"))
    if key is not None:
        first = Comment.objects.filter(proposal=proposal, pk=key).values_list(Coalesce("parent_id", "pk")).first()
        if first is not None:
            thread = Value(first[0])
            rows = rows.filter(Q(thread__gt=thread) | Q(thread=thread, pk__gte=key))
    found: list[Any] = list(
        rows.order_by("thread", "pk").values(
            "pk",
            "thread",
            "parent_id",
            "author_id",
            "author_label",
            "text",
            "state",
            "state_reason",
            "created_at",
            "entered_by_id",
            is_named=F("author__name_is_public"),
            given_name=F("author__given_name"),
            family_name=F("author__family_name"),
        )[: COMMENTS + 1]
    )
    return found[:COMMENTS], found[COMMENTS]["pk"] if len(found) > COMMENTS else None
