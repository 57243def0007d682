"""The forms of proposals: what a person types, checked before a service is asked."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person, Role
from councils.models import Company, Council
from proposals.algorithms import COMMENT_LENGTH, EXPLANATION_LENGTH, REASONS_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from proposals.models import Notice


def choose(form: forms.Form, name: str, rows: QuerySet) -> None:
    """Let the field `name` choose among `rows`."""
    form.fields[name].queryset = rows  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """Title, text, reasons and the company it is about; the council only where there is a choice."""

    council = forms.ModelChoiceField(Council.objects.none(), label=_("For which council"), empty_label=None)
    on_behalf_of = forms.ModelChoiceField(
        Organization.objects.none(), label=_("For whom you propose"), required=False, empty_label=_("for myself")
    )
    title = forms.CharField(
        label=_("What should change, in one line"),
        max_length=TITLE_LENGTH,
        help_text=_("For example: Show the price of district heating month by month"),
    )
    text = forms.CharField(
        label=_("Your proposal"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Say who should do what. An empty line begins a new paragraph."),
    )
    reasons = forms.CharField(
        label=_("Your reasons"), max_length=REASONS_LENGTH, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    company = forms.ModelChoiceField(
        Company.objects.none(),
        label=_("Which company it is about"),
        required=False,
        empty_label=_("none, or I do not know"),
    )

    def __init__(self, *args: Any, person: Person, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "company", Company.objects.filter(deleted_at__isnull=True).select_related("organization"))
        if is_new:
            self._ask_where(person)
        else:
            del self.fields["council"], self.fields["on_behalf_of"]

    def _ask_where(self, person: Person) -> None:
        councils = Council.objects.filter(deleted_at__isnull=True).exclude(state=Council.State.DISSOLVED)
        councils = councils.select_related("organization")
        choose(self, "council", councils)
        self.fields["council"].initial = councils.first()
        if councils.count() == 1:
            self.fields["council"].widget = forms.HiddenInput()
        offices = Role.objects.current().filter(person=person, kind=Role.Kind.BOARD_SECRETARY)
        companies = Organization.objects.filter(pk__in=offices.values("organization"))
        if companies.exists():
            choose(self, "on_behalf_of", companies)
        else:
            del self.fields["on_behalf_of"]

    def words(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("title", "text", "reasons", "company")}


class CommentForm(forms.Form):
    """One comment, or the answer to one."""

    text = forms.CharField(
        label=_("Your contribution"), max_length=COMMENT_LENGTH, widget=forms.Textarea(attrs={"rows": 5})
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput())


class NoticeForm(forms.Form):
    """What is wrong with a contribution; an address only if the sender wants an answer."""

    category = forms.ChoiceField(label=_("What is wrong?"), choices=Notice.Category, widget=forms.RadioSelect())
    explanation = forms.CharField(
        label=_("Please explain"),
        max_length=EXPLANATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Which words, and why. For illegal content: which law or right you think is broken."),
    )
    reporter_email = forms.EmailField(
        label=_("E-mail for the answer"), required=False, help_text=_("Only to tell you what was decided and why.")
    )


class AdmissibilityForm(forms.Form):
    """The secretariat's decision on a submitted proposal."""

    decision = forms.ChoiceField(
        label=_("Is it admissible?"),
        choices=[
            ("admit", _("yes, it collects support now")),
            ("return", _("not yet: back to be revised")),
            ("reject", _("no, it is not admissible")),
        ],
        widget=forms.RadioSelect(),
    )
    reason = forms.CharField(
        label=_("Reasons"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Needed unless it is admitted. They are published and sent to the author."),
    )


class NoticeDecisionForm(forms.Form):
    """What becomes of a notice."""

    state = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            (Notice.State.NO_ACTION, _("It stays as it is")),
            (Notice.State.HIDDEN, _("It is hidden; the reasons stand in its place")),
            (Notice.State.REMOVED, _("It is removed as illegal")),
        ],
        widget=forms.RadioSelect(),
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Who wrote it and who reported it read them. Name the rule or the law, and no names."),
    )
