"""The demo's chapter on companies and board seats, played with a few members instead of a whole draw."""

import pytest

from audit.clock import set_clock, today
from councils.models import BoardReport, Interest, KeyFigure
from councils.services import fill_seat
from portal.demo import boards, city, software
from portal.demo.clockwork import at, begin

pytestmark = pytest.mark.django_db


def test_a_year_in_the_supervisory_board_ends_with_a_report_that_is_awaited(client):
    begin()
    at(430)
    stage = city.found()
    at(320)
    for number in range(1, 7):
        person = city._person("Mia", f"Beispiel{number}", f"mitglied{number}@auenstadt.example")
        fill_seat(stage.council, person=person, begin_date=today(), by=stage.secretary)
        city.login_for(person, stage.password)
    assert len(list(boards.play(stage))) == 3
    set_clock(None)
    reports = BoardReport.objects.order_by("sitting__date")
    assert [report.level for report in reports][-1] == 2
    assert all(report.given_on and report.given_on <= report.due_on for report in list(reports)[:-1])
    assert KeyFigure.objects.count() == 28 and Interest.objects.count() == 2
    page = client.get(stage.companies["stadtwerke"].get_absolute_url(), headers={"accept-language": "de"}).text
    assert "Der Bericht wird erwartet" in page and "Energiegenossenschaft" in page and "Beispiel1" not in page


def test_the_second_council_works_by_its_own_rules_and_its_page_is_in_the_list(client):
    begin()
    at(430)
    stage = city.found()
    at(230)
    council = software.found(stage)
    for number in range(1, software.SEATS + 1):
        person = city._person("Mia", f"Beispiel{number}", f"mitglied{number}@auenstadt.example")
        fill_seat(council, person=person, begin_date=today(), by=stage.secretary)
        city.login_for(person, stage.password)
    software.work(stage, council)
    set_clock(None)
    german = {"accept-language": "de"}
    assert council.get_absolute_url() in client.get("/rat/", headers=german).text
    page = client.get(council.get_absolute_url(), headers=german).text
    assert "Bürgerrat für IT und Software" in page and "Digitalwerk Auental AöR" in page
    assert "Interessen, die Mitglieder offengelegt haben" in page and "Mia Beispiel2" in page
    draft = council.drafts.get()
    assert draft.agenda_items.get().meeting.council == council
    assert "Quelltext" in client.get(draft.get_absolute_url(), headers=german).text
