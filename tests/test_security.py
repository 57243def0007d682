"""Tokens, headers, markup, redirects, filters, addresses and second factors: what holds on every route."""

import html
import importlib
import json
import logging
import os
import pkgutil
import re
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import urlencode

import django_filters
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import views as auth_views
from django.db import connection, models, transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from accounts.models import HARMFUL_ROLES
from accounts.tests.factories import user_with_role
from lottery.pool import pool_open
from portal.pages.models import RICH_TEXT, ArticlePage
from tests.routes import OUTSIDE_THE_DOOR, OWN, ROWS, Row, addresses_of_routes, cms_addresses, walk
from tests.world import PASSWORD, session_of, standing_world, undone

pytestmark = pytest.mark.django_db
GETS = [row for row in ROWS if row.method == "GET" and row.may]
POSTS = [row for row in ROWS if row.method == "POST" and row.may]
READERS = ("anonymous", "secretariat", "clerk", "member", "draw_officer", "board_secretary")
"""Those who between them see everything a page can show."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), standing_world() as made:
        yield made
    logging.disable(logging.NOTSET)


def answer(client: Client, method: str, address: str, data: dict | None = None, **headers: str) -> Any:
    """The answer, read to its end, and nothing of it kept."""
    with undone():
        response = client.get(address, **headers) if method == "GET" else client.post(address, data or {}, **headers)
        response.body = response.getvalue() if response.streaming else response.content
    return response


def readers_of(row: Row) -> list[str]:
    """Whom to ask a page as: those of `READERS` whom it answers, or anybody whom it does."""
    return [role for role in READERS if role in row.may] or [min(row.may)]


def once(rows: list[Row]) -> list[Row]:
    """One row of each route."""
    return list({row.name: row for row in reversed(rows)}.values())


# --- Tokens -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("row", once(GETS + POSTS), ids=lambda row: row.name)
def test_nothing_is_taken_without_a_token(world, row):
    client = world.client(min(row.may), enforce_csrf_checks=True)
    response = answer(client, "POST", row.address(world), row.posted(world))
    assert response.status_code == 403
    assert response.context["is_csrf"]


def test_no_view_is_exempt_from_tokens():
    exempt = {name for name, _path, view in walk(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)}
    assert {name for name in exempt if not name.startswith(WAGTAIL_API)} == set()


WAGTAIL_API = "wagtailadmin_api:"
"""Its views check the token themselves, after they know that a session is used."""


def test_the_editors_office_takes_nothing_without_a_token_either(world):
    client = world.client("editor", enforce_csrf_checks=True)
    addresses = {name: address for name, address in cms_addresses().items() if name not in OUTSIDE_THE_DOOR}
    words = {name: answer(client, "POST", address).status_code for name, address in addresses.items()}
    assert {name: word for name, word in words.items() if word not in (403, 405)} == {}


# --- Headers ----------------------------------------------------------------------------------------------------


def policy_of(response: Any) -> dict[str, str]:
    """The directives of the content security policy."""
    parts = [part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


POLLED = {"meetings:live", "meetings:speakers_live"}
"""What a hall polls is the same for everybody and answered before it is looked who asks (portal/polled.py)."""


def assert_guarded(response: Any, allowed: str = "'self'") -> None:
    """The headers every answer outside the editors' office carries."""
    policy = policy_of(response)
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    if response["Content-Type"].startswith("text/html"):
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == allowed
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("row", once(GETS), ids=lambda row: row.name)
def test_every_answer_carries_the_headers_that_guard_it(world, row):
    for role in ("anonymous", min(row.may)):
        response = answer(world.client(role), "GET", row.address(world))
        assert_guarded(response, allowed="'none'" if row.name in POLLED else "'self'")
        for cookie in response.cookies.values():
            assert cookie["httponly"], cookie.key
            assert cookie["samesite"] == "Lax", cookie.key


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/gibt/es/nicht/"), ("GET", "/personen/"), ("POST", "/suche/")]
)
def test_errors_carry_the_same_headers(world, method, address):
    response = answer(world.client("resident"), method, address)
    assert response.status_code in (403, 404, 405)
    assert_guarded(response)


