"""Sealed rows that can be added up: Pedersen commitments on the curve NIST P-256. Standard library only.

A person's row is sealed as one point: the sum of a generator for each value the person has, hidden by `blinding` times
a further generator. Points add up as the rows do, so the sum of a panel's points seals its totals, and opening that
sum says how many of the panel have each value and nothing of any one person. Hiding is perfect; that a point can be
opened in one way only rests on discrete logarithms.

Nobody knows a logarithm between two generators: each is the first point whose x is SHA-256 of a label and a counter.
"""

import functools
import hashlib
import hmac
from collections.abc import Iterable, Sequence

from audit.canonical import canonical_json

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
LABEL = "allmende-draw-2"

WINDOWS = range(5, 14)  # bits

Point = tuple[int, int] | None
"""x and y; None is the neutral element."""

Jacobian = tuple[int, int, int]
"""x = X / Z², y = Y / Z³; Z = 0 is the neutral element."""

NEUTRAL: Jacobian = (1, 1, 0)


class NotAPoint(ValueError):
    """A text that names no point of the curve."""


def encode(point: Point) -> str:
    """66 hexadecimal digits: 02 (y even) or 03, then x; "00" for the neutral element."""
    return "00" if point is None else f"{2 + point[1] % 2:02x}{point[0]:064x}"


def decode(text: str) -> Point:
    """The point that `encode` wrote; NotAPoint for anything else."""
    if text == "00":
        return None
    if not isinstance(text, str) or len(text) != 66 or text[:2] not in ("02", "03") or text != text.lower():
        raise NotAPoint("a point has 66 hexadecimal digits and begins with 02 or 03")
    try:
        x = int(text[2:], 16)
    except ValueError:
        raise NotAPoint("a point has 66 hexadecimal digits") from None
    y = _height(x)
    if y is None:
        raise NotAPoint("there is no such point on the curve")
    return x, y if y % 2 == int(text[:2]) % 2 else P - y


