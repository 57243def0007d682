"""What is open to whom at which stage of a proposal. A right is a role *and* a stage; each pair is a test."""

from accounts.models import Role
from proposals.models import Proposal

Stage = Proposal.Stage

ACTIONS: dict[Stage, frozenset[str]] = {
    Stage.DRAFT: frozenset({"edit", "submit", "withdraw"}),
    Stage.SUBMITTED: frozenset({"withdraw", "decide_admissibility", "moderate"}),
    Stage.RETURNED: frozenset({"edit", "submit", "withdraw", "moderate"}),
    Stage.REJECTED_FORMAL: frozenset({"moderate"}),
    Stage.SUPPORT: frozenset({"support", "comment", "withdraw", "moderate"}),
    Stage.LAPSED: frozenset({"moderate"}),
    Stage.DELIBERATION: frozenset({"comment", "withdraw", "freeze", "moderate"}),
    Stage.TEXT_FROZEN: frozenset({"comment", "withdraw", "put_to_vote", "moderate"}),
    Stage.VOTE: frozenset({"conclude", "moderate"}),
    Stage.ADOPTED: frozenset({"moderate"}),
    Stage.REJECTED: frozenset({"moderate"}),
    Stage.WITHDRAWN: frozenset({"moderate"}),
}
"""Actions that a proposal is open for, by its stage."""

ANYBODY = frozenset({"comment", "draft"})
"""What every person may do whom the city knows, verified or not."""

RESIDENT = frozenset({"submit", "support"})
"""What a verified resident may do besides."""

AUTHOR_ONLY = frozenset({"edit", "submit", "withdraw"})
"""What only the author of the proposal may do."""

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.MEMBER: frozenset({"submit"}),
    Role.Kind.ALTERNATE: frozenset({"submit"}),
    Role.Kind.SECRETARIAT: frozenset({"decide_admissibility", "moderate", "freeze", "put_to_vote", "conclude"}),
    Role.Kind.FACILITATOR: frozenset({"moderate", "freeze", "put_to_vote", "conclude"}),
}
"""What a role of today allows; members and facilitators in their own council only, the secretariat in all.

A board secretary submits too, but only what is proposed on behalf of their own company (`proposals.permissions`).
"""

STATIONS: tuple[tuple[Stage, ...], ...] = (
    (Stage.SUBMITTED, Stage.RETURNED, Stage.REJECTED_FORMAL),
    (Stage.SUPPORT, Stage.LAPSED),
    (Stage.DELIBERATION,),
    (Stage.TEXT_FROZEN,),
    (Stage.VOTE,),
    (Stage.ADOPTED, Stage.REJECTED),
)
"""The way of a proposal, station by station, with the exits of each: what the ribbon shows."""

EVENTS: dict[str, Stage] = {
    "proposal.submitted": Stage.SUBMITTED,
    "proposal.returned": Stage.RETURNED,
    "proposal.rejected_formal": Stage.REJECTED_FORMAL,
    "proposal.admitted": Stage.SUPPORT,
    "proposal.lapsed": Stage.LAPSED,
    "proposal.supported": Stage.DELIBERATION,
    "proposal.frozen": Stage.TEXT_FROZEN,
    "proposal.put_to_vote": Stage.VOTE,
    "proposal.adopted": Stage.ADOPTED,
    "proposal.rejected": Stage.REJECTED,
    "proposal.withdrawn": Stage.WITHDRAWN,
}
"""Which event of the proposal's chain reached which stage; the ribbon takes its dates from them."""

EVENT_OF = {stage: name for name, stage in EVENTS.items()}
OPEN_STAGES = tuple(stage for stage, actions in ACTIONS.items() if "withdraw" in actions)
