"""What is open at each stage of what two people do together: role requests, corrections, doubtful identities."""

ACTIONS: dict[str, frozenset[str]] = {
    "open": frozenset({"confirm", "refuse"}),
    "confirmed": frozenset(),
    "refused": frozenset(),
    "same": frozenset(),
    "different": frozenset(),
}
"""By the state's value; the three models share their words, so that one table holds for all of them."""


def is_open(action: str, state: str) -> bool:
    """Whether `action` can still be done at `state`; a decision is never taken twice."""
    return action in ACTIONS[state]
