"""How long a closed file is kept: its date is set, shown, and kept by the purge, which takes papers and bytes along."""

import datetime

import pytest

from accounts.models import Organization, Role
from accounts.tests.factories import OrganizationFactory, UserFactory, user_with_role
from audit.clock import clock, set_clock, today
from audit.personal import years
from councils.models import BoardFile, BoardMandate, BoardPaper
from councils.services import add_paper, fill_file, give_mandate, note_vote, open_file, purge_board_files
from councils.tests.factories import CouncilFactory, OrganFactory, board_seat_for, seated, sent, sitting_on
from documents.models import File
from documents.services import path_of, store_file

pytestmark = pytest.mark.django_db
BYTES = b"%PDF-1.7 geheim"


@pytest.fixture(autouse=True)
def real_time():
    yield
    set_clock(None)


def filled(rules=None):
    """A file of a sitting with a paper and a noted vote, and the delegate's login."""
    council, user = CouncilFactory(rules=rules or {}), UserFactory()
    seated(council, 1, user.person)
    organ = OrganFactory()
    seat = board_seat_for(council, organ)
    delegate, sitting = sent(seat, user.person), sitting_on(organ, 0)
    office = user_with_role(Role.Kind.SECRETARIAT)
    mandate = give_mandate(seat, sitting=sitting, title="Tarif", text="Nein.", reference="3/2026", by=office)
    file = open_file(seat, sitting=sitting, by=user)
    fill_file(file, agenda="TOP 1 Geheimtarif", outside="", by=user)
    document = store_file(BYTES, name="tarif.pdf", media_type="application/pdf", owner="boardfile")
    add_paper(file, title="Tarif", document=document, by=user)
    note_vote(mandate, delegate=delegate, choice="yes", note="Es war anders.", by=user)
    return file, user


def test_the_rules_say_how_long_and_the_page_shows_it(client):
    file, user = filled({"board_file_years": 2})
    assert file.delete_on == years(2, file.sitting.date)
    client.force_login(user)
    assert "Die Akte wird nach dem" in client.get(file.get_absolute_url()).text


def test_a_seat_that_no_council_fills_keeps_its_files_five_years():
    organ, user = OrganFactory(), UserFactory()
    civil = OrganizationFactory(kind=Organization.Kind.CIVIL)
    seat = board_seat_for(None, organ, sends="civil", organization=civil)
    sent(seat, user.person)
    file = open_file(seat, sitting=sitting_on(organ, 10), by=user)
    assert file.delete_on == years(5, file.sitting.date)


def test_after_its_day_the_purge_takes_file_papers_bytes_and_how_was_voted():
    file, _user = filled({"board_file_years": 1})
    bytes_at = path_of(BoardPaper.objects.get().document.sha256)
    set_clock(clock() + datetime.timedelta(days=(file.delete_on - today()).days))
    assert purge_board_files() == 0 and bytes_at.exists(), "its day belongs to it"
    set_clock(clock() + datetime.timedelta(days=1))
    assert purge_board_files() == 1
    assert not BoardFile.objects.exists() and not BoardPaper.objects.exists()
    assert not File.objects.filter(owner="boardfile").exists() and not bytes_at.exists()
    mandate = BoardMandate.objects.get()
    assert (mandate.choice, mandate.choice_note, mandate.noted_on) == ("", "", None)
    assert mandate.text == "Nein.", "what the council asked for is no part of the closed file"
    assert purge_board_files() == 0


def test_bytes_that_another_document_holds_stay():
    filled({"board_file_years": 1})
    other = store_file(BYTES, name="noch einmal.pdf", media_type="application/pdf", owner="anderes")
    set_clock(clock() + datetime.timedelta(days=400))
    assert purge_board_files() == 1
    assert path_of(other.sha256).exists() and File.objects.filter(pk=other.pk).exists()
