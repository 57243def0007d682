"""Play the demo city: `manage.py demo` (does nothing where it was played), `--logins`, `--code`."""

import time
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import City, Role, User
from audit.models import Event
from audit.services import record
from portal.demo import clockwork
from portal.demo.city import PASSWORD, TOTP_SECRET
from portal.demo.story import chapters

PLAYED = "demo.played"


class Command(BaseCommand):
    help = "Play the demo city, or print its logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--logins", action="store_true", help="print the demo's logins")
        parser.add_argument("--code", action="store_true", help="print the second factor of the demo's offices, now")

    def handle(self, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("The demo city belongs on a laptop; a real city is founded with `bootstrap`.")
        if options["code"]:
            self.stdout.write(current_code())
        elif options["logins"]:
            self.stdout.write(logins())
        elif Event.objects.filter(name=PLAYED).exists():
            self.stdout.write("  The demo city is there already; your data is kept.")
        elif City.objects.exists():
            raise CommandError("The demo city was left half built: ./run demo --reset starts over.")
        else:
            self.play()

    def play(self) -> None:
        """Every chapter through the real services, with jobs done at once; tells what happens while it does."""
        current_app.conf.task_always_eager = True
        began = time.monotonic()
        clockwork.begin()
        try:
            for sentence in chapters():
                self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {sentence}")
                self.stdout.flush()
        finally:
            clockwork.end()
        record(PLAYED, "city:1")


def current_code() -> str:
    """The six digits an authenticator app would show for the demo's offices now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(TOTP_SECRET, counter))


def logins() -> str:
    """Who can sign in, with which password and second factor."""
    lines = [f"  Demo logins (password for all: {PASSWORD})"]
    offices = (
        Role.objects.current().exclude(kind__in=[Role.Kind.MEMBER, Role.Kind.ALTERNATE]).select_related("person__user")
    )
    for role in offices.order_by("pk"):
        user = getattr(role.person, "user", None)
        if user is not None:
            lines.append(f"    {user.email:42} {role.get_kind_display()}")
    member = User.objects.filter(person__roles__kind=Role.Kind.MEMBER).order_by("pk").first()
    resident = (
        User.objects.filter(person__verified_until__isnull=False, person__roles__isnull=True).order_by("pk").first()
    )
    lines += [
        f"    {user.email:42} {what}" for user, what in ((member, "Ratsmitglied"), (resident, "Einwohnerin")) if user
    ]
    lines.append(
        "  Offices need a second factor: ./run manage demo --code prints it, or add this key to an app: " + TOTP_SECRET
    )
    return "\n".join(lines)
