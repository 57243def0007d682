"""What every page of this app does the same way: ask for the office, carry out or refuse, page by key, show a card."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache

from accounts.models import User
from audit.services import Refused

PAGE_SIZE = 25


def office_page(may: Callable[[User], bool]) -> Callable[[Callable], Callable]:
    """A page only for those whom `may` lets in: strangers sign in first, everybody else is told no (403)."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @never_cache
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(cast(User, request.user)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def attempt(form: forms.BaseForm, act: Callable[[], Any]) -> Any:
    """What `act` returns if the form is right and nothing is refused, else None and the reason stands in the form."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def carry_out(request: HttpRequest, act: Callable[[], Any], done: str) -> None:
    """Do what a button asks for and say so on the next page, or say why not."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)


def page_by_key(rows: QuerySet, after: str | None) -> tuple[list[Any], int | None]:
    """Up to 25 rows, newest first, below the key `after`; and the key to go on with, None at the end."""
    if after and after.isdecimal():
        rows = rows.filter(pk__lt=int(after[:18]))
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None


def optional_url(name: str, *args: Any, query: str = "") -> str:
    """The address of a page of a higher app, empty where that page does not exist."""
    try:
        return reverse(name, args=args) + query
    except NoReverseMatch:
        return ""
