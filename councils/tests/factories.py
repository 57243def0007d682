"""Companies, organs, councils with seats and members, for tests of every app above."""

import datetime
from typing import Any

import factory

from accounts.models import Organization, Person, Role
from accounts.tests.factories import MunicipalityFactory, OrganizationFactory, ResidentFactory
from audit.canonical import digest
from audit.clock import today
from councils.models import (
    BoardSeat,
    Company,
    Council,
    Delegate,
    Membership,
    Organ,
    Seat,
    Share,
    Sitting,
    StatuteVersion,
)
from councils.statutes import complete


class CompanyFactory(factory.django.DjangoModelFactory):
    """A GmbH that belongs to one municipality alone."""

    class Meta:
        model = Company
        skip_postgeneration_save = True

    organization = factory.SubFactory(
        OrganizationFactory, kind=Organization.Kind.COMPANY, name=factory.Sequence(lambda n: f"Stadtwerke {n} GmbH")
    )
    legal_form = Company.LegalForm.GMBH
    sector = Company.Sector.ENERGY
    purpose = "Strom, Gas und Wärme für die Stadt."

    @factory.post_generation
    def owner(self, create, extracted, **kwargs):
        if create:
            Share.objects.create(company=self, owner=extracted or MunicipalityFactory(), basis_points=10_000)


class OrganFactory(factory.django.DjangoModelFactory):
    """A supervisory board that only hears recommendations."""

    class Meta:
        model = Organ

    company = factory.SubFactory(CompanyFactory)
    organization = factory.SubFactory(
        OrganizationFactory, kind=Organization.Kind.ORGAN, name=factory.Sequence(lambda n: f"Aufsichtsrat {n}")
    )
    kind = Organ.Kind.SUPERVISORY
    binding_document = "Beschluss des Rates vom 12. März 2026, TOP 7"
    binding_date = datetime.date(2026, 3, 12)


class StatuteVersionFactory(factory.django.DjangoModelFactory):
    """Rules in force since long ago, with the default figures; `settings` changes some."""

    class Meta:
        model = StatuteVersion

    kind = StatuteVersion.Kind.RULES
    number = 1
    title = "Geschäftsordnung des Bürgerrats"
    text = "§ 1 Sitzungen\n\nDer Bürgerrat tagt öffentlich.\n\n§ 2 Abstimmungen\n\nEs wird namentlich abgestimmt."
    in_force_on = datetime.date(2020, 1, 1)
    enacted_by = "Bürgerrat"
    hash = factory.LazyAttribute(lambda o: digest([o.title, o.number]))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs["settings"] = complete(kwargs.get("settings", {}))
        return super()._create(model_class, *args, **kwargs)


class CouncilFactory(factory.django.DjangoModelFactory):
    """A council in term, with its seats (all vacant) and rules; `rules` are figures that differ from the defaults."""

    class Meta:
        model = Council
        skip_postgeneration_save = True

    organization = factory.SubFactory(
        OrganizationFactory, kind=Organization.Kind.COUNCIL, name=factory.Sequence(lambda n: f"Bürgerrat {n}")
    )
    state = Council.State.IN_TERM
    seat_count = 5
    about = "Der Bürgerrat berät die kommunalen Unternehmen."

    @factory.post_generation
    def seats(self, create, extracted, **kwargs):
        if create:
            Seat.objects.bulk_create(Seat(council=self, number=n) for n in range(1, self.seat_count + 1))

    @factory.post_generation
    def rules(self, create, extracted, **kwargs):
        if create and extracted is not False:
            StatuteVersionFactory(council=self, settings=extracted or {})


def seated(council: Council, number: int, person: Person | None = None, **fields: Any) -> Membership:
    """A member on seat `number`, with the office, since last year."""
    person = person or ResidentFactory()
    begin_date = today() - datetime.timedelta(days=365)
    Role.objects.create(person=person, organization=council.organization, kind=Role.Kind.MEMBER, begin_date=begin_date)
    seat = Seat.objects.get(council=council, number=number)
    return Membership.objects.create(seat=seat, person=person, begin_date=begin_date, **fields)


def full_council(**fields: Any) -> Council:
    """A council whose seats are all held."""
    council = CouncilFactory(**fields)
    for number in range(1, council.seat_count + 1):
        seated(council, number)
    return council


def board_seat_for(council: Council, organ: Organ, **fields: Any) -> BoardSeat:
    """A seat in `organ` that `council` fills."""
    return BoardSeat.objects.create(
        **{
            "organ": organ,
            "number": organ.board_seats.count() + 1,
            "sends": BoardSeat.Sends.COUNCIL,
            "council": council,
            "kind": BoardSeat.Kind.VOTE,
            "basis_document": "Gesellschaftsvertrag § 9",
            "basis_date": datetime.date(2025, 3, 12),
            **fields,
        }
    )


def sent(seat: BoardSeat, person: Person, **fields: Any) -> Delegate:
    """Somebody who has held `seat` for a while and has declared confidentiality."""
    begin_date = today() - datetime.timedelta(days=100)
    return Delegate.objects.create(
        **{
            "seat": seat,
            "person": person,
            "begin_date": begin_date,
            "election_reference": "Bürgerrat, 2. Sitzung, TOP 4",
            "confidential_on": begin_date,
            **fields,
        }
    )


def sitting_on(organ: Organ, days: int) -> Sitting:
    """A sitting of `organ` so many days from today (before it: negative)."""
    date = today() + datetime.timedelta(days=days)
    return Sitting.objects.create(organ=organ, date=date, agenda_closes_on=date - datetime.timedelta(days=10))
