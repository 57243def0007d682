"""What a decision says, as plain JSON: frozen at adoption, hashed, attached to the PDF and published beside it."""

import datetime
from dataclasses import dataclass
from typing import Any

from councils.models import Organ
from decisions.models import Decision
from meetings.models import AgendaItem
from voting.models import Vote

RESULT_KEYS = ("yes", "no", "abstain", "cast", "not_cast", "denominator", "needed", "is_adopted")


@dataclass(frozen=True)
class CityResolution:
    """The elected council's resolution that turns a recommendation into an instruction: its date and agenda item."""

    date: datetime.date
    item: str


@dataclass(frozen=True)
class Basis:
    """How far a decision binds one organ: the basis, the document that gives it, and its date."""

    kind: str
    document: str
    date: datetime.date


def content_of(decision: Decision, *, bases: list[tuple[Organ, Basis]]) -> dict[str, Any]:
    """The frozen content of a decision that is about to be stored. Integers and text only, so that it can be hashed."""
    item = decision.item
    return {
        "id": str(decision.public_id),
        "number": decision.number,
        "council": decision.council.organization.name,
        "kind": decision.kind,
        "binding": decision.binding,
        "title": decision.title,
        "text": decision.text,
        "reasons": decision.reasons,
        "adopted_on": decision.adopted_on.isoformat(),
        "city_resolution": _resolution_of(decision),
        "meeting": _meeting_of(item) if item else None,
        "proposal": str(decision.proposal.public_id) if decision.proposal else None,
        "vote": vote_of(item.vote) if item and item.vote else None,
        "addressees": [_addressee_of(organ, basis) for organ, basis in bases],
    }


def _resolution_of(decision: Decision) -> dict[str, str] | None:
    if decision.resolution_date is None:
        return None
    return {"date": decision.resolution_date.isoformat(), "item": decision.resolution_item}


def _meeting_of(item: AgendaItem) -> dict[str, Any]:
    return {
        "id": str(item.meeting.public_id),
        "title": item.meeting.title,
        "item": str(item.public_id),
        "item_title": item.title,
        "item_order": item.order,
    }


def vote_of(vote: Vote) -> dict[str, Any]:
    """The figures of a closed vote, with what froze its rule and roll."""
    result = vote.result or {}
    return {
        "id": str(vote.public_id),
        "question": vote.question,
        **{key: result[key] for key in RESULT_KEYS if key in result},
        "eligible": vote.roll_count,
        "present": vote.members_present,
        "statutory": vote.statutory_members,
        "entitled": vote.entitled_members,
        "rule_hash": vote.rule_hash,
        "roll_hash": vote.roll_hash,
    }


def _addressee_of(organ: Organ, basis: Basis) -> dict[str, Any]:
    return {
        "id": str(organ.public_id),
        "organ": organ.organization.name,
        "company": organ.company.organization.name,
        "basis": {"kind": basis.kind, "document": basis.document, "date": basis.date.isoformat()},
    }
