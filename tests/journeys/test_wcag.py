"""Every page there is, in German (light and wide, dark and narrow) and English: axe finds nothing, nothing overflows.

The pages are those of tests/routes.py, which has a row for every route the resolver knows, in a city that holds the
demo's data as well; and what links lead to in the demo. A route that shows no page must say so by its answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser

from tests.journeys.browser import Visitor, clear_screenshots, is_editors
from tests.journeys.people import BOARD, CLERK, OFFICER, SECRETARY, City
from tests.journeys.stack import from_seed
from tests.journeys.wcag import look

FRAGMENTS = {"meetings:live", "meetings:speakers_live"}
"""Routes that answer with a part of a page, which is looked at inside the page that asks for it."""
RETRIES = 2
"""A kept connection that the server closes while it is used is asked anew, as a browser does."""
LANGUAGES = {"de": "de-DE", "en": "en-US"}


@dataclass
class Gallery:
    """The city with every page: who opens it, and what was seen of which route."""

    city: City
    sessions: dict[str, str] = field(default_factory=dict)
    pages: list[dict[str, str]] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=dict)
    visitors: dict[tuple[str, str], Visitor] = field(default_factory=dict)
    count: int = 0

    def visitor(self, role: str, language: str) -> Visitor:
        """Somebody of a role who reads in a language; one browser window each for the whole round."""
        if (role, language) not in self.visitors:
            made = self.city.visitor(f"{role}-{language}", locale=LANGUAGES[language])
            if role in self.sessions:
                cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.sessions[role], "url": made.base}
                made.context.add_cookies([cookie])  # type: ignore[list-item]
            self.visitors[role, language] = made
        return self.visitors[role, language]

    def open(self, visitor: Visitor, address: str) -> str:
        """Go there. Returns "page", or in words why there is none.

        What the answer is is asked before a window opens it: a file would open the browser's own viewer, which is not
        of the portal, and a redirect may lead out of it (a video room).
        """
        answer = visitor.context.request.get(address, max_redirects=0, max_retries=RETRIES)
        if 300 <= answer.status < 400:
            return "leads elsewhere"
        if answer.status not in (200, 401):  # 401: a page that says why a sign-in elsewhere failed
            return f"answer {answer.status}"
        is_saved = answer.headers.get("content-disposition", "").startswith("attachment")
        if is_saved or not answer.headers.get("content-type", "").startswith("text/html"):
            return "a file"
        if route_of(address) in FRAGMENTS:
            assert "<html" not in answer.text(), f"{address} is a whole page"
            return "a fragment"
        shown = visitor.page.goto(address)
        assert shown is not None
        return "page" if shown.ok or shown.status == 401 else f"answer {shown.status}"

    def round(self, page: dict[str, str]) -> list[str]:
        """Look at one page in every language."""
        troubles = []
        for language in LANGUAGES:
            visitor = self.visitor(page["role"], language)
            what = self.open(visitor, page["address"])
            self.seen.setdefault(page["name"], set()).add(what)
            if what == "page":
                self.count += 1
                name = re.sub(r"\W+", "-", page["label"]).strip("-") if language == "de" else ""
                troubles += [
                    f"{page['address']} [{page['role']}, {language}] {one}" for one in look(visitor, language, name)
                ]
            elif what.startswith("answer"):
                troubles.append(f"{page['address']} [{page['role']}]: {what}")
        return troubles


@pytest.fixture(scope="module")
def gallery(chromium: Browser) -> Iterator[Gallery]:
    stack = from_seed()
    try:
        stack.start()
        city = City(stack, chromium)
        clear_screenshots("pages")
        yield Gallery(city)
        city.leave_all()
    finally:
        stack.remove()


def test_what_links_lead_to_in_the_demo(gallery: Gallery) -> None:
    """The first pages of each route that links reach, for those who work with the demo's real amounts and texts."""
    troubles = []
    city = gallery.city
    looked_at: set[str] = set()
    for role, login in {
        "reader": "",
        "secretary": SECRETARY,
        "clerk": CLERK,
        "officer": OFFICER,
        "board": BOARD,
    }.items():
        visitor = city.signed_in(login, f"demo-{role}") if login else city.visitor(f"demo-{role}")
        for address in found_by_links(visitor):
            if route_of(address) in looked_at and role != "secretary":
                continue
            looked_at.add(route_of(address))
            if gallery.open(visitor, address) == "page":
                name = f"demo-{role}" + re.sub(r"\W+", "-", address).rstrip("-")[:80]
                troubles += [f"{address} [{role}] {one}" for one in look(visitor, "de", name)]
    assert not troubles, f"{len(troubles)}:\n" + "\n".join(troubles)


