"""The pages of the desk and the secretariat: who gets in, what is found, how much it costs."""

import datetime
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import IdentityConflict, Message, Person, PersonCorrection, Role, RoleRequest
from accounts.mydata import erase_person
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
DESK = {"clerk", "secretariat"}
SECRETARIAT = {"secretariat"}
READ_ROLES = {"secretariat", "auditor"}
PAGES = {
    "person_list": DESK,
    "person_new": DESK,
    "person_detail": DESK,
    "person_edit": DESK,
    "person_verify": DESK,
    "correction_new": DESK,
    "corrections": DESK,
    "correction_detail": DESK,
    "conflicts": DESK,
    "conflict_detail": DESK,
    "role_requests": READ_ROLES,
    "role_request_detail": READ_ROLES,
    "role_request_new": SECRETARIAT,
    "register_import": SECRETARIAT,
}
BUTTONS = {
    "person_letter": DESK,
    "correction_confirm": DESK,
    "correction_refuse": DESK,
    "role_request_confirm": SECRETARIAT,
    "role_request_refuse": SECRETARIAT,
}


@pytest.fixture(autouse=True)
def city():
    return CityFactory()


@pytest.fixture
def addresses():
    """One address for each route, with a row behind it."""
    person, other, officer = ResidentFactory(), PersonFactory(), PersonFactory()
    request = RoleRequest.objects.create(
        person=person,
        organization=OrganizationFactory(),
        kind="clerk",
        action="grant",
        date=today(),
        reason="Vertretung",
        requested_by=officer,
        created_at=clock(),
    )
    correction = PersonCorrection.objects.create(
        person=person,
        changes={"street": {"old": person.street, "new": "Allee 2"}},
        reason="Urkunde",
        entered_by=officer,
        created_at=clock(),
    )
    conflict = IdentityConflict.objects.create(claimed=person, existing=other, method="desk", created_at=clock())
    rows = {"role_request": request.pk, "correction": correction.pk, "conflict": conflict.pk}

    def address(name):
        prefix = name.rsplit("_", 1)[0]
        if name in ("person_list", "person_new", "corrections", "conflicts", "role_requests", "register_import"):
            return reverse(f"accounts:{name}")
        if name in ("correction_new", "role_request_new") or prefix == "person":
            return reverse(f"accounts:{name}", args=[person.uuid])
        return reverse(f"accounts:{name}", args=[rows[prefix]])

    return address


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_each_page_opens_for_its_offices_alone(client, addresses, kind):
    client.force_login(user_with_role(kind))
    for name, offices in PAGES.items():
        assert (name, client.get(addresses(name)).status_code) == (name, 200 if kind in offices else 403)
    for name, offices in BUTTONS.items():
        assert (name, client.get(addresses(name)).status_code) == (name, 405 if kind in offices else 403)
        if kind not in offices:
            assert (name, client.post(addresses(name)).status_code) == (name, 403)


@pytest.mark.parametrize("login", [None, "account", "resident"])
def test_strangers_see_none_of_them(client, addresses, login):
    if login:
        client.force_login(UserFactory(person=None) if login == "account" else UserFactory())
    for name in [*PAGES, *BUTTONS]:
        for answer in (client.get(addresses(name)), client.post(addresses(name))):
            assert (name, answer.status_code) == (name, 403 if login else 302)
            assert login or "/login/" in answer.url


def test_every_button_wants_a_token(addresses):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_with_role(Role.Kind.SECRETARIAT))
    for name in [*PAGES, *BUTTONS]:
        assert client.post(addresses(name)).status_code == 403


def test_an_unknown_or_erased_person_is_not_found(client):
    client.force_login(user_with_role(Role.Kind.CLERK))
    erased = PersonFactory()
    erase_person(erased)
    for uuid in ("00000000-0000-4000-8000-000000000000", erased.uuid):
        assert client.get(reverse("accounts:person_detail", args=[uuid])).status_code == 404


@pytest.fixture
def clerk(client):
    user = user_with_role(Role.Kind.CLERK, person__family_name="Zzz")
    client.force_login(user)
    return user


