"""From signing up to being confirmed, and what one sees and changes of oneself."""

import datetime
import re

import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Message, Person, Role, User
from accounts.tests.factories import (
    CityFactory,
    MunicipalityFactory,
    OrganizationFactory,
    PersonFactory,
    ResidentFactory,
    UserFactory,
    user_with_role,
)
from audit.clock import clock, today

pytestmark = pytest.mark.django_db
PASSWORD = "ein langes Passwort 1"
ADDRESS = {"street": "Gasse 1", "postal_code": "12345", "town": "Musterstadt"}


@pytest.fixture(autouse=True)
def city():
    return CityFactory()


def test_from_signing_up_to_a_confirmed_resident(client):
    email = "neu@beispiel.example"
    client.post(reverse("account_signup"), {"email": email, "password1": PASSWORD, "password2": PASSWORD})
    link = re.search(r"https?://\S+(/konto/\S+)", Message.objects.get(email=email).text)[1]
    client.post(link)
    answer = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert answer.url == reverse("accounts:me")
    page = client.get(answer.url).content.decode()
    assert 'name="given_name"' in page and 'aria-current="step"' in page
    answer = client.post(answer.url, {"given_name": "Erika", "family_name": "Muster", **ADDRESS})
    assert answer.url == reverse("accounts:verify")
    assert reverse("accounts:verify_letter") in client.get(answer.url).content.decode()
    answer = client.post(reverse("accounts:letter_request"))
    code = Message.objects.get(event="code_letter").letter["code"]["value"]
    answer = client.post(answer.url, {"code": code, "birth_date": "31.12.1970"})
    assert answer.url == reverse("accounts:me")
    person = User.objects.get(email=email).person
    assert person.is_verified and str(person) == "Erika Muster"
    assert "Erika" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("name", ["me", "me_edit", "verify", "verify_letter", "verify_register"])
def test_my_pages_are_for_those_who_are_signed_in(client, name):
    url = reverse(f"accounts:{name}")
    assert "/login/" in client.get(url).url
    client.force_login(UserFactory())
    assert client.get(url).status_code == 200
    assert "no-store" in client.get(url)["Cache-Control"]


@pytest.mark.parametrize("name", ["letter_request", "verify_provider"])
def test_my_buttons_are_not_links(client, name):
    client.force_login(UserFactory())
    assert client.get(reverse(f"accounts:{name}")).status_code == 405


@pytest.mark.parametrize("name", ["me_edit", "verify", "verify_register"])
def test_a_login_without_a_person_is_asked_who_it_is_first(client, name):
    client.force_login(UserFactory(person=None))
    assert client.get(reverse(f"accounts:{name}")).url == reverse("accounts:me")
    for button in ("letter_request", "verify_provider"):
        answer = client.post(reverse(f"accounts:{button}"))
        assert answer.url.startswith((reverse("accounts:me"), reverse("account_reauthenticate")))
    assert client.get(reverse("accounts:verify_letter")).status_code == 200


def test_somebody_noted_at_the_desk_enters_the_code_instead_of_their_name(client):
    person = PersonFactory()
    services.request_code(person, by=user_with_role(Role.Kind.CLERK))
    code = Message.objects.get(event="code_letter").letter["code"]["value"]
    user = UserFactory(person=None)
    client.force_login(user)
    client.post(reverse("accounts:verify_letter"), {"code": code, "birth_date": "1970-12-31"})
    assert User.objects.get(pk=user.pk).person == person


def test_a_wrong_code_is_said_and_nothing_typed_is_lost(client):
    user = UserFactory(person=PersonFactory())
    services.request_code(user.person, by=user)
    client.force_login(user)
    page = client.post(
        reverse("accounts:verify_letter"), {"code": "ABCD-EFGH", "birth_date": "31.12.1970"}
    ).content.decode()
    assert 'role="alert"' in page and 'value="ABCD-EFGH"' in page and 'value="31.12.1970"' in page


@pytest.mark.parametrize("born", ["31.13.1970", "01.01.1870", "01.01.2999", "gestern", ""])
def test_what_is_no_date_of_birth_is_said_beside_the_field(client, born):
    user = UserFactory(person=PersonFactory())
    services.request_code(user.person, by=user)
    client.force_login(user)
    page = client.post(reverse("accounts:verify_letter"), {"code": "A", "birth_date": born}).content.decode()
    assert "id_birth_date_error" in page
    assert user.person.letter_codes.get().wrong_tries == 0


