"""The content security policy: strict everywhere, and the one exception for the editors' pages."""

from collections.abc import Callable
from typing import cast

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

from portal.pages.middleware import is_office

CMS = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
    "frame-ancestors": ["'self'"],
}


def content_security_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Wagtail's pages need inline scripts; nothing else does."""
    policy = cast(Callable[[HttpRequest], HttpResponse], CSPMiddleware(get_response))

    def middleware(request: HttpRequest) -> HttpResponse:
        response = policy(request)
        if is_office(request.path):
            response["Content-Security-Policy"] = "; ".join(f"{name} {' '.join(at)}" for name, at in CMS.items())
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    return middleware