def test_what_is_personal_is_kept_by_no_browser(world):
    for name in ("accounts:me", "accounts:person_list", "portal:my_data_export", "lottery:reply"):
        assert "no-store" in answer(world.client("secretariat"), "GET", reverse(name))["Cache-Control"], name


def test_the_editors_office_alone_may_run_inline_scripts(world):
    response = answer(world.client("editor"), "GET", "/cms/")
    assert response.status_code == 200
    assert "'unsafe-inline'" in policy_of(response)["script-src"]
    assert policy_of(response)["frame-ancestors"] == "'self'"


def test_a_city_served_over_https_keeps_its_cookies_there():
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_HSTS_SECONDS"]
    names += ["SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SECURE_PROXY_SSL_HEADER", "DEBUG"]
    code = f"import json; from portal import settings as s; print(json.dumps([getattr(s, n) for n in {names}]))"
    environment = {
        **{
            "SECRET_KEY": "x",
            "PERSON_KEY": "y",
            "DATABASE_URL": "postgres://x@//tmp/x",
            "ALLOWED_HOSTS": "rat.example",
        },
        **{"PUBLIC_URL": "https://rat.example", "EMAIL_URL": "smtp://localhost", "EMAIL_FROM": "rat@rat.example"},
        **{"BROKER_URL": "redis://localhost", "PATH": os.environ["PATH"]},
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=settings.ROOT, capture_output=True, check=True, text=True
    )
    found = json.loads(done.stdout)
    assert found == [True, True, True, 31_536_000, True, True, ["HTTP_X_FORWARDED_PROTO", "https"], False]


# --- Markup -----------------------------------------------------------------------------------------------------

LONG = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{1337*7}}"
SHORT = ("<script>x</script>", '"><b>x', "<b>")
RAW = ("<script>alert", "<script>x", "<img src=x", "<b>x", '"><b>', "9359")
"""What must stand on no page as it was typed; 9359 is what a template would make of it."""
LINK = "javascript:alert(1)"
LIVE_LINK = re.compile(r"""(?:href|src|action|formaction)\s*=\s*["']?\s*(?:javascript|data|vbscript):""", re.I)
KEPT = {
    *("slug", "language", "ags", "code_hash", "message_id", "media_type", "owner", "sha256", "file_sha256", "hash"),
    *("rule_hash", "basis_hash", "roll_hash", "identity_hash", "content_hash", "pool_hash", "sample_hash"),
    *("household_hash", "subject", "basis", "colour", "dark_colour", "password", "value", "pseudonym", "commitment"),
    *("method", "consent_version", "binding_document_hash", "event", "about", "chain", "actor", "previous"),
}
"""Columns that no person writes: keys, hashes, labels of objects."""


def hostile(field: models.Field) -> str:
    """Markup as long as the column takes it."""
    if isinstance(field, models.URLField):
        return LINK
    most = field.max_length or 10_000
    return next((words for words in (LONG, *SHORT) if len(words) <= most), "<")


