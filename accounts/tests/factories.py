"""People, logins and offices for tests of every app."""

import datetime

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import HARMFUL_ROLES, City, Municipality, Organization, Person, Role, User
from audit.clock import clock, today


class MunicipalityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Municipality
        django_get_or_create = ["ags"]

    ags = factory.Sequence(lambda n: f"{99000000 + n}")
    name = factory.Sequence(lambda n: f"Musterbezirk {n}")
    population = 40_000


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    kind = Organization.Kind.CITY
    name = factory.Sequence(lambda n: f"Amt {n}")
    slug = factory.Sequence(lambda n: f"amt-{n}")
    email = factory.LazyAttribute(lambda o: f"{o.slug}@stadt.example")


class CityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = City
        django_get_or_create = ["id"]

    id = 1
    municipality = factory.SubFactory(MunicipalityFactory, name="Musterstadt")
    name = "Musterstadt"
    authority = "Stadt Musterstadt, Geschäftsstelle Bürgerrat"
    street = "Markt 1"
    postal_town = "12345 Musterstadt"
    phone = "0123 456"
    email = "buergerrat@musterstadt.example"
    represented_by = "die Oberbürgermeisterin"
    data_protection_contact = "datenschutz@musterstadt.example"


class PersonFactory(factory.django.DjangoModelFactory):
    """Someone the city knows, not verified."""

    class Meta:
        model = Person

    given_name = factory.Sequence(lambda n: ["Amal", "Bernd", "Chiara", "Dilek", "Emil", "Fatou"][n % 6])
    family_name = factory.Sequence(lambda n: f"Muster{n}")
    street = factory.Sequence(lambda n: f"Gasse {n}")
    postal_code = "12345"
    town = "Musterstadt"
    email = factory.Sequence(lambda n: f"person{n}@beispiel.example")
    channel = Person.Channel.EMAIL
    created_at = factory.LazyFunction(clock)


class ResidentFactory(PersonFactory):
    """A verified resident who may vote."""

    verified_until = factory.LazyFunction(lambda: today() + datetime.timedelta(days=1000))
    voting_from = datetime.date(2000, 1, 1)


class UserFactory(factory.django.DjangoModelFactory):
    """A login with a confirmed e-mail; `person=None` for an account without a person."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"login{n}@beispiel.example")
    person = factory.SubFactory(ResidentFactory)
    password = factory.django.Password("ein langes Passwort 1")

    @factory.post_generation
    def confirmed_email(self, create, extracted, **kwargs):
        if create:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


def user_with_role(kind: str, organization: Organization | None = None, **fields) -> User:
    """A login whose person holds `kind` from yesterday; with a second factor where the role needs one."""
    user = UserFactory(**fields)
    Role.objects.create(
        person=user.person,
        organization=organization or OrganizationFactory(),
        kind=kind,
        begin_date=today() - datetime.timedelta(days=1),
    )
    if kind in HARMFUL_ROLES:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return user
