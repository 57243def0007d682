"""Where things stand in a drawn figure: chairs in a half circle, bars as shares. Plain values in and out."""

import math
from dataclasses import dataclass

CHAIR_WIDTH, CHAIR_HEIGHT = 40, 55
STEP, ROW = 43, 64  # between two chairs of a row and between two rows, in the drawing's units
FLATTENED = 0.84  # a hall seen from the lectern: depth looks shorter than width


@dataclass(frozen=True)
class Place:
    """One chair's place: its number (from 1, front row first, left to right) and the chair's upper left corner."""

    number: int
    x: float
    y: float


def row_sizes(count: int) -> list[int]:
    """How many chairs stand in each row, front first; rows grow with their radius."""
    rows = max(1, min(8, round(math.sqrt(count / 4.5))))
    weights = [2.2 + row for row in range(rows)]
    exact = [count * weight / sum(weights) for weight in weights]
    sizes = [int(share) for share in exact]
    by_rest = sorted(range(rows), key=lambda row: exact[row] - sizes[row], reverse=True)
    for row in by_rest[: count - sum(sizes)]:
        sizes[row] += 1
    return sizes


def hemicycle(count: int) -> tuple[list[Place], int, int]:
    """Places of `count` chairs in a half circle, with the drawing's width and height; rear chairs come first.

    Whoever draws them in this order lets the front rows stand before the rear ones.
    """
    sizes = row_sizes(count)
    first = max(sizes[0] * STEP / math.pi, 105.0)
    last = max([first + ROW * (len(sizes) - 1), *(size * STEP / math.pi for size in sizes[-1:])])
    gap = (last - first) / max(1, len(sizes) - 1)
    width = round(2 * last + CHAIR_WIDTH) + 4
    top = last * FLATTENED
    places, number = [], 0
    for row, size in enumerate(sizes):
        radius = first + gap * row
        for index in range(size):
            number += 1
            angle = math.pi * (1 - index / (size - 1)) if size > 1 else math.pi / 2
            x = width / 2 + radius * math.cos(angle) - CHAIR_WIDTH / 2
            y = top - radius * FLATTENED * math.sin(angle)
            places.append(Place(number, round(x, 1), round(y + 2, 1)))
    places.sort(key=lambda place: (place.y, place.x))
    return places, width, round(top + CHAIR_HEIGHT) + 4


def share(part: float, whole: float) -> float:
    """`part` of `whole` in percent with one decimal; 0 when there is no whole."""
    return round(100 * part / whole, 1) if whole else 0.0
