"""Whether a BLS signature on BLS12-381 holds; the mathematics is py_ecc's. No Django.

Suites of the draft of the IRTF (draft-irtf-cfrg-bls-signature) with the hashes to the curve of RFC 9380, as drand uses
them: signatures on G2 with keys on G1, or the other way round.
"""

import hashlib
from typing import Any

from py_ecc.bls.hash_to_curve import hash_to_G1, hash_to_G2
from py_ecc.bls.point_compression import decompress_G1, decompress_G2
from py_ecc.optimized_bls12_381 import G1, G2, curve_order, is_inf, multiply, pairing

SUITE_G1 = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
SUITE_G2 = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
SHA256: Any = hashlib.sha256


def is_signed(message: bytes, signature: bytes, key: bytes, *, on_g2: bool) -> bool:
    """Whether `signature` (on G2 or G1) under `message` is the one of `key`. ValueError for what is no point."""
    if on_g2:
        return bool(pairing(hash_to_G2(message, SUITE_G2, SHA256), _g1(key)) == pairing(_g2(signature), G1))
    return bool(pairing(_g2(key), hash_to_G1(message, SUITE_G1, SHA256)) == pairing(G2, _g1(signature)))


def _g1(data: bytes) -> Any:
    if len(data) != 48:
        raise ValueError("a point of G1 has 48 bytes")
    compressed: Any = int.from_bytes(data, "big")
    return _in_group(decompress_G1(compressed))


def _g2(data: bytes) -> Any:
    if len(data) != 96:
        raise ValueError("a point of G2 has 96 bytes")
    compressed: Any = (int.from_bytes(data[:48], "big"), int.from_bytes(data[48:], "big"))
    return _in_group(decompress_G2(compressed))


def _in_group(point: Any) -> Any:
    if is_inf(point) or not is_inf(multiply(point, curve_order)):
        raise ValueError("the point is not in the group")
    return point
