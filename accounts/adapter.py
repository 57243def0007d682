"""allauth's mail goes through our outbox, so that it is part of the transaction and is seen by the secretariat."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from accounts.messages import send_raw
from accounts.models import Person


class AccountAdapter(DefaultAccountAdapter):
    """The project's account adapter; only what differs from allauth's own."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail as a row of the outbox, in the language of the person if we know one.

        The row names no person: a link that resets a password is not for the card of the person at the desk.
        """
        context = {"request": self.request, "email": email, "public_url": settings.PUBLIC_URL, **context}
        person: Person | None = getattr(context.get("user"), "person", None)
        language = person.language if person else translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            message = self.render_mail(template_prefix, email, context)
        send_raw(
            event=template_prefix.replace("/", "."),
            email=email,
            subject=message.subject,
            text=str(message.body),
            language=language,
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever signs in for the first time is asked who they are."""
        if request.user.is_authenticated and request.user.person_id is None:
            return reverse("accounts:me")
        return super().get_login_redirect_url(request)
