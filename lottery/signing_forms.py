"""What two officers sign: sources of randomness, who gets the commitment, the number, the auditor's undertaking."""

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.clock import clock
from lottery import sources
from lottery.models import Draw


class UndertakingForm(forms.Form):
    """What the auditor signs before the rows are opened."""

    undertaking = forms.BooleanField(
        label=gettext_lazy("I use these data for the check alone, pass them to nobody and delete them afterwards."),
        error_messages={"required": gettext_lazy("Without this undertaking the rows stay closed.")},
    )


class DateTimeInput(forms.DateTimeInput):
    """The browser's own field for date and time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class SourceForm(forms.Form):
    """Where the number will come from: one source or several, each in the future."""

    drum = forms.CharField(
        label=gettext_lazy("Drum or dice in the hall"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("What and where, e.g. three balls from a drum, town hall. The digits are the number."),
    )
    drum_at = forms.DateTimeField(label=gettext_lazy("Drawn not before"), required=False, widget=DateTimeInput)
    numbers = forms.CharField(
        label=gettext_lazy("Numbers of a public lottery"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Which one, e.g. 6 out of 49, Saturday. Six numbers from 1 to 49."),
    )
    numbers_at = forms.DateTimeField(label=gettext_lazy("Drawn not before"), required=False, widget=DateTimeInput)
    beacon_at = forms.DateTimeField(
        label=gettext_lazy("Round of the drand network"),
        required=False,
        widget=DateTimeInput,
        help_text=gettext_lazy(
            "Public randomness that nobody can know before its time; its signature is checked. "
            "With two sources or more the number is combined of all by a hash."
        ),
    )

    def __init__(self, *args: Any, panels: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.panels = panels

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("drum", "numbers"):
            if bool(data.get(name)) != bool(data.get(f"{name}_at")) and not self.errors.get(f"{name}_at"):
                self.add_error(f"{name}_at", _("Name both: what it is, and when it is drawn."))
        if not self.errors and not self.sources:
            self.add_error("drum", _("Name at least one source."))
        for name in ("drum_at", "numbers_at", "beacon_at"):
            if data.get(name) and data[name] <= clock():
                self.add_error(name, _("Please choose a time ahead: what is past could be known."))
        return data

    @property
    def sources(self) -> list[sources.Source]:
        """The sources that were named."""
        data, found = self.cleaned_data, []
        if data.get("drum") and data.get("drum_at"):
            found.append(sources.digits(data["drum"], data["drum_at"], self.panels))
        if data.get("numbers") and data.get("numbers_at"):
            found.append(sources.lottery_numbers(data["numbers"], data["numbers_at"]))
        if data.get("beacon_at"):
            found.append(sources.drand(data["beacon_at"]))
        return found


class OutsidersForm(forms.Form):
    """Who outside the house gets the commitment."""

    people = forms.CharField(
        label=gettext_lazy("Notary, press, auditor …"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=5_000,
        required=False,
        help_text=gettext_lazy("One to a line: name; office; e-mail address."),
    )
    rows: list[tuple[str, str, str]] = []

    def clean_people(self) -> str:
        self.rows = []
        for number, line in enumerate(self.cleaned_data["people"].splitlines(), start=1):
            parts = [part.strip() for part in line.split(";")]
            if not any(parts):
                continue
            try:
                validate_email(parts[-1])
            except forms.ValidationError:
                parts = []
            if not 2 <= len(parts) <= 3 or not parts[0]:
                raise forms.ValidationError(_("Line %(line)s: name; office; e-mail address.") % {"line": number})
            self.rows.append((parts[0][:200], parts[1][:200] if len(parts) == 3 else "", parts[-1]))
        return self.cleaned_data["people"]


class NumberForm(forms.Form):
    """What the sources gave, as this person reads it, and who saw it."""

    witnesses = forms.CharField(
        label=gettext_lazy("Witnesses"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1_000,
        help_text=gettext_lazy("At least two, one to a line, with office or town. Their names are published."),
    )

    def __init__(self, *args: Any, draw: Draw, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = [
            (place, source)
            for place, source in enumerate((draw.source or {}).get("sources", []))
            if (len(draw.values) <= place or draw.values[place] is None) and sources.moment_of(source) <= clock()
        ]
        for place, source in self.places:
            self.fields[f"value_{place}"] = forms.CharField(
                label=source["name"], max_length=200, required=len(self.places) == 1, help_text=_hint_of(source)
            )
            self.fields[f"value_{place}"].widget.attrs.update(autocomplete="off", spellcheck="false")
            if source["kind"] != "drand":
                self.fields[f"value_{place}"].widget.attrs["inputmode"] = "numeric"
        if draw.witnesses or not self.places:
            del self.fields["witnesses"]
        self.order_fields([*(f"value_{place}" for place, _source in self.places), "witnesses"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "witnesses" in data and len(self.names) < 2:
            self.add_error("witnesses", _("Name at least two witnesses."))
        return data

    @property
    def typed(self) -> list[tuple[int, str]]:
        """(place of the source, value) for each field that was filled in."""
        data = self.cleaned_data
        return [(place, data[f"value_{place}"]) for place, _source in self.places if data.get(f"value_{place}")]

    @property
    def names(self) -> list[str]:
        """The witnesses, each once."""
        lines = self.cleaned_data.get("witnesses", "").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def _hint_of(source: sources.Source) -> str:
    if source["kind"] == "digits":
        return _("%(length)s digits, leading zeros too. A second person types them too.") % {"length": source["count"]}
    if source["kind"] == "numbers":
        return _("%(count)s numbers with blanks between. A second person types them too.") % {"count": source["count"]}
    return _("The signature of round %(round)s, as any drand server shows it.") % {"round": source["round"]}
