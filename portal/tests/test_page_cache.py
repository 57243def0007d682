"""Public pages come from memory while nothing is written, and are never stale."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import City
from accounts.tests.factories import CityFactory, UserFactory
from audit.version import version
from councils.tests.factories import CouncilFactory
from portal.page_cache import anonymous_pages, shelf
from proposals.models import Proposal
from proposals.tests.factories import proposals_of

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = 20
"""A server that other databases share counts their writes too; between two of them a page is served from memory."""
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(autouse=True)
def city():
    shelf.pages.clear()
    CityFactory()
    return proposals_of(CouncilFactory(), 3)


def statements(client, path, **headers):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(path, **headers)
    return len(asked), response


def test_a_page_is_served_from_memory_until_something_is_written(city):
    client = Client()
    first = client.get("/vorschlaege/").content
    asked = [statements(client, "/vorschlaege/") for _ in range(TRIES)]
    number, response = min(asked, key=lambda one: one[0])
    assert number == 1  # only whether anything has changed
    assert TOKEN.sub(b"", response.content) == TOKEN.sub(b"", first)
    Proposal.objects.filter(pk=city[0].pk).update(title="Ein anderer Titel")
    number, response = statements(client, "/vorschlaege/")
    assert number > 1
    assert "Ein anderer Titel" in response.content.decode()


def test_a_write_by_any_way_is_a_new_version(city):
    before = version()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE proposals_proposal SET comment_count = comment_count")
    assert version() != before


def test_reading_is_no_new_version(city):
    def read():
        before = version()
        Client().get("/")
        return before == version()

    assert any(read() for _ in range(TRIES))


def test_forms_on_a_page_from_memory_work_and_carry_the_readers_own_token(city):
    anna, bela = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    for client in (anna, bela, anna):
        page = client.get("/impressum/")
        token = TOKEN.search(page.content).group(1).decode()
        data = {"csrfmiddlewaretoken": token, "theme": "dark", "next": "/impressum/"}
        assert client.post("/darstellung/", data).status_code == 302
    assert anna.cookies["csrftoken"].value != bela.cookies["csrftoken"].value
    assert 'data-kern-theme="dark"' in anna.get("/impressum/").content.decode()
    assert 'data-kern-theme="dark"' not in Client().get("/impressum/").content.decode()


def test_language_and_address_are_different_pages(city):
    german = Client().get("/impressum/").content.decode()
    english = Client(headers={"Accept-Language": "en"}).get("/impressum/").content.decode()
    assert '<html lang="de"' in german
    assert '<html lang="en"' in english
    assert "?paper=1" in german
    assert Client(headers={"Host": "evil.example"}).get("/impressum/").status_code == 400


def test_who_has_just_this_page_is_told_so(city):
    client = Client()
    etag = client.get("/impressum/")["ETag"]
    assert client.get("/impressum/", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/impressum/", headers={"If-None-Match": 'W/"other"'}).status_code == 200
    stranger = Client().get("/impressum/", headers={"If-None-Match": etag})
    assert stranger.status_code == 200  # another token belongs into their page
    City.objects.update(name="Anderswo")
    assert client.get("/impressum/", headers={"If-None-Match": etag}).status_code in (200, 304)


def test_who_is_signed_in_is_never_served_from_memory(city):
    Client().get("/")
    kept = len(shelf.pages)
    client = Client()
    client.force_login(UserFactory())
    response = client.get("/")
    assert "ETag" not in response
    assert b"abmelden" in response.content.lower()
    assert len(shelf.pages) == kept


def test_what_says_something_private_is_not_kept(city):
    for path in ("/konto/login/", "/gibt-es-nicht/", "/city.css", "/aufgaben/"):
        Client().get(path)
    assert not shelf.pages


def test_a_page_that_begins_a_session_is_not_kept(rf):
    def begins(request):
        request.session["step"] = 1
        return HttpResponse("<p>Step 1</p>")

    request = rf.get("/")
    request.session = SessionStore()
    assert anonymous_pages(begins)(request).status_code == 200
    assert not shelf.pages


def test_a_page_can_be_rendered_anew_each_time(city, settings):
    settings.PAGE_CACHE = False
    Client().get("/impressum/")
    assert not shelf.pages
