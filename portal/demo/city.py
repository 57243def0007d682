"""The invented city of Auenstadt: municipalities, companies with their organs, statute, offices and logins."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from accounts.models import HARMFUL_ROLES, City, Municipality, Organization, Person, Role, User
from accounts.services import grant_role, verify_person
from audit.clock import clock, today
from councils.models import BindingBasis, Company, Council, Organ, Share, Sitting, StatuteVersion
from councils.services import enact_statute, found_council
from portal.demo.people import DISTRICTS
from portal.demo.texts import MANDATE, RULES

PASSWORD = "auenstadt-demo"  # noqa: S105  (printed on the terminal; a demo is no secret)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105
SEATS = 56

NEIGHBOURS = [("99000100", "Niederwiesau", 31_000, False), ("99000200", "Hohenfeld", 1_900, True)]
ORGANS = {
    Organ.Kind.SHAREHOLDERS: "Gesellschafterversammlung",
    Organ.Kind.MANAGEMENT: "Geschäftsführung",
    Organ.Kind.SUPERVISORY_OPTIONAL: "Aufsichtsrat",
    Organ.Kind.SUPERVISORY: "Aufsichtsrat",
    Organ.Kind.ADMINISTRATIVE: "Verwaltungsrat",
    Organ.Kind.COMMITTEE: "Betriebsausschuss",
}
LIMITS: dict[str, Any] = {"support_needed": [5, 200], "term_years": [2, 4], "stipend_cents": [4_400, 8_800]}
"""What the statute of the city leaves to the council's rules of procedure."""

RESOLUTION = "Ratsbeschluss vom 12.03.2025, TOP 7"
EXPLAIN, TREAT, ADVISE = BindingBasis.COMPLY_OR_EXPLAIN, BindingBasis.DUTY_TO_TREAT, BindingBasis.ADVISORY


@dataclass(frozen=True)
class Sketch:
    """A company in one place: name, slug, form, sector, purpose, shares in hundredths of a percent, organs."""

    name: str
    slug: str
    form: str
    sector: str
    purpose: str
    shares: dict[str, int]
    organs: dict[str, str] = field(default_factory=dict)


CITY_ONLY = {"99000000": 10_000}
COMPANIES = [
    Sketch(
        "Stadtwerke Auenstadt GmbH", "stadtwerke", "gmbh", "energy",
        "Strom, Gas, Fernwärme und Wasser für 140.000 Haushalte; betreibt die Netze und drei Heizkraftwerke.",
        CITY_ONLY,
        {Organ.Kind.SHAREHOLDERS: EXPLAIN, Organ.Kind.SUPERVISORY_OPTIONAL: TREAT, Organ.Kind.MANAGEMENT: ADVISE},
    ),
    Sketch(
        "Auental Verkehr GmbH", "auental-verkehr", "gmbh", "mobility",
        "Busse und Bahnen in Auenstadt, Niederwiesau und Hohenfeld: 38 Linien, 41 Millionen Fahrten im Jahr.",
        {"99000000": 6_200, "99000100": 2_500, "99000200": 1_300},
        {Organ.Kind.SHAREHOLDERS: TREAT, Organ.Kind.SUPERVISORY: ADVISE},
    ),
    Sketch(
        "Wohnen in Auenstadt GmbH", "wohnen", "gmbh", "housing",
        "Vermietet 11.400 Wohnungen in der Stadt und baut im Jahr etwa 150 neue.",
        CITY_ONLY,
        {Organ.Kind.SHAREHOLDERS: EXPLAIN, Organ.Kind.SUPERVISORY: ADVISE},
    ),
    Sketch(
        "Auenstädter Pflege gGmbH", "pflege", "ggmbh", "care",
        "Vier Pflegeheime, ein ambulanter Dienst und eine Tagespflege für zusammen 620 Menschen.",
        CITY_ONLY,
        {Organ.Kind.SHAREHOLDERS: EXPLAIN, Organ.Kind.MANAGEMENT: ADVISE},
    ),
    Sketch(
        "Stadtreinigung Auenstadt", "stadtreinigung", "eigenbetrieb", "supply",
        "Abfall, Straßenreinigung und Winterdienst; ein Betrieb der Stadt ohne eigene Rechtsperson.",
        CITY_ONLY,
        {Organ.Kind.COMMITTEE: TREAT},
    ),
    Sketch(
        "Digitalwerk Auental AöR", "digitalwerk", "aor", "it",
        "Rechenzentrum und Fachverfahren für drei Gemeinden und ihre Unternehmen.",
        {"99000000": 7_000, "99000100": 2_400, "99000200": 600},
        {Organ.Kind.ADMINISTRATIVE: TREAT},
    ),
]  # fmt: skip


