"""What decisions keep about a person: that someone confirmed a receipt or entered an answer for an office."""

from typing import Any

from accounts.models import Person
from decisions.models import Addressee, Statement


def export_person(person: Person) -> dict[str, Any]:
    """Receipts the person confirmed and answers they entered, with number and date of the decision."""
    receipts = Addressee.objects.filter(acknowledged_by=person).order_by("pk")
    answers = Statement.objects.filter(entered_by=person).order_by("pk")
    return {
        "receipts_confirmed": [
            {"decision": number, "at": at and at.isoformat()}
            for number, at in receipts.values_list("decision__number", "acknowledged_at")
        ],
        "answers_entered": [
            {"decision": number, "at": at.isoformat()}
            for number, at in answers.values_list("addressee__decision__number", "at")
        ],
    }


def erase_person(person: Person) -> None:
    """Nothing to erase here: who acted in an office stays for ten years, under a row that no longer has a name."""
