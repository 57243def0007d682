"""Public randomness from the drand network: a signature every few seconds that nobody can know before its round.

A round's value is the network's BLS signature; its SHA-256 is the round's randomness. Whoever brings the value need
not be trusted: the signature is checked here against the network's public key, which is a setting. Two kinds of
network are known: `quicknet` (signatures on G1, round number alone signed) and `chained` (on G2, with the previous
signature).
"""

import datetime
import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings


class WrongSignature(ValueError):
    """Not the network's signature of this round."""


@dataclass(frozen=True)
class Network:
    """A drand network: its chain hash, public key, first round's time (seconds since 1970) and seconds per round."""

    name: str
    chain: str
    public_key: str
    genesis: int
    period: int
    is_chained: bool = False

    def round_at(self, moment: datetime.datetime) -> int:
        """The first round that is published at `moment` or after it."""
        late = moment.timestamp() - self.genesis
        return 1 if late <= 0 else int(-(-late // self.period)) + 1

    def time_of(self, number: int) -> datetime.datetime:
        """When a round is published (UTC)."""
        return datetime.datetime.fromtimestamp(self.genesis + (number - 1) * self.period, datetime.UTC)

    def check(self, number: int, signature: str, previous: str = "") -> str:
        """The randomness of a round (hexadecimal); WrongSignature unless the network signed it."""
        from lottery.pairing import is_signed  # a second to load, and needed once in a draw

        signed = (bytes.fromhex(previous) if self.is_chained else b"") + number.to_bytes(8, "big")
        message = hashlib.sha256(signed).digest()
        try:
            key = bytes.fromhex(self.public_key)
            held = is_signed(message, bytes.fromhex(signature), key, on_g2=self.is_chained)
        except (ValueError, AssertionError) as error:
            raise WrongSignature(str(error)) from error
        if not held:
            raise WrongSignature(f"this is not the signature of round {number} of {self.name}")
        return hashlib.sha256(bytes.fromhex(signature)).hexdigest()


def network(name: str) -> Network:
    """A network of the settings (DRAND_NETWORKS)."""
    known: dict[str, Any] = settings.DRAND_NETWORKS[name]
    return Network(name=name, **known)
