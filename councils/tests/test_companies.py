"""Companies: owners with chains, organs with what may bind them by law, calendars, figures."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import Role
from accounts.tests.factories import MunicipalityFactory, user_with_role
from audit.clock import today
from audit.services import Refused
from councils.algorithms.binding import ORGANS_OF, allowed_bases, organ_exists
from councils.models import BindingBasis, BoardReport, Company, Organ, Share, Sitting, percent
from councils.services import (
    Owner,
    add_organ,
    add_sitting,
    change_binding,
    change_company,
    enter_company,
    note_figure,
    remove_sitting,
    set_owners,
)
from councils.tests.factories import CompanyFactory, OrganFactory, board_seat_for, full_council, sent, sitting_on

pytestmark = pytest.mark.django_db
RESOLUTION = {"binding_document": "Ratsbeschluss vom 12. März, TOP 7", "binding_date": datetime.date(2025, 3, 12)}


@pytest.fixture
def by():
    return user_with_role(Role.Kind.SECRETARIAT)


def organ(company, by, **fields):
    return add_organ(
        company,
        **{"kind": "supervisory", "name": "Aufsichtsrat", "binding": "advisory", "by": by, **RESOLUTION, **fields},
    )


SELF = {"advisory", "duty_to_treat", "comply_or_explain"}
TABLE = [
    ("gmbh", "shareholders", SELF | {"instruction", "shareholder_resolution"}, {"articles"}),
    ("gmbh", "management", SELF | {"shareholder_resolution"}, {"articles"}),
    ("gmbh", "supervisory_optional", SELF, {"instruction", "articles"}),
    ("gmbh", "supervisory", SELF, set()),
    ("ggmbh", "shareholders", SELF | {"instruction", "shareholder_resolution"}, {"articles"}),
    ("gmbh_co_kg", "management", SELF | {"shareholder_resolution"}, {"articles"}),
    ("ag", "shareholders", SELF | {"instruction", "shareholder_resolution"}, {"articles"}),
    ("ag", "supervisory", SELF, set()),
    ("ag", "management", SELF, set()),
    ("eg", "management", SELF, {"instruction", "articles"}),
    ("aor", "administrative", SELF, {"instruction", "articles"}),
    ("eigenbetrieb", "committee", SELF | {"instruction"}, {"articles"}),
    ("eigenbetrieb", "management", SELF | {"instruction"}, {"articles"}),
    ("zweckverband", "shareholders", SELF | {"shareholder_resolution"}, {"instruction", "articles"}),
    ("foundation", "administrative", SELF, {"instruction", "articles"}),
]


@pytest.mark.parametrize(("form", "kind", "plain", "with_articles"), TABLE)
def test_the_law_of_a_legal_form_says_what_may_bind_its_organ(form, kind, plain, with_articles):
    assert allowed_bases(form, kind, has_reference=False) == plain
    assert allowed_bases(form, kind, has_reference=True) == plain | with_articles


def test_every_legal_form_knows_its_organs_and_every_basis_is_a_word_of_the_field():
    assert set(ORGANS_OF) == set(Company.LegalForm.values)
    assert set().union(*ORGANS_OF.values()) == set(Organ.Kind.values)
    assert not organ_exists("eigenbetrieb", "shareholders") and not organ_exists("ag", "supervisory_optional")
    bases = {b for form in ORGANS_OF for k in ORGANS_OF[form] for b in allowed_bases(form, k, has_reference=True)}
    assert bases == set(BindingBasis.values)


def test_an_organ_is_entered_only_as_its_law_allows_and_the_refusal_says_why(by):
    company = CompanyFactory(legal_form="ag")
    with pytest.raises(Refused, match="allein entscheiden"):
        organ(company, by, binding="instruction")
    with pytest.raises(Refused, match="kein"):
        organ(company, by, kind="committee")
    entered = organ(company, by, binding="comply_or_explain")
    assert entered.organization.parent == company.organization
    with pytest.raises(Refused):
        organ(company, by)
    with pytest.raises(Refused):
        organ(CompanyFactory(), by, binding_document=" ")
    with pytest.raises(Refused):
        organ(CompanyFactory(), by, binding_date=today() + datetime.timedelta(days=1))


def test_what_the_articles_allow_needs_their_paragraph(by):
    company = CompanyFactory(legal_form="gmbh")
    with pytest.raises(Refused, match="Paragraph"):
        organ(company, by, kind="supervisory_optional", binding="instruction")
    entered = organ(
        company, by, kind="supervisory_optional", binding="instruction", articles_reference="Gesellschaftsvertrag § 9"
    )
    assert change_binding(entered, binding="advisory", by=by, **RESOLUTION).articles_reference == ""
    with pytest.raises(Refused):
        change_binding(entered, binding="articles", by=by, **RESOLUTION)


def test_a_company_cannot_take_a_form_that_its_organs_do_not_fit(by):
    company = CompanyFactory(legal_form="gmbh")
    organ(company, by, kind="shareholders", binding="shareholder_resolution")
    fields = {"name": "Neu", "sector": "energy", "purpose": "Strom", "by": by}
    with pytest.raises(Refused):
        change_company(company, legal_form="aor", **fields)
    assert change_company(company, legal_form="ag", **fields).organization.name == "Neu"


def test_a_holding_owns_daughters_and_nobody_owns_themselves(by):
    city, holding, daughter, grandchild = MunicipalityFactory(), CompanyFactory(), CompanyFactory(), CompanyFactory()
    set_owners(daughter, owners=[Owner(7_510, company=holding), Owner(2_490, name="Regionalbank eG")], by=by)
    set_owners(grandchild, owners=[Owner(10_000, company=daughter)], by=by)
    set_owners(holding, owners=[Owner(10_000, municipality=city)], by=by)
    assert [share.owner_label for share in daughter.shares.all()] == [str(holding), "Regionalbank eG"]
    for owner in (holding, daughter, grandchild):
        with pytest.raises(Refused, match="selbst"):
            set_owners(holding, owners=[Owner(100, company=owner)], by=by)
    assert holding.shares.get().owner == city, "a refusal changes nothing"


@pytest.mark.parametrize("parts", [[(6_000, "a"), (4_001, "b")], [(0, "a")], [(100, "a"), (100, "a")], [(100, " ")]])
def test_owners_that_do_not_add_up_are_refused(by, parts):
    with pytest.raises(Refused):
        set_owners(CompanyFactory(), owners=[Owner(points, name=name) for points, name in parts], by=by)


def test_the_database_knows_one_owner_for_a_share():
    company = CompanyFactory()
    for fields in ({}, {"owner": MunicipalityFactory(), "owner_name": "x"}, {"owner_company": company}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Share.objects.create(company=company, basis_points=1, **fields)


def test_a_company_is_entered_with_its_organization(by):
    first, second = (
        enter_company(name="Netze Süd GmbH", legal_form="gmbh", sector="energy", purpose="Netze", by=by) for _ in "ab"
    )
    assert first.organization.kind == "company" and first.organization.slug != second.organization.slug
    with pytest.raises(Refused):
        enter_company(name=" ", legal_form="gmbh", sector="energy", purpose="Netze", by=by)


def test_a_calendar_has_each_day_once_and_keeps_what_is_over(by):
    board = OrganFactory()
    date = today() + datetime.timedelta(days=30)
    sitting = add_sitting(board, date=date, agenda_closes_on=date, by=by)
    for closes in (date, date + datetime.timedelta(days=1)):
        with pytest.raises(Refused):
            add_sitting(board, date=date, agenda_closes_on=closes, by=by)
    remove_sitting(sitting, by=by)
    assert not Sitting.objects.exists()
    with pytest.raises(Refused):
        remove_sitting(sitting_on(board, -1), by=by)


def test_a_sitting_with_a_report_stays(by):
    board, council = OrganFactory(), full_council()
    sitting = sitting_on(board, 10)
    seat = board_seat_for(council, board)
    delegate = sent(seat, council.seats.first().memberships.get().person)
    BoardReport.objects.create(seat=seat, sitting=sitting, delegate=delegate, due_on=today())
    with pytest.raises(Refused):
        remove_sitting(sitting, by=by)


def test_a_figure_of_a_year_is_corrected_not_doubled(by):
    company = CompanyFactory()
    fields = {"name": "Umsatz", "unit": "euro", "source": "Jahresabschluss 2024", "by": by}
    note_figure(company, year=2024, value=Decimal("1000"), **fields)
    note_figure(company, year=2024, value=Decimal("1200.50"), **fields)
    assert company.figures.get().value == Decimal("1200.50")
    for wrong in ({"unit": "people", "year": 2023}, {"source": " ", "year": 2023}, {"year": 1900}, {"year": 2199}):
        with pytest.raises(Refused):
            note_figure(company, **{"value": Decimal(1), "year": 2023, **fields, **wrong})


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind != Role.Kind.SECRETARIAT])
def test_nobody_but_the_secretariat_enters_master_data(kind):
    user, company = user_with_role(kind), CompanyFactory()
    with pytest.raises(PermissionDenied):
        set_owners(company, owners=[], by=user)
    with pytest.raises(PermissionDenied):
        organ(company, user)
    with pytest.raises(PermissionDenied):
        note_figure(company, name="x", year=2024, value=Decimal(1), unit="euro", source="y", by=user)


@pytest.mark.parametrize(
    ("points", "german", "english"), [(10_000, "100", "100"), (2_550, "25,5", "25.5"), (1, "0,01", "0.01")]
)
def test_a_share_is_read_in_the_readers_language(points, german, english):
    with translation.override("de"):
        assert percent(points) == f"{german}\u202f%"
    with translation.override("en"):
        assert percent(points) == f"{english}\u202f%"
