"""Public pages are kept for readers who are not signed in, for exactly as long as nothing at all has changed.

A page is rendered once at a version of the database (`audit.version`) and served from the memory of the process until
the next commit of whomever, at most `AGE` seconds for what depends on the time of day. Who has a session (signed in,
or in the middle of an act) is never served from here. The token against forged forms is put in freshly each time.
"""

import datetime
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from audit.version import version

AGE = 15
"""Seconds after which a page is rendered again though nothing was written: meetings begin, hours pass."""

PAGES, LARGEST = 512, 200_000
"""How many pages a process keeps, and the bytes of the largest."""

ALLOWED_COOKIES = frozenset({"theme", settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME})
PRIVATE_PATHS = ("/konto/", "/cms/", "/i18n/")
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')


class Kept(NamedTuple):
    """A rendered page: at which version, when (monotonic seconds), its bytes split where a token belongs."""

    version: tuple[str, datetime.date]
    at: float
    parts: list[bytes]
    headers: dict[str, str]
    digest: bytes


class Shelf:
    """The pages of one process, the least recently used thrown away first."""

    def __init__(self) -> None:
        self.pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self.lock = threading.Lock()

    def find(self, key: Hashable, now: tuple[str, datetime.date]) -> Kept | None:
        """The page of this key if it still shows the version `now`."""
        with self.lock:
            kept = self.pages.get(key)
            if kept is None or kept.version != now or time.monotonic() - kept.at > AGE:
                return None
            self.pages.move_to_end(key)
            return kept

    def put(self, key: Hashable, kept: Kept) -> None:
        """Keep a page."""
        with self.lock:
            self.pages[key] = kept
            self.pages.move_to_end(key)
            while len(self.pages) > PAGES:
                self.pages.popitem(last=False)


shelf = Shelf()


def anonymous_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer from the shelf, or keep the answer there. Stands behind the middleware of language and CSRF token."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE or not is_public(request):
            return get_response(request)
        now = version()
        key = (
            request.scheme,
            request.get_host(),
            request.get_full_path(),
            get_language(),
            request.COOKIES.get("theme"),
        )
        kept = shelf.find(key, now)
        if kept is None:
            request.today = now[1]  # type: ignore[attr-defined]  # deadlines need not ask again
            response = get_response(request)
            kept = None if request.session.modified else page_of(response, now)
            if kept is None:
                return response
            shelf.put(key, kept)
        return answer(request, kept)

    return middleware


def is_public(request: HttpRequest) -> bool:
    """Whether a request says nothing of who asks. In a transaction (as in tests) the version would not tell."""
    return (
        request.method == "GET"
        and ALLOWED_COOKIES.issuperset(request.COOKIES)
        and not request.path.startswith(PRIVATE_PATHS)
        and "HX-Request" not in request.headers
        and not connection.in_atomic_block
    )


def page_of(response: HttpResponse, now: tuple[str, datetime.date]) -> Kept | None:
    """What can be kept of an answer; None for what is no plain public page."""
    if (
        response.status_code != 200
        or response.streaming
        or response.cookies
        or response.has_header("Cache-Control")
        or not response.headers.get("Content-Type", "").startswith("text/html")
        or len(response.content) > LARGEST
    ):
        return None
    pieces = TOKEN.split(response.content)  # what stands before a token, `name="…" value="`, what follows …
    parts = [pieces[0]]
    for opening, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        parts[-1] += opening
        parts.append(rest)
    return Kept(now, time.monotonic(), parts, dict(response.headers), sha256(b"".join(parts)).digest())


def answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The page with the reader's own token, or 304 if they have just this."""
    token = get_token(request).encode() if len(kept.parts) > 1 else b""
    secret = request.META.get("CSRF_COOKIE", "").encode() if token else b""
    etag = f'W/"{sha256(kept.digest + secret).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(token.join(kept.parts), headers=kept.headers)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response
