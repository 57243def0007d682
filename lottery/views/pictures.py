"""Figures of a draw while it runs, shaped for the drawings of the templates."""

from typing import Any

from lottery import way
from lottery.models import Draw


def features_live(draw: Draw, counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Per feature the shares of the city and of those who have said yes so far."""
    draw.pool_counts = counts
    return way.shares(draw)
