"""The draw as it is shown in the hall, step by step: the seal, the digits, the chairs, the quotas.

Plain values for one page a step, so that it works with one key, without script and without motion. The quotas grow in
proportion to the chairs that are taken, not with the person who takes one: else everybody's features could be read off.
"""

from dataclasses import dataclass, field
from typing import Any

from lottery import way
from lottery.models import Draw, Invitation
from lottery.pool import pool_open

State = Draw.State


@dataclass(frozen=True)
class Scene:
    """What is on the wall: `name` of the scene, the step before and after (None: there is none)."""

    name: str
    step: int
    back: int | None
    ahead: int | None
    digits: list[dict[str, Any]] = field(default_factory=list)
    seats: list[dict[str, Any]] = field(default_factory=list)
    newest: int = 0
    taken: int = 0
    feature: dict[str, Any] | None = None


def last_step(draw: Draw) -> int:
    """The last step that can be shown: 0 the seal, then a digit each, the panel, a chair each, the end."""
    if not way.has_reached(draw, State.RANDOMNESS_RECORDED):
        return 0
    digits = len(draw.randomness)
    return digits + 1 + draw.size + 1 if way.has_reached(draw, State.SELECTED) else digits


def scene(draw: Draw, step: int, counts: dict[str, dict[str, int]] | None) -> Scene:
    """The scene of a step; one that is out of reach becomes the nearest that is not."""
    last = last_step(draw)
    step = min(max(step, 0), last)
    around: dict[str, Any] = {
        "step": step,
        "back": step - 1 if step else None,
        "ahead": step + 1 if step < last else None,
    }
    if not way.has_reached(draw, State.COMMITTED):
        return Scene("soon", **around)
    if step == 0:
        return Scene("seal", **around)
    length = len(draw.randomness)
    digits = [
        {"digit": digit if place < step else "", "is_new": place == step - 1}
        for place, digit in enumerate(draw.randomness)
    ]
    if step <= length:
        return Scene("digits", digits=digits, **around)
    taken = min(step - length - 1, draw.size)
    seats = _chairs(draw, taken)
    name = "end" if step == last else "seats" if taken else "panel"
    return Scene(
        name,
        digits=digits,
        seats=seats,
        taken=taken,
        newest=seats[taken - 1]["number"] if taken and name == "seats" else 0,
        feature=_feature(draw, counts, taken),
        **around,
    )


def _chairs(draw: Draw, taken: int) -> list[dict[str, Any]]:
    """The chairs of this draw: so many taken, the newest marked, the others still empty."""
    rows = Invitation.objects.filter(draw=draw, seat_number__isnull=False).order_by("seat_number")
    with pool_open():
        numbers = list(rows.values_list("seat_number", flat=True))
    return [
        {"number": number, "state": "mine" if place == taken - 1 else "active" if place < taken else "vacant"}
        for place, number in enumerate(numbers)
    ]


def _feature(draw: Draw, counts: dict[str, dict[str, int]] | None, taken: int) -> dict[str, Any] | None:
    """One feature's quotas, filled as far as the chairs are; each feature has its share of the steps."""
    features = list(draw.features.prefetch_related("quotas").order_by("order"))
    if not features or not counts or not draw.size:
        return None
    feature = features[min(taken * len(features) // (draw.size + 1), len(features) - 1)]
    rows = []
    for quota in feature.quotas.all():
        final = counts.get(feature.name, {}).get(quota.value, 0)
        shown = round(final * taken / draw.size)
        top = max(quota.maximum, final, 1)
        rows.append(
            {
                "label": quota.label,
                "shown": shown,
                "min": quota.minimum,
                "max": quota.maximum,
                "bar": f"{100 * shown / top:.1f}%",
                "mark": f"{100 * quota.minimum / top:.1f}%",
            }
        )
    return {"label": feature.label, "rows": rows}
