"""What is open to whom at which stage of an addressee. A right is a role *and* a stage; each pair is a test.

An answered addressee stands at the stage its answer opens: put off, it owes another answer; refused, it owes
nothing more by itself; accepted, it reports steps.
"""

from accounts.models import Role
from decisions.models import Addressee, Answer

STAGES = (
    "pending",
    "delivered",
    "acknowledged",
    "deferred",
    "refused",
    "answered",
    "replied",
    "implementing",
    "reported_done",
    "confirmed",
    "disputed",
    "closed",
)

ACTIONS: dict[str, frozenset[str]] = {
    "pending": frozenset(),
    "delivered": frozenset({"acknowledge", "answer"}),
    "acknowledged": frozenset({"answer"}),
    "deferred": frozenset({"answer"}),
    "refused": frozenset(),
    "answered": frozenset({"add_step"}),
    "replied": frozenset(),
    "implementing": frozenset({"add_step", "report_done"}),
    "reported_done": frozenset({"add_step"}),
    "confirmed": frozenset(),
    "disputed": frozenset({"add_step", "report_done"}),
    "closed": frozenset(),
}
"""Actions that an addressee is open for, by its stage."""

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.BOARD_SECRETARY: frozenset({"acknowledge", "answer", "add_step", "report_done"}),
    Role.Kind.SECRETARIAT: frozenset({"acknowledge", "answer", "add_step", "report_done", "adopt"}),
}
"""Actions of a role: the board secretary's for the own organs; the secretariat enters what came another way."""

LEVEL_AFTER_DAYS = (1, 7, 14, 28)
"""Days after a missed date that begin level 1 (reminder), 2 (holdings office), 3 (public), 4 (council's agenda)."""

LEVEL_PUBLIC = 3


def stage_of(addressee: Addressee) -> str:
    """The stage `addressee` stands at: its state, an answer that puts off or refuses apart."""
    if addressee.state == Addressee.State.ANSWERED and addressee.answer in (Answer.DEFERRED, Answer.REFUSED):
        return addressee.answer
    return addressee.state
