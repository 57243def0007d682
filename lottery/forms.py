"""What officers, clerks and invited people type. Errors stand beside the field; nothing typed is lost."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.clock import today
from councils.models import Council
from lottery import services
from lottery.census import EXAMPLE
from lottery.features import FeatureTable, Problem, TableError, read_features
from lottery.models import Draw, Quota
from lottery.services.quotas import Feasibility

MOST_BYTES = 12 * 1024 * 1024


class DateInput(forms.DateInput):
    """The browser's own date field; its value is an ISO date in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class OpenDrawForm(forms.Form):
    """A new draw."""

    council = forms.ModelChoiceField(label=gettext_lazy("Council"), queryset=Council.objects.none())
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    size = forms.IntegerField(label=gettext_lazy("Seats to be drawn"), min_value=1, max_value=1000)
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=300,
        help_text=gettext_lazy("On which the register may be used, e.g. § 37 BMG with the statute of the council."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["council"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = Council.objects.select_related("organization").order_by("organization__name")


class OpenRenewalForm(forms.Form):
    """The draw for the seats that a renewal freed: its size follows from them."""

    council = forms.ModelChoiceField(label=gettext_lazy("Council"), queryset=Council.objects.none())
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=300,
        help_text=gettext_lazy("On which the register may be used, e.g. § 37 BMG with the statute of the council."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["council"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = services.councils_in_renewal()


class TableForm(forms.Form):
    """A census table as CSV."""

    table = forms.FileField(
        label=gettext_lazy("Census table (CSV)"),
        required=False,
        help_text=gettext_lazy("Columns: feature, label, value, value_label, population, source, asked."),
    )
    example = forms.BooleanField(
        label=gettext_lazy("Take the built-in example instead"),
        required=False,
        help_text=gettext_lazy(
            "School, training and immigration history in the whole of Germany (Mikrozensus 2025, Zensus 2022), each asked "
            "on the card. For age, sex and district take the figures of your own statistics office."
        ),
    )
    is_multipart = True  # type: ignore[assignment]
    tables: list[FeatureTable] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("example"):
            self.tables = EXAMPLE
        elif not data.get("table") and not self.errors:
            self.add_error("table", _("Choose a file, or tick the example."))
        return data

    def clean_table(self) -> Any:
        """Read the table; every line that cannot be used is an error of its own."""
        uploaded = self.cleaned_data["table"]
        if not uploaded:
            return uploaded
        try:
            self.tables = read_features(_text_of(uploaded))
        except TableError as error:
            raise forms.ValidationError(_lines(error.problems)) from error
        return uploaded


class SampleForm(forms.Form):
    """The rows the registration office drew, as CSV. The file itself is not kept."""

    sample = forms.FileField(
        label=gettext_lazy("Rows of the register sample (CSV)"),
        help_text=gettext_lazy("Given name, family name, street, postal code, town, district, birth date, features."),
    )
    is_multipart = True  # type: ignore[assignment]

    def clean_sample(self) -> bytes:
        uploaded = self.cleaned_data["sample"]
        if uploaded.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return uploaded.read()

    def add_problems(self, problems: list[Problem]) -> None:
        """Show every line that cannot be used."""
        for message in _lines(problems):
            self.add_error("sample", message)


def _text_of(uploaded: Any) -> str:
    if uploaded.size > MOST_BYTES:
        raise forms.ValidationError(_("The file is too large."))
    data = uploaded.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _lines(problems: Sequence[Problem]) -> list[str]:
    """The first fifty lines that cannot be used, in the reader's language."""
    shown = [
        _("Line %(line)s: %(message)s") % {"line": one.line, "message": _(one.text) % one.values}
        for one in problems[:50]
    ]
    if len(problems) > 50:
        shown.append(_("and %(count)s more lines") % {"count": len(problems) - 50})
    return shown


class InviteForm(forms.Form):
    """Until when people can answer."""

    reply_until = forms.DateField(label=gettext_lazy("Last day for replies"), widget=DateInput)

    def clean_reply_until(self) -> Any:
        date = self.cleaned_data["reply_until"]
        if date <= today():
            raise forms.ValidationError(_("Please choose a day ahead."))
        return date


class QuotasForm(forms.Form):
    """Minimum and maximum of every feature value."""

    def __init__(self, *args: Any, draw: Draw, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quotas = list(
            Quota.objects.filter(feature__draw=draw).select_related("feature").order_by("feature__order", "order")
        )
        for quota in self.quotas:
            name = f"{quota.feature.label}: {quota.label}"
            for key, label, value in (
                ("min", _("%(name)s, at least"), quota.minimum),
                ("max", _("%(name)s, at most"), quota.maximum),
            ):
                self.fields[f"{key}_{quota.pk}"] = forms.IntegerField(
                    label=label % {"name": name}, min_value=0, max_value=draw.size, initial=value
                )

    @property
    def bounds(self) -> dict[int, tuple[int, int]]:
        """(minimum, maximum) by quota."""
        data = self.cleaned_data
        return {quota.pk: (data[f"min_{quota.pk}"], data[f"max_{quota.pk}"]) for quota in self.quotas}

    def rows(self) -> list[dict[str, Any]]:
        """The two fields of each quota, with the feature they belong to."""
        return [
            {"quota": quota, "minimum": self[f"min_{quota.pk}"], "maximum": self[f"max_{quota.pk}"]}
            for quota in self.quotas
        ]


class CsvForm(forms.Form):
    """A CSV file, as bytes."""

    table = forms.FileField()
    is_multipart = True  # type: ignore[assignment]

    def clean_table(self) -> bytes:
        uploaded = self.cleaned_data["table"]
        if uploaded.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return uploaded.read()


class QuotaFileForm(CsvForm):
    """Minima and maxima as CSV."""

    table = forms.FileField(label=gettext_lazy("Quota file (CSV)"))


class ReplyFileForm(CsvForm):
    """Replies that were collected elsewhere, as CSV."""

    table = forms.FileField(label=gettext_lazy("File with replies (CSV)"))


class SeenFileForm(forms.Form):
    """Which file was looked at."""

    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)


class CustodyForm(forms.Form):
    """The public value that names whom the auditor meets."""

    value = forms.CharField(
        label=gettext_lazy("Public value"),
        max_length=200,
        help_text=gettext_lazy(
            "From a source that was announced and that nobody here commands, another one than the draw’s: the lottery "
            "numbers of a later day, for example. It cannot be typed twice."
        ),
    )


class RelaxForm(forms.Form):
    """Which of the smallest changes is made, and why."""

    change = forms.ChoiceField(label=gettext_lazy("Widen the quotas as little as possible"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        initial=gettext_lazy("Too few people with this value said yes."),
        help_text=gettext_lazy("It is published with the quotas."),
    )

    def __init__(self, *args: Any, feasibility: Feasibility, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = {"together": feasibility.together} if feasibility.together else {}
        if feasibility.together and len(feasibility.together.bounds) > 1:
            self.options |= {str(number): one for number, one in enumerate(feasibility.alone)}
        field = self.fields["change"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = [(key, "; ".join(one.words)) for key, one in self.options.items() if one]
        self.initial.setdefault("change", "together")

    @property
    def bounds(self) -> dict[int, tuple[int, int]]:
        """(minimum, maximum) by quota, of the change that was chosen."""
        chosen = self.options[self.cleaned_data["change"]]
        return chosen.bounds if chosen else {}


class MethodForm(forms.Form):
    """How the panels are found."""

    algorithm = forms.ChoiceField(
        label=gettext_lazy("Way of drawing"), choices=Draw.Algorithm.choices, widget=forms.RadioSelect
    )
    is_one_per_household = forms.BooleanField(
        label=gettext_lazy("At most one person of a household"),
        required=False,
        help_text=gettext_lazy("The rule unless the statute says otherwise."),
    )


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