@dataclass
class Stage:
    """Everything the story needs to go on: who acts and what there is."""

    secretary: User
    second: User
    clerk: User
    officer: User
    auditor: User
    boards: dict[str, User]
    council: Council
    companies: dict[str, Company]
    office: Organization
    password: str


def found() -> Stage:
    """The city, its companies and offices, and a council with all seats vacant."""
    password = make_password(PASSWORD)
    office = _municipalities()
    secretary = _first_secretary(office, password)
    companies = {sketch.slug: _company(sketch) for sketch in COMPANIES}

    def person_in(kind: str, given: str, family: str, email: str, where: Organization = office) -> User:
        return office_holder(kind, given, family, email, where, password=password, by=secretary)

    second = person_in(Role.Kind.SECRETARIAT, "Jonas", "Reimann", "geschaeftsstelle2@auenstadt.example")
    person_in(Role.Kind.EDITOR, "Mira", "Solbach", "redaktion@auenstadt.example")
    person_in(Role.Kind.FACILITATOR, "Timo", "Ackermann", "moderation@auenstadt.example")
    person_in(Role.Kind.HOLDINGS, "Greta", "Lindner", "beteiligungen@auenstadt.example")
    council = _council(office, list(companies.values()), by=secretary)
    boards = {
        "stadtwerke": person_in(Role.Kind.BOARD_SECRETARY, "Karla", "Vogt", "gremien@stadtwerke.example", companies["stadtwerke"].organization),
        "wohnen": person_in(Role.Kind.BOARD_SECRETARY, "Emre", "Tan", "gremien@wohnen.example", companies["wohnen"].organization),
        "auental-verkehr": person_in(Role.Kind.BOARD_SECRETARY, "Ruth", "Peters", "gremien@auental-verkehr.example", companies["auental-verkehr"].organization),
    }  # fmt: skip
    return Stage(
        secretary=secretary,
        second=second,
        clerk=person_in(Role.Kind.CLERK, "Ilse", "Bremer", "schalter@auenstadt.example"),
        officer=person_in(Role.Kind.DRAW_OFFICER, "Nils", "Hagemann", "los@auenstadt.example"),
        auditor=person_in(Role.Kind.AUDITOR, "Dr. Selin", "Arslan", "pruefung@auenstadt.example"),
        boards=boards,
        council=council,
        companies=companies,
        office=office,
        password=password,
    )


def _municipalities() -> Organization:
    municipality = Municipality.objects.create(ags="99000000", name="Auenstadt", population=264_000)
    for key, name, population in DISTRICTS:
        Municipality.objects.create(ags=f"99000000{key}", name=name, parent=municipality, population=population)
    for ags, name, population, is_rural in NEIGHBOURS:
        Municipality.objects.create(ags=ags, name=name, population=population, is_rural=is_rural)
    city = City.objects.create(
        id=1,
        municipality=municipality,
        name="Auenstadt",
        authority="Stadt Auenstadt, Geschäftsstelle Bürgerrat",
        street="Markt 1",
        postal_town="99001 Auenstadt",
        phone="0900 555 0117",
        email="buergerrat@auenstadt.example",
        represented_by="die Oberbürgermeisterin",
        data_protection_contact="Datenschutz der Stadt Auenstadt, datenschutz@auenstadt.example",
        is_demo=True,
    )
    office = Organization.objects.create(
        kind=Organization.Kind.CITY,
        name=city.authority,
        slug="stadt",
        email=city.email,
        street=city.street,
        postal_town=city.postal_town,
    )
    return office


def _first_secretary(office: Organization, password: str) -> User:
    """The one row no service can make: the first office of a city (as `bootstrap` does)."""
    person = _person("Helene", "Dietz", "geschaeftsstelle@auenstadt.example")
    Role.objects.create(person=person, organization=office, kind=Role.Kind.SECRETARIAT, begin_date=today())
    return login_for(person, password, needs_second_factor=True)


