"""Take a mail that came back, from standard input: the mail server pipes delivery reports here (docs/operations.md)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from accounts.outbox import receive_bounce


class Command(BaseCommand):
    help = "Read a delivery report (RFC 3464) from standard input and turn the mail into a letter."

    def handle(self, **options: Any) -> None:
        message = receive_bounce(sys.stdin.buffer.read())
        self.stdout.write(f"message {message.pk}: {message.state}" if message else "not one of our messages")
