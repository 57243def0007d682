"""What the draw officer types while a draw is prepared: plan, frame, codes, columns, the letter."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lottery import services
from lottery.forms import DateInput
from lottery.imports import wanted_columns
from lottery.models import Draw, Invitation, RegisterSample

MOST_BYTES = 12 * 1024 * 1024
"""The record of 3,500 letters out of 230,000 residents has about 2 MB, most of it Merkle proof."""


class PlanForm(forms.Form):
    """Resolution, route, basis, first sitting, postage."""

    resolution = forms.CharField(
        label=gettext_lazy("Resolution of the city council"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Date and number, e.g. council of 12 March 2026, no. 2026/118."),
    )
    first_sitting = forms.DateField(
        label=gettext_lazy("First sitting of the citizens’ council"),
        widget=DateInput,
        required=False,
        help_text=gettext_lazy("All other dates are counted back from it."),
    )
    route = forms.ChoiceField(
        label=gettext_lazy("How the letters reach people"),
        choices=[
            (
                RegisterSample.Route.TRANSFER,
                gettext_lazy("The registration office transfers the drawn rows; we post the letters"),
            ),
            (
                RegisterSample.Route.FORWARDING,
                gettext_lazy("The registration office posts the letters; we never see the addresses"),
            ),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "People with a bar on disclosure (§§ 51, 52 BMG) are reached only if the office posts the letters."
        ),
    )
    office = forms.CharField(label=gettext_lazy("Registration office"), max_length=200, required=False)
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=300,
        help_text=gettext_lazy("Inside one authority § 37 with § 34 BMG, else § 34 BMG or the law of the Land."),
    )
    postage = forms.DecimalField(
        label=gettext_lazy("Postage of a letter in euros"), min_value=0, max_value=20, decimal_places=2
    )
    check_percent = forms.IntegerField(
        label=gettext_lazy("Cards looked at twice, in percent"), min_value=10, max_value=100
    )

    @property
    def plan(self) -> services.Plan:
        """The plan as the service takes it."""
        data = dict(self.cleaned_data)
        data["postage_cents"] = int(data.pop("postage") * 100)
        return services.Plan(**data)


class FrameForm(forms.Form):
    """What the registration office committed to, and whom no letter reaches."""

    frame = forms.FileField(
        label=gettext_lazy("Commitment of the registration office (JSON)"),
        help_text=gettext_lazy(
            "frame.json before the number is known, sample.json afterwards: the files of lottery.sample. They hold no names."
        ),
    )
    number = forms.CharField(
        label=gettext_lazy("Public number of the sample"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Read after the commitment, e.g. the lottery numbers of a date."),
    )
    blocked = forms.IntegerField(
        label=gettext_lazy("Not written to: bar on disclosure"), min_value=0, initial=0, required=False
    )
    unaddressed = forms.IntegerField(
        label=gettext_lazy("Not written to: no address a letter could go to"), min_value=0, initial=0, required=False
    )
    is_multipart = True  # type: ignore[assignment]

    def clean_frame(self) -> dict[str, Any]:
        uploaded = self.cleaned_data["frame"]
        if uploaded.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        try:
            frame = json.loads(uploaded.read())
        except ValueError as error:
            raise forms.ValidationError(_("This is no JSON file.")) from error
        if not isinstance(frame, dict):
            raise forms.ValidationError(_("This is no commitment of lottery.sample."))
        return frame


class CodesForm(forms.Form):
    """Letters without addresses, or codes to be handed out."""

    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=50_000)
    origin = forms.ChoiceField(
        label=gettext_lazy("For whom"),
        choices=[
            (Invitation.Origin.FORWARDING, gettext_lazy("Letters that the registration office posts")),
            (
                Invitation.Origin.UNREGISTERED,
                gettext_lazy("People without a registered address: handed out in shelters and at meeting places"),
            ),
        ],
        widget=forms.RadioSelect,
    )


class ColumnsForm(forms.Form):
    """Which column of the file is which of ours."""

    def __init__(self, *args: Any, draw: Draw, head: list[str], found: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((name, name) for name in head)]
        features = services.feature_tables(draw)
        labels = {**COLUMN_LABELS, **{one.name: one.label for one in features if one.name != "district"}}
        for name in wanted_columns(features):
            self.fields[name] = forms.ChoiceField(
                label=labels.get(name, name), choices=choices, initial=found.get(name, "")
            )

    @property
    def columns(self) -> dict[str, str]:
        """Our name of each column → the file's."""
        return dict(self.cleaned_data)


COLUMN_LABELS: dict[str, Any] = {
    "given_name": gettext_lazy("Given name"),
    "family_name": gettext_lazy("Family name"),
    "street": gettext_lazy("Street and number"),
    "postal_code": gettext_lazy("Postal code"),
    "town": gettext_lazy("Town"),
    "district": gettext_lazy("District"),
    "birth_date": gettext_lazy("Date of birth"),
}


class LetterForm(forms.Form):
    """The words of the letter."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 16, "lang": "de"}),
        help_text=gettext_lazy(
            "At most 180 words, beginning with “Sie wurden ausgelost.” {briefe}, {plaetze} and {frist} are filled in."
        ),
    )
    signer_name = forms.CharField(label=gettext_lazy("Signed by"), max_length=120, required=False)
    signer_role = forms.CharField(label=gettext_lazy("Office"), max_length=120, required=False)

    @property
    def words(self) -> services.Words:
        """The words as the service takes them."""
        return services.Words(**self.cleaned_data)


class VisitsForm(forms.Form):
    """How many doors."""

    count = forms.IntegerField(label=gettext_lazy("How many people"), min_value=1, max_value=2_000)
