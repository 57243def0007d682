"""A draft of new rules, and bringing it into force."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from councils.forms.fields import date_field, words_field
from councils.models import StatuteVersion
from councils.statutes import complete
from councils.wording import LABELS
from voting.models import Vote

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

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
                self.fields[name] = _figure_field(name, label)

    @property
    def settings(self) -> dict[str, Any]:
        """The figures as typed, with the shares of the version before."""
        return {name: self.cleaned_data.get(name, figure) for name, figure in self.figures.items()}


def _figure_field(name: str, label: "StrOrPromise") -> forms.Field:
    """A number in the unit of the figure's name, or yes and no."""
    if name == "public_interests":
        choices = [(1, pgettext_lazy("figure", "yes")), (0, pgettext_lazy("figure", "no"))]
        return forms.TypedChoiceField(label=label, choices=choices, coerce=int, widget=forms.RadioSelect)
    unit = name.rsplit("_", 1)[-1]
    return forms.IntegerField(label=label, min_value=0, help_text=UNITS.get(name, UNITS.get(unit, "")))


UNITS = {
    "weeks": _("in weeks"),
    "days": _("in days"),
    "months": _("in months"),
    "years": _("in years"),
    "thirds": _("in thirds of the seats"),
    "cents": _("in cents"),
    "percent": _("in percent of the seats"),
    "checked_cards_percent": _("in percent of the cards"),
}


class EnactForm(forms.Form):
    """The vote by which the council adopted the draft, and the first day."""

    vote = forms.ModelChoiceField(Vote.objects.none(), label=_("Vote by which it was adopted"))
    in_force_on = date_field(_("In force from"))

    def __init__(self, *args: Any, fingerprint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        votes = adopting_votes(fingerprint)
        field: Any = self.fields["vote"]
        field.queryset, field.initial, field.empty_label = votes, votes.first(), None


def adopting_votes(fingerprint: str) -> "QuerySet[Vote]":
    """The votes that are over and adopted the text with this fingerprint, newest first."""
    votes = Vote.objects.filter(state__in=["closed", "certified"], result__is_adopted=True)
    named = Q(question__contains=fingerprint) | Q(title__contains=fingerprint)
    return votes.filter(named).order_by("-pk")
