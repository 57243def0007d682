"""Minutes that write themselves, to the minute: a whole session worked out by hand, and the way to approval."""

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from pypdf import PdfReader

from accounts.models import Message, Role
from accounts.tests.factories import CityFactory, UserFactory, user_with_role
from audit.clock import BERLIN, set_clock
from audit.services import Refused
from councils.tests.factories import CouncilFactory, seated
from documents.services import read_file
from meetings.models import Meeting, Minutes
from meetings.services import (
    approve_minutes,
    begin_minutes,
    call_meeting,
    close_meeting,
    close_vote,
    decide_objection,
    decide_recusal,
    keep_promise,
    lay_before_members,
    note_leaving,
    note_presence,
    object_to_minutes,
    open_meeting,
    open_vote,
    promise,
    propose_recusal,
    write_note,
)
from meetings.services.chronicle import chronicle_of
from meetings.tests.factories import MeetingFactory, item_of
from voting.services import cast_open, correct_ballot

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 20)


def at(hours, minutes, seconds=0, day=DAY):
    """Set the clock to a local time of the session's day."""
    set_clock(datetime.datetime.combine(day, datetime.time(hours, minutes, seconds), tzinfo=BERLIN))


@pytest.fixture
def office():
    at(12, 0)  # before anybody gets an office: offices begin on a day
    return user_with_role(Role.Kind.SECRETARIAT)