def found(answer):
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', answer.content.decode())


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("müller", ["Müller, Jürgen"]),
        ("Mueller", ["Müller, Jürgen"]),
        ("muller jur", ["Müller, Jürgen"]),
        ("JÜRGEN", ["Müller, Jürgen"]),
        ("berg", ["van der Berg, Ayşe"]),
        ("ayse", ["van der Berg, Ayşe"]),
        ("0241 / 99", ["van der Berg, Ayşe"]),
        ("+49 241 997", []),
        ("niemand", []),
        ("%", []),
    ],
)
def test_one_field_finds_names_and_phones(client, clerk, words, names):
    PersonFactory(given_name="Jürgen", family_name="Müller")
    PersonFactory(given_name="Ayşe", family_name="van der Berg", phone="(0241) 99-70 12")
    assert found(client.post(reverse("accounts:person_list"), {"q": words})) == names


def test_a_name_in_the_address_searches_for_nothing(client, clerk):
    PersonFactory(family_name="Müller")
    answer = client.get(reverse("accounts:person_list") + "?q=Niemand")
    assert len(found(answer)) == 2
    assert 'method="post" role="search" aria-label' in answer.content.decode()


def test_filters_by_confirmation_and_way(client, clerk):
    PersonFactory(family_name="Aaa", channel="phone")
    ResidentFactory(family_name="Bbb", verified_until=today() - datetime.timedelta(days=1))
    url = reverse("accounts:person_list")
    assert [name[:3] for name in found(client.post(url, {"verified": "no"}))] == ["Aaa"]
    assert [name[:3] for name in found(client.post(url, {"verified": "ended"}))] == ["Bbb"]
    assert [name[:3] for name in found(client.post(url, {"verified": "yes"}))] == ["Zzz"]
    assert [name[:3] for name in found(client.post(url, {"channel": "phone"}))] == ["Aaa"]
    assert len(found(client.post(url, {"verified": "x", "identity_hash": "1"}))) == 3


def test_walking_through_all_pages_meets_everyone_once(client, clerk):
    names = [f"Name{number % 7}" for number in range(60)]
    for name in names:
        PersonFactory(family_name=name)
    url, after, met = reverse("accounts:person_list"), "", []
    while True:
        answer = client.post(url, {"after": after})
        met += found(answer)
        more = re.search(r'name="after" value="([^"]+)"', answer.content.decode())
        if not more:
            break
        after = more[1]
    assert len(met) == 61 == Person.objects.count()
    assert [name.split(",")[0] for name in met] == sorted(names) + ["Zzz"]


@pytest.mark.parametrize("after", ["x", "00000000-0000-4000-8000-000000000000", "' OR 1=1 --"])
def test_a_made_up_key_starts_at_the_beginning(client, clerk, after):
    assert len(found(client.post(reverse("accounts:person_list"), {"after": after}))) == 1


@pytest.mark.parametrize("count", [3, 80])
def test_lists_cost_the_same_however_many_there_are(client, count, django_assert_max_num_queries):
    client.force_login(user_with_role(Role.Kind.SECRETARIAT))
    officer, organization = PersonFactory(), OrganizationFactory()
    for _number in range(count):
        person = ResidentFactory()
        RoleRequest.objects.create(
            person=person,
            organization=organization,
            kind="clerk",
            action="grant",
            date=today(),
            reason="x",
            requested_by=officer,
            created_at=clock(),
        )
        PersonCorrection.objects.create(person=person, changes={}, reason="x", entered_by=officer, created_at=clock())
        IdentityConflict.objects.create(claimed=person, existing=officer, method="desk", created_at=clock())
    for name in ("person_list", "role_requests", "corrections", "conflicts"):
        with django_assert_max_num_queries(9):
            answer = client.get(reverse(f"accounts:{name}"))
        assert len(found(answer)) + answer.content.decode().count('<th scope="row">') > 0
    with django_assert_max_num_queries(9):
        assert client.get(reverse("accounts:role_requests") + "?vor=999999999").status_code == 200


