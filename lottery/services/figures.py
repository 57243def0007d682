"""Who has answered so far, against the city: totals only, live while replies come in."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from lottery.models import Draw, Feature, Invitation
from lottery.pool import pool_open

State = Invitation.State
CHANNELS = list(Invitation.Channel.values)


@dataclass(frozen=True)
class Response:
    """The replies of a draw in figures: `features` per feature name and value, `districts` as rows of a tile map."""

    written: int
    answered: int
    interested: int
    declined: int
    returned: int
    calls: int
    channels: dict[str, int]
    features: dict[str, dict[str, int]]
    districts: list[dict[str, Any]]

    @property
    def percent(self) -> float:
        """The share of the written to who answered, in percent."""
        return round(100 * self.answered / self.written, 1) if self.written else 0.0


@pool_open()
def response_of(draw: Draw) -> Response:
    """Counts over the pool of a draw; small ones too, for the draw office's eyes alone."""
    rows = Invitation.objects.filter(draw=draw)
    volunteers = Invitation.POOL_STATES
    states: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    districts: dict[str, Counter[str]] = {}
    features: dict[str, Counter[str]] = {name: Counter() for name in _names(draw)}
    returned = calls = 0
    fields = ("state", "channel", "district__name", "features", "returned_at", "call_asked_at")
    for state, channel, district, values, back, call in rows.values_list(*fields).iterator():
        states[state] += 1
        channels[channel] += 1
        returned += back is not None
        calls += call is not None
        place = districts.setdefault(district or "–", Counter())
        place["written"] += 1
        place["answered"] += state != State.INVITED
        if state in volunteers:
            place["interested"] += 1
            for name, counter in features.items():
                counter[values.get(name, "")] += 1
    total = sum(states.values())
    return Response(
        written=total,
        answered=total - states[State.INVITED],
        interested=sum(states[state] for state in volunteers),
        declined=states[State.DECLINED],
        returned=returned,
        calls=calls,
        channels={name: channels[name] for name in CHANNELS},
        features={name: dict(counter) for name, counter in features.items()},
        districts=[_tile(name, place) for name, place in sorted(districts.items())],
    )


def _names(draw: Draw) -> list[str]:
    return list(Feature.objects.filter(draw=draw).values_list("name", flat=True))


def _tile(name: str, place: Counter[str]) -> dict[str, Any]:
    share = 100 * place["answered"] / place["written"]
    return {"name": name, **{key: place[key] for key in ("written", "answered", "interested")}, "percent": share}
