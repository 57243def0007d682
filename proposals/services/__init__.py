"""Writes of proposals: texts and stages (`writing`, `progress`), supports and comments (`voices`), notices (`moderation`).

Whoever calls a service imports it from here.
"""

from proposals.services.moderation import decide_notice, give_notice
from proposals.services.progress import (
    admit_proposal,
    conclude,
    freeze_text,
    reject_formally,
    return_proposal,
    settle_proposals,
    to_vote,
)
from proposals.services.voices import comment_on, support_proposal, withdraw_support
from proposals.services.writing import draft_proposal, edit_draft, submit_proposal, withdraw_proposal

notice = give_notice

__all__ = [
    "admit_proposal",
    "comment_on",
    "conclude",
    "decide_notice",
    "draft_proposal",
    "edit_draft",
    "freeze_text",
    "give_notice",
    "notice",
    "reject_formally",
    "return_proposal",
    "settle_proposals",
    "submit_proposal",
    "support_proposal",
    "to_vote",
    "withdraw_proposal",
    "withdraw_support",
]
