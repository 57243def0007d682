"""In which order people speak, and how the time was shared. Pure: plain values in and out.

Points of order come first, as they came. Then one of three rules that the chair names before it applies:

* `arrival`: as the hands went up;
* `random`: by SHA-256 over a number said aloud and the hand's key, so that everybody can work it out again;
* `balanced`: the side that has had the fewest turns on this item is next (for, against, neither; on a tie the one that
  has waited longest), and within a side whoever has not spoken yet goes before whoever has. Quoted lists that alternate
  and put first speakers first are common in German and Swiss assemblies.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

SIDES = ("pro", "contra", "neutral")


@dataclass(frozen=True)
class Hand:
    """A hand that is up: its key, the speaker's key, the side, whether it is a point of order. In order of arrival."""

    key: int
    speaker: str
    side: str
    is_order: bool = False


@dataclass(frozen=True)
class Turn:
    """A speech that was held or is being held: who, on which side, for how many seconds."""

    speaker: str
    side: str
    seconds: int = 0


def order_hands(hands: list[Hand], *, rule: str, turns: Iterable[Turn] = (), seed: str = "") -> list[Hand]:
    """The hands in the order in which they are called. ValueError for an unknown rule, or a lot without a seed."""
    points = [hand for hand in hands if hand.is_order]
    rest = [hand for hand in hands if not hand.is_order]
    if rule == "arrival":
        return points + rest
    if rule == "random":
        if not seed:
            raise ValueError("a lot needs a seed")
        return points + sorted(rest, key=lambda hand: lot(seed, hand.key))
    if rule != "balanced":
        raise ValueError(f"unknown order of speakers: {rule!r}")
    return points + _balanced(rest, list(turns))


def lot(seed: str, key: int) -> str:
    """What decides a hand's place under a lot: hex SHA-256 of "seed:key"."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def _balanced(hands: list[Hand], turns: list[Turn]) -> list[Hand]:
    had = Counter(turn.side for turn in turns)
    spoken = Counter(turn.speaker for turn in turns)
    place = {hand.key: number for number, hand in enumerate(hands)}
    queues = {
        side: sorted(
            (hand for hand in hands if hand.side == side), key=lambda hand: (spoken[hand.speaker], place[hand.key])
        )
        for side in SIDES
    }
    ordered = []
    while any(queues.values()):
        waiting = [side for side in SIDES if queues[side]]
        side = min(waiting, key=lambda one: (had[one], min(place[hand.key] for hand in queues[one])))
        ordered.append(queues[side].pop(0))
        had[side] += 1
    return ordered


def shares(turns: Iterable[Turn]) -> tuple[dict[str, int], dict[str, int]]:
    """Seconds by side and by speaker, speakers in the order in which they first spoke: no ranking of persons."""
    by_side = dict.fromkeys(SIDES, 0)
    by_speaker: dict[str, int] = {}
    for turn in turns:
        by_side[turn.side] += turn.seconds
        by_speaker[turn.speaker] = by_speaker.get(turn.speaker, 0) + turn.seconds
    return by_side, by_speaker
