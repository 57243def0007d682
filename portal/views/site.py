"""Imprint, privacy, accessibility, theme, the city's colours."""

import re

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from audit.personal import Personal
from portal.context import THEMES, current_city

HEX = re.compile(r"#[0-9a-fA-F]{6}")
A_YEAR = 31_536_000


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/imprint.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why and how long: read from the declarations of the models themselves."""
    return render(request, "portal/privacy.html", {"purposes": declared_purposes()})


def declared_purposes() -> list[dict[str, object]]:
    """Each purpose once, with the fields it covers by the name of what they describe, in the order of the apps."""
    found: dict[Personal, dict[str, list[str]]] = {}
    for model in apps.get_models():
        for name, declaration in getattr(model, "personal", {}).items():
            fields = found.setdefault(declaration, {}).setdefault(str(model._meta.verbose_name), [])
            fields.append(str(getattr(model._meta.get_field(name), "verbose_name", name)))
    return [
        {
            "purpose": _(declaration.purpose),
            "basis": _(declaration.basis),
            "recipients": _(declaration.recipients),
            "deletion": _(declaration.deletion),
            "is_special_category": declaration.is_special_category,
            "fields": list(fields.items()),
        }
        for declaration, fields in found.items()
    ]


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for those who build and those who check."""
    return render(request, "styleguide.html")


@require_POST
def theme_set(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or "as the device" in a cookie of its own, and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@cache_control(public=True, max_age=600)
@require_safe
def city_css(request: HttpRequest) -> HttpResponse:
    """The city's two colours as CSS variables; the only style that is not a file."""
    city = current_city()
    colour, dark = (city.colour, city.dark_colour) if city else ("#7a1f3d", "#f0a6bd")
    if not (HEX.fullmatch(colour) and HEX.fullmatch(dark)):
        return HttpResponse("", content_type="text/css")
    css = f":root{{--city-accent:{colour};--city-accent-dark:{dark}}}"
    return HttpResponse(css, content_type="text/css")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"is_csrf": True}, status=403)
