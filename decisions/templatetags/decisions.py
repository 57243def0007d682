"""Drawings of decisions that no other page needs."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()
STEP, EDGE = 31, 11


@register.inclusion_tag("decisions/_line.html")
def way_line(stations: list[dict[str, str]]) -> dict[str, Any]:
    """A decision's way in small: a dot for each station, what comes next in the words of its label."""
    marks = [
        {**one, "x": EDGE + STEP * index, "before": EDGE + STEP * (index - 1)} for index, one in enumerate(stations)
    ]
    return {"marks": marks, "label": _in_words(stations), "width": EDGE * 2 + STEP * (len(stations) - 1)}


def _in_words(stations: list[dict[str, str]]) -> str:
    words = {"now": _("%(title)s, comes next"), "late": _("%(title)s, awaited"), "refused": _("%(title)s, refused")}
    for number, one in enumerate(stations, start=1):
        if one["state"] in words:
            text = words[one["state"]] % {"title": one["title"]}
            return _("Station %(number)s of %(count)s: %(text)s") % {
                "number": number,
                "count": len(stations),
                "text": text,
            }
    return _("All %(count)s stations are passed") % {"count": len(stations)}
