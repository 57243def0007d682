"""Salted hashes that commit to one thing each, and the hash over all parts of a record. Standard library only."""

import hashlib
import hmac
from typing import Any

from audit.canonical import canonical_json, digest

FORMAT = "allmende-draw-2"


def keyed(secret: str, *parts: str) -> str:
    """A text of 64 hexadecimal digits that only the secret gives."""
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def salt(secret: str, kind: str, number: int) -> str:
    """The salt of one leaf; opening it opens no other."""
    return keyed(secret, "salt", f"{kind}/{number}")


def leaf(secret: str, kind: str, number: int, value: Any) -> str:
    """The hash that commits to one person's numbers or one panel."""
    return hash_leaf(salt(secret, kind, number), kind, number, value)


def hash_leaf(salted: str, kind: str, number: int, value: Any) -> str:
    """As `leaf`, from the opened salt."""
    return hashlib.sha256(canonical_json([salted, kind, number, value])).hexdigest()


def part_hashes(committed: dict[str, Any]) -> dict[str, str]:
    """The hash of each part, so that a change can be named."""
    return {name: digest(part) for name, part in committed.items()}


def commitment_of(parts: dict[str, str]) -> str:
    """The one hash over all parts, which leaves the house before the number exists."""
    return hashlib.sha256(committed_bytes(parts)).hexdigest()


def committed_bytes(parts: dict[str, str]) -> bytes:
    """The text whose SHA-256 is the commitment: what a time stamp is on."""
    return canonical_json([FORMAT, parts])


def result_hash(record: dict[str, Any]) -> str:
    """The hash over the commitment and all that was added after it, for the auditor to sign."""
    return digest([FORMAT, record["commitment"], record["drawn"], record["protocol"]])
