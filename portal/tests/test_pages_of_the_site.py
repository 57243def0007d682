"""Start page, search, theme, colours, privacy, printed twin, languages, editorial pages."""

import pytest
from django.urls import reverse
from wagtail.models import Page, Site

from accounts.models import Role
from accounts.tests.factories import CityFactory, user_with_role
from councils.tests.factories import CouncilFactory
from portal.pages.middleware import editors_group
from portal.pages.models import ArticlePage, PictureBlock
from proposals.tests.factories import ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory()


def test_the_start_page_invites_even_before_anything_has_happened(client, city):
    page = client.get("/").text
    assert "Gerade liegt nichts auf dem Tisch" in page
    assert reverse("proposals:create") in page


def test_the_start_page_shows_what_is_on_the_table(client, city):
    ProposalFactory(title="Mehr Bänke am Fluss")
    ProposalFactory(title="Noch geheim", stage="draft")
    page = client.get("/").text
    assert "Mehr Bänke am Fluss" in page
    assert "Noch geheim" not in page


def test_search_finds_stems_and_near_misses_but_no_drafts(client, city):
    ProposalFactory(title="Trinkbrunnen an Haltestellen")
    ProposalFactory(title="Trinkbrunnen im Entwurf", stage="draft")
    for words in ("Trinkbrunnen", "Haltestelle", "trinkbrunen"):
        page = client.get(reverse("portal:search"), {"q": words}).text
        assert "Trinkbrunnen an Haltestellen" in page, words
        assert "Entwurf" not in page
    assert "Nichts gefunden" in client.get(reverse("portal:search"), {"q": "Zeppelin"}).text


@pytest.mark.parametrize("words", ["'", '"', "a & b | !", "(", "\\", "x" * 5000, "\x01", "%"])
def test_search_bears_any_words(client, city, words):
    assert client.get(reverse("portal:search"), {"q": words}).status_code == 200


def test_the_colour_is_the_citys_and_never_more_than_a_colour(client, city):
    assert f"--city-accent:{city.colour}" in client.get("/city.css").text
    city.colour = "#fff}*{"
    city.save()
    from django.core.cache import caches

    caches["process"].clear()
    assert client.get("/city.css").text == ""


def test_the_theme_is_remembered_and_leads_back_only_to_ourselves(client, city):
    answer = client.post(reverse("portal:theme"), {"theme": "dark", "next": "/mitmachen/"})
    assert (answer.url, answer.cookies["theme"].value) == ("/mitmachen/", "dark")
    assert 'data-kern-theme="dark"' in client.get("/").text
    assert client.post(reverse("portal:theme"), {"theme": "", "next": "https://evil.example"}).url == "/"
    assert "data-kern-theme" not in client.get("/").text


def test_every_purpose_stands_on_the_privacy_page(client, city):
    page = client.get(reverse("portal:privacy")).text
    assert "ein Mensch hat eine Stimme" in page
    assert "Art. 9 Abs. 2" in page


def test_every_page_has_a_printed_twin_with_the_same_words(client, city):
    screen, paper = (client.get(path).text for path in ("/mitmachen/", "/mitmachen/?paper=1"))
    assert "<nav" in screen
    assert "<nav" not in paper
    assert "Zu einer Sitzung kommen" in screen
    assert "Zu einer Sitzung kommen" in paper


@pytest.mark.parametrize(
    ("language", "words", "html"),
    [
        ("de", "Vier Wege mitzumachen", "de"),
        ("en", "Four ways to take part", "en"),
        ("de-ls", "4 Wege zum Mitmachen", "de"),
    ],
)
def test_the_start_page_speaks_three_languages(client, city, language, words, html):
    client.cookies["django_language"] = language
    page = client.get("/").text
    assert words in page
    assert f'<html lang="{html}"' in page


# --- Editorial pages --------------------------------------------------------------------------------------------


@pytest.fixture
def article(city):
    root = Page.get_first_root_node()
    page = ArticlePage(
        title="So wird gelost", slug="los", lead="Kurz erklärt.",
        body=[("text", "<p>Deutsch</p>"), ("waiting", None), ("proposals", None), ("meeting", None), ("decision", {"number": "1/2026"})],
        body_en=[("text", "<p>English</p>")], body_plain=[("text", "<p>Leicht</p>")],
    )  # fmt: skip
    root.add_child(instance=page)
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": page})
    return page


@pytest.mark.parametrize(("language", "words"), [("de", "Deutsch"), ("en", "English"), ("de-ls", "Leicht")])
def test_an_article_is_read_in_its_languages_and_shows_live_data(client, article, language, words):
    CouncilFactory()
    ProposalFactory(title="Lebendige Daten")
    client.cookies["django_language"] = language
    page = client.get("/seiten/").text
    assert words in page
    assert ("Lebendige Daten" in page) == (language == "de")


def test_a_picture_without_words_is_refused():
    block = PictureBlock()
    value = type("Picture", (), {"contextual_alt_text": " ", "decorative": True})()
    from wagtail.blocks.struct_block import StructBlockValidationError

    with pytest.raises(StructBlockValidationError):
        block.clean(value)


@pytest.mark.parametrize("kind", [Role.Kind.SECRETARIAT, Role.Kind.MEMBER, Role.Kind.DRAW_OFFICER])
def test_only_editors_enter_the_editorial_office(client, city, kind):
    client.force_login(user_with_role(kind))
    assert client.get("/cms/").status_code == 403


def test_an_editor_enters_until_the_role_ends(client, article):
    editor = user_with_role(Role.Kind.EDITOR)
    client.force_login(editor)
    assert client.get("/cms/").status_code == 200
    assert client.get(f"/cms/pages/{article.pk}/edit/").status_code == 200
    assert editor.groups.filter(pk=editors_group().pk).exists()
    editor.person.roles.all().delete()
    assert client.get("/cms/").status_code == 403
    assert not editor.groups.exists()


def test_the_cms_has_no_login_of_its_own(client, city):
    assert client.get("/cms/login/").url.startswith(reverse("account_login"))
    assert client.get("/cms/").status_code == 302