def _person(given: str, family: str, email: str) -> Person:
    return Person.objects.create(
        given_name=given, family_name=family, email=email, channel=Person.Channel.EMAIL, created_at=clock()
    )


def office_holder(
    kind: str, given: str, family: str, email: str, where: Organization, *, password: str, by: User
) -> User:
    """Somebody with a login, a second factor and the office `kind` in `where`."""
    person = _person(given, family, email)
    grant_role(person, kind=kind, organization=where, begin_date=today(), by=by)
    return login_for(person, password, needs_second_factor=kind in HARMFUL_ROLES)


def login_for(person: Person, password: str, *, needs_second_factor: bool = False) -> User:
    """A login with the demo's password and, for an office, the demo's authenticator secret."""
    user = User.objects.create(email=person.email, person=person, password=password)
    EmailAddress.objects.create(user=user, email=person.email, verified=True, primary=True)
    if needs_second_factor:
        secret = get_adapter().encrypt(TOTP_SECRET)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    return user


def verified(person: Person, *, by: User) -> Person:
    """The same person, verified at the desk."""
    verify_person(person, method="desk", by=by)
    person.refresh_from_db()
    return person


def _company(sketch: Sketch) -> Company:
    organization = Organization.objects.create(
        kind=Organization.Kind.COMPANY,
        name=sketch.name,
        slug=sketch.slug,
        email=f"info@{sketch.slug}.example",
        street="Werkstraße 5",
        postal_town="99002 Auenstadt",
    )
    company = Company.objects.create(
        organization=organization, legal_form=sketch.form, sector=sketch.sector, purpose=sketch.purpose
    )
    for ags, points in sketch.shares.items():
        Share.objects.create(company=company, owner=Municipality.objects.get(ags=ags), basis_points=points)
    for kind, binding in sketch.organs.items():
        _organ(company, kind, binding)
    return company


def _organ(company: Company, kind: str, binding: str) -> Organ:
    name = ORGANS[Organ.Kind(kind)]
    parent = company.organization
    organization = Organization.objects.create(
        kind=Organization.Kind.ORGAN,
        name=f"{name} der {parent.name}",
        slug=f"{parent.slug}-{kind.replace('_', '-')}",
        parent=parent,
        email=f"gremien@{parent.slug}.example",
        street=parent.street,
        postal_town=parent.postal_town,
    )
    organ = Organ.objects.create(
        company=company,
        organization=organization,
        kind=kind,
        binding=binding,
        binding_document=RESOLUTION,
        binding_date=datetime.date(2025, 3, 12),
    )
    for quarter in range(8):
        date = _wednesday(today() + datetime.timedelta(days=45 + 91 * quarter))
        closes = date - datetime.timedelta(days=14)
        Sitting.objects.create(organ=organ, date=date, agenda_closes_on=closes)
    return organ


def _wednesday(date: datetime.date) -> datetime.date:
    """The first Wednesday from `date`: organs sit on working days."""
    return date + datetime.timedelta(days=(2 - date.weekday()) % 7)


def _council(office: Organization, companies: list[Company], *, by: User) -> Council:
    organization = Organization.objects.create(
        kind=Organization.Kind.COUNCIL,
        name="Bürgerrat Auenstadt",
        slug="buergerrat",
        parent=office,
        email="rat@auenstadt.example",
        street=office.street,
        postal_town=office.postal_town,
    )
    council = found_council(
        organization=organization,
        seat_count=SEATS,
        about="56 ausgeloste Menschen ab 16 Jahren. Sie beraten die Unternehmen der Stadt.",
        companies=companies,
        by=by,
    )
    for kind, title, text, enacted, settings in (
        (StatuteVersion.Kind.MANDATE, "Satzung für den Bürgerrat", MANDATE, RESOLUTION, LIMITS),
        (
            StatuteVersion.Kind.RULES,
            "Geschäftsordnung des Bürgerrats",
            RULES,
            "Vorläufig durch Ratsbeschluss vom 12.03.2025",
            {"support_needed": 12},
        ),
    ):
        enact_statute(
            council,
            kind=kind,
            title=title,
            text=text,
            settings=settings,
            in_force_on=today(),
            enacted_by=enacted,
            by=by,
        )
    return council