def _height(x: int) -> int | None:
    """A y for this x, or None where the curve has none."""
    if not 0 <= x < P:
        return None
    square = (x * x * x - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return y if y * y % P == square else None


@functools.cache
def generator(*names: str) -> tuple[int, int]:
    """The generator of this name: the first point on the curve at x = SHA-256 of name and counter; y is even."""
    counter = 0
    while True:
        seed = canonical_json([LABEL, "generator", *names, counter])
        x = int.from_bytes(hashlib.sha256(seed).digest(), "big")
        y = _height(x)
        if y is not None:
            return x, y if y % 2 == 0 else P - y
        counter += 1


def double(point: Jacobian) -> Jacobian:
    x, y, z = point
    square = z * z % P
    height = y * y % P
    slope = 3 * (x - square) * (x + square) % P
    across = 4 * x * height % P
    new_x = (slope * slope - 2 * across) % P
    return new_x, (slope * (across - new_x) - 8 * height * height) % P, 2 * y * z % P


def add(one: Jacobian, other: Point) -> Jacobian:
    """The sum of a Jacobian and a plain point."""
    if other is None:
        return one
    x, y, z = one
    if z == 0:
        return other[0], other[1], 1
    square = z * z % P
    wide = (other[0] * square - x) % P
    high = (other[1] * square * z - y) % P
    if wide == 0:
        return double(one) if high == 0 else NEUTRAL
    wide2 = wide * wide % P
    wide3 = wide * wide2 % P
    across = x * wide2 % P
    new_x = (high * high - wide3 - 2 * across) % P
    return new_x, (high * (across - new_x) - y * wide3) % P, z * wide % P


def negative(point: Point) -> Point:
    return None if point is None else (point[0], P - point[1])


def plain(points: Sequence[Jacobian]) -> list[Point]:
    """All of them as x and y, with a single division."""
    products = [1]
    for _x, _y, z in points:
        products.append(products[-1] * (z or 1) % P)
    inverse = pow(products[-1], -1, P)
    found: list[Point] = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        own = inverse * before % P
        inverse = inverse * (z or 1) % P
        square = own * own % P
        found.append((x * square % P, y * square * own % P) if z else None)
    return found[::-1]


def add_all(ones: Sequence[Point], others: Sequence[Point]) -> list[Point]:
    """The sums of pairs, with a single division for all of them: half the work of adding them one by one."""
    steps, products, product = [], [], 1
    for one, other in zip(ones, others, strict=True):
        step = 1
        if one is not None and other is not None:
            step = other[0] - one[0] if one[0] != other[0] else 2 * one[1] if one[1] == other[1] else 1
        steps.append(step)
        products.append(product)
        product = product * step % P
    inverse = pow(product, -1, P)
    found: list[Point] = []
    for one, other, step, before in zip(
        reversed(ones), reversed(others), reversed(steps), reversed(products), strict=True
    ):
        own = inverse * before
        inverse = inverse * step % P
        if one is None or other is None:
            found.append(one or other)
        elif one[0] != other[0] or one[1] == other[1]:
            rise = other[1] - one[1] if one[0] != other[0] else 3 * (one[0] * one[0] - 1)
            slope = rise * own % P
            x = (slope * slope - one[0] - other[0]) % P
            found.append((x, (slope * (one[0] - x) - one[1]) % P))
        else:
            found.append(None)
    return found[::-1]


def total(points: Iterable[Point]) -> Point:
    """The sum of plain points."""
    result = NEUTRAL
    for point in points:
        result = add(result, point)
    return plain([result])[0]


class Powers:
    """What a window of `bits` can ask for of one point's multiples, so that a multiple takes 256 / bits additions."""

    def __init__(self, base: tuple[int, int], bits: int):
        self.bits = bits
        starts, start = [], (*base, 1)
        for _ in range(0, 256, bits):
            starts.append(start)
            for _ in range(bits):
                start = double(start)
        firsts = plain(starts)
        columns: list[list[Point]] = [[None] * len(firsts)]
        for _ in range(2**bits - 1):
            columns.append(add_all(columns[-1], firsts))
        self.table = list(zip(*columns, strict=True))

    def times(self, factors: Sequence[int]) -> list[Point]:
        """Each factor (0 ≤ factor < 2**256) times the base."""
        sums: list[Point] = [None] * len(factors)
        mask = 2**self.bits - 1
        for place, row in enumerate(self.table):
            shift = place * self.bits
            sums = add_all(sums, [row[factor >> shift & mask] for factor in factors])
        return sums


def multiply(base: Point, factor: int) -> Jacobian:
    """`factor` times `base`, for points without a table."""
    result = NEUTRAL
    for bit in bin(factor % ORDER)[2:]:
        result = double(result)
        if bit == "1":
            result = add(result, base)
    return result


@functools.cache
def hiding_table(bits: int) -> Powers:
    """The table of the generator that hides."""
    return Powers(generator("blinding"), bits)


class Seals:
    """Seals rows over `values`, pairs of feature and value, in their order. `many` rows are worth a wider table."""

    def __init__(self, values: Sequence[tuple[str, str]], many: int = 0):
        self.bases = [generator("value", feature, value) for feature, value in values]
        # Of each window's width the additions that table and multiples take.
        self.hiding = hiding_table(min(WINDOWS, key=lambda bits: -(-256 // bits) * (2**bits + many)))

    def seal_rows(self, rows: Sequence[Sequence[int]], blindings: Sequence[int]) -> list[Point]:
        """One point per row; a row is the places in `values` of what the person has, as many for everybody."""
        different = list(dict.fromkeys(map(tuple, rows)))
        sums: list[Point] = [None] * len(different)
        for column in zip(*different, strict=True):
            sums = add_all(sums, [self.bases[place] for place in column])
        open_rows = dict(zip(different, sums, strict=True))
        return add_all(self.hiding.times(blindings), [open_rows[tuple(row)] for row in rows])

    def seal_counts(self, counts: Sequence[int], blinding: int) -> Point:
        """The point that seals these totals, one per value."""
        shares = [multiply(base, count) for base, count in zip(self.bases, counts, strict=True)]
        return total([*self.hiding.times([blinding]), *plain(shares)])


def scalar(secret: str, *names: object) -> int:
    """A number below the group's order that follows from the secret and the names, as good as evenly spread."""
    message = canonical_json([LABEL, *names])
    return int.from_bytes(hmac.new(secret.encode(), message, hashlib.sha512).digest(), "big") % ORDER


def scalar_text(number: int) -> str:
    return f"{number:064x}"


def scalar_of(text: str) -> int:
    """The number that `scalar_text` wrote; ValueError for anything else."""
    if not isinstance(text, str) or len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise ValueError("a blinding number has 64 hexadecimal digits")
    number = int(text, 16)
    if number >= ORDER:
        raise ValueError("a blinding number lies below the order of the group")
    return number
