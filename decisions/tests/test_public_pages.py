"""What everyone sees: the list, a decision with its answers, its papers. And how much that costs."""

import datetime
import gzip
import hashlib

import pytest
from django.db.models.signals import post_init
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import CityFactory, user_with_role
from audit.clock import set_clock, today
from councils.tests.factories import CouncilFactory
from decisions import services
from decisions.keyset import ROWS
from decisions.models import Addressee, Answer
from decisions.tests.factories import (
    AgendaItemFactory,
    MeetingFactory,
    adopted,
    answered,
    bound_organ,
    delivered,
    document,
    give_answer,
    plain_decision,
    secretariat,
    secretary_of,
    sitting,
    step_of,
)

pytestmark = pytest.mark.django_db
LIST = "/beschluesse/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def fetched(client, name: str, pk: int) -> tuple[int, bytes]:
    """Status and bytes of a file’s address, read to its end so that the file is closed."""
    response = client.get(reverse(f"decisions:{name}", args=[pk]))
    data = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, data


def many(count: int, **fields):
    """So many published decisions of one council to one organ."""
    CityFactory()
    council = CouncilFactory()
    organ, file = bound_organ(council), document()
    return [plain_decision(f"{n}/2026", council=council, organ=organ, file=file, **fields) for n in range(1, count + 1)]


def test_the_list_says_what_it_is_and_links_each_decision(client):
    addressee = answered(Answer.REFUSED)
    page = text_of(client.get(LIST))
    assert page.count("<h1>") == 1
    assert f'href="{addressee.decision.get_absolute_url()}"' in page
    assert "abgelehnt" in page
    assert "Station 4 von 6: Antwort, abgelehnt" in page


def test_an_empty_list_invites(client):
    page = text_of(client.get(LIST))
    assert "Noch kein Beschluss" in page
    assert "Nichts passt" in text_of(client.get(LIST, {"q": "Nachtbus"}))


def test_what_is_not_sealed_is_seen_by_the_secretariat_only(client):
    decision = adopted()
    assert decision.title not in text_of(client.get(LIST))
    assert client.get(decision.get_absolute_url()).status_code == 404
    client.force_login(secretariat())
    assert client.get(decision.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind != Role.Kind.SECRETARIAT])
def test_no_other_role_sees_it(kind, client):
    decision = adopted()
    client.force_login(user_with_role(kind))
    for name in ("detail", "pdf", "json"):
        assert client.get(reverse(f"decisions:{name}", args=[decision.pk])).status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"stand": "refused"}, {"Aufzug"}),
        ({"stand": "waiting"}, {"Nachtbus"}),
        ({"stand": "late"}, set()),
        ({"q": "nachtbus"}, {"Nachtbus"}),
        ({"q": "text beschlusses nachtbus"}, {"Nachtbus"}),
        ({"q": "nachtbus aufzug"}, set()),
        ({"jahr": "1999"}, {"Aufzug", "Nachtbus"}),  # no choice of the list: nothing is narrowed
        ({"unternehmen": "drop table"}, {"Aufzug", "Nachtbus"}),
        ({"content_hash": "x", "deleted_at": "y"}, {"Aufzug", "Nachtbus"}),
    ],
)
def test_the_list_is_narrowed_by_public_facts_only(query, shown, client):
    CityFactory()
    council = CouncilFactory()
    organ = bound_organ(council)
    lift = plain_decision("1/2026", council=council, organ=organ, title="Aufzug")
    bus = plain_decision("2/2026", council=council, organ=organ, title="Nachtbus")
    give_answer(lift.addressees.get())
    page = text_of(client.get(LIST, query))
    addresses = {"Aufzug": lift.get_absolute_url(), "Nachtbus": bus.get_absolute_url()}
    assert {title for title, address in addresses.items() if f'href="{address}"' in page} == shown


def test_the_company_narrows_the_list(client):
    first = delivered()
    second = delivered()
    page = text_of(client.get(LIST, {"unternehmen": first.organ.company_id}))
    assert first.decision.get_absolute_url() in page
    assert second.decision.get_absolute_url() not in page


def test_pages_go_back_and_forth_without_losing_a_row(client):
    decisions = many(2 * ROWS + 3)
    seen, address = [], LIST
    while address:
        page = client.get(address).context["page"]
        seen.append([row.pk for row in page.rows])
        address = LIST + page.next_url if page.next_url else ""
    assert [pk for rows in seen for pk in rows] == [decision.pk for decision in reversed(decisions)]
    back = client.get(LIST + client.get(LIST + page.previous_url).context["page"].previous_url).context["page"]
    assert [row.pk for row in back.rows] == seen[0]
    assert not back.previous_url or client.get(LIST + back.previous_url).context["page"].rows == []


@pytest.mark.parametrize("key", ["x", "2026-13-45.1", "2026-01-01", ".", "2026-01-01.x"])
def test_a_key_that_makes_no_sense_shows_the_first_page(key, client):
    many(1)
    assert len(client.get(LIST, {"nach": key}).context["page"].rows) == 1


def test_a_refusal_stands_beside_our_sentence_with_what_comes_next(client):
    addressee = answered(Answer.REFUSED)
    MeetingFactory(council=addressee.decision.council, starts_at=addressee.delivered_at + datetime.timedelta(days=20))
    services.settle_items()
    page = text_of(client.get(addressee.decision.get_absolute_url()))
    ours, theirs = page.index("Die Linie 7 fährt bis 2 Uhr."), page.index("Die Fahrerinnen und Fahrer fehlen.")
    assert ours < theirs < page.index("Wie es weitergeht")
    assert "Der Bürgerrat berät die Antwort in seiner Sitzung." in page
    assert "Bis dahin kann der Bürgerrat dem Organ erwidern." in page
    assert "tag--refused" in page
    assert "notice--error" not in page


