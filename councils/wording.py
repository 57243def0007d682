"""The figures of a statute in words, for people who read it."""

from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from councils.statutes import Rules, rules_from

LABELS = {
    "admissibility_weeks": gettext_lazy("Time to check a proposal"),
    "support_needed": gettext_lazy("Supports a proposal needs"),
    "support_weeks": gettext_lazy("Time to collect supports"),
    "invitation_days": gettext_lazy("Invitation before a meeting"),
    "quorum": gettext_lazy("Members who must be present for a vote"),
    "majority": gettext_lazy("Yes votes that adopt"),
    "vote_days": gettext_lazy("Time for a vote outside a meeting"),
    "minutes_weeks": gettext_lazy("Minutes after a meeting"),
    "treat_weeks": gettext_lazy("A board answers in its first sitting after"),
    "treat_months": gettext_lazy("A board answers at the latest after"),
    "reply_months": gettext_lazy("Reply of the council to an answer"),
    "board_report_weeks": gettext_lazy("Report of a delegate after a sitting"),
    "closing_review_months": gettext_lazy("Closing review after"),
    "term_years": gettext_lazy("Term of office"),
    "renewal_thirds": gettext_lazy("Seats drawn anew at a renewal"),
    "renewal_months": gettext_lazy("Time between two renewals"),
    "confirmation_weeks": gettext_lazy("Time to accept a drawn seat"),
    "checked_cards_percent": gettext_lazy("Reply cards looked at by two"),
    "stipend_cents": gettext_lazy("Allowance for half a day"),
    "counter_expert_percent": gettext_lazy("Seats that call a counter-expert"),
    "board_file_years": gettext_lazy("Closed file of a board seat is deleted after"),
    "public_interests": gettext_lazy("Declared interests of members are public"),
}
"""What each figure of the rules is, in the order in which a proposal meets them."""


def figure_label(name: str) -> str:
    """The label of a figure of the rules."""
    return str(LABELS.get(name, name))


def figures_in_words(settings: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of each figure, in the order in which a proposal meets them."""
    rules = rules_from(settings)
    return [(figure_label(name), _value(name, rules)) for name in LABELS]


def _value(name: str, rules: Rules) -> str:
    """One figure in words, by the unit in its name."""
    figure = getattr(rules, name)
    if name in ("quorum", "majority"):
        return share(figure)
    if name == "renewal_thirds":
        return _renewal(rules)
    if name == "stipend_cents":
        return _("%(euros)s euros") % {"euros": _euros(figure)}
    if name == "public_interests":
        return pgettext("figure", "yes") if figure else pgettext("figure", "no")
    unit = name.rsplit("_", 1)[-1]
    words = {"weeks": weeks, "days": days, "months": months, "years": years_in_words, "percent": percent}
    return words[unit](figure) if unit in words else str(figure)


def years_in_words(number: int) -> str:
    return ngettext("%(n)s year", "%(n)s years", number) % {"n": number}


def percent(number: int) -> str:
    return f"{number}\u202f%"


def sentences(settings: dict[str, Any]) -> list[str]:
    """The figures of the rules as the sentences of a readable statute."""
    rules = rules_from(settings)
    value = {name: _value(name, rules) for name in LABELS}
    renewal = {
        0: _("The council is drawn as a whole at the end of its term."),
        3: _("The council is drawn as a whole at the end of its term."),
    }.get(
        rules.renewal_thirds,
        _(
            "After %(renewal_months)s at the earliest %(renewal_thirds)s of the seats is drawn anew; the seat’s number decides which."
        )
        % value,
    )
    return [
        _("A proposal is checked for admissibility within %(admissibility_weeks)s.") % value,
        _("It is deliberated when %(support_needed)s people support it within %(support_weeks)s.") % value,
        _(
            "Members are invited to a meeting %(invitation_days)s before it; its minutes are there within %(minutes_weeks)s."
        )
        % value,
        _("A vote is valid if there take part: %(quorum)s.") % value,
        _("A motion is adopted by: %(majority)s.") % value,
        _("A vote outside a meeting is open for %(vote_days)s.") % value,
        _(
            "A board answers in its first sitting whose agenda is open %(treat_weeks)s after delivery, at the latest after %(treat_months)s."
        )
        % value,
        _("The council replies within %(reply_months)s; after %(closing_review_months)s it reviews what was done.")
        % value,
        _("Whoever is sent into an organ reports in public words within %(board_report_weeks)s after each sitting.")
        % value,
        _("The term of office is %(term_years)s. A drawn seat is accepted within %(confirmation_weeks)s.") % value,
        _("Of the reply cards to a draw %(checked_cards_percent)s at least are entered twice, by two people.") % value,
        renewal,
        _("For half a day of a meeting %(stipend_cents)s are paid.") % value,
        _("One more expert is heard when %(counter_expert_percent)s of the seats ask for it.") % value,
        _("The closed file of a board seat is deleted %(board_file_years)s after the sitting.") % value,
        _("The interests that members declare are public.")
        if rules.public_interests
        else _("The interests that members declare are not public."),
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