def words_of(file):
    """What a PDF says, with single spaces."""
    reader = PdfReader(io.BytesIO(read_file(file)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def played(office):
    """An evening of a council of five, seat 5 vacant: two public items and a closed one, by the clock.

    18:00 seats 1, 2 and 3 come, 18:02 the session is opened; 18:10 seat 4 comes; 18:15 the vote on item 1 is opened
    without seat 4 (recused), 18:20 closed with 3 yes; 18:30 seat 1 goes; 18:40 the closed vote, 18:45 closed;
    19:00 the session ends. Seat 1 is back from 18:50.
    """
    CityFactory()
    at(17, 0)
    council = CouncilFactory(rules={"majority": {"numerator": 2, "denominator": 3, "strict": False, "of": "entitled"}})
    users = UserFactory.create_batch(4)
    for number, user in enumerate(users, start=1):
        seated(council, number, user.person)
    meeting = MeetingFactory(council=council, title="1. Sitzung", place="Rathaus, Saal 2")
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=datetime.datetime.combine(DAY, datetime.time(18), tzinfo=BERLIN),
        ends_at=datetime.datetime.combine(DAY, datetime.time(20), tzinfo=BERLIN),
    )
    first = item_of(meeting, title="Nachtbus")
    closed = item_of(meeting, title="Personalfrage", is_public=False)
    at(18, 0, 59)
    for user in users[:3]:
        note_presence(meeting, person=user.person, by=user)
    at(18, 2)
    meeting.refresh_from_db()
    open_meeting(meeting, by=office)
    at(18, 10)
    note_presence(meeting, person=users[3].person, by=users[3])
    asked = propose_recusal(first, person=users[3].person, grounds="fährt den Nachtbus", by=users[3])
    decide_recusal(asked, is_recused=True, how="chair", reason="Eigener Dienstplan betroffen", by=office)
    promise(
        first, who="Geschäftsstelle", what="Fahrplan ins Netz stellen", due_on=DAY + datetime.timedelta(7), by=office
    )
    _vote(first, users[:3], ["yes", "yes", "yes"], opened=(18, 15), closed=(18, 20), by=office)
    at(18, 30)
    note_leaving(meeting, person=users[0].person, by=users[0])
    _vote(closed, users[1:4], ["yes", "no", "no"], opened=(18, 40), closed=(18, 45), by=office)
    at(18, 50)
    note_presence(meeting, person=users[0].person, by=users[0])
    at(19, 0)
    close_meeting(meeting, by=office)
    meeting.refresh_from_db()
    return meeting, users, first, closed


def _vote(item, users, choices, *, opened, closed, by):
    at(*opened)
    vote = open_vote(item, by=by)
    for user, choice in zip(users, choices, strict=True):
        cast_open(vote, person=user.person, choice=choice, by=user)
    at(*closed)
    close_vote(item, by=by)


def test_the_minutes_say_what_happened_to_the_minute(played, office):
    meeting, _users, _first, _closed = played
    content = chronicle_of(begin_minutes(meeting, by=office), date=DAY)
    assert (content["held_on"], content["time"]) == ("2026-11-20", "18:02 bis 19:00 Uhr")
    assert content["attendance"] == {
        "present": ["Platz 1", "Platz 2", "Platz 3", "Platz 4"],
        "absent": [],
        "vacant": ["Platz 5"],
        "times": [
            {"seat": "Platz 1", "times": "18:00–18:30, 18:50–19:00"},
            {"seat": "Platz 2", "times": "18:00–19:00"},
            {"seat": "Platz 3", "times": "18:00–19:00"},
            {"seat": "Platz 4", "times": "18:10–19:00"},
        ],
        "guest_count": 0,
    }
    first, closed = content["items"]
    assert closed == {"number": "2", "title": "Nicht öffentlicher Punkt", "closed": True}
    assert first["recused"] == ["Platz 4 (Eigener Dienstplan betroffen; Leitung, niemand widersprach)"]
    (resolved,) = first["resolutions"]
    assert (resolved["number"], resolved["text"]) == ("2026/1", "Angenommen mit 3 Ja, 0 Nein und 0 Enthaltungen.")
    assert resolved["asked"].startswith("Abstimmung eröffnet 18:15, geschlossen 18:20.")
    figures = resolved["vote"]
    assert [(row["label"], row["count"]) for row in figures["options"]] == [("yes", 3), ("no", 0), ("abstain", 0)]
    # two thirds of five seats would be four; one is recused, two thirds of four are three
    assert (figures["statutory"], figures["entitled"], figures["eligible"], figures["present"]) == (5, 4, 3, 3)
    assert (figures["recused"], figures["not_cast"], figures["needed"], figures["result"]) == (1, 0, 3, "adopted")
    assert first["tasks"] == [{"who": "Geschäftsstelle", "what": "Fahrplan ins Netz stellen", "by": "2026-11-27"}]


def test_the_closed_part_is_told_apart_and_holds_only_what_was_closed(played, office):
    meeting, *_ = played
    content = chronicle_of(begin_minutes(meeting, by=office), is_closed_part=True, date=DAY)
    (item,) = content["items"]
    assert (item["number"], item["title"]) == ("2", "Personalfrage")
    (told,) = item["motions"]
    assert told["text"] == "Abgelehnt mit 1 Ja, 2 Nein und 0 Enthaltungen."
    assert (told["vote"]["needed"], told["vote"]["entitled"], told["vote"]["present"]) == (4, 5, 3)


def later(meeting, by):
    """The next session, fourteen days on, called by the services and open."""
    at(12, 0)
    begins = datetime.datetime.combine(DAY + datetime.timedelta(14), datetime.time(18), tzinfo=BERLIN)
    ends = begins + datetime.timedelta(hours=2)
    following = call_meeting(
        meeting.council,
        title="2. Sitzung",
        place="Rathaus",
        starts_at=begins,
        ends_at=ends,
        items=[("Bänke", None)],
        by=by,
    )
    set_clock(begins)
    return open_meeting(following, by=by)


def test_from_draft_to_the_published_paper(played, office):
    meeting, users, first, _closed = played
    minutes = begin_minutes(meeting, by=office)
    assert begin_minutes(meeting, by=office) == minutes
    write_note(minutes, item=first, text="Zwei Gäste sprachen dafür.", by=office)
    minutes = lay_before_members(minutes, by=office)
    assert Message.objects.filter(event="minutes_laid").count() == 4
    with pytest.raises(Refused):
        write_note(minutes, item=first, text="Drei Gäste.", by=office)
    objection = object_to_minutes(minutes, person=users[1].person, text="Es waren drei Gäste.", by=users[1])
    following = later(meeting, office)
    with pytest.raises(Refused):
        approve_minutes(minutes, meeting=following, by=office)
    write_note(minutes, item=first, text="Drei Gäste sprachen dafür.", by=office)
    decide_objection(objection, is_accepted=True, answer="Die Zahl ist berichtigt.", by=office)
    minutes = approve_minutes(minutes, meeting=following, by=office)
    assert (minutes.state, minutes.approved_in, minutes.content["approved_on"]) == ("approved", following, "2026-12-04")
    public, closed = words_of(minutes.file), words_of(minutes.closed_file)
    assert "Drei Gäste sprachen dafür." in public and "Eigener Dienstplan betroffen" in public
    assert "18:00–18:30, 18:50–19:00" in public and "Genehmigt am 4. Dezember 2026" in public
    assert "Personalfrage" not in public and b"Personalfrage" not in read_file(minutes.file)
    assert "Personalfrage" in closed and minutes.file.is_public and not minutes.closed_file.is_public
    assert following.items.get(order=2).resolution == "Ohne Widerspruch genehmigt."
    with pytest.raises(Refused):
        write_note(minutes, item=first, text="Vier Gäste.", by=office)


def test_what_was_generated_is_frozen_by_the_approval(played, office):
    meeting, _users, first, _closed = played
    minutes = lay_before_members(begin_minutes(meeting, by=office), by=office)
    minutes = approve_minutes(minutes, meeting=later(meeting, office), by=office)
    first.title = "Etwas anderes"
    first.save()
    assert Minutes.objects.get().content["items"][0]["title"] == "Nachtbus"


def test_the_next_agenda_begins_with_what_was_promised_and_with_the_minutes(played, office):
    meeting, _users, first, _closed = played
    begin_minutes(meeting, by=office)
    following = later(meeting, office)
    titles = list(following.items.order_by("order").values_list("title", flat=True))
    assert titles == ["Was wir uns vorgenommen hatten", "Genehmigung der Niederschrift: 1. Sitzung", "Bänke"]
    row = keep_promise(first.promises.get(), outcome="Steht im Netz.", by=office)
    assert row.kept_at is not None
    with pytest.raises(Refused):
        keep_promise(row, outcome="Noch einmal.", by=office)


def test_a_correction_by_two_stands_in_the_minutes(played, office):
    meeting, users, first, _closed = played
    clerk = user_with_role(Role.Kind.CLERK)
    first.refresh_from_db()
    with pytest.raises(Refused):  # without the third yes nothing would have been adopted
        correct_ballot(first.vote, person=users[2].person, choice="abstain", reason="verhört", by=clerk)
    closed = meeting.items.get(order=2)
    for by in (clerk, office):
        correct_ballot(closed.vote, person=users[1].person, choice="no", reason="verhört", by=by)
    content = chronicle_of(begin_minutes(meeting, by=office), is_closed_part=True, date=DAY)
    assert content["items"][0]["corrections"] == ["Berichtigt: Platz 2 Nein statt Ja (verhört). Das Ergebnis bleibt."]


def test_only_members_object_and_only_while_the_minutes_lie_before_them(played, office):
    meeting, users, *_ = played
    minutes = begin_minutes(meeting, by=office)
    with pytest.raises(Refused):
        object_to_minutes(minutes, person=users[0].person, text="Falsch.", by=users[0])
    minutes = lay_before_members(minutes, by=office)
    with pytest.raises(PermissionDenied):
        object_to_minutes(minutes, person=users[0].person, text="Falsch.", by=users[1])
    with pytest.raises(Refused):
        object_to_minutes(minutes, person=users[0].person, text=" ", by=users[0])
    clerk = user_with_role(Role.Kind.CLERK)
    objection = object_to_minutes(minutes, person=users[0].person, text="Falsch.", by=clerk)
    assert objection.entered_by == clerk.person
    with pytest.raises(PermissionDenied):
        decide_objection(objection, is_accepted=False, answer="Richtig.", by=users[0])
    with pytest.raises(Refused):
        approve_minutes(minutes, meeting=later(meeting, office), by=office)


def test_minutes_are_approved_by_a_later_session_of_the_same_council(played, office):
    meeting, *_ = played
    minutes = begin_minutes(meeting, by=office)
    following = later(meeting, office)
    with pytest.raises(Refused):
        approve_minutes(minutes, meeting=following, by=office)
    minutes = lay_before_members(minutes, by=office)
    with pytest.raises(PermissionDenied):
        approve_minutes(minutes, meeting=meeting, by=office)
    with pytest.raises(PermissionDenied):
        begin_minutes(following, by=office)


def test_a_promise_needs_somebody_and_something_and_a_day_ahead(played, office):
    _meeting, users, first, _closed = played
    for bad in ({"who": " ", "what": "x"}, {"who": "x", "what": ""}, {"who": "x", "what": "y", "due_on": DAY}):
        at(12, 0, day=DAY + datetime.timedelta(1))
        with pytest.raises(Refused):
            promise(first, by=office, **bad)
    with pytest.raises(PermissionDenied):
        promise(first, who="x", what="y", by=users[0])
