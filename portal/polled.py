"""Fragments that a hall polls are answered before anything else is done: no session, no user, no template.

Two thousand screens that ask every five seconds are four hundred requests a second; what a page needs on its way (who
asks, by which session, with which second factor) would be most of the work. What is shown depends on the language
alone, so nothing of it is asked. A fragment is never framed and loads nothing: its policy allows nothing.
"""

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from meetings.views.floor import speakers_live
from meetings.views.live import live

POLICY = "; ".join(
    f"{directive} 'none'"  # those that do not fall back to default-src are named
    for directive in ("default-src", "script-src", "style-src", "form-action", "base-uri", "frame-ancestors")
)
ADDRESS = re.compile(r"^/sitzungen/([0-9]{1,18})/(redeliste/)?stand/$")


def polled_fragments(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer what is polled; let everything else pass, and what does not exist find its page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        found = ADDRESS.match(request.path_info)
        if found is None or request.method not in ("GET", "HEAD"):
            return get_response(request)
        request.get_host()  # refuses a foreign host, as every page does
        view = speakers_live if found[2] else live
        try:
            with translation.override(translation.get_language_from_request(request)):
                response = view(request, int(found[1]))
        except Http404:
            return get_response(request)
        response["Content-Security-Policy"] = POLICY
        response["X-Frame-Options"] = "DENY"
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if response.status_code != 304:  # with its length a connection is kept without chunks
            response["Content-Length"] = str(len(response.content))
        return response

    return middleware
