"""My chance: with the code and without an account, for those drawn and not drawn; the own opening proves it."""

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import City
from audit.clock import clock, set_clock
from audit.models import Event
from lottery import services
from lottery.codes import hash_of
from lottery.models import Draw, Invitation
from lottery.services.letters import chance_words, letter_data
from lottery.tests.factories import Stage, again, change_rows, opened_of, rows_of
from lottery.tests.test_pages import CODE, signed_in, text_of
from lottery.verify import verify

pytestmark = pytest.mark.django_db
State = Invitation.State


def with_code(stage: Stage, state: str) -> Invitation:
    row = stage.rows(state)[0]
    change_rows([row], code_hash=hash_of(CODE))
    return row


def page_of(client):
    return client.post(reverse("lottery:chance"), {"code": CODE})


def test_before_the_panels_are_computed_there_is_nothing_to_see(client):
    stage = Stage().frozen()
    with_code(stage, State.INTERESTED)
    assert page_of(client).status_code == 422


def test_before_the_number_everybody_sees_their_chance_and_nobody_a_result(client):
    stage = Stage().computed()
    row = with_code(stage, State.INTERESTED)
    page = text_of(page_of(client))
    assert row.pseudonym in page
    assert "Niemand kennt das Ergebnis" in page
    assert row.family_name not in page


@pytest.mark.parametrize("state", [State.SELECTED, State.ALTERNATE])
def test_drawn_or_not_the_page_says_what_became_of_it(client, state):
    stage = Stage().selected()
    row = with_code(stage, state)
    page = text_of(page_of(client))
    assert row.pseudonym in page
    assert ("Das Los fiel auf Sie" in page) is (state == State.SELECTED)
    assert ("Drei Wege" in page) is (state != State.SELECTED)


def test_who_was_drawn_says_yes_with_the_code_and_the_officer_sees_it(client):
    stage = Stage().selected()
    row = with_code(stage, State.SELECTED)
    token = page_of(client).context["token"]
    page = text_of(client.post(reverse("lottery:offer"), {"token": token, "answer": "yes"}))
    assert "Sie haben zugesagt" in page
    assert again(row).accepted_at
    signed_in(client, stage.officer)
    assert "hat mit dem Code zugesagt" in text_of(client.get(reverse("lottery:confirmations", args=[stage.draw.pk])))


def test_a_no_with_the_code_frees_the_seat_for_the_next(client):
    stage = Stage().selected()
    row = with_code(stage, State.SELECTED)
    token = page_of(client).context["token"]
    client.post(reverse("lottery:offer"), {"token": token, "answer": "no"})
    assert services.settle_vacancies() == 1
    assert rows_of(draw=stage.draw, seat_number=row.seat_number)[0].state == State.SELECTED


def test_after_its_last_day_an_offer_cannot_be_accepted():
    stage = Stage().selected()
    row = stage.rows(State.SELECTED)[0]
    set_clock(clock() + datetime.timedelta(days=60))
    from audit.services import Refused

    with pytest.raises(Refused):
        services.accept_offer(row)


def test_the_own_opening_is_downloaded_and_holds(client):
    stage = Stage().selected()
    row = with_code(stage, State.ALTERNATE)
    token = page_of(client).context["token"]
    opened = json.loads(client.post(reverse("lottery:opening"), {"token": token}).content)
    assert opened["pseudonym"] == row.pseudonym
    report = verify(stage.draw.record, opened)
    assert (report.view, report.faults) == ("volunteer", [])


def test_the_auditor_opens_all_under_an_undertaking_and_it_is_recorded(client):
    stage = Stage().selected()
    address = reverse("lottery:openings", args=[stage.draw.pk])
    signed_in(client, stage.auditor, fresh=True)
    assert client.post(address).status_code == 422
    opened = json.loads(client.post(address, {"undertaking": "on"}).content)
    report = verify(stage.draw.record, opened)
    assert (report.view, report.faults) == ("auditor", [])
    assert Event.objects.filter(name="record.opened").count() == 1
    signed_in(client, stage.officer, fresh=True)
    assert client.post(address, {"undertaking": "on"}).status_code == 403


def test_after_the_purge_nothing_opens_the_record_and_it_still_holds(client):
    stage = Stage().confirmed()
    services.purge_draws()
    draw = Draw.objects.get(pk=stage.draw.pk)
    assert (opened_of(draw), draw.commitment_salt) == (None, "")
    assert verify(draw.record).faults == []
    row = with_code(stage, State.ALTERNATE)
    assert services.opening_for(row) is None


@pytest.mark.parametrize("state", [State.ALTERNATE, State.NOT_SELECTED])
def test_the_letter_says_the_same_chance_as_the_page_and_three_ways_to_stay(client, state):
    stage = Stage().selected()
    row = with_code(stage, State.ALTERNATE)
    change_rows([row], state=state)
    row = again(row)
    with translation.override("de"):
        letter = " ".join(str(letter_data(row, stage.draw, City.objects.get(), "")["body"]).split())
        shown = text_of(page_of(client))
        words = chance_words(row)
    assert f"Ihre Chance auf einen Platz war {words['chance']}, etwa eins zu {words['one_in']}" in letter
    assert words["chance"] in shown
    assert f"Auf {row.listed} von 10 Räten" in letter and row.pseudonym in letter
    assert "Drei Wege bleiben offen" in letter


def test_before_the_chance_is_known_no_letter_speaks_of_it():
    stage = Stage().replied()
    assert chance_words(stage.rows(State.INTERESTED)[0]) == {"chance": "", "one_in": 0, "chance_page": ""}
