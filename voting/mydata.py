"""What open votes keep about a person: lines on rolls and named ballots.

They stay after an erasure: an open vote is published under the seat's label, and its count is checked against roll
and ballots. The person behind the label is blanked.
"""

from typing import Any

from accounts.models import Person
from voting.models import BallotCorrection, OpenBallot, RollEntry


def export_person(person: Person) -> dict[str, Any]:
    """Every roll the person stands on, with the choice if one was made, and the paper ballots entered for others."""
    lines = RollEntry.objects.filter(person=person).select_related("vote", "ballot", "correction").order_by("pk")
    return {
        "rolls": [_line(entry) for entry in lines],
        "paper_ballots_entered": OpenBallot.objects.filter(entered_by=person).count(),
        "paper_ballots_confirmed": OpenBallot.objects.filter(confirmed_by=person).count(),
        "corrections_noted": BallotCorrection.objects.filter(noted_by=person).count(),
        "corrections_confirmed": BallotCorrection.objects.filter(confirmed_by=person).count(),
    }


def _line(entry: RollEntry) -> dict[str, Any]:
    ballot = getattr(entry, "ballot", None)
    return {
        "vote": entry.vote.title,
        "label": entry.label,
        "is_excluded": entry.is_excluded,
        "exclusion_reason": entry.exclusion_reason,
        "choice": (ballot.choice or None) if ballot else None,
        "marks": ballot.marks if ballot else None,
        "correction": _correction(entry),
        "channel": ballot.channel if ballot else None,
        "cast_at": ballot.cast_at.isoformat() if ballot else None,
    }


def _correction(entry: RollEntry) -> dict[str, Any] | None:
    noted = getattr(entry, "correction", None)
    return {"choice": noted.choice or None, "marks": noted.marks, "reason": noted.reason} if noted else None


def erase_person(person: Person) -> None:
    """Change nothing: rolls are frozen and ballots closed (the database refuses), and neither holds a name."""
