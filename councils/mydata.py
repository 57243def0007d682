"""What councils keep about a person. Seats held stay as the history of the council; the person behind them is blanked."""

from typing import Any

from accounts.models import Person
from councils.models import Membership


def export_person(person: Person) -> dict[str, Any]:
    """Every seat the person holds or held."""
    held = Membership.objects.filter(person=person).select_related("seat__council__organization")
    return {
        "memberships": [
            {
                "council": str(membership.seat.council),
                "seat": membership.seat.number,
                "state": membership.state,
                "begin_date": membership.begin_date.isoformat(),
                "end_date": membership.end_date.isoformat() if membership.end_date else None,
                "end_reason": membership.end_reason,
                "oath_on": membership.oath_on.isoformat() if membership.oath_on else None,
                "declared_interests": membership.declared_interests,
            }
            for membership in held
        ]
    }


def erase_person(person: Person) -> None:
    """Blank the declared interests. The seat's history stays: it points to a person who has no name any more."""
    Membership.objects.filter(person=person).update(declared_interests="")
