"""The texts people agree to on a reply, by version. A text is never changed under its number: a new one gets a new number."""

from django.utils.translation import gettext_lazy as _

DRAW = {
    "2026-1": _("I agree that these answers are used for the draw."),
}
"""Consent to the draw itself (GDPR art. 9 (2) a); without it nobody is in the pool."""

RESEARCH = {
    "2026-1": _(
        "I agree that a university may use my answers, without my name and address, to study whom the draw reaches."
    ),
}
"""Consent to research: voluntary, without it nothing changes."""

DRAW_VERSION = "2026-1"
RESEARCH_VERSION = "2026-1"
"""Which texts stand on the form today."""
