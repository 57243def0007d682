"""Where a draw stands, as stations, words and figures: read from the draw and its chain of events."""

import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from audit.models import Event
from audit.services import label
from lottery.models import Draw

State = Draw.State
ORDER = list(State)

STATIONS = (
    (State.SAMPLE_IMPORTED, "sample.imported"),
    (State.INVITED, "draw.invited"),
    (State.RESPONSE_CLOSED, "replies.closed"),
    (State.QUOTAS_FROZEN, "quotas.frozen"),
    (State.COMMITTED, "draw.committed"),
    (State.RANDOMNESS_RECORDED, "number.recorded"),
    (State.CONFIRMED, "draw.confirmed"),
)
"""The stations the public sees, each with the event that reached it."""


def has_reached(draw: Draw, state: str) -> bool:
    """Whether the draw stands at `state` or beyond; an annulled one has reached nothing."""
    return draw.state != State.ANNULLED and ORDER.index(State(draw.state)) >= ORDER.index(State(state))


def dates_of(draw: Draw) -> dict[str, datetime.datetime]:
    """When each kind of event last happened to the draw."""
    return {name: at for name, at, _facts in events_of(draw)}


def events_of(draw: Draw) -> list[tuple[str, datetime.datetime, dict[str, Any]]]:
    """Name, time and facts of everything that happened to the draw, in order."""
    return list(Event.objects.filter(chain=label(draw)).order_by("sequence").values_list("name", "at", "facts"))


def stations(draw: Draw, dates: dict[str, datetime.datetime]) -> list[dict[str, Any]]:
    """The way of a draw for its ribbon."""
    titles = {
        State.SAMPLE_IMPORTED: _("Drawn from the register"),
        State.INVITED: _("Letters sent"),
        State.RESPONSE_CLOSED: _("Replies"),
        State.QUOTAS_FROZEN: _("Quotas fixed"),
        State.COMMITTED: _("Panels sealed"),
        State.RANDOMNESS_RECORDED: _("The number"),
        State.CONFIRMED: _("Seats taken"),
    }
    found: list[dict[str, Any]] = []
    for state, event in STATIONS:
        is_done = has_reached(draw, state)
        is_next = not is_done and (not found or found[-1]["state"] == "done")
        found.append(
            {
                "title": titles[state],
                "state": "done" if is_done else "now" if is_next else "open",
                "date": dates.get(event) if is_done else _date_ahead(draw, state),
                "note": _note(draw, state, is_done),
            }
        )
    return found


def _date_ahead(draw: Draw, state: str) -> datetime.date | None:
    return draw.reply_until if state == State.RESPONSE_CLOSED else None


def _note(draw: Draw, state: str, is_done: bool) -> str:
    """The figure that belongs to a station."""
    if not is_done:
        return ""
    notes = {
        State.SAMPLE_IMPORTED: _("%(count)s people") % {"count": _number(draw.sample_size)},
        State.RESPONSE_CLOSED: _("%(count)s want to take part") % {"count": _number(draw.interested_count)},
        State.RANDOMNESS_RECORDED: draw.randomness,
    }
    return notes.get(State(state), "")


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def lede(draw: Draw) -> str:
    """The first line of a draw's page: what it is and what one can do now."""
    words = {"size": _number(draw.size)}
    if draw.state == State.ANNULLED:
        return _("This draw was annulled. What was published stays readable.")
    if draw.state == State.INVITED:
        return _("%(size)s seats are drawn by lot. If you have a letter, please answer with its code.") % words
    if has_reached(draw, State.SELECTED):
        return _("%(size)s seats were drawn by lot, in public. Here you can check every step.") % words
    if has_reached(draw, State.RESPONSE_CLOSED):
        return _("%(size)s seats are drawn by lot among all who said yes. Here you see how, before it happens.") % words
    return _("%(size)s seats are drawn by lot. The letters are being prepared.") % words


def shares(draw: Draw, panel_counts: dict[str, dict[str, int]] | None = None) -> list[dict[str, Any]]:
    """Per feature the shares of population, pool and panel in percent, and the bounds; totals only, nobody's row."""
    panel_counts = panel_counts or {}
    found = []
    for feature in draw.features.prefetch_related("quotas").order_by("order"):
        quotas = list(feature.quotas.all())
        pool, panel = draw.pool_counts.get(feature.name, {}), panel_counts.get(feature.name, {})
        totals = (sum(quota.population for quota in quotas), sum(pool.values()), sum(panel.values()))
        rows = [
            {
                "label": quota.label,
                "population": _percent(quota.population, totals[0]),
                "pool": _percent(pool.get(quota.value, 0), totals[1]),
                "panel": _percent(panel.get(quota.value, 0), totals[2]),
                "min": quota.minimum,
                "max": quota.maximum,
                "actual": panel.get(quota.value, 0) if panel else None,
            }
            for quota in quotas
        ]
        found.append({"label": feature.label, "source": feature.source, "rows": rows, "has_panel": bool(panel)})
    return found


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
