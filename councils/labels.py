""" "Platz 17": how a seat is written where only its label is kept, and how its number is read back."""

import re
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _


def seat_label(number: int) -> str:
    """The label of a seat as it is stored and published, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Seat %(number)s") % {"number": number}


def seat_number(label: str) -> int | None:
    """The number of the seat that `label` names; None if it names somebody else."""
    found = _pattern().fullmatch(label)
    return int(found[1]) if found else None


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(re.escape(seat_label(0)).replace("0", "([0-9]+)"))
