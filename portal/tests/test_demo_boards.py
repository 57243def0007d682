"""The demo's chapter on companies and board seats, played with a few members instead of a whole draw."""

import pytest

from audit.clock import set_clock, today
from councils.models import BoardReport, Interest, KeyFigure
from councils.services import fill_seat
from portal.demo import boards, city
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
