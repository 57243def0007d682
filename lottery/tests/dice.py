"""Fair throws that follow from a seed, the same on every machine."""

import hashlib
from collections.abc import Sequence
from typing import Any


class Dice:
    """Each throw is a hash of seed and turn."""

    def __init__(self, seed: str):
        self.seed, self.turn = seed, 0

    def below(self, sides: int) -> int:
        self.turn += 1
        return int(hashlib.sha256(f"{self.seed}/{self.turn}".encode()).hexdigest(), 16) % sides

    def one_of(self, things: Sequence[Any]) -> Any:
        return things[self.below(len(things))]
