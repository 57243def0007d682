"""The row of a proposal, held while something about it changes, and the one way its stage is written."""

from typing import Any

from accounts.models import User
from audit.canonical import digest
from audit.services import record, require
from proposals.models import Proposal
from proposals.permissions import can
from proposals.stages import EVENT_OF, Stage


def locked(proposal: Proposal) -> Proposal:
    """The row as it is now, with its council; writers of one proposal queue here until the transaction ends."""
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("council__organization", "on_behalf_of").get(pk=proposal.pk, deleted_at__isnull=True)


def locked_for(proposal: Proposal, action: str, by: User) -> Proposal:
    """The locked row, if `by` may do `action` to it now."""
    proposal = locked(proposal)
    require(can(by, action, proposal))
    return proposal


def move(proposal: Proposal, stage: Stage, *, by: User | None, reason: str = "", **fields: Any) -> Proposal:
    """Set the stage with the columns that go with it, and record it; without `until` no timer runs."""
    facts = {"reason_hash": digest(reason)} if reason else {}
    proposal.stage, proposal.stage_reason = stage, reason
    proposal.stage_until = fields.pop("until", None)
    for name, value in fields.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["stage", "stage_reason", "stage_until", *fields])
    if proposal.stage_until:
        facts["until"] = proposal.stage_until.isoformat()
    record(EVENT_OF[stage], proposal, by=by, **facts)
    return proposal
