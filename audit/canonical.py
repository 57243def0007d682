"""Canonical JSON and hashes: the one form in which anything is hashed, signed or compared.

The form is that of RFC 8785 (JCS) for the values we allow: objects, arrays, strings, integers, booleans and
null. Floats are refused, because no two languages need print them alike; exact numbers travel as strings.
"""

import hashlib
import json
from typing import Any

_PLAIN = frozenset({str, int, bool, type(None)})


def canonical_json(value: Any) -> bytes:
    """UTF-8 bytes of `value` with sorted keys and no white space; TypeError for anything but plain JSON."""
    _refuse_inexact(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of `value`, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _refuse_inexact(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key of canonical JSON is text, not {type(key).__name__}")
            _refuse_inexact(item)
    elif isinstance(value, list | tuple):
        # Lists of millions of numbers are looked through at once.
        if not _PLAIN.issuperset(map(type, value)):
            for item in value:
                _refuse_inexact(item)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(f"canonical JSON has no {type(value).__name__}: give text or a whole number")
