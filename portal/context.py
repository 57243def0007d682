"""What every template knows: the city, and the theme the reader chose."""

from django.core.cache import caches
from django.http import HttpRequest

from accounts.models import City, role_kinds

THEMES = ("light", "dark")


def current_city() -> City | None:
    """The one city of this installation; a minute old at most, None before `bootstrap`."""
    city = caches["process"].get("city")
    if city is None:
        city = City.objects.select_related("municipality").first()
        caches["process"].set("city", city, 60)
    return city


def city(request: HttpRequest) -> dict[str, object]:
    """`base` (screen or printed twin), `city`, `theme` ("light", "dark" or empty: as the device wants) and the roles of who is signed in."""
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    kinds = role_kinds(user) if user is not None else frozenset()
    return {
        "base": "paper.html" if "paper" in request.GET else "base.html",
        "city": current_city(),
        "theme": theme if theme in THEMES else "",
        "roles": kinds,
    }