def text_fields(model: type[models.Model]) -> dict[str, models.Field]:
    """The columns of a model into which somebody types words."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, (models.CharField, models.TextField))]
    return {
        field.name: field
        for field in fields
        if not (field.choices or field.unique or field.name in KEPT or isinstance(field, models.EmailField))
    }


def poison(value: Any) -> Any:
    """A JSON value with markup wherever it holds words with a blank in them."""
    if isinstance(value, dict):
        return {key: poison(one) for key, one in value.items()}
    if isinstance(value, list):
        return [poison(one) for one in value]
    return LONG if isinstance(value, str) and " " in value else value


def spoil(model: type[models.Model]) -> None:
    """Write markup into every row of a model; rows with a rule of their own against it keep their words."""
    for name, field in text_fields(model).items():
        unique = {one for rule in model._meta.constraints for one in getattr(rule, "fields", ())}
        if name not in unique:
            rows = model.objects.exclude(**{name: ""})
            rows = rows.exclude(erased_at__isnull=False) if model.__name__ == "Person" else rows
            rows.update(**{name: hostile(field)})
    for field in model._meta.concrete_fields:
        if isinstance(field, models.JSONField):
            for row in model.objects.exclude(**{f"{field.name}__isnull": True}).only("pk", field.name):
                model.objects.filter(pk=row.pk).update(**{field.name: poison(getattr(row, field.name))})


def assert_harmless(text: str) -> None:
    """No markup of ours stands there as it was typed."""
    assert [raw for raw in RAW if raw in text] == []
    assert LIVE_LINK.search(text.replace("data:image/svg", "")) is None


def door_of(model: type[models.Model]) -> AbstractContextManager[None]:
    """What has to be open to write to a model's table: the pool, if it lies there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [f'public."{model._meta.db_table}"'])
        return pool_open() if cursor.fetchone()[0] else nullcontext()


@pytest.fixture(scope="class")
def hostile_world(world):
    """The same world, after somebody got markup into every column that holds words."""
    with transaction.atomic():
        for model in apps.get_models():
            if model._meta.app_config.name in OWN and model._meta.managed:
                with door_of(model), connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')  # nothing stops it
                    spoil(model)
        ArticlePage.objects.update(title=LONG, lead=LONG, search_description=LONG, seo_title=LONG)
        yield world
        transaction.set_rollback(True)


@pytest.mark.parametrize("text", [f"<p>{LONG}</p>", f'<a href="{LINK}">', *(f"<p>{words}</p>" for words in SHORT[:2])])
def test_markup_that_got_through_would_be_found(text):
    with pytest.raises(AssertionError):
        assert_harmless(text)


class TestHostileWorld:
    """Pages of a world into which markup was written past every form."""

    @pytest.mark.slow
    @pytest.mark.parametrize("row", GETS, ids=lambda row: row.label)
    def test_markup_from_the_database_is_text_on_every_page(self, hostile_world, row):
        for role in readers_of(row):
            response = answer(hostile_world.client(role), "GET", row.address(hostile_world))
            if response.get("Content-Type", "").startswith("text/html"):
                assert_harmless(response.body.decode())
            assert "\n" not in response.get("Content-Disposition", "") and '""' not in response.get(
                "Content-Disposition", ""
            )

    def test_markup_was_really_there(self, hostile_world):
        pages = {"proposals:detail": "deliberated", "decisions:detail": "decision", "accounts:person_detail": "person"}
        pages |= {"meetings:detail": "session", "lottery:cockpit": "invited_draw", "portal:company_detail": "company"}
        for name, at in pages.items():
            row = next(row for row in GETS if row.name == name)
            row = Row("GET", name, row.may, at)
            body = answer(hostile_world.client(readers_of(row)[-1]), "GET", row.address(hostile_world)).body.decode()
            assert html.escape(LONG) in body, name


@pytest.mark.parametrize("row", [row for row in GETS if "anonymous" in row.may], ids=lambda row: row.label)
def test_markup_from_an_address_is_text_on_every_page(world, row):
    names = ("q", "stand", "seite", "next", "ab", "nach", "vor", "jahr", "antwort", "person", "paper", "beitrag")
    query = {name: LONG for name in names if name != "person"}
    response = answer(world.client("anonymous"), "GET", f"{row.address(world)}?{urlencode(query)}")
    if response["Content-Type"].startswith("text/html"):
        assert_harmless(response.body.decode())


@pytest.mark.parametrize("row", [row for row in POSTS if row.data], ids=lambda row: row.label)
def test_markup_from_a_form_is_text_when_it_comes_back(world, row):
    sent = {name: LONG if isinstance(value, str) else value for name, value in row.posted(world).items()}
    response = answer(world.client(readers_of(row)[-1]), "POST", row.address(world), sent)
    assert_harmless(response.body.decode())