def test_a_code_that_ended_is_no_longer_announced(client):
    user = UserFactory(person=PersonFactory())
    services.request_code(user.person, by=user)
    client.force_login(user)
    url = reverse("accounts:verify")
    assert "Code eingeben" in client.get(url).content.decode()
    user.person.letter_codes.update(wrong_tries=5)
    assert "Code eingeben" not in client.get(url).content.decode()


def test_the_register_page_says_when_nobody_is_found(client):
    client.force_login(UserFactory(person=PersonFactory()))
    page = client.post(reverse("accounts:verify_register"), {"birth_date": "31.12.1970"}).content.decode()
    assert 'role="alert"' in page


def test_a_way_that_is_switched_off_has_no_page(client, settings):
    settings.VERIFICATION_METHODS = ["letter"]
    client.force_login(UserFactory(person=PersonFactory()))
    assert client.get(reverse("accounts:verify_register")).url == reverse("accounts:verify")


def test_every_field_stands_with_its_purpose(client):
    user = UserFactory(person=ResidentFactory(needs="Gebärdensprache", helper_name="Hilda Helferlein"))
    Role.objects.create(person=user.person, organization=OrganizationFactory(), kind="member", begin_date=today())
    services.update_person(user.person, by=user, street="Allee 2")
    client.force_login(user)
    page = client.get(reverse("accounts:me")).content.decode()
    for value in ("Allee 2", "Gebärdensprache", "Hilda Helferlein", user.person.email, str(user.person.uuid)):
        assert value in page
    assert "DSGVO" in page and "Bürgerrat" in page
    assert reverse("portal:my_data_export") in page and reverse("portal:my_data_erase") in page


def test_changing_my_data(client):
    user = UserFactory(person=PersonFactory())
    district = MunicipalityFactory()
    client.force_login(user)
    url = reverse("accounts:me_edit")
    typed = {"given_name": "Erika", "family_name": "Muster", **ADDRESS, "district": district.pk}
    typed |= {"channel": "email", "email": user.email, "language": "en", "name_is_public": "on"}
    assert client.post(url, typed).url == reverse("accounts:me")
    person = Person.objects.get(pk=user.person.pk)
    assert (str(person), person.email, person.district, person.language) == ("Erika Muster", user.email, district, "en")
    assert not person.name_is_public, "that is a consent of its own, with its words (councils:name_consent)"
    assert reverse("councils:name_consent") in client.get(reverse("accounts:me")).text


def test_mail_goes_only_to_an_address_that_was_confirmed(client):
    user = UserFactory(person=PersonFactory())
    client.force_login(user)
    typed = {"given_name": "E", "family_name": "M", **ADDRESS, "channel": "email", "language": "de"}
    page = client.post(reverse("accounts:me_edit"), typed | {"email": "fremd@beispiel.example"}).content.decode()
    assert "id_email_error" in page
    assert Person.objects.get(pk=user.person.pk).email != "fremd@beispiel.example"


def test_a_confirmed_resident_is_not_asked_for_the_name_again(client):
    user = UserFactory()
    client.force_login(user)
    page = client.get(reverse("accounts:me_edit")).content.decode()
    assert 'name="given_name"' not in page and 'name="street"' in page
    client.post(reverse("accounts:me_edit"), {**ADDRESS, "given_name": "Anders", "channel": "letter", "language": "de"})
    person = Person.objects.get(pk=user.person.pk)
    assert person.given_name != "Anders" and person.verified_until == today() + datetime.timedelta(days=28)


@pytest.mark.parametrize("count", [1, 40])
def test_my_page_costs_the_same_however_much_there_is(client, count, django_assert_max_num_queries):
    user = UserFactory()
    for number in range(count):
        Message.objects.create(
            event="x",
            person=user.person,
            channel="email",
            subject=f"Betreff {number}",
            message_id=f"<{number}@x>",
            created_at=clock(),
            next_at=clock(),
        )
        Role.objects.create(person=user.person, organization=OrganizationFactory(), kind="expert", begin_date=today())
    client.force_login(user)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("accounts:me")).status_code == 200


def test_messages_to_others_are_not_mine(client):
    other, user = PersonFactory(), UserFactory()
    Message.objects.create(
        event="x",
        person=other,
        channel="email",
        subject="Nur fuer andere",
        message_id="<1@x>",
        created_at=clock(),
        next_at=clock(),
    )
    client.force_login(user)
    assert "Nur fuer andere" not in client.get(reverse("accounts:me")).content.decode()
