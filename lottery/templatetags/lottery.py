"""Drawings of the lottery that no other page needs."""

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lottery.models import Draw

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


WIDTH, HEIGHT, LEFT, FOOT, HEAD = 720, 300, 56, 34, 14


@register.inclusion_tag("lottery/_chances.html")
def chances(simulation: dict[str, Any], algorithm: str, size: int) -> dict[str, Any]:
    """Everybody's chance, sorted: the chosen objective against a naive draw, with the table of both."""
    named = [(algorithm, simulation["curves"][algorithm]), ("naive", simulation["naive"])]
    series = [(name, steps) for name, steps in named if steps]
    people = simulation["people"]
    top = max(steps[-1][1] for _name, steps in series) * 1.05 or 1.0
    even = size / people
    titles = {algorithm: str(Draw.Algorithm(algorithm).label).split(":")[0], "naive": _("drawn naively")}
    return {
        "curves": [{"name": name, "title": titles[name], "path": _path(steps, people, top)} for name, steps in series],
        "ticks": [
            {"y": round(_y(top * step / 4, top), 1), "text": _shown(100 * top * step / 4)} for step in range(1, 5)
        ],
        "even_y": round(_y(even, top), 1),
        "even": _shown(100 * even),
        "people": people,
        "left": LEFT,
        "right": WIDTH,
        "bottom": HEIGHT - FOOT,
        "columns": [_("Share of the pool"), *(_head(titles[name]) for name, _steps in series)],
        "table": [
            [label, *(_shown(100 * _at(steps, place, people)) for _name, steps in series)]
            for label, place in (
                (_("smallest chance"), 0.0),
                (_("a tenth has at most"), 0.1),
                (_("a quarter has at most"), 0.25),
                (_("half have at most"), 0.5),
                (_("three quarters have at most"), 0.75),
                (_("nine tenths have at most"), 0.9),
                (_("largest chance"), 1.0),
            )
        ],
    }


def _y(chance: float, top: float) -> float:
    return HEIGHT - FOOT - (HEIGHT - FOOT - HEAD) * chance / top


def _path(steps: list[list[float]], people: int, top: float) -> str:
    """The steps as a line from the smallest chance to the largest."""
    x, drawn = float(LEFT), _y(steps[0][1], top)
    parts = [f"M{x:.1f} {drawn:.1f}"]
    for count, chance in steps:
        y = _y(chance, top)
        if abs(y - drawn) >= 1:
            parts.append(f"H{x:.1f}V{y:.1f}")
            drawn = y
        x += (WIDTH - LEFT) * count / people
    return "".join([*parts, f"H{x:.1f}"])


def _at(steps: list[list[float]], share: float, people: int) -> float:
    """The chance below which `share` of the pool lies."""
    wanted, seen = max(1, round(share * people)), 0
    for count, chance in steps:
        seen += int(count)
        if seen >= wanted:
            return chance
    return steps[-1][1]
