"""A council at the office: seats, renewal, groups, and the seats of organised civil society."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Message, Organization, Role
from accounts.tests.factories import OrganizationFactory, ResidentFactory, user_with_role
from audit.clock import today
from audit.services import Refused
from councils.models import Council, Membership, Term
from councils.services import appoint_civil, decline_nomination, nominate_civil, seat_civil_society
from councils.tests.budgets import cost_of
from councils.tests.factories import CouncilFactory, full_council, seated

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def civil():
    return OrganizationFactory(kind=Organization.Kind.CIVIL, name="Mieterverein")


def at(name, *args):
    return reverse(f"councils:{name}", args=args)


def test_the_office_finds_each_member_by_seat(client, office):
    council = CouncilFactory()
    held = seated(council, 2, ResidentFactory(given_name="Ada", family_name="Lang"))
    client.force_login(office)
    assert at("council_office", council.pk) in client.get(at("office_list")).text
    page = client.get(at("council_office", council.pk)).text
    assert "Ada Lang" in page and at("membership", held.pk) in page and "1 von 5 besetzt" in page


def test_a_renewal_shows_who_goes_before_it_begins_and_what_is_vacant_after(client, office):
    council = full_council(seat_count=7)
    client.force_login(office)
    page = client.get(at("renewal", council.pk))
    assert page.context["seats"] == [1, 4, 7] and "Die Erneuerung beginnen" in page.text
    client.post(at("renewal", council.pk))
    council.refresh_from_db()
    assert council.state == Council.State.RENEWING
    page = client.get(at("renewal", council.pk))
    assert page.context["seats"] == [1, 4, 7] and "Die Erneuerung beenden" in page.text
    client.post(at("renewal", council.pk))
    council.refresh_from_db()
    assert council.state == Council.State.IN_TERM
    assert Membership.objects.current().filter(seat__council=council).count() == 4


def test_a_renewal_before_its_day_is_shown_with_the_day_and_cannot_be_begun(client, office):
    council = full_council(seat_count=3)
    end = today() + datetime.timedelta(days=900)
    Term.objects.create(council=council, number=1, begin_date=today(), end_date=end)
    client.force_login(office)
    page = client.get(at("renewal", council.pk)).text
    assert "darf die Erneuerung am" in page and "Die Erneuerung beginnen" not in page
    client.post(at("renewal", council.pk))
    assert not council.renewals.exists()


def test_a_draw_officer_begins_a_renewal_and_does_not_end_it(client, office):
    council = full_council(seat_count=3)
    client.force_login(user_with_role(Role.Kind.DRAW_OFFICER))
    assert client.post(at("renewal", council.pk)).status_code == 302
    assert client.post(at("renewal", council.pk)).status_code == 403
    client.force_login(user_with_role(Role.Kind.CLERK))
    assert client.get(at("renewal", council.pk)).status_code == 403


def test_a_council_drawn_as_a_whole_renews_nothing(client, office):
    council = full_council(rules={"renewal_thirds": 0})
    client.force_login(office)
    assert "als Ganzes" in client.get(at("renewal", council.pk)).text


def test_a_working_group_is_set_up_and_ended(client, office):
    council = CouncilFactory()
    client.force_login(office)
    client.post(at("group_new", council.pk), {"name": "AG Netze", "task": "Bereitet vor."})
    group = council.groups.get()
    assert "AG Netze" in client.get(at("council_office", council.pk)).text
    assert "beenden?" in client.get(at("group_end", group.pk)).text
    client.post(at("group_end", group.pk))
    assert "AG Netze" not in client.get(at("council_office", council.pk)).text


def test_an_organisation_names_somebody_who_is_appointed_and_ends(client, office):
    council, person = CouncilFactory(), ResidentFactory(given_name="Uta", family_name="Bund")
    client.force_login(office)
    typed = {"name": "Mieterverein Auental", "number": str(person.uuid), "letter": "Brief vom 3. Mai"}
    client.post(at("civil_nominate", council.pk), typed)
    named = council.civil_nominations.get()
    assert "Uta Bund" in client.get(at("council_office", council.pk)).text
    assert not council.civil_seats.exists(), "named is not appointed"
    typed = {"basis_document": "Satzung § 2", "begin_date": today().isoformat()}
    client.post(at("civil_appoint", named.pk), typed)
    seat = council.civil_seats.get()
    assert seat.person == person and "Mieterverein Auental" in client.get(council.get_absolute_url()).text
    assert client.get(at("civil_appoint", named.pk)).status_code == 404, "it has been decided"
    client.post(at("civil_end", seat.pk))
    assert "Mieterverein Auental" not in client.get(council.get_absolute_url()).text


def test_whoever_is_appointed_follows_the_one_before(office, civil):
    council, begin = CouncilFactory(), today() - datetime.timedelta(days=30)
    before = seat_civil_society(
        council, organization=civil, person=None, basis_document="Satzung § 2", by=office, begin_date=begin
    )
    named = nominate_civil(council, organization=civil, person=ResidentFactory(), letter="Brief", by=office)
    seat = appoint_civil(named, basis_document="Satzung § 2", begin_date=today(), by=office)
    before.refresh_from_db()
    named.refresh_from_db()
    assert (before.end_date, named.seat) == (today(), seat)
    with pytest.raises(Refused):
        decline_nomination(named, reason="doch nicht", by=office)


def test_somebody_is_declined_with_a_reason_and_another_can_be_named(office, civil):
    council = CouncilFactory()
    named = nominate_civil(council, organization=civil, person=ResidentFactory(), letter="Brief", by=office)
    with pytest.raises(Refused):
        nominate_civil(council, organization=civil, person=ResidentFactory(), letter="zweiter Brief", by=office)
    with pytest.raises(Refused):
        decline_nomination(named, reason=" ", by=office)
    decline_nomination(named, reason="Kein Beschluss des Vorstands", by=office)
    told = Message.objects.filter(event="civil_seat_declined")
    assert {(mail.organization, mail.person) for mail in told} == {(named.organization, None), (None, named.person)}
    assert all("Kein Beschluss des Vorstands" in mail.text for mail in told)
    assert nominate_civil(council, organization=civil, person=ResidentFactory(), letter="Brief 2", by=office).pk


@pytest.mark.parametrize("fields", [{"letter": " "}, {"organization": None}, {"name": "Noch eine"}])
def test_a_nomination_names_one_organisation_and_a_letter(office, civil, fields):
    with pytest.raises(Refused):
        nominate_civil(
            CouncilFactory(),
            **{"organization": civil, "person": ResidentFactory(), "letter": "Brief", "by": office, **fields},
        )


def test_whom_the_lot_has_seated_does_not_sit_for_an_organisation_too(office, civil):
    council = CouncilFactory()
    held = seated(council, 1)
    with pytest.raises(Refused):
        nominate_civil(council, organization=civil, person=held.person, letter="Brief", by=office)


@pytest.mark.parametrize("kind", [Role.Kind.CLERK, Role.Kind.FACILITATOR, Role.Kind.MEMBER, Role.Kind.DRAW_OFFICER])
def test_nobody_but_the_secretariat_decides_on_civil_society(office, civil, kind):
    council, by = CouncilFactory(), user_with_role(kind)
    named = nominate_civil(council, organization=civil, person=ResidentFactory(), letter="Brief", by=office)
    for act in (
        lambda: nominate_civil(council, name="Neu", person=ResidentFactory(), letter="Brief", by=by),
        lambda: appoint_civil(named, basis_document="Satzung", begin_date=today(), by=by),
        lambda: decline_nomination(named, reason="nein", by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize("seats", [5, 60])
def test_the_page_costs_the_same_with_many_seats(client, office, seats):
    council = full_council(seat_count=seats)
    client.force_login(office)
    assert cost_of(client, at("council_office", council.pk)).sql <= 15
