"""The board area: only what is sent to the own organs, an answer on one screen, nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import today
from decisions.models import Addressee, Answer, Statement
from decisions.tests.factories import (
    PDF,
    AgendaItemFactory,
    answered,
    delivered,
    give_answer,
    secretariat,
    secretary_of,
    step_of,
)
from documents.models import File

pytestmark = pytest.mark.django_db


def url(name: str, addressee) -> str:
    return reverse(f"decisions:{name}", args=[addressee.pk])


def typed(**fields):
    return {
        "answer": "refused",
        "reasons": "Es fehlt das Geld.",
        "resolution_number": "14/2026",
        "resolution_date": today().isoformat(),
        **fields,
    }


@pytest.fixture
def addressee():
    return delivered()


@pytest.fixture
def board(client, addressee):
    client.force_login(secretary_of(addressee.organ))
    return client


def test_the_inbox_shows_the_own_organs_by_date_and_nothing_else(board, addressee):
    foreign = delivered()
    late = Addressee.objects.create(
        decision=foreign.decision,
        organ=addressee.organ,
        state=Addressee.State.DELIVERED,
        delivered_at=addressee.delivered_at,
        due_on=today(),
    )
    page = board.get(reverse("decisions:inbox"))
    assert [row["addressee"].pk for row in page.context["waiting"]] == [late.pk, addressee.pk]
    assert foreign.get_absolute_url() not in page.content.decode()


def test_what_was_answered_moves_below(board, addressee):
    give_answer(addressee)
    context = board.get(reverse("decisions:inbox")).context
    assert not context["waiting"]
    assert [row["addressee"].pk for row in context["answered"]] == [addressee.pk]


def test_one_click_confirms_receipt(board, addressee):
    page = board.post(url("acknowledge", addressee), follow=True).content.decode()
    addressee.refresh_from_db()
    assert addressee.state == Addressee.State.ACKNOWLEDGED
    assert "Der Empfang ist bestätigt." in page
    assert board.get(url("acknowledge", addressee)).status_code == 405


def test_an_answer_is_published_with_its_document(board, addressee):
    data = typed(document=SimpleUploadedFile("beschluss.pdf", PDF, "application/pdf"))
    assert board.post(url("answer", addressee), data).status_code == 302
    statement = Statement.objects.get()
    assert (statement.answer, statement.source) == (Answer.REFUSED, Statement.Source.PORTAL)
    assert statement.file.delete_on is None


@pytest.mark.parametrize(
    ("fault", "field", "words"),
    [
        ({"reasons": ""}, "reasons", "Bitte nennen Sie die Gründe."),
        ({"answer": ""}, "answer", ""),
        ({"answer": "deferred"}, "deferred_until", "Bitte nennen Sie den Tag"),
        ({"answer": "deferred", "deferred_until": "2020-01-01"}, "deferred_until", "Bitte wählen Sie einen Tag"),
        ({"resolution_number": ""}, "resolution_number", ""),
        ({"resolution_date": "2020-01-01"}, "resolution_date", "zwischen dem Beschluss und heute"),
        ({"resolution_date": "gestern"}, "resolution_date", ""),
    ],
)
def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(board, addressee, fault, field, words):
    upload = SimpleUploadedFile("beschluss.pdf", PDF, "application/pdf")
    response = board.post(url("answer", addressee), typed(document=upload, novelty="planned", **fault))
    form = response.context["form"]
    page = response.content.decode()
    assert response.status_code == 422
    assert field in form.errors
    assert words in page
    assert not Statement.objects.exists()
    assert "„beschluss.pdf“ ist hochgeladen." in page
    assert fault.get("resolution_number", "14/2026") in page
    again = typed(kept=form["kept"].value())
    assert board.post(url("answer", addressee), again).status_code == 302
    assert Statement.objects.get().file.name == "beschluss.pdf"


def test_a_foreign_token_brings_no_file(board, addressee):
    other = delivered()
    stranger = secretary_of(other.organ)
    board.force_login(stranger)
    upload = SimpleUploadedFile("geheim.pdf", PDF, "application/pdf")
    form = board.post(url("answer", other), typed(document=upload, reasons="")).context["form"]
    board.force_login(secretary_of(addressee.organ))
    board.post(url("answer", addressee), typed(kept=form["kept"].value()))
    assert Statement.objects.get().file is None
    assert File.objects.get(name="geheim.pdf").delete_on is not None


def test_what_is_no_document_is_refused_with_a_word(board, addressee):
    upload = SimpleUploadedFile("beschluss.pdf", b"MZ\x90\x00 not a pdf", "application/pdf")
    form = board.post(url("answer", addressee), typed(document=upload)).context["form"]
    assert form.errors["document"]
    assert not Statement.objects.exists()


def test_steps_are_announced_and_reported_with_a_proof(board, addressee):
    give_answer(addressee, answer=Answer.ACCEPTED)
    data = {"title": "Fahrplan ändern", "due_on": today().isoformat()}
    assert board.post(url("step_add", addressee), data).status_code == 302
    step = addressee.steps.get()
    done = reverse("decisions:step_done", args=[step.pk])
    assert board.post(done, {"done_on": today().isoformat()}).context["form"].errors["document"]
    proof = SimpleUploadedFile("foto.pdf", PDF, "application/pdf")
    assert board.post(done, {"done_on": today().isoformat(), "document": proof}).status_code == 302
    addressee.refresh_from_db()
    assert addressee.state == Addressee.State.REPORTED_DONE


PAGES = ["addressee", "answer", "enter_answer", "step_add"]


@pytest.mark.parametrize("name", PAGES)
def test_an_organ_of_another_company_is_not_found(name, client, addressee):
    client.force_login(user_with_role(Role.Kind.BOARD_SECRETARY))
    assert client.get(url(name, addressee)).status_code in (403, 404)
    assert client.post(url("acknowledge", addressee)).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("kind", [k for k in Role.Kind.values if k not in ("board_secretary", "secretariat")])
def test_no_other_role_enters_the_board_area(kind, client, addressee):
    step = step_of(answered(Answer.ACCEPTED))
    client.force_login(user_with_role(kind))
    assert client.get(reverse("decisions:inbox")).status_code == 403
    assert client.get(reverse("decisions:office")).status_code == 403
    assert {client.get(url(name, addressee)).status_code for name in PAGES} <= {403, 404}
    assert client.get(reverse("decisions:step_done", args=[step.pk])).status_code == 404
    assert client.post(url("acknowledge", addressee)).status_code == 404


def test_without_a_login_there_is_only_the_way_to_sign_in(client, addressee):
    for name in PAGES:
        assert client.get(url(name, addressee)).status_code == 302
    client.force_login(UserFactory(person=None))
    assert client.get(url("addressee", addressee)).status_code == 404


def test_the_secretariat_enters_what_came_by_letter(client, addressee):
    client.force_login(secretariat())
    assert client.get(url("answer", addressee)).status_code == 403
    assert client.post(url("acknowledge", addressee), {"how": ""}).status_code == 422
    client.post(url("acknowledge", addressee), {"how": "Rückschein vom 3. Mai"})
    addressee.refresh_from_db()
    assert addressee.acknowledged_how == "Rückschein vom 3. Mai"
    data = typed(source="letter")
    assert client.post(url("enter_answer", addressee), data).context["form"].errors["document"]
    letter = SimpleUploadedFile("brief.pdf", PDF, "application/pdf")
    assert client.post(url("enter_answer", addressee), {**data, "document": letter}).status_code == 302
    assert Statement.objects.get().source == Statement.Source.LETTER


def test_the_secretariat_sends_what_the_council_adopted(client):
    item = AgendaItemFactory()
    organ = delivered(item=AgendaItemFactory(proposal__council=item.meeting.council)).organ
    client.force_login(secretariat())
    office = client.get(reverse("decisions:office"))
    assert reverse("decisions:adopt", args=[item.pk]) in office.content.decode()
    address = reverse("decisions:adopt", args=[item.pk])
    form = client.get(address).context["form"]
    assert form.initial["text"] == "Die Linie 7 fährt freitags und samstags bis 2 Uhr."
    data = {**form.initial, "organs": [organ.pk]}
    faulty = client.post(address, {**data, "binding": "instruction"})
    assert faulty.context["form"].errors["resolution_date"]
    half = client.post(address, {**data, "resolution_date": "2026-04-02"})
    assert half.context["form"].errors["resolution_item"]
    assert client.post(address, data).status_code == 302
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("kind", [k for k in Role.Kind.values if k != "secretariat"])
def test_nobody_else_sends_a_decision(kind, client):
    item = AgendaItemFactory()
    client.force_login(user_with_role(kind))
    assert client.get(reverse("decisions:adopt", args=[item.pk])).status_code == 403


def test_inbox_and_work_page_cost_a_fixed_number_of_queries(board, addressee, django_assert_max_num_queries):
    board.get(reverse("decisions:inbox"))
    with django_assert_max_num_queries(12):
        board.get(reverse("decisions:inbox"))
    with django_assert_max_num_queries(16):
        board.get(url("addressee", addressee))
