"""What a board secretary and the secretariat type. Errors stand beside the field; nothing typed is lost."""

import datetime
from typing import Any, cast

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.clock import today
from audit.services import Refused
from councils.models import BindingBasis, Organ
from decisions.content import CityResolution
from decisions.models import Addressee, Answer, Statement
from documents.models import File
from documents.services import accept_upload
from meetings.models import AgendaItem

KEPT = "decisions.kept"


class DateInput(forms.DateInput):
    """The browser's own date field; its value is an ISO date in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class KeptFileForm(forms.Form):
    """A form with one document that survives an error elsewhere: the checked file is kept for a day."""

    document = forms.FileField(label=gettext_lazy("Document"), required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    is_multipart = True  # type: ignore[assignment]

    def __init__(self, *args: Any, user: User, owner: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.owner = user, owner
        self.kept_file: File | None = None

    def clean(self) -> dict[str, Any]:
        """Check and keep the upload, or find the one that was kept before."""
        data = super().clean() or {}
        uploaded = data.get("document")
        if uploaded:
            try:
                tomorrow = today() + datetime.timedelta(days=1)
                self.kept_file = accept_upload(uploaded, owner=self.owner, delete_on=tomorrow)
            except Refused as refusal:
                self.add_error("document", str(refusal))
        elif data.get("kept"):
            self.kept_file = self._found(data["kept"])
        if self.kept_file:
            self.data = data_with_token = cast(QueryDict, self.data).copy()
            data_with_token[self.add_prefix("kept")] = self._token(self.kept_file)
            hint = _("“%(name)s” is uploaded. Choose another file only to replace it.")
            self["document"].help_text = hint % {"name": self.kept_file.name}
        return data

    def require_document(self, message: str) -> None:
        """Add `message` beside the field unless there is a document or a fault of its own."""
        if self.kept_file is None and "document" not in self.errors:
            self.add_error("document", message)

    def _token(self, file: File) -> str:
        return signing.dumps([file.pk, self.user.pk, self.owner], salt=KEPT)

    def _found(self, token: str) -> File | None:
        """The file that this user uploaded to this form before; None for a foreign or old token."""
        try:
            pk, user, owner = signing.loads(token, salt=KEPT, max_age=86_400)
        except signing.BadSignature:
            return None
        if (user, owner) != (self.user.pk, self.owner):
            return None
        return File.objects.filter(pk=pk).first()


class AnswerForm(KeptFileForm):
    """The organ's answer, on one screen."""

    answer = forms.ChoiceField(label=gettext_lazy("The organ’s answer"), choices=Answer, widget=forms.RadioSelect)
    reasons = forms.CharField(
        label=gettext_lazy("Reasons"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "In your own words, as the public will read them beside the decision. Needed unless you accept it as it is."
        ),
        error_messages={
            "required": gettext_lazy("Please say why. Only an answer that accepts the decision needs no reasons.")
        },
    )
    deferred_until = forms.DateField(
        label=gettext_lazy("Deferred until"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Only if the answer is put off: the day by which it will come."),
    )
    resolution_number = forms.CharField(
        label=gettext_lazy("Number of the resolution"),
        max_length=60,
        help_text=gettext_lazy("As it stands in the minutes of the sitting, e.g. 14/2026."),
    )
    resolution_date = forms.DateField(label=gettext_lazy("Date of the resolution"), widget=DateInput)
    novelty = forms.ChoiceField(
        label=gettext_lazy("How new is what you will do?"),
        choices=[("", gettext_lazy("not said")), *Statement.Novelty.choices],
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Only if the decision is accepted. An honest “already planned” is a good answer too."),
    )
    field_order = [
        "answer",
        "reasons",
        "deferred_until",
        "resolution_number",
        "resolution_date",
        "novelty",
        "document",
        "kept",
    ]

    def __init__(self, *args: Any, addressee: Addressee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addressee = addressee
        self.fields["reasons"].required = self.data.get("answer") != Answer.ACCEPTED
        self.fields["document"].help_text = _(
            "The resolution or letter, if you like: PDF or picture, up to 10 MB. It is published with the answer."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("answer") == Answer.DEFERRED:
            until = data.get("deferred_until")
            if until is None and "deferred_until" not in self.errors:
                self.add_error("deferred_until", _("Please say by which day the answer will come."))
            elif until and until <= today():
                self.add_error("deferred_until", _("Please choose a day ahead."))
        date = data.get("resolution_date")
        if date and not self.addressee.decision.adopted_on <= date <= today():
            self.add_error("resolution_date", _("Please choose a day between the decision and today."))
        return data


class EnteredAnswerForm(AnswerForm):
    """An answer that came by letter or in the sitting, entered by the secretariat with its document."""

    source = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=[
            (Statement.Source.LETTER, gettext_lazy("by letter")),
            (Statement.Source.SITTING, gettext_lazy("in the sitting")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["source", *AnswerForm.field_order]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].help_text = _(
            "The letter, or the extract of the minutes: PDF or picture, up to 10 MB. It is published with the answer."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.require_document(_("Please add the document in which the answer came."))
        return data


class AcknowledgeForm(forms.Form):
    """How the secretariat knows that an organ has the decision."""

    how = forms.CharField(
        label=gettext_lazy("How receipt was confirmed"),
        max_length=200,
        help_text=gettext_lazy("e.g. signed return receipt of 3 May; entry in the organ’s agenda"),
    )


class StepForm(forms.Form):
    """A step of implementation."""

    title = forms.CharField(label=gettext_lazy("What will be done"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("Until"), widget=DateInput)


class StepDoneForm(KeptFileForm):
    """That a step is done, and the document that proves it."""

    done_on = forms.DateField(label=gettext_lazy("Done on"), widget=DateInput)
    field_order = ["done_on", "document", "kept"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].label = _("Proof")
        self.fields["document"].help_text = _(
            "A contract, a photograph, a record: PDF or picture, up to 10 MB. It is published with the step."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.require_document(_("Please add the document that proves it."))
        date = data.get("done_on")
        if date and date > today():
            self.add_error("done_on", _("Please choose today or an earlier day."))
        return data


class AdoptForm(forms.Form):
    """What the council decided, as it will be published and sent."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("What is asked"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("The text the council voted on. It cannot be changed afterwards."),
    )
    reasons = forms.CharField(label=gettext_lazy("Reasons"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    organs = forms.ModelMultipleChoiceField(
        label=gettext_lazy("To whom"), queryset=Organ.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    binding = forms.ChoiceField(
        label=gettext_lazy("How far it binds"),
        choices=[("", gettext_lazy("as each organ’s own documents say")), *BindingBasis.choices],
        required=False,
        help_text=gettext_lazy(
            "Never further than the documents say. An instruction needs the city council’s resolution."
        ),
    )
    resolution_date = forms.DateField(
        label=gettext_lazy("Resolution of the city council: date"), required=False, widget=DateInput
    )
    resolution_item = forms.CharField(
        label=gettext_lazy("Resolution of the city council: agenda item"), required=False, max_length=100
    )

    def __init__(self, *args: Any, item: AgendaItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organs = Organ.objects.filter(company__councils=item.meeting.council, deleted_at__isnull=True)
        field = self.fields["organs"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  (for the type checker)
        field.queryset = organs.select_related("organization").order_by("company", "kind")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [bool(data.get("resolution_date")), bool(data.get("resolution_item", "").strip())]
        if any(given) and not all(given):
            missing = "resolution_item" if given[0] else "resolution_date"
            self.add_error(missing, _("A resolution of the city council has a date and an agenda item."))
        if data.get("binding") == BindingBasis.INSTRUCTION and not any(given):
            self.add_error("resolution_date", _("An instruction needs the resolution of the city council."))
        return data

    @property
    def resolution(self) -> CityResolution | None:
        """The city council's resolution, if one was given."""
        date, item = self.cleaned_data["resolution_date"], self.cleaned_data["resolution_item"].strip()
        return CityResolution(date, item) if date and item else None
