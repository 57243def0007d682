"""A delegate's year in a supervisory board: mandate, closed papers, the vote, public reports, one missed and followed up.

Through the pages, with every role of the world asking for what is closed by every way there is.
"""

import datetime
import json
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Message
from audit.clock import clock, set_clock, today
from audit.models import Event
from councils.models import BoardFile, BoardMandate, BoardPaper, BoardReport, BoardSeat
from councils.tests.factories import OrganFactory, sitting_on
from portal import mydata
from portal.tasks import settle
from tests.routes import PDF, ROWS
from tests.world import ROLES, make_world, session_of

pytestmark = pytest.mark.django_db
SECRET = "Quersubvention Heizkraftwerk"
MATTER = "Kaufpreis Umspannwerk"
READERS = {"member", "board_secretary"}
ACTING = ("member", "secretariat", "clerk", "board_secretary")
STRANGERS = ("anonymous", "other_member", "secretariat", "other_board_secretary")
"""Those who ask every address there is; the three of the file itself are asked as every role."""


@pytest.fixture
def world():
    logging.disable(logging.ERROR)  # refusals are what is asked for here
    yield make_world()
    logging.disable(logging.NOTSET)


def url(name, *args):
    return reverse(f"councils:{name}", args=args)


def days_on(world, days):
    """Let days go by; the timers run, and those who act here sign in anew."""
    set_clock(clock() + datetime.timedelta(days=days))
    settle()
    world.sessions = {role: session_of(world.users[role]) for role in ACTING}


def posted(world, role, address, **data):
    response = world.client(role).post(address, data)
    assert response.status_code == 302, response.context and response.context["form"].errors
    return response


def body(response):
    return response.getvalue() if response.streaming else response.content


def status(client, address):
    response = client.get(address)
    body(response)  # to its end, so that a file is closed
    return response.status_code


def everything_asked(world):
    """What each role gets from every address that its pages know, with the numbers of this year's objects."""
    paths = {row.address(world) for row in ROWS if row.method == "GET" and "logout" not in row.name}
    for model, name in ((BoardFile, "board_file"), (BoardFile, "board_file_edit"), (BoardPaper, "board_paper")):
        paths |= {url(name, pk) for pk in model.objects.values_list("pk", flat=True)}
    paths |= {url("board_seat", pk) for pk in BoardSeat.objects.values_list("pk", flat=True)}
    paths |= {url("mandate_note", pk) for pk in BoardMandate.objects.values_list("pk", flat=True)}
    return sorted(paths)


