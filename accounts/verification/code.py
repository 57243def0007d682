"""The code of a letter: 80 bits in sixteen characters that cannot be mistaken for one another.

Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O, U; who types O or l means 0 or 1.
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ENCODE = str.maketrans(STANDARD, ALPHABET)
MISREAD = str.maketrans("OIL", "011")
BYTES = 10
LENGTH = 16


def new_code() -> str:
    """A fresh code as it is printed, "XXXX-XXXX-XXXX-XXXX"."""
    text = base64.b32encode(secrets.token_bytes(BYTES)).decode().translate(ENCODE)
    return "-".join(text[start : start + 4] for start in range(0, LENGTH, 4))


def normalise(code: str) -> str:
    """What was typed, without blanks and hyphens and with misread characters put right."""
    return "".join(char for char in code.upper().translate(MISREAD) if char in ALPHABET)


def code_hash(code: str) -> str:
    """What is kept of a code: 64 hex digits, keyed."""
    return hmac.new(settings.PERSON_KEY.encode(), f"code:1|{normalise(code)}".encode(), hashlib.sha256).hexdigest()
