"""Writes of decisions: adopted, sealed and delivered, answered, followed, escalated."""

from decisions.services.adoption import adopt_decision, basis_for
from decisions.services.answers import acknowledge, add_step, answer, report_done
from decisions.services.delivery import due_dates, seal_decision
from decisions.services.escalation import escalate, settle_items

__all__ = [
    "acknowledge",
    "add_step",
    "adopt_decision",
    "answer",
    "basis_for",
    "due_dates",
    "escalate",
    "report_done",
    "seal_decision",
    "settle_items",
]
