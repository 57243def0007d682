"""Which back-office pages a role opens; the menu and the route table of the tests read the same list."""

from accounts.models import Role

OFFICES = {
    Role.Kind.SECRETARIAT: "secretariat",
    Role.Kind.CLERK: "desk",
    Role.Kind.DRAW_OFFICER: "draws",
    Role.Kind.BOARD_SECRETARY: "board",
    Role.Kind.EDITOR: "cms",
    Role.Kind.AUDITOR: "audit",
}


def office_kinds(kinds: frozenset[str]) -> list[str]:
    """The offices of the given role kinds, in the order of the menu."""
    return [office for kind, office in OFFICES.items() if kind in kinds]
