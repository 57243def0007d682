"""Writes of the lottery: prepared, answered, drawn, seated, purged."""

from lottery.services.drawing import (
    certify,
    commit,
    compute_panel,
    freeze_quotas,
    record_randomness,
    reopen_quotas,
    run_computation,
    select,
)
from lottery.services.letters import print_letters
from lottery.services.preparation import (
    SampleRefused,
    count_due,
    define_features,
    due_letters,
    feature_tables,
    import_sample,
    open_draw,
    print_again,
    send_invitations,
)
from lottery.services.purging import purge_draws
from lottery.services.replies import Answers, asked_features, close_replies, find_invitation, is_open, reply, set_quotas
from lottery.services.seats import confirm_response, decline_response, settle_vacancies

__all__ = [
    "Answers",
    "SampleRefused",
    "asked_features",
    "certify",
    "close_replies",
    "commit",
    "compute_panel",
    "confirm_response",
    "count_due",
    "decline_response",
    "define_features",
    "due_letters",
    "feature_tables",
    "find_invitation",
    "freeze_quotas",
    "import_sample",
    "is_open",
    "open_draw",
    "print_again",
    "print_letters",
    "purge_draws",
    "record_randomness",
    "reopen_quotas",
    "reply",
    "run_computation",
    "select",
    "send_invitations",
    "set_quotas",
    "settle_vacancies",
]