def test_the_card_of_a_person_costs_the_same_however_much_there_is(client, clerk, django_assert_max_num_queries):
    person = ResidentFactory()
    for number in range(30):
        Message.objects.create(
            event="x",
            person=person,
            channel="phone" if number % 2 else "email",
            subject=f"Betreff {number}",
            message_id=f"<{number}@x>",
            created_at=clock(),
            next_at=clock(),
        )
        Role.objects.create(person=person, organization=OrganizationFactory(), kind="expert", begin_date=today())
    with django_assert_max_num_queries(16):
        page = client.get(reverse("accounts:person_detail", args=[person.uuid])).content.decode()
    assert "Betreff 29" in page and f"?person={person.uuid}" in page


def test_hostile_names_are_text(client, addresses):
    client.force_login(user_with_role(Role.Kind.SECRETARIAT))
    evil = '"><script>alert(1)</script>'
    Person.objects.update(given_name=evil, family_name=evil, street=evil, phone=evil, needs=evil)
    RoleRequest.objects.update(reason=evil)
    PersonCorrection.objects.update(reason=evil, changes={"street": {"old": evil, "new": evil}})
    for name in PAGES:
        page = client.get(addresses(name)).content.decode()
        assert "<script>alert" not in page


def test_a_clerk_notes_changes_and_verifies_a_person(client, clerk):
    answer = client.post(
        reverse("accounts:person_new"),
        {
            "given_name": "Erika",
            "family_name": "Muster",
            "street": "Gasse 1",
            "postal_code": "12345",
            "town": "Musterstadt",
            "channel": "letter",
            "language": "de",
        },
    )
    person = Person.objects.get(family_name="Muster")
    card = reverse("accounts:person_detail", args=[person.uuid])
    assert answer.url == card
    client.post(
        reverse("accounts:person_verify", args=[person.uuid]), {"document": "id_card", "birth_date": "31.12.1970"}
    )
    person.refresh_from_db()
    assert person.is_verified
    edit = reverse("accounts:person_edit", args=[person.uuid])
    assert reverse("accounts:correction_new", args=[person.uuid]) in client.get(edit).content.decode()
    client.post(edit, {"channel": "phone", "phone": "0123 456", "language": "de"})
    person.refresh_from_db()
    assert (person.channel, person.street) == ("phone", "Gasse 1")
    client.post(reverse("accounts:person_letter", args=[person.uuid]))
    assert Message.objects.filter(person=person, event="code_letter").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("postal_code", "1234"), ("phone", "anrufen!"), ("given_name", ""), ("channel", "taube"), ("channel", "email")],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client, clerk, field, value):
    typed = {"given_name": "Erika", "family_name": "Muster", "channel": "letter", "language": "de", "town": "Ort"}
    page = client.post(reverse("accounts:person_new"), typed | {field: value}).content.decode()
    assert "aria-invalid" in page and 'value="Muster"' in page and 'value="Ort"' in page
    assert not Person.objects.filter(family_name="Muster").exists()


def test_a_correction_travels_from_one_clerk_to_the_other(client, clerk):
    person = ResidentFactory(street="Gasse 1")
    typed = {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "street": "Allee 2",
        "postal_code": person.postal_code,
        "town": person.town,
        "reason": "Meldebestätigung",
    }
    url = client.post(reverse("accounts:correction_new", args=[person.uuid]), typed).url
    page = client.get(url).content.decode()
    assert "Gasse 1" in page and "Allee 2" in page and "/bestaetigen/" not in page
    assert "Gasse 1" in client.get(reverse("accounts:person_detail", args=[person.uuid])).content.decode()
    client.force_login(user_with_role(Role.Kind.CLERK))
    assert "/bestaetigen/" in client.get(url).content.decode()


def test_a_conflict_is_decided_on_its_page(client, clerk):
    claimed, existing = UserFactory(person=PersonFactory()).person, ResidentFactory()
    conflict = IdentityConflict.objects.create(claimed=claimed, existing=existing, method="desk", created_at=clock())
    url = reverse("accounts:conflict_detail", args=[conflict.pk])
    assert client.post(url, {}).status_code == 200
    assert client.post(url, {"decision": "existing"}).status_code == 302
    conflict.refresh_from_db()
    assert conflict.state == "same" and existing.user.email


