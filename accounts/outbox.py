"""Sending what waits in the outbox, and what happens when it comes back.

A message is sent while its row is locked and marked in the same transaction. A crash in between sends it
again under the same Message-ID, by which mail programs recognise the copy; it never loses one.
"""

import datetime
import email
import email.policy
import smtplib
from email.message import EmailMessage
from typing import cast

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Message, Person, User
from audit.clock import clock
from audit.services import record, require

WAITS = [datetime.timedelta(minutes=m) for m in (1, 5, 30, 120, 480, 1440)]
"""How long a mail waits after its first, second … failure; after the last it is given up and shown."""


AT_THE_SCREEN = Q(person__isnull=True, organization__isnull=True)
"""Mails to an address that is nobody's yet: somebody signs up or in, and waits."""


def send_due(limit: int = 200) -> int:
    """Send up to `limit` mails that are due; how many were tried. Several workers share the work.

    What somebody waits for goes before what a whole council is told.
    """
    count = 0
    for kind in (AT_THE_SCREEN, ~AT_THE_SCREEN):
        while count < limit and _send_next(kind):
            count += 1
    return count


@transaction.atomic
def _send_next(kind: Q) -> bool:
    message = (
        Message.objects.select_for_update(skip_locked=True)
        .filter(kind, state=Message.State.QUEUED, channel=Person.Channel.EMAIL, next_at__lte=clock())
        .order_by("next_at", "id")
        .first()
    )
    if message is None:
        return False
    message.attempt += 1
    try:
        _hand_over(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = max((reply[0] for reply in error.recipients.values()), default=550)
        if code >= 500:
            _come_back(message, str(error))
        else:
            _try_later(message, str(error))
    except (OSError, smtplib.SMTPException) as error:
        _try_later(message, f"{type(error).__name__}: {error}")
    else:
        message.state, message.sent_at, message.error = Message.State.SENT, clock(), ""
        message.save()
    return True


def _hand_over(message: Message) -> None:
    with translation.override(message.language):
        html = message.html or render_to_string("emails/base.html", {"message": message})
    mail = EmailMultiAlternatives(
        message.subject, message.text, to=[message.email], headers={"Message-ID": message.message_id}
    )
    mail.attach_alternative(html, "text/html")
    mail.send()


def _try_later(message: Message, error: str) -> None:
    message.error = error[:2000]
    if message.attempt > len(WAITS):
        message.state = Message.State.FAILED
    else:
        message.next_at = clock() + WAITS[message.attempt - 1]
    message.save()


def _come_back(message: Message, error: str) -> None:
    """Mark the address as dead and write the same words as a letter."""
    message.state, message.error = Message.State.BOUNCED, error[:2000]
    message.save()
    if message.person is None:
        return
    Person.objects.filter(pk=message.person.pk).update(is_email_bouncing=True)
    record("message.bounced", message.person, message=message.event)
    fields = {
        name: getattr(message, name) for name in ("event", "person", "language", "subject", "text", "letter", "about")
    }
    now = clock()
    Message.objects.create(
        **fields,
        channel=Person.Channel.LETTER,
        message_id=message.message_id.replace("<", "<letter-", 1),
        created_at=now,
        next_at=now,
        replaces=message,
    )


@transaction.atomic
def receive_bounce(raw: bytes) -> Message | None:
    """Take a delivery report (RFC 3464) as it came by mail; the message it is about, or None if not one of ours."""
    report = email.message_from_bytes(raw, policy=email.policy.default)
    message_id = _original_message_id(report)
    message = Message.objects.select_for_update().filter(message_id=message_id).first() if message_id else None
    if message is not None and message.state == Message.State.SENT and _is_permanent(report):
        _come_back(message, _("delivery report received"))
    return message


def _original_message_id(report: EmailMessage) -> str:
    for part in report.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            inner = part.get_payload()
            original = (
                cast(EmailMessage, inner[0]) if isinstance(inner, list) else email.message_from_string(str(inner))
            )
            return str(original.get("Message-ID", "")).strip()
    return ""


def _is_permanent(report: EmailMessage) -> bool:
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            return any(str(block.get("Action", "")).lower() == "failed" for block in part.walk())
    return False


@transaction.atomic
def note_phone_call(message: Message, *, by: User) -> Message:
    """Note that someone was told by phone what the message says."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    require(
        message.channel == Person.Channel.PHONE and message.state == Message.State.QUEUED, _("This was told already.")
    )
    message.state, message.sent_at = Message.State.DONE, clock()
    message.save()
    record("message.told", message.person or message.organization or "outbox", by=by, message=message.event)
    return message


@transaction.atomic
def retry_message(message: Message, *, by: User) -> Message:
    """Send a failed mail once more."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    require(message.state == Message.State.FAILED, _("Only a failed message can be sent again."))
    message.state, message.attempt, message.next_at = Message.State.QUEUED, 0, clock()
    message.save()
    record("message.retried", message.person or message.organization or "outbox", by=by, message=message.event)
    return message
