"""A role that can do harm opens nothing until its holder has set up a second factor."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import HARMFUL_ROLES, role_kinds

OPEN_PATHS = ("/konto/", "/static/", "/i18n/", "/city.css", "/darstellung/")


def second_factor(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send the holder of a harmful role without a second factor to the page that sets one up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and not request.path.startswith(OPEN_PATHS)
            and not HARMFUL_ROLES.isdisjoint(role_kinds(user))
            and not is_mfa_enabled(user)
        ):
            messages.warning(request, _("Your role needs a second factor. Please set one up first."))
            return redirect("mfa_index")
        return get_response(request)

    return middleware
