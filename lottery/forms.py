"""What officers, clerks and invited people type. Errors stand beside the field; nothing typed is lost."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.clock import clock, today
from councils.models import Council
from lottery import consents, services, sources
from lottery.census import EXAMPLE
from lottery.features import FeatureTable, Problem, TableError, read_features
from lottery.models import Draw, Invitation, Quota
from lottery.pool import pool_open
from lottery.services.quotas import Feasibility

TOKEN = "lottery.reply"  # noqa: S105  (a name, not a secret)
TOKEN_AGE = 3_600
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


class CodeForm(forms.Form):
    """The code of the letter."""

    code = forms.CharField(
        label=gettext_lazy("Code from your letter"),
        max_length=60,
        help_text=gettext_lazy("16 letters and digits. Capitals, blanks and hyphens do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "data-fill": "hash"}),
    )
    invitation: Invitation | None = None

    def clean_code(self) -> str:
        """Find the invitation; a wrong code and one that is too old get the same words."""
        self.invitation = services.find_invitation(self.cleaned_data["code"])
        if self.invitation is None:
            raise forms.ValidationError(
                _("This code opens no invitation. Please check it, or call us: we are glad to help.")
            )
        return self.cleaned_data["code"]


class ChanceForm(CodeForm):
    """The code of somebody who said yes, once the chances are known."""

    def clean_code(self) -> str:
        self.invitation = services.find_volunteer(self.cleaned_data["code"])
        if self.invitation is None:
            raise forms.ValidationError(
                _("With this code there is nothing to see yet, or no longer. Please check it, or call us.")
            )
        return self.cleaned_data["code"]


class UndertakingForm(forms.Form):
    """What the auditor signs before the rows are opened."""

    undertaking = forms.BooleanField(
        label=gettext_lazy("I use these data for the check alone, pass them to nobody and delete them afterwards."),
        error_messages={"required": gettext_lazy("Without this undertaking the rows stay closed.")},
    )


def token_for(invitation: Invitation) -> str:
    """What the reply form carries instead of the code: signed, good for an hour."""
    return signing.dumps(invitation.pk, salt=TOKEN)


def invitation_for(token: str) -> Invitation | None:
    """The invitation of a token while its reply is open; None for a wrong or old one."""
    try:
        pk = signing.loads(token, salt=TOKEN, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return None
    with pool_open():
        found = Invitation.objects.select_related("draw__council__organization").filter(pk=pk).first()
    return found if found and services.is_open(found) else None


ADDRESS_LABELS = {
    "given_name": gettext_lazy("Given name"),
    "family_name": gettext_lazy("Family name"),
    "street": gettext_lazy("Street and number"),
    "postal_code": gettext_lazy("Postal code"),
    "town": gettext_lazy("Town"),
}
"""Asked only of those whose name and address the portal does not know."""


class ReplyForm(forms.Form):
    """Yes or no, and what the draw needs to know of those who say yes. Each question says why and who sees it."""

    wants = forms.ChoiceField(
        label=gettext_lazy("Would you like to take part?"),
        choices=[("yes", gettext_lazy("Yes, I would like a seat")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Only if you want to be told by e-mail. The draw office sees it."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Only if you want to be called. The draw office sees it."),
    )
    needs = forms.CharField(
        label=gettext_lazy("What do you need to take part?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Child care, care, an interpreter, a way without steps: it is paid for and does not change your chance. "
            "The draw office sees it; the secretariat only if you are drawn."
        ),
    )
    helper_name = forms.CharField(
        label=gettext_lazy("Somebody else answers for this person"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Only then: the helper’s name. The draw office sees it."),
    )
    consent = forms.BooleanField(
        label=consents.DRAW[consents.DRAW_VERSION],
        help_text=gettext_lazy("They are deleted after the draw, for those drawn at the end of the term."),
        error_messages={"required": gettext_lazy("Without your consent we cannot put you into the draw.")},
    )
    research = forms.BooleanField(
        label=consents.RESEARCH[consents.RESEARCH_VERSION],
        required=False,
        help_text=gettext_lazy("This is up to you. It changes nothing about your chance."),
    )

    def __init__(
        self, *args: Any, draw: Draw, invitation: Invitation | None = None, channels: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = services.asked_features(draw, invitation)
        self.names = list(ADDRESS_LABELS) if invitation and not services.is_known(invitation) else []
        for name in self.names:
            self.fields[name] = forms.CharField(label=ADDRESS_LABELS[name], max_length=100, required=False)
        for feature in self.asked:
            self.fields[f"feature_{feature.name}"] = forms.ChoiceField(
                label=feature.label,
                choices=[(quota.value, quota.label) for quota in feature.quotas.all()],
                widget=forms.RadioSelect,
                help_text=_("So that the council resembles the city. Only the draw office sees your answer."),
                error_messages={"required": _("Please choose one answer.")},
            )
        if channels:
            self.fields["channel"] = forms.ChoiceField(
                label=_("How the reply came"),
                choices=[choice for choice in Invitation.Channel.choices if choice[0] != Invitation.Channel.ONLINE],
                widget=forms.RadioSelect,
            )
            self.fields["is_doubtful"] = forms.BooleanField(
                label=_("Hard to read: somebody else shall look too"), required=False
            )
        names = [f"feature_{feature.name}" for feature in self.asked]
        order = ["channel", "wants", *self.names, *names, "needs", "email", "phone", "helper_name"]
        self.order_fields([*order, "consent", "research", "is_doubtful"])
        if self.data.get("wants") == "no":
            for name in (*names, "consent"):
                self.fields[name].required = False

    @property
    def answers(self) -> services.Answers:
        """The reply as the service takes it."""
        data = self.cleaned_data
        return services.Answers(
            wants=data["wants"] == "yes",
            features={feature.name: data.get(f"feature_{feature.name}", "") for feature in self.asked},
            email=data["email"],
            phone=data["phone"],
            needs=data["needs"],
            consent=data["consent"],
            research=data["research"],
            helper_name=data["helper_name"],
            **{name: data.get(name, "") for name in self.names},
        )


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


class QuotaFileForm(forms.Form):
    """Minima and maxima as CSV."""

    table = forms.FileField(label=gettext_lazy("Quota file (CSV)"))
    is_multipart = True  # type: ignore[assignment]

    def clean_table(self) -> bytes:
        uploaded = self.cleaned_data["table"]
        if uploaded.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return uploaded.read()


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


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


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
