"""A member's page: the own one, the same at the desk, and what each of them can do there."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import ResidentFactory, UserFactory, user_with_role
from audit.clock import today
from councils.models import Membership
from councils.services import declare_interest, found_group, suspend
from councils.tests.budgets import cost_of
from councils.tests.factories import CompanyFactory, CouncilFactory, StatuteVersionFactory, seated

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def member():
    return UserFactory()


@pytest.fixture
def held(member):
    council = CouncilFactory()
    council.companies.add(CompanyFactory(organization__name="Netze GmbH"))
    return seated(council, 4, member.person)


def at(name, *args):
    return reverse(f"councils:{name}", args=args)


def test_a_member_declares_an_interest_ends_it_and_declares_none(client, member, held):
    client.force_login(member)
    company = held.seat.council.companies.get()
    typed = {"kind": "work", "text": "Ich arbeite im Netzbetrieb.", "companies": [company.pk]}
    assert client.post(at("interest_declare", held.pk), typed).url == at("membership", held.pk)
    page = client.get(at("my_seat")).text
    assert "Ich arbeite im Netzbetrieb." in page and "Netze GmbH" in page
    assert at("interests_none", held.pk) not in page, "not beside a declared one"
    client.post(at("interest_end", held.interests.get().pk))
    client.post(at("interests_none", held.pk))
    page = client.get(at("my_seat")).text
    assert "Keine: Das wurde erklärt." in page and "Netzbetrieb" not in page


def test_an_interest_that_concerns_nothing_is_refused_on_the_page(client, member, held):
    client.force_login(member)
    response = client.post(at("interest_declare", held.pk), {"kind": "work", "text": "Ich arbeite."})
    assert response.status_code == 422 and "Unternehmen oder einen Bereich" in response.text


@pytest.mark.parametrize(("is_public", "count"), [(0, 0), (1, 1)])
def test_interests_are_public_where_the_rules_say_so(client, member, held, is_public, count):
    council = held.seat.council
    declare_interest(held, kind="share", text="Anteile am Windrad", sectors=["energy"], by=member)
    StatuteVersionFactory(council=council, number=2, settings={"public_interests": is_public}, in_force_on=today())
    assert client.get(council.get_absolute_url()).text.count("Anteile am Windrad") == count
    client.force_login(member)
    told = client.get(at("interest_declare", held.pk)).text
    assert ("öffentlich neben dem Platz" in told) == bool(count)


def test_a_member_joins_a_working_group_and_leaves_it(client, member, held, office):
    group = found_group(held.seat.council, name="AG Wärme", task="Fragen sammeln", by=office)
    client.force_login(member)
    client.post(at("group_join", held.pk, group.pk))
    place = group.places.get()
    assert "Verlassen: AG Wärme" in client.get(at("my_seat")).text
    client.post(at("group_leave", place.pk))
    place.refresh_from_db()
    assert place.end_date == today()
    elsewhere = found_group(CouncilFactory(), name="Fremd", task="x", by=office)
    assert client.post(at("group_join", held.pk, elsewhere.pk)).status_code == 404


def test_a_member_gives_the_seat_back_and_only_says_so_on_purpose(client, member, held):
    client.force_login(member)
    assert client.post(at("membership_resign", held.pk), {}).status_code == 422
    assert client.post(at("membership_resign", held.pk), {"sure": "on"}).status_code == 302
    held.refresh_from_db()
    assert (held.state, held.end_reason, held.end_date) == ("ended", "resigned", today())
    page = client.get(at("my_seat"))
    assert page.status_code == 200 and at("membership_resign", held.pk) not in page.text


def test_the_desk_enters_a_resignation_with_the_date_of_the_letter(client, held):
    clerk = user_with_role(Role.Kind.CLERK)
    client.force_login(clerk)
    day = today() - datetime.timedelta(days=3)
    client.post(at("membership_resign", held.pk), {"end_date": day.isoformat()})
    held.refresh_from_db()
    assert (held.end_date, held.end_reason) == (day, "resigned")
    late = seated(held.seat.council, 5)
    tomorrow = (today() + datetime.timedelta(days=1)).isoformat()
    assert client.post(at("membership_resign", late.pk), {"end_date": tomorrow}).status_code == 422


def test_the_secretariat_notes_oath_rest_its_end_and_moving_away(client, held, office):
    client.force_login(office)
    client.post(at("oath_take", held.pk))
    client.post(at("membership_suspend", held.pk), {"reason": "Elternzeit"})
    held.refresh_from_db()
    assert held.oath_on == today() and held.state == Membership.State.SUSPENDED
    assert "Elternzeit" in client.get(at("membership", held.pk)).text
    client.post(at("membership_resume", held.pk))
    client.post(at("membership_end", held.pk), {"reason": "moved_away", "end_date": today().isoformat()})
    held.refresh_from_db()
    assert held.end_reason == "moved_away"


@pytest.mark.parametrize("kind", [None, Role.Kind.CLERK, Role.Kind.FACILITATOR, Role.Kind.AUDITOR])
@pytest.mark.parametrize("act", ["oath_take", "membership_suspend", "membership_resume", "membership_end"])
def test_nobody_but_the_secretariat_takes_oaths_lets_rest_or_ends(client, member, held, kind, act):
    if act == "membership_resume":
        suspend(held, reason="Elternzeit", by=user_with_role(Role.Kind.SECRETARIAT))
    client.force_login(user_with_role(kind) if kind else member)
    day = today().isoformat()
    answer = client.post(at(act, held.pk), {"reason": "moved_away", "end_date": day})
    assert answer.status_code in (403, 404)
    before = held.state, held.oath_on
    held.refresh_from_db()
    assert (held.state, held.oath_on) == (before if act != "membership_resume" else ("suspended", None))


def test_another_member_sees_nothing_of_this_page(client, held):
    other = UserFactory()
    seated(held.seat.council, 2, other.person)
    client.force_login(other)
    for name in ("membership", "interest_declare", "membership_resign"):
        assert client.get(at(name, held.pk)).status_code == 404
    assert client.post(at("interests_none", held.pk)).status_code == 404


def test_a_name_is_shown_by_consent_and_hidden_at_once(client, member, held):
    council = held.seat.council
    member.person.family_name = "Sichtbar"
    member.person.save()
    client.force_login(member)
    assert "Ich bin einverstanden" in client.get(at("name_consent")).text
    client.post(at("name_consent"), {"name": "show"})
    assert member.person.name_consents.get().withdrawn_at is None
    assert "Sichtbar" in client.get(council.get_absolute_url()).text
    client.post(at("name_consent"), {"name": "hide"})
    assert "Sichtbar" not in client.get(council.get_absolute_url()).text


def test_the_desk_enters_a_signed_consent(client):
    person, clerk = ResidentFactory(), user_with_role(Role.Kind.CLERK)
    client.force_login(clerk)
    client.post(at("name_enter", person.uuid), {"name": "show"})
    assert person.name_consents.get().entered_by == clerk.person
    client.force_login(UserFactory())
    assert client.post(at("name_enter", person.uuid), {"name": "hide"}).status_code == 403


def test_whoever_never_sat_has_no_such_page(client):
    client.force_login(UserFactory())
    assert client.get(at("my_seat")).status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_the_same_with_many_groups_and_interests(client, member, held, office, count):
    for number in range(count):
        declare_interest(held, kind="work", text=f"Stelle {number}", sectors=["energy"], by=member)
        found_group(held.seat.council, name=f"AG {number}", task="x", by=office)
    client.force_login(member)
    assert cost_of(client, at("my_seat")).sql <= 17
