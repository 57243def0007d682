"""Chances per person, sorted, as a plain SVG: the fair draw against the naive one."""

from collections.abc import Mapping
from html import escape

import numpy as np

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 24, 56
COLOURS = ("#0b3d91", "#b35900")  # 4.5 : 1 against white, apart for the colour-blind; dashes tell them apart in print
DASHES = ("", "6 4")

LABELS = {
    "title": "Chances of selection, sorted",
    "people": "people in the pool, smallest chance first",
    "chance": "chance",
    "even": "same for all",
}


def chances_chart(
    series: Mapping[str, np.ndarray], *, size: int, labels: Mapping[str, str] = LABELS, title: str = ""
) -> str:
    """An SVG document of one sorted curve per name in `series` (one probability per person, any order).

    `size` seats give the line of equal chances; `labels` are the words of LABELS in another language.
    """
    curves = {name: np.sort(values) for name, values in series.items()}
    people = max(len(values) for values in curves.values())
    top = _round_up(max(float(values.max()) for values in curves.values()))
    title = title or labels["title"]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="chances-title chances-desc" font-family="sans-serif" font-size="13">',
        f'<title id="chances-title">{escape(title)}</title>',
        f'<desc id="chances-desc">{escape(_words(curves))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(people, top, labels),
        _even_line(size / people, top, labels),
    ]
    for number, (name, values) in enumerate(curves.items()):
        parts += _curve(name, values, top, number)
    return "\n".join([*parts, "</svg>", ""])


def _round_up(value: float) -> float:
    steps = [step * 10.0**power for power in range(-6, 1) for step in (1, 2, 5)]
    return min(next((step for step in steps if step >= value - 1e-12), 1.0), 1.0)


def _words(curves: Mapping[str, np.ndarray]) -> str:
    return " ".join(
        f"{name}: {_percent(values[0])} – {_percent(np.median(values))} – {_percent(values[-1])}."
        for name, values in curves.items()
    )


def _percent(value: float) -> str:
    return f"{100 * float(value):.2f} %"


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _axes(people: int, top: float, labels: Mapping[str, str]) -> list[str]:
    parts = []
    for step in range(6):
        value = top * step / 5
        y = _y(value, top)
        parts.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#d0d0d0" stroke-width="1"/>'
        )
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#222222">{_short(100 * value)} %</text>'
        )
    base = HEIGHT - BOTTOM
    for x, text, anchor in ((LEFT, "1", "start"), (WIDTH - RIGHT, str(people), "end")):
        parts.append(f'<text x="{x}" y="{base + 18}" text-anchor="{anchor}" fill="#222222">{text}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    words = escape(labels["people"])
    parts.append(f'<text x="{middle}" y="{base + 18}" text-anchor="middle" fill="#222222">{words}</text>')
    parts.append(f'<text x="{LEFT}" y="{TOP - 8}" fill="#222222">{escape(labels["chance"])}</text>')
    return parts


def _short(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _even_line(even: float, top: float, labels: Mapping[str, str]) -> str:
    y = _y(min(even, top), top)
    return (
        f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#222222" stroke-dasharray="1 3"/>'
        f'<text x="{LEFT + 6}" y="{y - 5:.1f}" fill="#222222">{escape(labels["even"])} ({_percent(even)})</text>'
    )


def _curve(name: str, values: np.ndarray, top: float, number: int) -> list[str]:
    """A step per change of chance, and the name in the legend."""
    ends = np.flatnonzero(np.diff(values) > top * 1e-4).tolist()
    scale = (WIDTH - LEFT - RIGHT) / len(values)
    path = f"M{LEFT:.1f} {_y(float(values[0]), top):.1f}"
    for end in ends:
        path += f"H{LEFT + scale * (end + 1):.1f}V{_y(float(values[end + 1]), top):.1f}"
    path += f"H{WIDTH - RIGHT:.1f}"
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    y = HEIGHT - 14
    x = LEFT + 300 * number
    return [
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>',
        f'<line x1="{x}" y1="{y - 4}" x2="{x + 28}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dashed}/>',
        f'<text x="{x + 34}" y="{y}" fill="#222222">{escape(name)}</text>',
    ]
