"""The figures of a statute in words, for people who read it."""

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.statutes import Rules, rules_from


def figures_in_words(settings: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of each figure, in the order in which a proposal meets them."""
    rules = rules_from(settings)
    return [
        (_("Time to check a proposal"), weeks(rules.admissibility_weeks)),
        (_("Supports a proposal needs"), str(rules.support_needed)),
        (_("Time to collect supports"), weeks(rules.support_weeks)),
        (_("Invitation before a meeting"), days(rules.invitation_days)),
        (_("Members who must be present for a vote"), share(rules.quorum)),
        (_("Yes votes that adopt"), share(rules.majority)),
        (_("Time for a vote outside a meeting"), days(rules.vote_days)),
        (_("Minutes after a meeting"), weeks(rules.minutes_weeks)),
        (_("A board answers in its first sitting after"), weeks(rules.treat_weeks)),
        (_("A board answers at the latest after"), months(rules.treat_months)),
        (_("Reply of the council to an answer"), months(rules.reply_months)),
        (_("Report of a delegate after a sitting"), weeks(rules.board_report_weeks)),
        (_("Closing review after"), months(rules.closing_review_months)),
        (_("Term of office"), ngettext("%(n)s year", "%(n)s years", rules.term_years) % {"n": rules.term_years}),
        (_("Seats drawn anew at a renewal"), _renewal(rules)),
        (_("Time between two renewals"), months(rules.renewal_months)),
        (_("Time to accept a drawn seat"), weeks(rules.confirmation_weeks)),
        (_("Allowance for half a day"), _("%(euros)s euros") % {"euros": _euros(rules.stipend_cents)}),
    ]


def figure_in_words(value: Decimal, unit: str) -> str:
    """A key figure with its unit, as people read it; a whole number has no decimals."""
    number = number_format(value, 0 if value == value.to_integral_value() else 2, force_grouping=True)
    signs = {"euro": "€", "percent": "%", "tonnes": "t", "mwh": "MWh"}
    return f"{number}\u202f{signs[unit]}" if unit in signs else number


def weeks(number: int) -> str:
    return ngettext("%(n)s week", "%(n)s weeks", number) % {"n": number}


def days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def months(number: int) -> str:
    return ngettext("%(n)s month", "%(n)s months", number) % {"n": number}


def share(figures: dict[str, Any]) -> str:
    """ "more than 1/2 of the votes cast": a majority or a quorum in words."""
    fraction = f"{figures['numerator']}/{figures['denominator']}"
    base = {
        "cast": _("the votes cast (yes and no)"),
        "cast_with_abstentions": _("the votes cast, abstentions included"),
        "present": _("the members present"),
        "statutory": _("all seats of the council"),
        "entitled": _("all seats without those recused on the matter"),
    }[figures["of"]]
    words = _("more than %(fraction)s of %(base)s") if figures.get("strict", True) else _("%(fraction)s of %(base)s")
    return words % {"fraction": fraction, "base": base}


def _renewal(rules: Rules) -> str:
    return [_("none"), _("one third"), _("two thirds"), _("all")][rules.renewal_thirds]


def _euros(cents: int) -> str:
    return number_format(Decimal(cents) / 100, 2)
