"""How one human is recognised again without keeping the birth date: a keyed hash over name and date.

HMAC-SHA-256 (RFC 2104) with `PERSON_KEY`; without the key nobody can try out names and dates.
"""

import datetime
import hashlib
import hmac
import re
import unicodedata

from django.conf import settings

from audit.personal import years

VERSION = "identity:1"
SPELLINGS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"}
)
"""Müller and Mueller are one name: registers, passports and keyboards spell them both ways."""


def normalise(name: str) -> str:
    """`name` as it is compared: small letters without accents, blanks and hyphens."""
    folded = unicodedata.normalize("NFC", name).casefold().translate(SPELLINGS)
    return "".join(char for char in unicodedata.normalize("NFKD", folded) if char.isalpha())


def first_name(given_names: str) -> str:
    """The first of several given names: the register has them all, people write one ("Anna-Lena Maria": "anna")."""
    return normalise(re.split(r"[\s-]+", given_names.strip())[0])


def identity_hash(given_name: str, family_name: str, birth_date: datetime.date) -> str:
    """64 hex digits that name one human: first given name, family name and date of birth, keyed."""
    text = "|".join([VERSION, first_name(given_name), normalise(family_name), birth_date.isoformat()])
    return hmac.new(settings.PERSON_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def voting_from(birth_date: datetime.date) -> datetime.date:
    """The day from which somebody born on `birth_date` may vote.

    `VOTING_AGE` in years, default 16: the age for municipal elections in most Länder, e.g. § 7 KWahlG NRW.
    """
    return years(settings.VOTING_AGE, birth_date)


def same_place(street: str, other: str) -> bool:
    """Whether two streets with number are the same, however "Straße" is written ("Str.", "str", "strasse")."""
    return _place(street) == _place(other)


def _place(street: str) -> str:
    folded = unicodedata.normalize("NFC", street).casefold().translate(SPELLINGS)
    folded = re.sub(r"str(asse|\.|\b)", "strasse", folded)
    return "".join(char for char in folded if char.isalnum())