def test_the_page_shows_vote_basis_and_proof(client):
    decision = delivered().decision
    page = text_of(client.get(decision.get_absolute_url()))
    assert "31" in page
    assert "Beschluss des Rates vom 12. März 2026, TOP 7" in page
    assert decision.content_hash[:16] in page
    assert hashlib.sha256(fetched(client, "json", decision.pk)[1]).hexdigest() == decision.content_hash
    assert hashlib.sha256(fetched(client, "pdf", decision.pk)[1]).hexdigest() == decision.file.sha256


@pytest.mark.parametrize(
    ("days", "words", "chair"),
    [
        (-3, "deadline--soon", False),
        (5, "Das Organ ist erinnert worden.", False),
        (14, "Dieser Stuhl wartet seit 14 Tagen", True),
    ],
)
def test_lateness_is_a_waiting_chair_once_it_lasts(days, words, chair, client):
    addressee = delivered()
    noon = datetime.datetime.combine(addressee.due_on, datetime.time(12), datetime.UTC)
    set_clock(noon + datetime.timedelta(days=days))
    services.escalate()
    page = text_of(client.get(addressee.decision.get_absolute_url()))
    assert words in page
    assert ("Antwort steht aus" in page) is chair
    listed = text_of(client.get(LIST))
    assert ("deadline--late" in listed) is chair
    assert addressee.organ.organization.name in listed


def test_no_page_names_a_person(client):
    addressee = answered(Answer.ACCEPTED)
    step = step_of(addressee)
    secretary = secretary_of(addressee.organ)
    services.report_done(step, file=document(), by=secretary)
    statement = addressee.statements.get()
    names = [statement.entered_by.family_name, secretary.person.family_name]
    names.append(addressee.decision.proposal.author.family_name)
    pages = text_of(client.get(LIST)) + text_of(client.get(addressee.decision.get_absolute_url()))
    pages += text_of(client.get(reverse("decisions:json", args=[addressee.decision_id])))
    assert not [name for name in names if name in pages]


def test_documents_of_answers_and_steps_are_public_with_their_decision(client):
    addressee = delivered()
    clerk = secretariat()
    statement = give_answer(addressee, answer=Answer.ACCEPTED, source="letter", file=document(), by=clerk)
    step = step_of(addressee, by=clerk)
    assert fetched(client, "step_proof", step.pk)[0] == 404
    services.report_done(step, file=document(), by=clerk)
    assert fetched(client, "statement_file", statement.pk)[0] == 200
    assert fetched(client, "step_proof", step.pk)[0] == 200
    type(addressee.decision).objects.filter(pk=addressee.decision_id).update(deleted_at=addressee.delivered_at)
    assert fetched(client, "statement_file", statement.pk)[0] == 404
    assert fetched(client, "step_proof", step.pk)[0] == 404


def test_hostile_words_are_shown_as_words(client):
    addressee = delivered(title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    give_answer(addressee, reasons="</article><script>alert(2)</script>")
    for address in (LIST, addressee.decision.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_several_addressees_stand_one_below_the_other(client):
    item = AgendaItemFactory()
    organs = [bound_organ(item.meeting.council), bound_organ(item.meeting.council)]
    sitting(organs[0], weeks=9)
    addressee = delivered(item=item, organs=organs)
    give_answer(addressee)
    page = text_of(client.get(addressee.decision.get_absolute_url()))
    assert page.count('id="antwort-') == 2
    assert "Hier wird die Antwort stehen" in page
    assert "Antwort kommt noch" in text_of(client.get(LIST))


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_page_costs_what_it_shows(signed_in, client, django_assert_max_num_queries):
    decisions = many(60)
    if signed_in:
        client.force_login(secretariat())
    more = 4 if signed_in else 0
    client.get(LIST)  # the city is cached
    built = []
    post_init.connect(lambda sender, **kwargs: built.append(sender.__name__), weak=False, dispatch_uid="count")
    try:
        with django_assert_max_num_queries(8 + more):
            response = client.get(LIST)
        count = len(built)
    finally:
        post_init.disconnect(dispatch_uid="count")
    assert count <= 6 * ROWS
    assert len(gzip.compress(response.content)) <= 10_000
    with django_assert_max_num_queries(12 + more):
        client.get(decisions[0].get_absolute_url())


def test_a_full_page_stays_within_twelve_queries(client, django_assert_max_num_queries):
    item = AgendaItemFactory()
    organs = [bound_organ(item.meeting.council) for _ in range(4)]
    first = delivered(item=item, organs=organs)
    for addressee in first.decision.addressees.all():
        give_answer(addressee, answer=Answer.ACCEPTED)
        step_of(addressee)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(first.decision.get_absolute_url())


def test_the_printed_twin_has_the_same_words(client):
    addressee = answered(Answer.REFUSED)
    page = text_of(client.get(addressee.decision.get_absolute_url(), {"paper": "1"}))
    assert "Die Fahrerinnen und Fahrer fehlen." in page


def test_the_state_of_the_least_advanced_addressee_is_shown():
    item = AgendaItemFactory()
    organs = [bound_organ(item.meeting.council), bound_organ(item.meeting.council)]
    addressee = delivered(item=item, organs=organs)
    give_answer(addressee, answer=Answer.ACCEPTED)
    assert Addressee.objects.waiting().count() == 1
    assert not Addressee.objects.late(today()).exists()
