"""allauth's mail goes through our outbox, so that it is part of the transaction and is seen by the secretariat."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils.translation import get_language

from accounts.messages import send_raw


class AccountAdapter(DefaultAccountAdapter):
    """The project's account adapter; only what differs from allauth's own."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail as a row of the outbox."""
        context = {"request": self.request, "email": email, "public_url": settings.PUBLIC_URL, **context}
        message = self.render_mail(template_prefix, email, context)
        send_raw(
            event=template_prefix.replace("/", "."),
            email=email,
            subject=message.subject,
            text=str(message.body),
            language=get_language() or "de",
        )
