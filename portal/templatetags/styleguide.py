"""Sample contents for the living page of all components (`templates/styleguide.html`); nothing here is real."""

import datetime
from typing import Any

from django import forms, template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

TODAY = datetime.date(2026, 3, 12)


class SampleForm(forms.Form):
    """One field of each kind; bound and incomplete, it shows how errors look."""

    is_sample = True  # the page must not jump to its errors

    title = forms.CharField(
        label=gettext_lazy("What is it about?"), help_text=gettext_lazy("One sentence, as you would tell it.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        widget=forms.Textarea,
        required=False,
        help_text=gettext_lazy("Sources help others to check it."),
    )
    company = forms.ChoiceField(
        label=gettext_lazy("Which company?"),
        choices=[
            ("", gettext_lazy("Please choose")),
            ("bus", gettext_lazy("Buses and trams")),
            ("heat", gettext_lazy("Heat and power")),
        ],
    )
    meeting = forms.DateField(
        label=gettext_lazy("By when?"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How shall we answer?"),
        widget=forms.RadioSelect,
        choices=[
            ("post", gettext_lazy("By letter")),
            ("mail", gettext_lazy("By e-mail")),
            ("phone", gettext_lazy("By phone")),
        ],
    )
    is_public = forms.BooleanField(label=gettext_lazy("My seat number may stand beside it"), required=False)
    paper = forms.FileField(label=gettext_lazy("A paper to go with it"), required=False)


def days(count: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=count)


def council(count: int = 56) -> list[dict[str, Any]]:
    """A council in the middle of a roll-call vote."""
    states = {3: "no", 8: "abstain", 11: "no", 17: "mine", 20: "absent", 29: "no", 33: "recused", 41: "abstain"}
    return [{"number": number, "state": states.get(number, "yes")} for number in range(1, count + 1)]


def stations() -> list[dict[str, Any]]:
    return [
        {"title": _("Proposal"), "state": "done", "date": days(-201), "url": "#ribbon"},
        {"title": _("Vote in the council"), "state": "done", "date": days(-95), "note": _("41 to 9")},
        {"title": _("Delivered"), "state": "done", "date": days(-94)},
        {"title": _("Answer of the supervisory board"), "state": "late", "date": days(-5)},
        {"title": _("Reply of the council"), "state": "open"},
        {"title": _("Built and confirmed"), "state": "open"},
    ]


def refused() -> list[dict[str, Any]]:
    return [
        {"title": _("Proposal"), "state": "done", "date": days(-160)},
        {"title": _("Vote in the council"), "state": "done", "date": days(-120), "note": _("38 to 15")},
        {"title": _("Refused by the shareholders"), "state": "refused", "date": days(-20), "url": "#ribbon"},
        {"title": _("Joint session"), "state": "now", "date": days(9)},
        {"title": _("Reply of the council"), "state": "open", "date": days(30)},
    ]


def table() -> dict[str, Any]:
    columns = [_("Company"), _("Decision"), {"label": _("Votes"), "is_number": True}, _("State"), _("Due")]
    return {
        "columns": columns,
        "rows": [
            [_("Buses and trams"), {"text": _("Night service on line 7"), "url": "#table"}, 41]
            + [{"text": _("awaited"), "tone": "late"}, {"due": days(-5)}],
            [_("Heat and power"), {"text": _("Prices of district heating laid open"), "url": "#table"}, 52]
            + [{"text": _("accepted"), "tone": "done"}, {"due": days(40)}],
            [_("Housing"), {"text": _("Lift in Mill Street"), "url": "#table"}, 38]
            + [{"text": _("refused"), "tone": "refused"}, {"due": days(9)}],
        ],
    }


@register.simple_tag
def styleguide_samples() -> dict[str, Any]:
    """Everything the living page shows, by component."""
    return {
        "today": TODAY,
        "soon": days(3),
        "later": days(26),
        "past": days(-5),
        "council": council(),
        "small_council": [
            {"number": number, "state": "drawn" if number <= 15 else "vacant"} for number in range(1, 25)
        ],
        "stations": stations(),
        "refused": refused(),
        "form": SampleForm({"title": "", "reason": _("Because the last bus leaves at ten."), "way": "post"}),
        "vote": [
            {"label": _("Yes"), "value": 41, "tone": "yes"},
            {"label": _("No"), "value": 9, "tone": "no"},
            {"label": _("Abstentions"), "value": 4, "tone": "abstain"},
        ],
        "quotas": [
            {"label": _("16 to 29 years"), "min": 11, "max": 13, "actual": 12},
            {"label": _("30 to 59 years"), "min": 25, "max": 28, "actual": 27},
            {"label": _("60 years and older"), "min": 16, "max": 18, "actual": 17},
        ],
        "table": table(),
        "facts": [
            (_("Decided by"), _("Citizens' council, 4th session")),
            (_("Addressed to"), _("Buses and trams, supervisory board")),
            (_("Basis"), _("The board must treat it and give reasons")),
        ],
        "comment": {
            "public_id": "1",
            "seat": 17,
            "created_at": days(-2),
            "text": _("My shift ends at half past eleven. I walk home for fifty minutes."),
            "reply_url": "#comments",
            "support_count": 12,
        },
        "answer": {
            "public_id": "2",
            "author": _("Buses and trams, supervisory board"),
            "created_at": days(-1),
            "text": _("A night run costs 210,000 euros a year. We have put the calculation beside this."),
        },
        "letter": [
            _("The lot has fallen on you: you may take one of the 56 seats of the citizens' council."),
            _("You decide until 30 April. Whoever says no does not have to say why."),
        ],
        "boxes": [_("Yes"), _("No"), _("Please call me")],
    }
