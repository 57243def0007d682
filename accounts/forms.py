"""Forms around people. Each checks what was typed; what may be done with it is the services' business."""

import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import IdentityConflict, Municipality, Organization, Person, Role, RoleRequest, User
from accounts.services.desk import Document
from accounts.services.roles import SEATED
from accounts.verification.extract import OLDEST
from audit.clock import today

POSTAL_CODE = RegexValidator(r"^\d{5}$", _("A German postal code has five digits."))
PHONE = RegexValidator(r"^[+\d][\d\s()/-]{3,}$", _("A phone number is made of digits, blanks and + / ( ) -."))
COMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "street": "street-address",
    "postal_code": "postal-code",
    "town": "address-level2",
    "email": "email",
    "phone": "tel",
}
"""What browsers may fill in when people speak of themselves (WCAG 1.3.5); not at the desk, where it is others'."""


class BirthDateField(forms.DateField):
    """A date of birth as people write it; used once, not kept."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Date of birth"))
        options.setdefault(
            "help_text", _("For example 31.12.1970. The date itself is not kept, only a mark that cannot be read back.")
        )
        options.setdefault("input_formats", ["%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y"])
        options.setdefault("widget", forms.DateInput(attrs={"autocomplete": "bday", "inputmode": "decimal"}))
        super().__init__(**options)

    def clean(self, value: Any) -> datetime.date | None:
        date = super().clean(value)
        if date is not None and not OLDEST <= date <= today():
            raise forms.ValidationError(_("This cannot be a date of birth. Please check the year."))
        return date


class PersonForm(forms.ModelForm):
    """Base of the forms over `Person`: postal code and phone are checked, places are chosen from a list."""

    is_own = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "district" in self.fields:
            self.fields["district"].queryset = Municipality.objects.filter(  # type: ignore[attr-defined]
                Q(parent__isnull=False) | Q(districts__isnull=True)
            ).distinct()
            self.fields["district"].empty_label = _("I do not know")  # type: ignore[attr-defined]
        if "language" in self.fields:
            self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
        for name, check in {"postal_code": POSTAL_CODE, "phone": PHONE}.items():
            if name in self.fields:
                self.fields[name].validators.append(check)
        for name, field in self.fields.items():
            field.widget.attrs["autocomplete"] = COMPLETE.get(name, "off") if self.is_own else "off"

    def changes(self) -> dict[str, Any]:
        """The values of all fields, for `services.update_person` and its like."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The chosen way must be open."""
        data = super().clean() or self.cleaned_data
        for channel, field, words in (
            ("email", "email", _("Choose an address, or another way of reaching you.")),
            ("phone", "phone", _("Enter a number, or choose another way of reaching you.")),
        ):
            if data.get("channel") == channel and field in data and not data[field]:
                self.add_error(field, words)
        return data

    def _post_clean(self) -> None:
        """The instance stays as it is: the service locks the row and decides what changes."""


