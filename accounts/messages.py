"""The outbox: every mail and letter is a row, written in the transaction of what caused it.

The words of a message are one plain text (`emails/<event>.txt`, subject in `emails/<event>.subject.txt`).
The mail, the letter and the phone note are made from the same words.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Message, Organization, Person
from audit.clock import clock


def send(
    event: str,
    *,
    to: Person | Organization,
    about: str = "",
    channel: str | None = None,
    letter: dict | None = None,
    **context: Any,
) -> Message:
    """Write the message `event` to `to`, in their language, by the way they chose.

    `context` fills the templates; `letter` adds to what the printed letter shows (a code, reply boxes);
    `channel` overrides the way ("letter" for what must reach an address).
    """
    language = to.language if isinstance(to, Person) else settings.LANGUAGE_CODE
    with translation.override(language):
        context = {"to": to, "public_url": settings.PUBLIC_URL, **context}
        subject = " ".join(render_to_string(f"emails/{event}.subject.txt", context).split())
        text = render_to_string(f"emails/{event}.txt", context).strip() + "\n"
    return _write(
        event=event,
        person=to if isinstance(to, Person) else None,
        organization=to if isinstance(to, Organization) else None,
        email=to.email,
        channel=channel or usual_channel(to),
        language=language,
        subject=subject,
        text=text,
        letter=letter or {},
        about=about,
    )


def send_raw(*, event: str, email: str, subject: str, text: str, language: str) -> Message:
    """Write a mail whose words are already rendered (allauth's)."""
    return _write(event=event, email=email, channel=Person.Channel.EMAIL, subject=subject, text=text, language=language)


def usual_channel(to: Person | Organization) -> str:
    """How the recipient is reached: by what they chose, by letter where that way is closed."""
    if isinstance(to, Organization):
        return Person.Channel.EMAIL if to.email else Person.Channel.LETTER
    if to.channel == Person.Channel.EMAIL and (not to.email or to.is_email_bouncing):
        return Person.Channel.LETTER
    return to.channel


@transaction.atomic
def _write(**fields: Any) -> Message:
    now = clock()
    domain = settings.PUBLIC_URL.split("//")[-1].split(":")[0].strip("/")
    fields["subject"] = fields["subject"][:250]
    return Message.objects.create(message_id=f"<{uuid.uuid4()}@{domain}>", created_at=now, next_at=now, **fields)
