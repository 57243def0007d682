"""Links to the pages beside this one, for lists that are paged by number."""

from django.core.paginator import Page
from django.http import QueryDict


def page_links(page: Page, query: QueryDict | None = None) -> dict[str, str]:
    """`previous_url` and `next_url` of a page, with the rest of the query kept; empty where there is none."""

    def url(number: int) -> str:
        wanted = query.copy() if query is not None else QueryDict(mutable=True)
        wanted["seite"] = str(number)
        return f"?{wanted.urlencode()}"

    return {
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }
