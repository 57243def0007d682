"""Writes of councils: founding, statutes, seats and who holds them, terms, what members declare, groups."""

from councils.services.declarations import (
    consent_to_name,
    consent_words,
    declare_interest,
    declare_no_interests,
    end_interest,
    take_oath,
    withdraw_name,
)
from councils.services.founding import constitute, found_council
from councils.services.groups import (
    end_civil_seat,
    end_group,
    found_group,
    join_group,
    leave_group,
    seat_civil_society,
)
from councils.services.seats import (
    Stretch,
    end_membership,
    fill_seat,
    left_early,
    note_moving,
    renewal_seats,
    resign,
    resume,
    seat_history,
    settle_suspensions,
    suspend,
    vacant_seats,
)
from councils.services.statutes import enact_statute, rules_at, statute_at
from councils.services.terms import begin_renewal, end_term, finish_renewal, renewal_due_on, settle_terms

__all__ = [
    "Stretch",
    "begin_renewal",
    "consent_to_name",
    "consent_words",
    "constitute",
    "declare_interest",
    "declare_no_interests",
    "enact_statute",
    "end_civil_seat",
    "end_group",
    "end_interest",
    "end_membership",
    "end_term",
    "fill_seat",
    "finish_renewal",
    "found_council",
    "found_group",
    "join_group",
    "leave_group",
    "left_early",
    "note_moving",
    "renewal_due_on",
    "renewal_seats",
    "resign",
    "resume",
    "rules_at",
    "seat_civil_society",
    "seat_history",
    "settle_suspensions",
    "settle_terms",
    "statute_at",
    "suspend",
    "take_oath",
    "vacant_seats",
    "withdraw_name",
]
