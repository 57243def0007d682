"""Writes of the lottery: prepared, answered, drawn, seated, purged."""

from lottery.services.answers import Answers, asked_features, is_known
from lottery.services.checking import check_figures, check_reply, waiting_checks
from lottery.services.choosing import certify, commit, record_randomness, select, take_back_source
from lottery.services.contact import ask_call, note_return, plan_visits, send_again, send_postcards, send_reminder
from lottery.services.custody import custody_figures, name_entries, note_check
from lottery.services.drawing import compute_panel, freeze_quotas, reopen_quotas, run_computation
from lottery.services.exchange import export_pool, export_quotas, import_quotas
from lottery.services.figures import response_of
from lottery.services.letters import insert_pdf, letter_picture, print_letters
from lottery.services.openings import (
    accept_offer,
    find_volunteer,
    has_openings,
    open_for_auditor,
    opening_for,
    volunteer,
)
from lottery.services.outsiders import commitment_sheet, name_outsiders, protocol
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
from lottery.services.quotas import choose_method, relax_quotas, run_simulation, simulate
from lottery.services.register import (
    Plan,
    add_codes,
    code_hashes,
    describe_register,
    enter_frame,
    register_of,
    release_letters,
    sample_record,
)
from lottery.services.rehearsal import delete_rehearsal, is_rehearsal, rehearse
from lottery.services.renewal import councils_in_renewal, keep_whole_quotas, open_renewal
from lottery.services.replies import close_replies, find_invitation, is_open, reply, set_quotas
from lottery.services.respondents import Preview, import_replies, keep_replies, kept_replies, preview_replies
from lottery.services.seats import confirm_response, decline_response, settle_vacancies
from lottery.services.stamping import ask_again, run_stamping, stamp_of
from lottery.services.wording import count_words, edit_letter, sign_letter
from lottery.wording import Words, digest_of_letter, is_letter_signed, version_of, words_of

__all__ = [
    "Answers",
    "Plan",
    "Preview",
    "SampleRefused",
    "Words",
    "accept_offer",
    "add_codes",
    "ask_again",
    "ask_call",
    "asked_features",
    "certify",
    "check_figures",
    "check_reply",
    "choose_method",
    "close_replies",
    "code_hashes",
    "commit",
    "commitment_sheet",
    "compute_panel",
    "confirm_response",
    "councils_in_renewal",
    "count_due",
    "count_words",
    "custody_figures",
    "decline_response",
    "define_features",
    "delete_rehearsal",
    "describe_register",
    "digest_of_letter",
    "due_letters",
    "edit_letter",
    "enter_frame",
    "export_pool",
    "export_quotas",
    "feature_tables",
    "find_invitation",
    "find_volunteer",
    "freeze_quotas",
    "has_openings",
    "import_quotas",
    "import_replies",
    "import_sample",
    "insert_pdf",
    "is_known",
    "is_letter_signed",
    "is_open",
    "is_rehearsal",
    "keep_replies",
    "keep_whole_quotas",
    "kept_replies",
    "letter_picture",
    "name_entries",
    "name_outsiders",
    "note_check",
    "note_return",
    "open_draw",
    "open_for_auditor",
    "open_renewal",
    "opening_for",
    "plan_visits",
    "preview_replies",
    "print_again",
    "print_letters",
    "protocol",
    "purge_draws",
    "record_randomness",
    "register_of",
    "rehearse",
    "relax_quotas",
    "release_letters",
    "reopen_quotas",
    "reply",
    "response_of",
    "run_computation",
    "run_simulation",
    "run_stamping",
    "sample_record",
    "select",
    "send_again",
    "send_invitations",
    "send_postcards",
    "send_reminder",
    "set_quotas",
    "settle_vacancies",
    "sign_letter",
    "simulate",
    "stamp_of",
    "take_back_source",
    "version_of",
    "volunteer",
    "waiting_checks",
    "words_of",
]