@pytest.fixture(scope="module")
def world(gallery: Gallery) -> Gallery:
    """The same city with the objects of tests/world.py beside the demo's; after the links were followed, which else
    would lead to these small ones."""
    made = gallery.city.scene("world")
    gallery.sessions, gallery.pages, gallery.routes = made["sessions"], made["pages"], made["routes"]
    return gallery


def test_every_page_of_the_table_of_routes(world: Gallery) -> None:
    troubles = [trouble for page in world.pages for trouble in world.round(page)]
    print(f"{world.count} pages of {len(world.seen)} routes")
    assert not troubles, f"{len(troubles)}:\n" + "\n".join(troubles)
    without = [name for name in world.routes if name not in world.seen]
    others = [name for name in without if not only_acts(world, name)]
    assert not others, f"no page was looked at of: {others}"


def test_the_pages_that_say_no(world: Gallery) -> None:
    """Not found, not allowed, sent from an old page: they belong to the portal as well."""
    troubles = []
    for language in LANGUAGES:
        visitor = world.visitor("resident", language)
        for address, status in (("/gibt-es-nicht/", 404), ("/geschaeftsstelle/briefe/", 403)):
            shown = visitor.page.goto(address)
            assert shown is not None and shown.status == status
            troubles += [f"{address} [{language}] {one}" for one in look(visitor, language, f"status-{status}")]
        visitor.go("/")
        visitor.context.clear_cookies(name="csrftoken")
        visitor.page.locator("form[action='/darstellung/'] button").first.evaluate("node => node.click()")
        visitor.page.wait_for_load_state()
        troubles += [f"csrf [{language}] {one}" for one in look(visitor, language, "status-csrf")]
    assert not troubles, "\n".join(troubles)


def only_acts(gallery: Gallery, name: str) -> bool:
    """Whether every row of a route is a POST, and asking for it gets no page."""
    from tests.routes import ROWS

    rows = [row for row in ROWS if row.name == name]
    return bool(rows) and (all(row.method == "POST" for row in rows) or not any(row.may for row in rows))


def found_by_links(visitor: Visitor, depth: int = 3) -> list[str]:
    """One address of each route, breadth first from the start page and the tasks; leaving is not among them."""
    known: dict[str, str] = {}
    level = ["/", "/aufgaben/"]
    for _step in range(depth):
        following: list[str] = []
        for address in level:
            route = route_of(address)
            if route in known or route == "":
                continue
            known[route] = address
            answer = visitor.context.request.get(address, max_retries=RETRIES)
            if answer.ok and answer.headers.get("content-type", "").startswith("text/html"):
                following += [
                    link.replace("&amp;", "&") for link in re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text())
                ]
        level = following
    return list(known.values())


def route_of(address: str) -> str:
    """The name of the route that answers an address; empty for what is not looked at here."""
    path = address.split("?")[0]
    if is_editors(path) or path.startswith(("/konto/", "/static/", "/media/")) or path.endswith("/raum/"):
        return ""
    try:
        match: Any = resolve(path)
    except Resolver404:
        return ""
    return match.view_name or match.route