@pytest.mark.slow
def test_a_delegates_year(world):
    office, member = "secretariat", world.users["member"]
    organ = OrganFactory(company=world["company"], kind="supervisory_optional", organization__name="Aufsichtsrat Netze")
    spring, autumn = sitting_on(organ, 30), sitting_on(organ, 200)
    given = {"kind": "vote", "basis_document": "Gesellschaftsvertrag § 9", "basis_date": today(), "term_years": 3}
    posted(world, office, url("board_seat_new", organ.pk), sends="council", council=world["council"].pk, **given)
    seat = BoardSeat.objects.get(organ=organ)
    posted(
        world, office, url("delegate_send", seat.pk),
        member=member.person.memberships.get().pk, begin_date=today(), election_reference="Beschluss 4/2026",
    )  # fmt: skip
    delegate = seat.delegates.get()

    # The mandate, not public: the council asks its delegate to vote against
    posted(
        world, office, url("mandate_give", seat.pk),
        sitting=spring.pk, title=MATTER, text="Dagegen stimmen.", reference="Beschluss 5/2026",
    )  # fmt: skip
    mandate = BoardMandate.objects.get(title=MATTER)

    # The closed file: nothing opens before confidentiality is declared
    posted(world, "board_secretary", url("board_file_open", seat.pk, spring.pk))
    file = BoardFile.objects.get(seat=seat)
    paper = SimpleUploadedFile(
        "vorlage.pdf", PDF.replace(b"%%EOF", b"%" + SECRET.encode() + b"\n%%EOF"), "application/pdf"
    )
    posted(world, "board_secretary", file.get_absolute_url(), title=SECRET, document=paper)
    edit = {"agenda": f"TOP 1 {SECRET}", "outside": "Dass über ein Umspannwerk beraten wurde."}
    posted(world, "board_secretary", url("board_file_edit", file.pk), **edit)
    secret = file.papers.get()
    assert SECRET not in world.client("member").get(file.get_absolute_url()).text
    assert status(world.client("member"), url("board_paper", secret.pk)) == 404
    posted(world, "member", url("confidentiality_declare", delegate.pk))
    page = world.client("member").get(file.get_absolute_url()).text
    assert SECRET in page and MATTER in page and "Beschluss 5/2026" in page
    assert SECRET.encode() in body(world.client("member").get(url("board_paper", secret.pk)))

    # Nobody else reaches it: every role, every address, search, export, mail, trail
    for role in ROLES:
        client = world.client(role)
        for address in [file.get_absolute_url(), url("board_file_edit", file.pk), url("board_paper", secret.pk)]:
            got = status(client, address)
            assert got == 200 if role in READERS else got in (302, 404), (role, address, got)
    for role in STRANGERS:
        client = world.client(role)
        told = [address for address in everything_asked(world) if SECRET.encode() in body(client.get(address))]
        assert told == [], role
        for word in (SECRET, MATTER):
            assert client.get(reverse("portal:search"), {"q": word}).context["hits"] == []
    for user in world.users.values():
        if user.person is not None:
            assert SECRET not in json.dumps(mydata.export(user.person), ensure_ascii=False, default=str)
    assert not Message.objects.filter(text__contains=SECRET).exists()
    assert not Message.objects.filter(text__contains=MATTER).exists()
    facts = [json.dumps(facts, ensure_ascii=False) for facts in Event.objects.values_list("facts", flat=True)]
    assert not [fact for fact in facts if SECRET in fact or MATTER in fact]
    assert MATTER not in world.client("anonymous").get(world["company"].get_absolute_url()).text

    # The sitting: the vote is noted, and stays in the file
    days_on(world, 31)
    posted(world, "member", url("mandate_note", mandate.pk), choice="yes", note="Der Preis wurde gesenkt.")
    assert "Der Preis wurde gesenkt." in world.client("member").get(file.get_absolute_url()).text
    assert "Der Preis wurde gesenkt." not in world.client("secretariat").get(url("board_seat", seat.pk)).text
    report = BoardReport.objects.get(seat=seat)
    assert report.due_on == spring.date + datetime.timedelta(weeks=2)
    posted(world, "member", url("board_report_write", report.pk), text="Über ein Umspannwerk wurde beraten.")
    public = world["company"].get_absolute_url()
    assert "Über ein Umspannwerk wurde beraten." in world.client("anonymous").get(public).text
    assert world.client("anonymous").get(report.get_absolute_url()).status_code == 200

    # The second report is missed: reminded, awaited in public without a name, then dictated at the desk
    days_on(world, 170)
    missed = BoardReport.objects.get(seat=seat, sitting=autumn)
    days_on(world, 12)
    days_on(world, 5)
    mails = Message.objects.filter(person=member.person, event__in=["board_report_due", "board_report_missed"])
    about = mails.filter(about=f"boardseat:{seat.pk}").order_by("pk")
    assert list(about.values_list("event", flat=True)) == ["board_report_due", "board_report_missed"]
    page = world.client("anonymous").get(public).text
    assert "Der Bericht wird erwartet" in page and str(member.person) not in page
    assert world.client("anonymous").get(url("board_report", missed.pk)).status_code == 404
    posted(world, "clerk", url("board_report_write", missed.pk), text="Es gab nur einen Bericht über Bauarbeiten.")
    missed.refresh_from_db()
    assert missed.entered_by == world.users["clerk"].person and missed.given_on > missed.due_on
    page = world.client("anonymous").get(public).text
    assert "Es gab nur einen Bericht über Bauarbeiten." in page
    chain = list(Event.objects.filter(chain=f"boardseat:{seat.pk}").order_by("sequence").values_list("name", flat=True))
    assert "report.missed" in chain and chain[-1] == "report.given"

    # Recalled: from then on the old papers are closed to the former delegate too
    posted(world, office, url("delegate_recall", delegate.pk))
    assert status(world.client("member"), url("board_paper", secret.pk)) == 404
    assert status(world.client("board_secretary"), url("board_paper", secret.pk)) == 200
