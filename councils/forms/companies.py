"""Forms of the secretariat over companies, organs and board seats."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality, Organization, Person
from councils.forms.fields import date_field, words_field
from councils.models import BindingBasis, BoardSeat, Company, Council, KeyFigure, Membership, Organ


class CompanyForm(forms.Form):
    """Name, form, sector, what it does."""

    name = forms.CharField(label=_("Name"), max_length=200)
    legal_form = forms.ChoiceField(label=_("Legal form"), choices=Company.LegalForm)
    sector = forms.ChoiceField(label=_("Sector"), choices=Company.Sector)
    purpose = words_field(_("What it does"), help_text=_("One or two sentences that everybody understands."))
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")


class OwnerForm(forms.Form):
    """One more owner and the percentage."""

    municipality = forms.ModelChoiceField(
        Municipality.objects.filter(parent__isnull=True), label=_("A municipality"), required=False
    )
    company = forms.ModelChoiceField(Company.objects.none(), label=_("or a company"), required=False)
    name = forms.CharField(label=_("or somebody else, by name"), max_length=200, required=False)
    percent = forms.DecimalField(
        label=_("Share in percent"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=100
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Company.objects.filter(deleted_at__isnull=True).exclude(pk=company.pk)
        self.fields["company"].queryset = others.select_related("organization")  # type: ignore[attr-defined]


class BindingForm(forms.Form):
    """What may bind an organ, and the document that says so."""

    binding = forms.ChoiceField(label=_("What may bind it"), choices=BindingBasis)
    binding_document = forms.CharField(
        label=_("Document that says so"), max_length=300, help_text=_("For example “Resolution of 12 March, item 7”.")
    )
    binding_date = date_field(_("Date of the document"))
    articles_reference = forms.CharField(
        label=_("Paragraph of the articles or statute that allows more"), max_length=300, required=False
    )


class OrganForm(BindingForm):
    """An organ with its name and kind."""

    kind = forms.ChoiceField(label=_("Kind of organ"), choices=Organ.Kind)
    name = forms.CharField(label=_("Name"), max_length=200)
    field_order = ["kind", "name"]


class SittingForm(forms.Form):
    """A day in the calendar of an organ."""

    date = date_field(_("Day of the sitting"))
    agenda_closes_on = date_field(_("Last day for the agenda"))


class FigureForm(forms.Form):
    """A figure of one year."""

    name = forms.CharField(label=_("What is counted"), max_length=120)
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2200)
    value = forms.DecimalField(label=_("Figure"), max_digits=18, decimal_places=2)
    unit = forms.ChoiceField(label=_("Unit"), choices=KeyFigure.Unit)
    source = forms.CharField(label=_("Document in which it stands"), max_length=300)


class BoardSeatForm(forms.Form):
    """A seat in an organ and who sends."""

    sends = forms.ChoiceField(label=_("Who sends"), choices=BoardSeat.Sends, widget=forms.RadioSelect)
    council = forms.ModelChoiceField(
        Council.objects.filter(deleted_at__isnull=True).select_related("organization"),
        label=_("Which council"),
        required=False,
    )
    organization = forms.ModelChoiceField(
        Organization.objects.filter(
            kind__in=[Organization.Kind.CIVIL, Organization.Kind.CITY], deleted_at__isnull=True
        ),
        label=_("or which organization"),
        required=False,
    )
    kind = forms.ChoiceField(label=_("Kind of seat"), choices=BoardSeat.Kind)
    basis_document = forms.CharField(label=_("Document that gives the seat"), max_length=300)
    basis_date = date_field(_("Date of the document"))
    term_years = forms.IntegerField(label=_("Years of office"), min_value=1, max_value=10, initial=3)


class DelegateForm(forms.Form):
    """Whom the sender sends: a member by seat, or a person by the number on their card."""

    member = forms.ModelChoiceField(Membership.objects.none(), label=_("Which member"), required=False)
    person = forms.UUIDField(label=_("or the number in the portal (on the person's card)"), required=False)
    begin_date = date_field(_("From"))
    election_reference = forms.CharField(label=_("Resolution by which they are sent"), max_length=300)

    def __init__(self, *args: Any, seat: BoardSeat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if seat.council_id is None:
            del self.fields["member"]
            self.fields["person"].required = True
            return
        del self.fields["person"]
        members = Membership.objects.active().filter(seat__council=seat.council_id).select_related("seat")
        self.fields["member"].queryset = members.order_by("seat__number")  # type: ignore[attr-defined]
        self.fields["member"].required = True

    @property
    def chosen(self) -> Person | None:
        """Who was chosen; None for a number nobody has."""
        if member := self.cleaned_data.get("member"):
            return member.person
        return Person.objects.filter(uuid=self.cleaned_data["person"], erased_at__isnull=True).first()


class MandateForm(forms.Form):
    """What the council asks for in a sitting."""

    sitting = forms.ModelChoiceField(Organ.objects.none(), label=_("For which sitting"))
    title = forms.CharField(label=_("On which matter"), max_length=200)
    text = words_field(_("What the council asks for"))
    reference = forms.CharField(label=_("Resolution of the council"), max_length=300)
    is_public = forms.BooleanField(label=_("The public may read it"), required=False, initial=True)

    def __init__(self, *args: Any, sittings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sitting"].queryset = sittings  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """A paper for the closed file."""

    title = forms.CharField(label=_("Title"), max_length=200)
    document = forms.FileField(label=_("Document"))


class FileForm(forms.Form):
    """Agenda, and what may be told outside."""

    agenda = words_field(_("Agenda"), required=False)
    outside = words_field(
        _("What may be told outside"), required=False, help_text=_("The report in public words keeps to this.")
    )


class NoteVoteForm(forms.Form):
    """How the delegate voted."""

    choice = forms.ChoiceField(label=_("How was voted"), widget=forms.RadioSelect)
    note = words_field(_("Why, if otherwise than the council asked"), 3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from councils.models import BoardMandate

        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = BoardMandate.Choice.choices  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """The report in public words."""

    text = words_field(
        _("Your report"),
        8,
        help_text=_("What was dealt with, what was decided, what comes next: only what may be told outside."),
    )
