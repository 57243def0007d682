"""Whose the companies are, their figures, and a year of the council's delegate in the supervisory board."""

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal

from accounts.models import Organization
from audit.clock import local_date, today
from councils import services as councils
from councils.models import BoardReport, Company, Delegate, Membership, Organ
from portal.demo.city import Stage
from portal.demo.clockwork import Calendar, at

SOURCE = "Jahresabschluss {} (erfunden)"
FIGURES: dict[str, list[tuple[str, str, Sequence[int | Decimal]]]] = {
    "stadtwerke": [
        ("Umsatzerlöse", "euro", [182_400_000, 201_900_000, 248_300_000, 231_700_000]),
        ("Beschäftigte", "people", [811, 822, 835, 841]),
        ("Anteil erneuerbarer Fernwärme", "percent", [14, 17, 21, 26]),
    ],
    "auental-verkehr": [
        ("Fahrten im Jahr", "pieces", [31_200_000, 36_800_000, 39_900_000, 41_000_000]),
        ("Ergebnis vor Verlustausgleich", "euro", [-18_200_000, -17_400_000, -19_900_000, -21_300_000]),
    ],
    "wohnen": [
        ("Fertiggestellte Wohnungen", "pieces", [96, 121, 148, 152]),
        ("Leerstand", "percent", [Decimal("2.9"), Decimal("2.4"), Decimal("2.1"), Decimal("1.9")]),
    ],
}
REPORTS = [
    "Der Aufsichtsrat hat den Wirtschaftsplan beraten. Ich habe nach den Fernwärmepreisen gefragt; die Geschäftsführung "
    "legt im Frühjahr eine verständliche Musterrechnung vor.",
    "Es ging um das neue Umspannwerk im Norden. Über den Preis darf ich nichts sagen. Der Bau soll im nächsten Jahr beginnen.",
    "Die Musterrechnung für Fernwärme liegt vor und wird veröffentlicht. Der Aufsichtsrat hat sie zur Kenntnis genommen.",
]


def play(stage: Stage) -> Iterator[str]:
    """Owners and figures, interests and a working group, then the delegate: sent, asked, reporting, awaited once."""
    at(300)
    _owners(stage)
    _figures(stage)
    yield "Eigentümer und Kennzahlen der Unternehmen sind eingetragen."
    members = list(
        Membership.objects.active().filter(seat__council=stage.council, person__user__isnull=False).select_related(
            "seat__council__organization", "person__user"
        ).order_by("seat__number")[:6]
    )  # fmt: skip
    _declarations(stage, members)
    yield "Mitglieder haben Interessen offengelegt; eine Arbeitsgruppe bereitet die Wärmepreise vor."
    delegate = _sent(stage, members[0])
    _year(stage, delegate)
    yield "Der Bürgerrat sitzt im Aufsichtsrat der Stadtwerke; ein Bericht wird erwartet."


def _owners(stage: Stage) -> None:
    """A holding between the city and its energy company, so that there is a chain to read."""
    works = stage.companies["stadtwerke"]
    city = works.shares.get().owner
    holding = councils.enter_company(
        name="Auenstadt Beteiligungen GmbH",
        legal_form=Company.LegalForm.GMBH,
        sector=Company.Sector.ENERGY,
        purpose="Hält für die Stadt die Anteile an den Stadtwerken und gleicht Gewinne und Verluste aus.",
        by=stage.secretary,
    )
    councils.set_owners(holding, owners=[councils.Owner(10_000, municipality=city)], by=stage.secretary)
    parts = [councils.Owner(7_490, company=holding), councils.Owner(2_510, name="Energiegenossenschaft Auental eG")]
    councils.set_owners(works, owners=parts, by=stage.secretary)


def _figures(stage: Stage) -> None:
    last = today().year - 1
    for slug, figures in FIGURES.items():
        for name, unit, values in figures:
            for year, value in enumerate(values, start=last - len(values) + 1):
                councils.note_figure(
                    stage.companies[slug], name=name, year=year, value=Decimal(value), unit=unit,
                    source=SOURCE.format(year), by=stage.secretary,
                )  # fmt: skip


