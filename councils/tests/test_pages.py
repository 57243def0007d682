"""The public pages of councils and companies, what they show of people, and what they cost."""

import datetime

import pytest
from django.urls import reverse

from accounts.tests.factories import MunicipalityFactory, ResidentFactory, UserFactory
from audit.clock import today
from councils.models import Membership
from councils.tests.budgets import cost_of
from councils.tests.factories import (
    CompanyFactory,
    CouncilFactory,
    StatuteVersionFactory,
    full_council,
    seated,
)

pytestmark = pytest.mark.django_db


def text_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_council_shows_its_seats_and_names_only_by_consent(client):
    council = CouncilFactory(about="Rät der Stadt.")
    seated(council, 1, ResidentFactory(given_name="Offen", family_name="Genannt", name_is_public=True))
    seated(council, 2, ResidentFactory(given_name="Still", family_name="Verborgen"))
    seated(council, 3, ResidentFactory(), state=Membership.State.SUSPENDED)
    page = text_of(client, council.get_absolute_url())
    assert "Offen Genannt" in page and "Verborgen" not in page
    assert "3 von 5 Plätzen sind besetzt" in page and "ruht" in page


def test_a_consent_taken_back_takes_the_name_off(client):
    council, person = CouncilFactory(), ResidentFactory(family_name="Genannt", name_is_public=True)
    seated(council, 1, person)
    assert "Genannt" in text_of(client, council.get_absolute_url())
    person.name_is_public = False
    person.save()
    assert "Genannt" not in text_of(client, council.get_absolute_url())


def test_a_member_finds_the_own_chair(client):
    council, user = CouncilFactory(), UserFactory()
    seated(council, 4, user.person)
    client.force_login(user)
    assert "Ihr Platz" in text_of(client, council.get_absolute_url())


def test_a_past_holder_is_not_shown(client):
    council = CouncilFactory()
    membership = seated(council, 1, ResidentFactory(family_name="Frueher", name_is_public=True))
    membership.state, membership.end_date, membership.end_reason = "ended", today(), "resigned"
    membership.save()
    page = text_of(client, council.get_absolute_url())
    assert "Frueher" not in page and "0 von 5" in page


def test_a_statute_reads_in_words_and_tells_what_changed(client):
    council = CouncilFactory()
    second = StatuteVersionFactory(
        council=council, number=2, settings={"support_needed": 80}, in_force_on=datetime.date(2026, 1, 1)
    )
    page = text_of(client, second.get_absolute_url())
    assert "§ 2 Abstimmungen" in page and "vorher: 50" in page
    assert "mehr als 1/2 der abgegebenen Stimmen (Ja und Nein)" in page
    first = council.statutes.get(number=1)
    assert second.get_absolute_url() in text_of(client, first.get_absolute_url())


def test_companies_are_narrowed_by_sector_and_legal_form(client):
    CompanyFactory(organization__name="Netze", sector="energy")
    CompanyFactory(organization__name="Busse", sector="mobility", legal_form="ag")
    url = reverse("councils:company_list")
    assert {"Netze", "Busse"} <= {c.organization.name for c in client.get(url).context["companies"]}
    assert [c.organization.name for c in client.get(url + "?bereich=mobility").context["companies"]] == ["Busse"]
    assert [c.organization.name for c in client.get(url + "?rechtsform=gmbh").context["companies"]] == ["Netze"]
    assert "Kein Unternehmen passt zu Ihrer Auswahl" in text_of(client, url + "?bereich=care")
    assert client.get(url + "?bereich=nothing&seite=-3").status_code == 200


def test_a_company_of_three_municipalities_names_its_owners_largest_first(client):
    company = CompanyFactory(owner=MunicipalityFactory(name="Großstadt"))
    company.shares.update(basis_points=6_000)
    for name, points in (("Dorf", 1_000), ("Kleinstadt", 3_000)):
        company.shares.create(owner=MunicipalityFactory(name=name), basis_points=points)
    assert "Großstadt, Kleinstadt, Dorf" in text_of(client, reverse("councils:company_list"))


def test_long_lists_are_paged(client):
    for number in range(27):
        CompanyFactory(organization__name=f"Unternehmen {number:02}")
    url = reverse("councils:company_list")
    first, second = client.get(url), client.get(url + "?seite=2")
    assert (len(first.context["companies"]), len(second.context["companies"])) == (25, 2)
    assert "seite=2" in first.content.decode() and "seite=1" in second.content.decode()


def test_tombstones_are_not_found(client):
    council = CouncilFactory(deleted_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    assert client.get(council.get_absolute_url()).status_code == 404
    assert council not in client.get(reverse("councils:council_list")).context["councils"]


def test_empty_lists_explain(client):
    assert "Noch kein Bürgerrat" in text_of(client, reverse("councils:council_list"))
    assert "Noch kein Unternehmen" in text_of(client, reverse("councils:company_list"))


@pytest.mark.parametrize("seats", [10, 200])
def test_a_council_costs_the_same_with_many_seats(client, seats):
    council = full_council(seat_count=seats)
    cost = cost_of(client, council.get_absolute_url())
    assert (cost.sql <= 11, cost.instances <= 8) == (True, True), (cost.sql, cost.instances)


def test_lists_stay_within_their_budget(client):
    for _ in range(30):
        CompanyFactory()
    cost = cost_of(client, reverse("councils:company_list"))
    assert cost.sql <= 8 and cost.instances <= 6 * 25 and cost.size <= 10_000, cost
