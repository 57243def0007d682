"""Every route answers whom the table of `tests/routes.py` names, and nobody else."""

import logging

import pytest
from django.conf import settings
from django.contrib.messages import ERROR, get_messages
from django.urls import get_resolver, include, path, reverse

from portal.pages.middleware import EDITORS
from tests.routes import OUTSIDE_THE_DOOR, OWN, RECENT, ROWS, Row, cms_addresses, without_a_row
from tests.world import ROLES, World, session_of, standing_world, undone

pytestmark = pytest.mark.django_db
DOORS = ("account_login", "account_reauthenticate", "mfa_index", "mfa_authenticate", "mfa_reauthenticate")
REFUSALS = {"login", "403", "404", "told no", "401"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    logging.disable(logging.ERROR)  # a refusal is what is asked for here
    with django_db_blocker.unblock(), standing_world() as made:
        yield made
    logging.disable(logging.NOTSET)


def ask(world: World, role: str, row: Row, method: str = "") -> str:
    """What became of a request in one word: answered, login (or another proof of who it is), told no, or the status."""
    return heard(world.client(role), row.address(world), method or row.method, row.posted(world), is_tried=row.is_tried)


def heard(client, address: str, method: str = "GET", data: dict | None = None, *, is_tried: bool = False) -> str:
    """The same for any address."""
    with undone():
        response = client.get(address) if method == "GET" else client.post(address, data or {})
        told = [message for message in get_messages(response.wsgi_request) if message.level >= ERROR]
        if response.streaming:
            response.getvalue()  # to its end, so that the file is closed
    if response.status_code in (301, 302):
        where, own = response.url.split("?")[0], address.split("?")[0]
        if where != own and where in [reverse(name) for name in DOORS]:
            return "login"
        return "told no" if told else "answered"
    if response.status_code not in (200, 422):
        return str(response.status_code)
    is_refused = method == "POST" and (response.status_code == 422 or told or has_errors(response))
    return "told no" if is_refused and not is_tried else "answered"


def has_errors(response) -> bool:
    """Whether the page shows a form with what was wrong in it."""
    form = (response.context or {}).get("form")
    return bool(form is not None and form.is_bound and form.errors)


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_a_route_answers_whom_its_row_names_and_nobody_else(world, row):
    words = {role: ask(world, role, row) for role in ROLES}
    assert {role: word for role, word in words.items() if (word == "answered") != (role in row.may)} == {}
    assert {word for role, word in words.items() if role not in row.may} <= REFUSALS


def test_every_route_has_a_row():
    assert without_a_row(get_resolver().url_patterns) == []


def test_a_route_without_a_row_is_found():
    planted = path("geheim/", ask, name="planted")
    assert without_a_row([*get_resolver().url_patterns, planted]) == ["planted"]
    assert without_a_row([*get_resolver().url_patterns, path("rat/", include([planted]))]) == ["planted"]


def first_rows(method: str) -> list[Row]:
    """For each of our own routes that has rows of `method` alone, the first one that answers somebody."""
    found = {row.name: row for row in reversed(ROWS) if row.method == method and row.may}
    other = {row.name for row in ROWS if row.method != method}
    return [row for name, row in found.items() if name not in other and name.split(":")[0] in OWN]


@pytest.mark.parametrize("row", first_rows("POST"), ids=lambda row: row.label)
def test_what_changes_something_is_no_link(world, row):
    assert ask(world, min(row.may), row, "GET") == "405"


@pytest.mark.parametrize("row", first_rows("GET"), ids=lambda row: row.label)
def test_what_only_shows_something_takes_nothing(world, row):
    assert ask(world, min(row.may), row, "POST") == "405"


@pytest.mark.parametrize("row", [row for row in ROWS if row.may and row.name in RECENT], ids=lambda row: row.label)
def test_what_weighs_asks_for_the_password_again(world, row):
    for role in row.may:
        client = world.client(role)
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(world.users[role], is_fresh=False)
        assert heard(client, row.address(world), row.method, row.posted(world)) == "login", role


# --- The editors' office ----------------------------------------------------------------------------------------


FAILS_ON_PURPOSE = {"wagtailadmin_error_test"}
"""Wagtail's page that raises an error, to see whether somebody is told."""


def test_the_editors_office_opens_to_nobody_else(world):
    words = {role: heard(world.client(role), "/cms/") for role in ROLES}
    assert words.pop("anonymous") == "login"
    assert words.pop("editor") == "answered"
    assert set(words.values()) == {"403"}


@pytest.mark.parametrize("role", ["anonymous", "resident", "secretariat"])
def test_no_page_of_the_editors_office_lies_outside_its_door(world, role):
    client = world.client(role)
    inside = {name: address for name, address in cms_addresses().items() if name not in OUTSIDE_THE_DOOR}
    assert len(inside) > 150
    words = {name: heard(client, address) for name, address in inside.items()}
    assert set(words.values()) == {"login" if role == "anonymous" else "403"}


def test_the_editors_office_opens_to_editors(world):
    addresses = cms_addresses()
    plain = [name for name, address in addresses.items() if "1" not in address and name not in FAILS_ON_PURPOSE]
    words = {name: heard(world.client("editor"), addresses[name]) for name in plain}
    assert {words[name] for name in plain if name.startswith(FOR_EDITORS)} == {"answered"}
    assert not {name for name, word in words.items() if word == "answered" and name.startswith(FOR_NOBODY)}


FOR_EDITORS = ("wagtailadmin_home", "wagtailadmin_explore_root", "wagtailimages:index", "wagtaildocs:index")
FOR_NOBODY = ("wagtailusers", "wagtailsites", "wagtailadmin_collections", "wagtailadmin_workflows:add")


def test_an_editor_whose_role_ended_opens_nothing_more(world):
    editor = world.users["editor"]
    with undone():
        client = world.client("editor")
        assert client.get("/cms/").status_code == 200
        assert editor.groups.filter(name=EDITORS).exists()
        editor.person.roles.all().delete()
        addresses = [address for name, address in cms_addresses().items() if name not in OUTSIDE_THE_DOOR]
        assert {client.get(address).status_code for address in addresses[::-1]} == {403}
        assert not editor.groups.exists()


def test_words_of_a_mail_to_a_login_stay_with_its_recipient(world):
    for role in ("secretariat", "clerk"):
        client = world.client(role)
        mail, letter = (client.get(reverse("portal:message_detail", args=[world[name].pk])).text for name in MAILS)
        assert "Guten Tag" in letter
        assert "Guten Tag" not in mail


MAILS = ("reset_mail", "letter")