def test_rich_text_posted_past_the_editor_loses_what_could_run():
    block = {
        "key": "a",
        "text": "Los <script>alert(1)</script>",
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
    }
    block["entityRanges"] = [{"offset": 0, "length": 3, "key": 0}]
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": LINK}}
    sent = json.dumps({"blocks": [block], "entityMap": {"0": link}})
    kept = ContentstateConverter(features=RICH_TEXT).to_database_format(sent)
    assert "<script" not in kept
    assert "javascript:" not in kept


# --- Redirects and hosts ----------------------------------------------------------------------------------------

ELSEWHERE = (
    "//evil.example/",
    "https://evil.example/",
    "\\\\evil.example",
    "javascript:alert(1)",
    "https:evil.example",
)


@pytest.mark.slow
@pytest.mark.parametrize("there", ELSEWHERE)
@pytest.mark.parametrize(
    "row", once([row for row in GETS + POSTS if "next" in row.name or not row.at]), ids=lambda row: row.label
)
def test_nobody_is_led_elsewhere(world, row, there):
    for name in ("next", "path", "return", "url"):
        client, address = world.client(min(row.may)), row.address(world)
        sent = {**row.posted(world), name: there}
        response = answer(client, row.method, f"{address}?{name}={there}", sent, headers={"referer": there})
        assert "evil" not in re.sub(r"\?.*", "", response.get("Location", ""))
        assert "javascript" not in re.sub(r"\?.*", "", response.get("Location", ""))


@pytest.mark.parametrize("there", ELSEWHERE)
def test_a_login_leads_nowhere_else(world, there):
    sent = {"login": world.users["resident"].email, "password": PASSWORD, "next": there}
    response = answer(world.client("anonymous"), "POST", reverse("account_login"), sent)
    assert response.status_code == 302
    assert response.url == reverse("portal:tasks")


@pytest.mark.parametrize("path", ["/", "/konto/password/reset/", "/beschluesse/"])
def test_a_foreign_host_gets_no_page(world, path):
    for headers in ({"host": "evil.example"}, {"host": "localhost.evil.example"}, {"host": "localhost@evil.example"}):
        assert answer(world.client("anonymous"), "GET", path, headers=headers).status_code == 400
    response = answer(world.client("anonymous"), "GET", path, headers={"x-forwarded-host": "evil.example"})
    assert "evil.example" not in response.body.decode()


# --- Filters ----------------------------------------------------------------------------------------------------


def filter_sets() -> list[type[django_filters.FilterSet]]:
    """Every FilterSet of the portal."""
    for name in OWN:
        for module in pkgutil.iter_modules(importlib.import_module(name).__path__):
            if module.name.startswith("filters"):
                importlib.import_module(f"{name}.{module.name}")
    found = django_filters.FilterSet.__subclasses__()
    return [one for one in found if one.__module__.split(".")[0] in OWN]


def test_every_filter_names_its_fields():
    sets = filter_sets()
    assert len(sets) >= 6
    for one in sets:
        assert isinstance(one._meta.fields, list), one
        assert one._meta.exclude is None, one
        assert set(one.base_filters) == set(one.declared_filters), one
        assert not [name for name, each in one.base_filters.items() if isinstance(each, django_filters.OrderingFilter)]
        public = one.__module__.split(".")[0] in ("proposals", "meetings", "decisions", "councils")
        fields = {each.field_name for each in one.base_filters.values()}
        assert not public or not fields & set(getattr(one._meta.model, "personal", {})), one


