"""Found a real city: its row, its offices, and the first two of the secretariat, each vouched for by the other.

`./run manage bootstrap --city "Musterstadt" --ags 01234567 --population 260000 --authority "…" --street "…"
--postal-town "…" --phone "…" --email … --represented-by "…" --data-protection "…"
--first "Given;Family;mail@…" --second "Given;Family;mail@…"`

Both get a mail with a link that sets their password; until both have a second factor their role opens nothing. From
then on every role is asked for by one and confirmed by the other.
"""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from accounts.messages import send
from accounts.models import City, Municipality, Organization, Person, Role, User
from audit.clock import clock, today
from audit.services import record

TEXTS = ("city", "authority", "street", "postal-town", "phone", "email", "represented-by", "data-protection")


class Command(BaseCommand):
    help = "Found a real city with its first two secretaries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in (*TEXTS, "ags", "first", "second"):
            parser.add_argument(f"--{name}", required=True)
        parser.add_argument("--population", type=int, default=0)

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        if City.objects.exists() or Role.objects.exists():
            raise CommandError("This installation has a city already. Roles are granted on its pages, by two people.")
        people = [_names(options["first"]), _names(options["second"])]
        if people[0][2] == people[1][2]:
            raise CommandError("The first two must be different people with different e-mail addresses.")
        office = found_city(options)
        users = [_secretary(office, *names) for names in people]
        for user, other in (users, users[::-1]):
            assert user.person is not None and other.person is not None  # noqa: S101  (for the type checker)
            record("role.founded", user.person, kind=Role.Kind.SECRETARIAT, vouched_by=f"person:{other.person.uuid}")
        self.stdout.write(
            f"{options['city']} is founded. Both secretaries have a mail with a link to set their password."
        )


def _names(text: str) -> tuple[str, str, str]:
    """Given name, family name and e-mail from "Given;Family;mail@…"."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) != 3 or not all(parts):
        raise CommandError(f"{text!r} is not of the form 'Given;Family;mail@example.org'.")
    try:
        validate_email(parts[2])
    except ValidationError as error:
        raise CommandError(f"{parts[2]!r} is not an e-mail address.") from error
    return parts[0], parts[1], parts[2].lower()


def found_city(options: dict[str, Any]) -> Organization:
    """The city's row and the organization of its administration."""
    municipality = Municipality.objects.create(
        ags=options["ags"], name=options["city"], population=options["population"]
    )
    City.objects.create(
        id=1,
        municipality=municipality,
        name=options["city"],
        authority=options["authority"],
        street=options["street"],
        postal_town=options["postal_town"],
        phone=options["phone"],
        email=options["email"],
        represented_by=options["represented_by"],
        data_protection_contact=options["data_protection"],
    )
    return Organization.objects.create(
        kind=Organization.Kind.CITY,
        name=options["authority"],
        slug=slugify(options["city"]),
        email=options["email"],
        street=options["street"],
        postal_town=options["postal_town"],
    )


def _secretary(office: Organization, given_name: str, family_name: str, email: str) -> User:
    person = Person.objects.create(
        given_name=given_name, family_name=family_name, email=email, channel=Person.Channel.EMAIL, created_at=clock()
    )
    user = User.objects.create_user(email, person=person)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Role.objects.create(person=person, organization=office, kind=Role.Kind.SECRETARIAT, begin_date=today())
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": key.split("-")[0], "key": key.split("-", 1)[1]})
    send("account_founded", to=person, about=f"person:{person.uuid}", link=settings.PUBLIC_URL + path)
    return user
