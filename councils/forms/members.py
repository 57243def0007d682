"""Forms over a membership, and over what belongs to a council beside it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Person
from councils.forms.fields import date_field, words_field
from councils.models import Company, Council, Interest, Membership


class InterestForm(forms.Form):
    """What ties a member to companies or sectors."""

    kind = forms.ChoiceField(label=_("What kind"), choices=Interest.Kind, widget=forms.RadioSelect)
    text = forms.CharField(label=_("In your words"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    companies = forms.ModelMultipleChoiceField(
        Company.objects.none(),
        label=_("Which companies it concerns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sectors = forms.MultipleChoiceField(
        label=_("or which sectors as a whole"),
        choices=Company.Sector,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        companies = council.companies.filter(deleted_at__isnull=True).select_related("organization")
        self.fields["companies"].queryset = companies.order_by("organization__name")  # type: ignore[attr-defined]


class SuspendForm(forms.Form):
    """Why a membership rests, and until when."""

    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("In a few words; no illness by its name."))
    until = date_field(
        _("Goes on from"), required=False, help_text=_("Empty: until somebody ends the rest on this page.")
    )


class ResignForm(forms.Form):
    """From which day; a member gives the seat back today."""

    end_date = date_field(_("First day without the seat"), help_text=_("The date of the letter, today at the latest."))

    def __init__(self, *args: Any, is_own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            del self.fields["end_date"]
            self.fields["sure"] = forms.BooleanField(label=_("I give my seat in the council back."))


class EndForm(forms.Form):
    """Why and from when a membership ends that the member did not end."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (reason.value, reason.label) for reason in (Membership.EndReason.MOVED_AWAY, Membership.EndReason.REMOVED)
        ],
        widget=forms.RadioSelect,
    )
    end_date = date_field(_("First day without the seat"), help_text=_("Today at the latest."))


class GroupForm(forms.Form):
    """A working group's name and task."""

    name = forms.CharField(label=_("Name"), max_length=200)
    task = words_field(_("What it prepares"), 3)


class NominationForm(forms.Form):
    """Whom an organisation names for its seat, by which letter."""

    organization = forms.ModelChoiceField(
        Organization.objects.filter(kind=Organization.Kind.CIVIL, deleted_at__isnull=True),
        label=_("Organisation"),
        required=False,
    )
    name = forms.CharField(label=_("or a new one, by name"), max_length=200, required=False)
    number = forms.UUIDField(label=_("Number in the portal (on the person's card)"))
    letter = forms.CharField(label=_("Letter by which they are named"), max_length=300)

    def clean_number(self) -> Person:
        found = Person.objects.filter(uuid=self.cleaned_data["number"], erased_at__isnull=True).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this number."))
        return found


class AppointForm(forms.Form):
    """The document that gives the seat, and the first day."""

    basis_document = forms.CharField(label=_("Document that gives the seat"), max_length=300)
    begin_date = date_field(_("From"))


class DeclineForm(forms.Form):
    """Why somebody is not appointed."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
