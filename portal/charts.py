"""Where things stand in the drawings of a company's page: its owners as a tree, its figures by year. Plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 380
ROW, STEP, BOX = 66, 26, 52
CHART, GROUND, TOP = 150, 122, 22
DEEPEST = 5
LINE = 30
"""Characters that fit in one line of a box."""


@dataclass(frozen=True)
class Holder:
    """An owner in the tree: name, percent of what stands one step to its left (empty for the company itself)."""

    key: str
    label: str
    percent: str
    depth: int


@dataclass(frozen=True)
class Box:
    """A drawn holder: corner, width, its name in one or two lines, and the line down from what it owns (`from_y`)."""

    x: int
    y: int
    width: int
    lines: tuple[str, ...]
    percent: str
    from_y: int | None

    @property
    def middle(self) -> int:
        return self.y + BOX // 2

    @property
    def line_x(self) -> int:
        return self.x - STEP // 2

    @property
    def right(self) -> int:
        return self.x + self.width - 12

    @property
    def text_x(self) -> int:
        return self.x + 12

    @property
    def first_y(self) -> int:
        return self.y + (22 if len(self.lines) > 1 else 32)

    @property
    def second_y(self) -> int:
        return self.y + 41


def chain(key: str, label: str, shares: Mapping[str, Sequence[tuple[str, str, str]]]) -> list[Holder]:
    """The company and below it its owners, theirs below them. `shares`: key of a company → (key, label, percent)."""
    found = [Holder(key, label, "", 0)]

    def add(of: str, depth: int, path: frozenset[str]) -> None:
        for owner, name, percent in shares.get(of, ()):
            found.append(Holder(owner, name, percent, depth))
            if owner not in path and depth < DEEPEST:
                add(owner, depth + 1, path | {owner})

    add(key, 1, frozenset({key}))
    return found


def drawn(holders: Sequence[Holder]) -> tuple[list[Box], int]:
    """Boxes one below the other, each a step further right than what it owns; and the drawing's height."""
    boxes: list[Box] = []
    last_at: dict[int, int] = {}
    for place, holder in enumerate(holders):
        x, y = holder.depth * STEP, place * ROW
        above = last_at.get(holder.depth - 1)
        from_y = None if above is None else above + BOX
        boxes.append(Box(x, y, WIDTH - x, _lines(holder.label, LINE - 2 * holder.depth), holder.percent, from_y))
        last_at[holder.depth] = y
    return boxes, len(holders) * ROW - (ROW - BOX)


def _lines(label: str, width: int) -> tuple[str, ...]:
    """`label` in at most two lines; what does not fit ends with an ellipsis (the table has the whole)."""
    if len(label) <= width:
        return (label,)
    at = label.rfind(" ", 0, width + 1)
    at = at if at > width // 3 else width
    rest = label[at:].strip()
    return (label[:at].strip(), rest if len(rest) <= width else rest[: width - 1].rstrip() + "…")


@dataclass(frozen=True)
class Column:
    """The bar of one year: corner, size, its words; below the ground line for a loss."""

    x: int
    y: int
    width: int
    height: int
    year: str
    value: str
    middle: int
    value_y: int


def columns(rows: Sequence[tuple[int, Decimal, str]]) -> tuple[list[Column], int]:
    """Bars for (year, value, value in words), at most the last eight years; and where the ground line lies."""
    rows = rows[-8:]
    top = max([Decimal(0), *(value for _, value, _ in rows)])
    bottom = min([Decimal(0), *(value for _, value, _ in rows)])
    span = (top - bottom) or Decimal(1)
    ground = TOP + int((GROUND - TOP) * top / span)
    slot = WIDTH // max(1, len(rows))
    bars = []
    for place, (year, value, words) in enumerate(rows):
        height = max(2, int((GROUND - TOP) * abs(value) / span))
        y = ground if value < 0 else ground - height
        middle = place * slot + slot // 2
        width = min(56, slot - 14)
        value_y = y - 6 if value >= 0 else max(y - 6, 14)
        bars.append(Column(middle - width // 2, y, width, height, str(year), words, middle, value_y))
    return bars, ground
