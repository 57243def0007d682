"""Codes of the letters: 80 random bits, written so that they can be typed from paper. Only their hash is kept."""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U, which are mistaken for others."""

LENGTH = 16
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_code() -> str:
    """A code of 80 bits, in four groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def hash_of(code: str) -> str:
    """The hash under which a code is kept; blanks, hyphens, case and letters that look alike do not matter."""
    plain = "".join(char for char in code.upper().translate(LOOKALIKES) if char in ALPHABET)
    return hashlib.sha256(f"lottery:{plain}".encode()).hexdigest()


def new_pseudonym() -> str:
    """What a volunteer is called in public: L and seven characters (35 bits)."""
    return "L" + "".join(secrets.choice(ALPHABET) for _ in range(7))
