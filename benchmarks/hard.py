"""Hard pools for the draw: what makes a city's pool slow or its quotas tight, each kind pushed far.

- *skewed*: a few values hold nearly everybody, and who has them replies much more often;
- *correlated*: features follow one hidden trait, so that many combinations have nobody;
- *tight*: correlated, and quotas have no play but the rounding;
- *tiny*: every other feature has eight to fifteen values;
- *scarce*: correlated, skewed, and those whom the quotas need hardly reply;
- *families*: households of up to four who resemble each other.
"""

import csv
from pathlib import Path

import numpy as np

KINDS = ("skewed", "correlated", "tight", "tiny", "scarce", "families")
ALIKE = ("correlated", "tight", "scarce", "families")
FAMILY = (0.5, 0.3, 0.12, 0.08)  # shares of households of one, two, three and four


def make_hard_pool(folder: Path, people: int, size: int, features: int, kind: str, seed: int) -> None:
    """Write categories.csv and respondents.csv; whether any panel meets the quotas is left to the draw."""
    generator = np.random.default_rng(seed)
    city = (12 if people <= 10_000 else 3) * people
    trait = generator.normal(size=city)
    columns = [_column(generator, trait, kind, place) for place in range(features)]
    strength = 1.2 if kind in ("scarce", "skewed") else 0.6
    eager = sum(generator.normal(size=column.max() + 1)[column] * strength for column in columns)
    odds = np.exp(eager)
    replied = generator.choice(city, people, replace=False, p=odds / odds.sum())
    rows: list[list[object]] = [["category", "feature", "min", "max"]]
    for place, column in enumerate(columns):
        rows += _quotas(f"f{place}", column, replied, size, play=0 if kind == "tight" else 1)
    _write(folder / "categories.csv", rows)
    homes = _families(generator, trait[replied]) if kind == "families" else np.arange(people)
    table: list[list[object]] = [["id", *(f"f{place}" for place in range(features)), "street", "city"]]
    for number, person in enumerate(replied.tolist()):
        values = [f"v{column[person]}" for column in columns]
        table.append([f"p{number:05d}", *values, f"Straße {homes[number]}", "Musterstadt"])
    _write(folder / "respondents.csv", table)


def _column(generator: np.random.Generator, trait: np.ndarray, kind: str, place: int) -> np.ndarray:
    """Everybody's value of one feature."""
    many = kind == "tiny" and place % 2 == 0
    width = int(generator.integers(8, 16) if many else generator.integers(2, 8))
    spread = 0.6 if kind in ("skewed", "tiny", "scarce") else 2.0
    odds = np.maximum(generator.dirichlet(np.full(width, spread)), 0.004)
    odds /= odds.sum()
    if kind not in ALIKE:
        return generator.choice(width, len(trait), p=odds)
    mixed = 0.75 * trait + 0.66 * generator.normal(size=len(trait))
    rank = np.argsort(np.argsort(mixed)) / len(mixed)
    return np.minimum((rank[:, None] > np.cumsum(odds)).sum(axis=1), width - 1)


def _quotas(name: str, column: np.ndarray, replied: np.ndarray, size: int, *, play: int) -> list[list[object]]:
    """Around the city's shares, no minimum above what replied, and enough room for all seats."""
    width = int(column.max()) + 1
    have = np.bincount(column[replied], minlength=width)
    share = np.bincount(column, minlength=width) / len(column) * size
    least = np.minimum(np.maximum(np.floor(share) - play, 0), have).astype(int)
    most = (np.ceil(share) + play).astype(int)
    most[have.argmax()] += max(size - int(np.minimum(most, have).sum()), 0)
    return [[name, f"v{value}", int(least[value]), int(most[value])] for value in range(width)]


def _families(generator: np.random.Generator, trait: np.ndarray) -> np.ndarray:
    """Neighbours by the hidden trait live together."""
    order = np.argsort(trait + 0.4 * generator.normal(size=len(trait)))
    homes = np.zeros(len(trait), dtype=int)
    start = home = 0
    while start < len(trait):
        members = int(generator.choice([1, 2, 3, 4], p=FAMILY))
        homes[order[start : start + members]] = home
        start, home = start + members, home + 1
    return homes


def _write(path: Path, rows: list[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
