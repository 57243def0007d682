"""Every write to people, logins, roles and identities. Each module holds one part; callers import from here."""

from accounts.permissions import entered_by
from accounts.services.claims import accept_claim, claims_of
from accounts.services.codes import open_code, redeem_code, request_code, withdraw_codes
from accounts.services.conflicts import decide_conflict
from accounts.services.corrections import confirm_correction, refuse_correction, request_correction
from accounts.services.deletion import people_due, purge
from accounts.services.desk import verify_at_desk
from accounts.services.identity import Outcome
from accounts.services.people import admit_person, link_login, register_person, update_person, verify_person
from accounts.services.register import import_register, match_register
from accounts.services.roles import confirm_role_request, end_role, grant_role, refuse_role_request, request_role

__all__ = [
    "Outcome",
    "accept_claim",
    "admit_person",
    "claims_of",
    "confirm_correction",
    "confirm_role_request",
    "decide_conflict",
    "end_role",
    "entered_by",
    "grant_role",
    "import_register",
    "link_login",
    "match_register",
    "open_code",
    "people_due",
    "purge",
    "redeem_code",
    "refuse_correction",
    "refuse_role_request",
    "register_person",
    "request_code",
    "request_correction",
    "request_role",
    "update_person",
    "verify_at_desk",
    "verify_person",
    "withdraw_codes",
]
