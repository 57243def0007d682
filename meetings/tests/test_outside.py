"""Calendars that another library reads, and links to video rooms that carry the right checksum."""

import datetime
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

import icalendar
import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import BERLIN, clock
from meetings.algorithms import bigbluebutton
from meetings.algorithms.calendar import Entry, calendar, folded
from meetings.services import cancel_meeting, edit_meeting
from meetings.tests.factories import MeetingFactory, session

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
DOCUMENTED = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"


def test_the_checksum_is_that_of_the_documentation():
    """The example of BigBlueButton's API reference, which is in SHA-1."""
    assert bigbluebutton.checksum("create", DOCUMENTED, SECRET, "sha1") == "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    by_hand = hashlib.sha256(b"create" + DOCUMENTED.encode() + SECRET.encode()).hexdigest()
    assert bigbluebutton.checksum("create", DOCUMENTED, SECRET) == by_hand
    with pytest.raises(ValueError, match="md5"):
        bigbluebutton.checksum("create", "", SECRET, "md5")


def is_signed(address: str, secret: str, algorithm: str = "sha256") -> bool:
    """What a server does: cut the checksum off the query as it came, and hash again."""
    parts = urlsplit(address)
    query, _, given = parts.query.rpartition("checksum=")
    call = parts.path.rsplit("/", 1)[1]
    return given == hashlib.new(algorithm, f"{call}{query.rstrip('&')}{secret}".encode()).hexdigest()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_links_are_signed_over_the_query_as_it_is_sent(algorithm):
    parameters = {"meetingID": "a b", "name": "Größe & Öl, 50 %", "welcome": ""}
    made = bigbluebutton.link("https://bbb.example/api/", "create", parameters, secret="s", algorithm=algorithm)
    assert made.startswith("https://bbb.example/api/create?meetingID=a+b&name=Gr%C3%B6%C3%9Fe")
    assert is_signed(made, "s", algorithm) and not is_signed(made + "0", "s", algorithm)
    assert dict(parse_qsl(urlsplit(made).query))["name"] == "Größe & Öl, 50 %"
    assert is_signed(bigbluebutton.link("https://b/api", "getMeetings", {}, secret="s"), "s")


@pytest.fixture
def server(settings):
    """A server that answers `create` as BigBlueButton does, and keeps what it was asked."""
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            good = is_signed(f"http://x{self.path}", "geheim")
            self.send_response(200)
            self.end_headers()
            word = "SUCCESS" if good else "FAILED"
            self.wfile.write(f"<response><returncode>{word}</returncode></response>".encode())

        def log_message(self, *args):
            pass

    http = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    settings.BIGBLUEBUTTON_URL = f"http://127.0.0.1:{http.server_port}/bigbluebutton/api"
    settings.BIGBLUEBUTTON_SECRET = "geheim"
    yield asked
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.mark.django_db
def test_members_join_under_their_seat_the_chair_as_moderator_and_nobody_else(client, server, settings):
    meeting, users = session(room="bbb")
    url = reverse("meetings:room", args=[meeting.pk])
    roles = {}
    for name, user in {"member": users[1], "chair": user_with_role(Role.Kind.SECRETARIAT)}.items():
        client.force_login(user)
        address = client.get(url).url
        assert is_signed(address, "geheim")
        roles[name] = dict(parse_qsl(urlsplit(address).query))
    assert (roles["member"]["fullName"], roles["member"]["role"]) == ("Platz 2", "VIEWER")
    assert (roles["chair"]["fullName"], roles["chair"]["role"]) == ("Sitzungsleitung", "MODERATOR")
    assert {row["meetingID"] for row in roles.values()} == {str(meeting.public_id)}
    assert "record=false" in server[0] and "/create?" in server[0]
    client.force_login(UserFactory())
    assert client.get(url).status_code == 403
    client.logout()
    assert client.get(url).url.startswith("/konto/")
    settings.BIGBLUEBUTTON_SECRET = "falsch"
    client.force_login(users[1])
    assert client.get(url).url == meeting.get_absolute_url()


