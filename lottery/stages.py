"""What is open to whom at which stage of a draw. A right is a role *and* a stage; each pair is a test.

Freezing the quotas and committing to the panels need two: a draw officer and an auditor, two different people.
"""

from accounts.models import Role
from lottery.models import Draw

State = Draw.State

ACTIONS: dict[State, frozenset[str]] = {
    State.DRAFT: frozenset({"define_features", "import_sample", "describe_register", "edit_letter", "add_codes"}),
    State.SAMPLE_IMPORTED: frozenset(
        {"send_invitations", "describe_register", "edit_letter", "sign_letter", "add_codes"}
    ),
    State.INVITED: frozenset(
        {"reply", "enter_reply", "check_reply", "close_replies", "print_letters", "release_letters"}
        | {"send_reminder", "note_return", "contact", "import_replies"}
    ),
    State.RESPONSE_CLOSED: frozenset({"edit_quotas", "sign_quotas", "name_outsiders", "exchange", "send_postcards"}),
    State.QUOTAS_FROZEN: frozenset({"compute", "reopen_quotas", "name_outsiders", "exchange", "send_postcards"}),
    State.COMPUTING: frozenset({"compute", "send_postcards"}),
    State.PANELS_READY: frozenset({"sign_commitment", "name_source", "name_outsiders", "send_postcards"}),
    State.COMMITTED: frozenset({"record_randomness", "send_postcards", "ask_stamp"}),
    State.RANDOMNESS_RECORDED: frozenset({"select"}),
    State.SELECTED: frozenset({"certify", "confirm", "print_letters", "open_record", "audit_custody"}),
    State.CERTIFIED: frozenset({"confirm", "print_letters", "open_record", "audit_custody"}),
    State.CONFIRMED: frozenset({"confirm", "print_letters", "open_record", "audit_custody"}),
    State.ANNULLED: frozenset(),
}
"""Actions that a draw is open for, by its state."""

ROLE_ACTIONS: dict[str, frozenset[str]] = {
    Role.Kind.DRAW_OFFICER: frozenset(
        {
            "open",
            "define_features",
            "describe_register",
            "edit_letter",
            "sign_letter",
            "add_codes",
            "release_letters",
            "send_reminder",
            "send_postcards",
            "note_return",
            "contact",
            "check_reply",
            "import_sample",
            "send_invitations",
            "enter_reply",
            "import_replies",
            "close_replies",
            "edit_quotas",
            "exchange",
            "sign_quotas",
            "reopen_quotas",
            "compute",
            "sign_commitment",
            "name_source",
            "name_outsiders",
            "record_randomness",
            "ask_stamp",
            "select",
            "confirm",
            "print_letters",
        }
    ),
    Role.Kind.AUDITOR: frozenset(
        {"sign_letter", "release_letters", "sign_quotas", "sign_commitment", "record_randomness", "certify"}
        | {"open_record", "audit_custody"}
    ),
    Role.Kind.CLERK: frozenset({"enter_reply", "check_reply", "note_return"}),
}
"""Actions of a role. Nobody but the draw officer sees who is in the pool; "reply" belongs to whoever holds a code."""

SIGNING_ROLES = (Role.Kind.DRAW_OFFICER, Role.Kind.AUDITOR)
"""The two roles that sign together."""