def _declarations(stage: Stage, members: list[Membership]) -> None:
    for membership in members:
        councils.take_oath(membership, by=stage.secretary)
    driver, tenant, *others = members
    bus, homes = stage.companies["auental-verkehr"], stage.companies["wohnen"]
    councils.declare_interest(
        driver, kind="work", text="Ich fahre Bus bei Auental Verkehr.", companies=[bus], by=driver.person.user
    )
    councils.declare_interest(
        tenant, kind="office", text="Ich bin im Mieterbeirat.", companies=[homes], by=tenant.person.user
    )
    for membership in others:
        councils.declare_no_interests(membership, by=membership.person.user)
    group = councils.found_group(
        stage.council,
        name="Arbeitsgruppe Wärmepreise",
        task="Sammelt Fragen zur Fernwärme und bereitet die Anhörung vor.",
        by=stage.secretary,
    )
    for membership in members[:4]:
        councils.join_group(group, membership=membership, by=membership.person.user)
    civil = Organization.objects.create(
        kind=Organization.Kind.CIVIL, name="Bündnis Soziale Stadt Auenstadt", slug="buendnis-soziale-stadt"
    )
    councils.seat_civil_society(
        stage.council,
        organization=civil,
        person=None,
        basis_document="Satzung für den Bürgerrat, § 2",
        by=stage.secretary,
    )


def _sent(stage: Stage, membership: Membership) -> Delegate:
    organ = stage.companies["stadtwerke"].organs.get(kind=Organ.Kind.SUPERVISORY_OPTIONAL)
    document, date = "Gesellschaftsvertrag der Stadtwerke, § 9", datetime.date(2025, 3, 12)
    seat = councils.enter_board_seat(
        organ,
        sends="council",
        council=stage.council,
        kind="vote",
        basis_document=document,
        basis_date=date,
        by=stage.secretary,
    )
    civil = Organization.objects.get(slug="buendnis-soziale-stadt")
    councils.enter_board_seat(
        organ,
        sends="civil",
        organization=civil,
        kind="advisory",
        basis_document=document,
        basis_date=date,
        by=stage.secretary,
    )
    delegate = councils.send_delegate(
        seat,
        person=membership.person,
        begin_date=today(),
        election_reference="Bürgerrat, Wahl in der 1. Sitzung",
        by=stage.secretary,
    )
    return councils.declare_confidentiality(delegate, by=membership.person.user)


def _year(stage: Stage, delegate: Delegate) -> None:
    """A mandate before the next sitting, a report after each, but for the last."""
    seat = delegate.seat
    coming = seat.organ.sittings.filter(date__gte=today()).order_by("date").first()
    assert coming is not None  # noqa: S101  (the calendar is two years long)
    councils.give_mandate(
        seat,
        sitting=coming,
        title="Fernwärmepreise verständlich abrechnen",
        text="Nach einer Musterrechnung fragen und dafür stimmen, dass sie veröffentlicht wird.",
        reference="Beschluss des Bürgerrats aus der 1. Sitzung",
        by=stage.secretary,
    )
    file = councils.open_file(seat, sitting=coming, by=stage.boards["stadtwerke"])
    councils.fill_file(
        file,
        agenda="TOP 1 Wirtschaftsplan\nTOP 2 Preise der Fernwärme\nTOP 3 Verschiedenes",
        outside="Dass über Wirtschaftsplan und Preise beraten wurde; keine Zahlen aus dem Entwurf.",
        by=stage.boards["stadtwerke"],
    )
    _reports(delegate)


def _reports(delegate: Delegate) -> None:
    """A week after each sitting its report, but for the last one."""
    assert Calendar.start is not None  # noqa: S101  (the story has begun)
    end = local_date(Calendar.start)
    over = delegate.seat.organ.sittings.filter(date__gte=delegate.begin_date, date__lt=end).order_by("date")
    for sitting, text in zip(list(over)[:-1], REPORTS, strict=False):
        at((end - sitting.date).days - 7)
        councils.settle_reports()
        report = BoardReport.objects.get(seat=delegate.seat, sitting=sitting)
        councils.give_report(report, text=text, by=delegate.person.user)
    at(1)
    councils.settle_reports()