@pytest.mark.django_db
def test_a_room_elsewhere_is_just_its_address(client):
    meeting, users = session(room="link", room_link="https://raum.example/rat")
    client.force_login(users[0])
    assert client.get(reverse("meetings:room", args=[meeting.pk])).url == "https://raum.example/rat"
    html = client.get(meeting.get_absolute_url()).content.decode()
    assert "Per Video teilnehmen" in html and "raum.example" not in html
    client.logout()
    assert "Per Video teilnehmen" not in client.get(meeting.get_absolute_url()).content.decode()


# --- Calendars ----------------------------------------------------------------------------------------------------


def events(content: bytes) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


@pytest.mark.django_db
def test_another_library_reads_the_calendar(client):
    starts = datetime.datetime(2027, 3, 27, 18, tzinfo=BERLIN)
    meeting = MeetingFactory(starts_at=starts, ends_at=starts + datetime.timedelta(hours=3), title="Haushalt; Öl, Gas")
    answer = client.get(reverse("meetings:ical", args=[meeting.pk]))
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = events(answer.content)
    assert event["SUMMARY"] == "Haushalt; Öl, Gas" and event["LOCATION"] == meeting.place
    assert event.decoded("DTSTART") == starts and event.decoded("DTEND") == meeting.ends_at
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["STATUS"] == "CONFIRMED" and str(meeting.public_id) in event["UID"]


@pytest.mark.django_db
def test_a_change_and_a_cancellation_reach_calendars(client):
    office, meeting = user_with_role(Role.Kind.SECRETARIAT), MeetingFactory()
    url = reverse("meetings:council_ical", args=[meeting.council_id])
    (first,) = events(client.get(url).content)
    moved = meeting.starts_at + datetime.timedelta(days=7)
    kept = {"title": meeting.title, "place": meeting.place}
    edit_meeting(meeting, starts_at=moved, ends_at=moved + datetime.timedelta(hours=2), by=office, **kept)
    (second,) = events(client.get(url).content)
    cancel_meeting(meeting, reason="Hochwasser", by=office)
    (third,) = events(client.get(url).content)
    assert first["UID"] == second["UID"] == third["UID"]
    assert [event["SEQUENCE"] for event in (first, second, third)] == [0, 1, 2]
    assert second.decoded("DTSTART").replace(microsecond=0) == moved.replace(microsecond=0)
    assert third["STATUS"] == "CANCELLED" and "Hochwasser" in third["DESCRIPTION"]


@pytest.mark.django_db
def test_a_tombstone_is_cancelled_in_calendars(client):
    meeting = MeetingFactory(deleted_at=clock())
    (event,) = events(client.get(reverse("meetings:council_ical", args=[meeting.council_id])).content)
    assert event["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("hour", [1, 2, 3])
@pytest.mark.parametrize("day", [datetime.date(2026, 10, 25), datetime.date(2027, 3, 28), datetime.date(2027, 7, 1)])
def test_six_stays_six_when_clocks_change(day, hour):
    starts = datetime.datetime.combine(day, datetime.time(18), tzinfo=BERLIN)
    entry = Entry("a@b", 0, "Sitzung", starts, starts + datetime.timedelta(hours=hour), starts)
    (event,) = events(calendar("Rat", [entry]))
    assert event.decoded("DTSTART").astimezone(BERLIN).hour == 18
    assert event.decoded("DTSTART").astimezone(datetime.UTC) == starts.astimezone(datetime.UTC)


def test_lines_are_folded_at_75_octets_and_words_survive():
    title = "Ä€😀,;\\\n" * 60
    starts = datetime.datetime(2027, 1, 1, 18, tzinfo=BERLIN)
    content = calendar("Rat", [Entry("a@b", 0, title, starts, starts, starts, text="x" * 400)])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (event,) = events(content)
    assert event["SUMMARY"] == title and event["DESCRIPTION"] == "x" * 400
    assert folded("kurz") == "kurz"
