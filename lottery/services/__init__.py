"""Writes of the lottery: prepared, answered, drawn, seated, purged."""

from lottery.services.answers import Answers, asked_features, is_known
from lottery.services.checking import check_figures, check_reply, waiting_checks
from lottery.services.contact import ask_call, note_return, plan_visits, send_again, send_reminder
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
from lottery.services.figures import response_of
from lottery.services.letters import insert_pdf, letter_picture, print_letters
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
from lottery.services.register import (
    Plan,
    add_codes,
    code_hashes,
    describe_register,
    enter_frame,
    register_of,
    release_letters,
)
from lottery.services.rehearsal import delete_rehearsal, is_rehearsal, rehearse
from lottery.services.replies import close_replies, find_invitation, is_open, reply, set_quotas
from lottery.services.seats import confirm_response, decline_response, settle_vacancies
from lottery.services.wording import count_words, edit_letter, sign_letter
from lottery.wording import Words, digest_of_letter, is_letter_signed, version_of, words_of

__all__ = [
    "Answers",
    "Plan",
    "SampleRefused",
    "Words",
    "add_codes",
    "ask_call",
    "asked_features",
    "certify",
    "check_figures",
    "check_reply",
    "close_replies",
    "code_hashes",
    "commit",
    "compute_panel",
    "confirm_response",
    "count_due",
    "count_words",
    "decline_response",
    "define_features",
    "delete_rehearsal",
    "describe_register",
    "digest_of_letter",
    "due_letters",
    "edit_letter",
    "enter_frame",
    "feature_tables",
    "find_invitation",
    "freeze_quotas",
    "import_sample",
    "insert_pdf",
    "is_known",
    "is_letter_signed",
    "is_open",
    "is_rehearsal",
    "letter_picture",
    "note_return",
    "open_draw",
    "plan_visits",
    "print_again",
    "print_letters",
    "purge_draws",
    "record_randomness",
    "register_of",
    "rehearse",
    "release_letters",
    "reopen_quotas",
    "reply",
    "response_of",
    "run_computation",
    "select",
    "send_again",
    "send_invitations",
    "send_reminder",
    "set_quotas",
    "settle_vacancies",
    "sign_letter",
    "version_of",
    "waiting_checks",
    "words_of",
]