HIDDEN = (
    *("author=1", "author__given_name=A", "author__email__startswith=a", "entered_by=1", "deleted_at__isnull=False"),
    *("stage=draft", "stand=draft", "ordering=author", "o=-author__family_name", "order_by=secret", "sort=pool_salt"),
    *("state=adopted", "is_public=False", "file__sha256__startswith=a", "visible=1", "council__seats__memberships=1"),
)
LISTS = {
    "proposals:list": "proposals",
    "decisions:list": "rows",
    "meetings:list": "meetings",
    "councils:company_list": "companies",
    "councils:council_list": "councils",
    "lottery:draw_list": "rows",
}


@pytest.mark.parametrize(("name", "key"), LISTS.items())
def test_a_field_that_no_filter_names_changes_nothing(world, name, key):
    def rows(query: str) -> str:
        response = answer(world.client("anonymous"), "GET", f"{reverse(name)}?{query}")
        return repr(list(response.context[key]))

    everything = rows("")
    assert len(everything) > 10
    assert [query for query in HIDDEN if rows(query) != everything] == []


# --- Addresses --------------------------------------------------------------------------------------------------

ADDRESS = re.compile(r"""(?:href|action|src)="([^"]*)\"""")
FORM = re.compile(r"<form[^>]*method=\"get\"[^>]*>(.*?)</form>", re.S | re.I)
FREE_TEXT = re.compile(r"<input[^>]*type=\"(?:text|search|email|tel)\"", re.I)


@pytest.mark.slow
@pytest.mark.parametrize("row", GETS, ids=lambda row: row.label)
def test_nothing_personal_stands_in_an_address(world, row):
    people = [user.person for user in world.users.values() if user.person]
    names = {word.lower() for one in people for word in (one.family_name, one.email)}
    names |= {user.email.lower() for user in world.users.values()}
    for role in readers_of(row):
        response = answer(world.client(role), "GET", row.address(world))
        addresses = " ".join(ADDRESS.findall(response.body.decode(errors="replace"))).lower()
        found = {name for name in names if re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", addresses)}
        assert {name for name in found if f"mailto:{name}" not in addresses} == set()


PEOPLE_PAGES = [
    row for row in GETS if "anonymous" not in row.may and not row.name.startswith(("account", "mfa", "user"))
]


@pytest.mark.parametrize("row", PEOPLE_PAGES, ids=lambda row: row.label)
def test_an_office_searches_for_people_without_putting_them_into_an_address(world, row):
    for role in readers_of(row):
        body = answer(world.client(role), "GET", row.address(world)).body.decode(errors="replace")
        inside = body.split("<main", 1)[-1].split("</main>")[0]
        assert [form for form in FORM.findall(inside) if FREE_TEXT.search(form)] == []


# --- Second factors ---------------------------------------------------------------------------------------------

FREE = ("/konto/", "/i18n/", "/city.css", "/darstellung/")
"""Where somebody sets up the second factor, signs out, and chooses language and theme."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(HARMFUL_ROLES))
def test_an_office_without_a_second_factor_opens_nothing(world, kind):
    with undone():
        user = user_with_role(kind, world["city_office"])
        user.authenticator_set.all().delete()
        client = world.client("anonymous")
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        asked = [row for row in once(GETS + POSTS) if not row.address(world).startswith(FREE)]
        words = {row.name: answer(client, row.method, row.address(world), row.posted(world)) for row in asked}
        assert {
            name for name, one in words.items() if one.status_code != 302 or one.url != reverse("mfa_index")
        } == POLLED
        assert answer(client, "GET", "/cms/").url == reverse("mfa_index")
        assert len(words) > 80


def test_there_is_one_login(world):
    officer = world.users["secretariat"]
    sent = {"username": officer.email, "login": officer.email, "password": PASSWORD}
    for name, address in addresses_of_routes().items():
        view = resolve(address).func
        assert not issubclass(getattr(view, "view_class", object), auth_views.LoginView), name
    for address in ("/cms/login/", "/seiten/_util/login/", reverse("account_login")):
        with undone():
            client = world.client("anonymous")
            client.post(address, sent)
            assert client.get(reverse("portal:tasks")).status_code == 302, address
            assert "_auth_user_id" not in client.session, address
