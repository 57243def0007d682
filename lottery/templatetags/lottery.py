"""Drawings of the lottery that no other page needs."""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("lottery/_shares.html")
def shares(feature: dict[str, Any]) -> dict[str, Any]:
    """A feature's shares in population, pool and panel: a soft bar, a ring and a full mark on one scale."""
    has_pool = any(row["pool"] for row in feature["rows"])
    top = max([1.0, *(max(row["population"], row["pool"], row["panel"]) for row in feature["rows"])])
    rows = [
        {
            **row,
            "bar": _place(row["population"], top),
            "ring": _place(row["pool"], top),
            "dot": _place(row["panel"], top),
            "words": _words(row, has_pool, feature["has_panel"]),
        }
        for row in feature["rows"]
    ]
    columns: list[Any] = [feature["label"], _head(_("City")), _head(_("Said yes")), _head(_("Drawn"))]
    table = [
        [
            row["label"],
            _shown(row["population"]),
            _shown(row["pool"]) if has_pool else "–",
            _shown(row["panel"]) if feature["has_panel"] else "–",
        ]
        for row in feature["rows"]
    ]
    return {**feature, "rows": rows, "has_pool": has_pool, "columns": columns, "table": table}


@register.inclusion_tag("lottery/_district_tiles.html")
def district_tiles(districts: list[dict[str, Any]]) -> dict[str, Any]:
    """One square for each district, in five shades by the share that has answered, with the table."""
    top = max([0.1, *(one["percent"] for one in districts)])
    tiles = [
        {"name": one["name"], "percent": number_format(one["percent"], 1), "shade": round(5 * one["percent"] / top)}
        for one in districts
    ]
    columns: list[Any] = [_("District"), _head(_("Letters")), _head(_("Answers")), _head(_("Said yes"))]
    table = [[one["name"], one["written"], one["answered"], one["interested"]] for one in districts]
    return {"tiles": tiles, "columns": columns, "table": table}


def _place(share: float, top: float) -> str:
    """Where on a drawing of 94 % width a share stands, with 2 % of room at the left."""
    return f"{2 + 94 * share / top:.1f}%"


def _shown(share: float) -> str:
    return f"{number_format(share, 1)} %"


def _head(label: str) -> dict[str, Any]:
    return {"label": label, "is_number": True}


def _words(row: dict[str, Any], has_pool: bool, has_panel: bool) -> str:
    parts = [_("city %(share)s") % {"share": _shown(row["population"])}]
    if has_pool:
        parts.append(_("said yes %(share)s") % {"share": _shown(row["pool"])})
    if has_panel:
        parts.append(_("drawn %(share)s") % {"share": _shown(row["panel"])})
    return ", ".join(parts)
