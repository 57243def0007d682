"""A paper's first page is complete, its reading time is computed, and closed papers reach only who has the right."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.services import Refused
from documents.models import File
from meetings.models import Paper
from meetings.services import add_paper, call_expert, withdraw_paper
from meetings.tests.factories import MeetingFactory, item_of

pytestmark = pytest.mark.django_db
FIRST = {"title": "Vorlage", "asked": "Entscheiden Sie.", "choices": "Ja, 2 Mio. €\nNein", "dissent": "Niemand."}
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def meeting():
    return MeetingFactory()


def test_the_first_page_says_what_is_asked_the_choices_and_who_disagrees(client, office, meeting):
    paper = add_paper(item_of(meeting), text="Wort " * 500, by=office, **FIRST)
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "Entscheiden Sie." in html and "<li>Ja, 2 Mio. €</li>" in html and "Niemand." in html
    assert "3 Minuten zu lesen" in html
    assert "3 Min." in client.get(meeting.get_absolute_url()).content.decode()


@pytest.mark.parametrize("missing", ["title", "asked", "choices", "dissent"])
def test_a_paper_without_a_whole_first_page_is_refused(office, meeting, missing):
    with pytest.raises(Refused, match="erste Seite"):
        add_paper(item_of(meeting), by=office, **{**FIRST, missing: " "})


@pytest.mark.parametrize(("words", "pages", "minutes"), [(0, 0, 1), (175, 0, 1), (176, 0, 2), (0, 18, 26)])
def test_reading_time_is_computed_from_words_and_pages(office, meeting, words, pages, minutes):
    first = {"title": "T", "asked": "a", "choices": "b c", "dissent": "d e"}  # five words
    paper = add_paper(item_of(meeting), text="x " * words, pages=pages, by=office, **first)
    assert paper.reading_minutes == minutes


def test_a_file_comes_with_it_private_unless_the_paper_is_public(client, office, meeting):
    client.force_login(office)
    item = item_of(meeting)
    url = reverse("meetings:paper_add", args=[item.pk])
    client.post(url, {**FIRST, "document": SimpleUploadedFile("vorlage.pdf", PDF), "pages": 3})
    client.post(url, {**FIRST, "document": SimpleUploadedFile("geheim.pdf", PDF), "is_closed": "on"})
    public, closed = Paper.objects.all()
    assert (public.file.is_public, closed.file.is_public) == (True, False)
    answer = client.get(reverse("meetings:paper_file", args=[closed.pk]))
    assert answer["Cache-Control"] == "private, no-store" and answer.getvalue() == PDF
    client.logout()
    assert client.get(reverse("meetings:paper_file", args=[public.pk])).getvalue() == PDF
    assert client.get(reverse("meetings:paper_file", args=[closed.pk])).status_code == 404
    assert client.post(url, {**FIRST, "document": SimpleUploadedFile("x.exe", b"MZ")}).status_code == 302
    client.force_login(office)
    assert client.post(url, {**FIRST, "document": SimpleUploadedFile("x.exe", b"MZ")}).status_code == 422
    assert File.objects.count() == 2


def test_on_a_closed_item_no_paper_is_public(office, meeting):
    assert not add_paper(item_of(meeting, is_public=False), is_public=True, by=office, **FIRST).is_public


def test_an_expert_reads_the_closed_papers_of_the_own_item_alone(client, office, meeting):
    heard, other = item_of(meeting, is_public=False), item_of(meeting, is_public=False)
    mine, others = (add_paper(item, by=office, **FIRST) for item in (heard, other))
    user = UserFactory()
    named = {"profession": "Netz", "chosen_by": "council", "list_name": "Kammer", "interests": "keine", "email": ""}
    expert = call_expert(heard, given_name="E", family_name="K", by=office, **named)
    client.force_login(user)
    assert client.get(mine.get_absolute_url()).status_code == 404
    expert.person = user.person
    expert.save(update_fields=["person"])
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(others.get_absolute_url()).status_code == 404


def test_a_paper_taken_back_is_gone_with_its_file(client, office, meeting):
    upload = SimpleUploadedFile("vorlage.pdf", PDF)
    paper = add_paper(item_of(meeting), upload=upload, by=office, **FIRST)
    withdraw_paper(paper, by=office)
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert client.get(reverse("meetings:paper_file", args=[paper.pk])).status_code == 404
    assert "Vorlage" not in client.get(meeting.get_absolute_url()).content.decode()
