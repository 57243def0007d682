"""What each personal field declares (GDPR art. 5, 9, 13, 30): a model without `personal` fails a test.

A model sets `personal = {"field": PURPOSE, …}`, or `personal = {}` when none of its fields says anything
about a person. The privacy page, the record of processing and the purge job read the same declarations.
"""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Personal:
    """Why a field is kept. `purpose`, `basis`, `recipients` and `deletion` are short English phrases."""

    purpose: str
    basis: str
    recipients: str
    deletion: str
    is_special_category: bool = False


def years(count: int, since: datetime.date) -> datetime.date:
    """The deletion date `count` years after `since` (29 February becomes 1 March)."""
    try:
        return since.replace(year=since.year + count)
    except ValueError:
        return datetime.date(since.year + count, 3, 1)
