"""Pages that show several apps, and the small ones every site has."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


def participate(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/participate.html")


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/search.html")


def tasks(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/tasks.html")


def imprint(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/imprint.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide.html")


def theme_set(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def city_css(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", content_type="text/css")


def csp_report(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", status=403)
