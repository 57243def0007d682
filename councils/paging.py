"""Pages of a short list: at most forty of 25 rows, asked for by number; no count of the whole list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 25
MOST_PAGES = 40


@dataclass(frozen=True)
class Page:
    """The rows of a page and the addresses of its neighbours (empty: there is none)."""

    rows: list[Any]
    previous_url: str
    next_url: str


def bounded_page(request: HttpRequest, rows: QuerySet) -> Page:
    """The page that `?seite=` asks for; what makes no sense is the first."""
    asked = request.GET.get("seite", "")
    number = min(int(asked[:4]), MOST_PAGES) if asked.isdecimal() and int(asked[:4]) > 0 else 1
    start = (number - 1) * ROWS
    found = list(rows[start : start + ROWS + 1])
    has_next = len(found) > ROWS and number < MOST_PAGES
    return Page(
        found[:ROWS],
        _address(request, number - 1) if number > 1 else "",
        _address(request, number + 1) if has_next else "",
    )


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["seite"] = str(number)
    return f"?{query.urlencode()}"
