"""A draft of new rules, and bringing it into force."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from councils.forms.fields import date_field, words_field
from councils.models import StatuteVersion
from councils.statutes import complete
from councils.wording import LABELS
from voting.models import Vote

SHARES = ("majority", "quorum")


class DraftForm(forms.Form):
    """Title, text, each whole figure of the rules, and why. Majority and quorum stay as they are."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = words_field(_("Text"), 12)
    reasons = words_field(_("Why the rules should change"))

    def __init__(self, *args: Any, base: StatuteVersion, **kwargs: Any) -> None:
        self.figures = complete(base.settings)
        kwargs["initial"] = {"title": base.title, "text": base.text, **self.figures}
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            if name not in SHARES:
                unit = name.rsplit("_", 1)[-1]
                self.fields[name] = forms.IntegerField(label=label, min_value=0, help_text=UNITS.get(unit, ""))

    @property
    def settings(self) -> dict[str, Any]:
        """The figures as typed, with the shares of the version before."""
        return {name: self.cleaned_data.get(name, figure) for name, figure in self.figures.items()}


UNITS = {
    "weeks": _("in weeks"),
    "days": _("in days"),
    "months": _("in months"),
    "years": _("in years"),
    "thirds": _("in thirds of the seats"),
    "cents": _("in cents"),
}


class EnactForm(forms.Form):
    """The vote by which the council adopted the draft, and the first day."""

    vote = forms.ModelChoiceField(Vote.objects.none(), label=_("Vote by which it was adopted"))
    in_force_on = date_field(_("In force from"))

    def __init__(self, *args: Any, fingerprint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        votes = Vote.objects.filter(state__in=["closed", "certified"], result__is_adopted=True)
        named = votes.filter(question__contains=fingerprint) | votes.filter(title__contains=fingerprint)
        self.fields["vote"].queryset = named.order_by("-pk")  # type: ignore[attr-defined]