def test_with_two_logins_the_page_asks_which_one_stays(client, clerk):
    claimed, existing = UserFactory(person=PersonFactory()).person, UserFactory().person
    conflict = IdentityConflict.objects.create(claimed=claimed, existing=existing, method="desk", created_at=clock())
    url = reverse("accounts:conflict_detail", args=[conflict.pk])
    page = client.post(url, {"decision": "claimed"}).content.decode()
    assert "aria-describedby" in page and IdentityConflict.objects.get().state == "open"
    client.post(url, {"decision": "claimed", "login": str(existing.user.pk)})
    assert Person.objects.get(pk=claimed.pk).user.pk == existing.user.pk


def test_who_is_one_of_the_two_sees_no_form(client, clerk):
    conflict = IdentityConflict.objects.create(
        claimed=clerk.person, existing=PersonFactory(), method="desk", created_at=clock()
    )
    url = reverse("accounts:conflict_detail", args=[conflict.pk])
    assert 'name="decision"' not in client.get(url).content.decode()
    client.post(url, {"decision": "different"})
    assert IdentityConflict.objects.get().state == "open"


def test_an_extract_is_read_in_on_its_page(client):
    MunicipalityFactory(ags="99000001")
    client.force_login(user_with_role(Role.Kind.SECRETARIAT))
    head = "given_name;family_name;birth_date;street;postal_code;district_ags"
    rows = ["Erika;Muster;1970-12-31;Gasse 1;12345;99000001", "Otto;Ohne;;Gasse 1;12345;99000001"]
    typed = {"delete_on": (today() + datetime.timedelta(days=30)).isoformat()}
    url = reverse("accounts:register_import")
    file = SimpleUploadedFile("auszug.csv", "\n".join([head, *rows]).encode())
    page = client.post(url, typed | {"file": file}).content.decode()
    assert "Zeile 3" in page and "Muster" not in page.replace("Musterstadt", "")
    for bad in (b"kein Auszug", b""):
        page = client.post(url, typed | {"file": SimpleUploadedFile("auszug.csv", bad)}).content.decode()
        assert "aria-invalid" in page
    file = SimpleUploadedFile("auszug.csv", "\n".join([head, *rows]).encode())
    assert "aria-invalid" in client.post(url, {"delete_on": "2020-01-01", "file": file}).content.decode()


PASSWORD = "ein langes Passwort 1"


def test_the_second_person_confirms_a_role_only_freshly_signed_in(client):
    first, second = user_with_role(Role.Kind.SECRETARIAT), user_with_role(Role.Kind.SECRETARIAT)
    person, organization = PersonFactory(), OrganizationFactory()
    client.force_login(first)
    typed = {"action": "grant", "kind": "clerk", "organization": organization.pk, "reason": "Vertretung"}
    url = client.post(
        reverse("accounts:role_request_new", args=[person.uuid]), typed | {"date": today().isoformat()}
    ).url
    request = RoleRequest.objects.get()
    confirm = reverse("accounts:role_request_confirm", args=[request.pk])
    assert confirm not in client.get(url).content.decode()
    client.force_login(second)
    assert confirm in client.get(url).content.decode()
    answer = client.post(confirm)
    assert reverse("account_reauthenticate") in answer.url
    assert RoleRequest.objects.get().state == "open"
    client.post(answer.url, {"password": "falsch"})
    assert RoleRequest.objects.get().state == "open"
    client.post(answer.url, {"password": PASSWORD})
    assert RoleRequest.objects.get().state == "confirmed"
    assert Role.objects.filter(person=person, kind="clerk").exists()


def test_nothing_is_kept_by_browsers_in_between(client, clerk, addresses):
    for name, offices in PAGES.items():
        if "clerk" in offices:
            assert "no-store" in client.get(addresses(name))["Cache-Control"]
