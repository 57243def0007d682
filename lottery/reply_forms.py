"""What invited people and those who type for them fill in: the code of the letter, and the reply."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lottery import consents, services
from lottery.models import Draw, Invitation
from lottery.pool import pool_open

TOKEN = "lottery.reply"  # noqa: S105  (a name, not a secret)
TOKEN_AGE = 3_600
NOT_TYPED = (Invitation.Channel.ONLINE, Invitation.Channel.FILE)
"""Ways of a reply that nobody enters at the desk."""


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
                choices=[choice for choice in Invitation.Channel.choices if choice[0] not in NOT_TYPED],
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
