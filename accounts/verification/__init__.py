"""How a resident shows that they live here: the registry of methods (docs/people.md tells what each proves).

A method is one entry here, a service that carries it out, and a page. The pages read this list, so that a city that
switches one off (`VERIFICATION_METHODS`) shows it nowhere.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Method:
    """One way to be verified. `valid_years` is how long it holds; `url_name` is the page where it starts, if any."""

    name: str
    title: str | Promise
    explanation: str | Promise
    valid_years: int
    url_name: str = ""


METHODS = {
    method.name: method
    for method in (
        Method(
            "letter",
            _("Code by letter"),
            _("We send a letter to your address. It brings a code, which you enter here. This takes about three days."),
            valid_years=3,
            url_name="accounts:verify_letter",
        ),
        Method(
            "register",
            _("Match with the register of residents"),
            _("You enter your date of birth. If the city's extract of the register knows you, you are done at once."),
            valid_years=3,
            url_name="accounts:verify_register",
        ),
        Method(
            "provider",
            _("Electronic identity"),
            _("An identity provider confirms your name and your address."),
            valid_years=3,
            url_name="accounts:verify_provider",
        ),
        Method(
            "desk",
            _("At the desk"),
            _("Come to the desk with your identity card, or with your passport and a certificate of residence."),
            valid_years=3,
        ),
        Method(
            "draw",
            _("Civic lottery"),
            _("You were drawn from the register of residents and confirmed your seat."),
            valid_years=6,
        ),
    )
}
"""`draw` is nobody's choice: who is drawn from the register and admitted counts as verified."""


def open_methods() -> list[Method]:
    """The methods that residents can choose here and now, in the order of the page."""
    enabled = settings.VERIFICATION_METHODS
    return [METHODS[name] for name in enabled if name != "provider" or has_providers()]


def has_providers() -> bool:
    """Whether the city has set up an identity provider (allauth's `SOCIALACCOUNT_PROVIDERS`)."""
    return bool(getattr(settings, "SOCIALACCOUNT_PROVIDERS", {}))