class IntroduceForm(PersonForm):
    """Who are you? The first thing a new login is asked."""

    is_own = True

    class Meta:
        model = Person
        fields = ["given_name", "family_name", "street", "postal_code", "town"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given_name"].help_text = _("As in your identity card. The first of your given names is enough.")
        for name in ("street", "postal_code", "town"):
            self.fields[name].required = True


class OwnDataForm(PersonForm):
    """What people change about themselves. E-mails go only to an address they have confirmed."""

    is_own = True

    class Meta:
        model = Person
        fields = [
            *("given_name", "family_name", "street", "postal_code", "town", "district", "channel", "email", "phone"),
            *("language", "helper_name", "helper_phone", "needs"),
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.verified_until is not None or self.instance.identity_hash:
            del self.fields["given_name"], self.fields["family_name"]
        confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
        choices = [("", _("none")), *((email, email) for email in sorted({*confirmed, self.instance.email} - {""}))]
        self.fields["email"] = forms.ChoiceField(
            label=_("E-mail"), choices=choices, required=False, help_text=_("One of your confirmed addresses.")
        )
        self.fields["needs"].help_text = _(
            "What you need to take part: an interpreter, a step-free way, child care. By writing it here you agree that "
            "the secretariat reads it. Empty the field to withdraw that."
        )


class DeskForm(PersonForm):
    """Base of the forms at the desk."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].help_text = _(
            "Only with the consent of the person: an interpreter, a step-free way, child care."
        )


class DeskPersonForm(DeskForm):
    """Somebody at the desk who is not known yet, or not verified yet."""

    class Meta:
        model = Person
        fields = [
            *("given_name", "family_name", "street", "postal_code", "town", "district", "channel", "email", "phone"),
            *("language", "helper_name", "helper_phone", "needs"),
        ]


class DeskContactForm(DeskForm):
    """What one clerk may change of somebody verified: how they are reached."""

    class Meta:
        model = Person
        fields = ["channel", "email", "phone", "language", "helper_name", "helper_phone", "needs"]


class CorrectionForm(PersonForm):
    """What two clerks change of somebody verified, from a document."""

    class Meta:
        model = Person
        fields = ["given_name", "family_name", "street", "postal_code", "town", "district"]

    birth_date = BirthDateField(required=False, help_text=_("Needed for a new name. The date itself is not kept."))
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("What document shows it, without numbers."))


class CodeForm(forms.Form):
    """The code of a letter, and the birth date by which one human is recognised again."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Sixteen characters, with or without hyphens. Capital or small makes no difference."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    birth_date = BirthDateField()


class BirthDateForm(forms.Form):
    """Only the date of birth; the name is known."""

    birth_date = BirthDateField()


class DeskVerificationForm(forms.Form):
    """What the clerk reads in the document."""

    document = forms.ChoiceField(label=_("Document seen"), choices=Document, widget=forms.RadioSelect)
    birth_date = BirthDateField(widget=forms.DateInput(attrs={"autocomplete": "off", "inputmode": "decimal"}))


class RoleRequestForm(forms.Form):
    """A role to be granted or ended."""

    action = forms.ChoiceField(label=_("What"), choices=RoleRequest.Action, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("Role"))
    organization = forms.ModelChoiceField(Organization.objects.filter(deleted_at__isnull=True), label=_("Where"))
    date = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The first day of the role, or its last. To end it at once, choose yesterday."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(value, label) for value, label in Role.Kind.choices if value not in SEATED]  # type: ignore[attr-defined]


class ConflictForm(forms.Form):
    """Are these two records one human?"""

    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    login = forms.ChoiceField(label=_("Which login stays"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, conflict: IdentityConflict, logins: dict[int, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [  # type: ignore[attr-defined]
            ("different", _("Two different people")),
            ("claimed", _("One human: record A stays")),
            ("existing", _("One human: record B stays")),
        ]
        if len(logins) < 2:
            del self.fields["login"]
            return
        self.fields["login"].choices = [  # type: ignore[attr-defined]
            (str(logins[conflict.claimed_id].pk), _("the login of record A")),
            (str(logins[conflict.existing_id].pk), _("the login of record B")),
        ]

    def clean(self) -> dict[str, Any]:
        """With two logins and one human, one of them has to be named."""
        data = super().clean() or self.cleaned_data
        if "login" in self.fields and data.get("decision") in ("claimed", "existing") and not data.get("login"):
            self.add_error("login", _("Please choose which login stays."))
        return data


class RegisterImportForm(forms.Form):
    """An extract of the register and the day on which it is deleted again."""

    file = forms.FileField(
        label=_("Extract (CSV)"), help_text=_("At most 5 MB, about 90,000 lines; send larger extracts in parts.")
    )
    delete_on = forms.DateField(
        label=_("To be deleted on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    MOST_BYTES = 5 * 1024 * 1024

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > self.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Please send it in parts."))
        return file.read()

    def clean_delete_on(self) -> datetime.date:
        date, now = self.cleaned_data["delete_on"], today()
        if not now < date <= now + datetime.timedelta(days=366):
            raise forms.ValidationError(_("Choose a day within the next twelve months."))
        return date
