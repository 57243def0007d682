"""The whole minutes of an evening against words written down by hand from its timetable, to the minute.

The evening of 20 November 2026, a council of five, seat 5 vacant; two thirds of the entitled seats decide.

| time | what |
|---|---|
| 18:00 | seats 1, 2 and 3 come |
| 18:02 | the session is opened, a guest is counted at the door |
| 18:05 | item 1, "Nachtbus", begins |
| 18:08 | the expert whom the council chose is heard; seat 3 asks her, she answers; seat 3 has the floor until 18:10 |
| 18:10 | seat 4 comes and is recused on item 1 |
| 18:12 | the counter-expert is heard, for whom seats 1 and 2 had asked (a quarter of five is two) |
| 18:15 | the vote on item 1 is opened: of four entitled seats two thirds are three; 18:20 closed with three yes |
| 18:22 | point of order of seat 2 |
| 18:24 | break; 18:30 seat 1 goes; 18:34 the break ends |
| 18:36 | item 1 ends |
| 18:38 | item 2, which is not public; 18:40 its vote, 18:45 closed: of five entitled two thirds are four; one yes, two no |
| 18:50 | seat 1 is back |
| 18:52 | item 3, questions from the public: one is answered, one had been refused |
| 18:56 | item 1 is called once more |
| 19:00 | the session is closed |

Item 4 was withdrawn.
"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import CityFactory, UserFactory, user_with_role
from audit.clock import BERLIN, set_clock
from audit.services import Refused
from councils.tests.factories import CouncilFactory, seated
from documents.services import read_file
from meetings.models import Meeting, Speech
from meetings.mydata import erase_person
from meetings.services import (
    answer_question,
    approve_minutes,
    ask_counter,
    ask_question,
    begin_minutes,
    begin_recess,
    call_expert,
    call_item,
    close_meeting,
    close_vote,
    count_guests,
    decide_question,
    decide_recusal,
    end_item,
    end_recess,
    lay_before_members,
    note_heard,
    note_leaving,
    note_presence,
    open_meeting,
    open_vote,
    promise,
    propose_recusal,
    raise_hand,
    remove_item,
    rule_on_order,
    start_next,
    stop_speech,
    unname_guest,
)
from meetings.services.chronicle import chronicle_of
from meetings.services.minutes import paper_of
from meetings.tests.factories import MeetingFactory, item_of
from meetings.tests.test_minutes import later, words_of
from voting.services import cast_open

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 20)
RULES = {"majority": {"numerator": 2, "denominator": 3, "strict": False, "of": "entitled"}}

EXPERT = {
    "given_name": "Irmgard", "family_name": "Seidel", "email": "seidel@hochschule.example",
    "profession": "Professorin für Verkehr", "chosen_by": "council",
    "list_name": "Liste der Ingenieurkammer", "interests": "keine",
}  # fmt: skip
COUNTER = {
    "given_name": "Paula", "family_name": "Winter", "email": "winter@taxi.example",
    "profession": "Sprecherin der Taxibetriebe", "chosen_by": "quarter",
    "list_name": "Liste der Verbände", "interests": "vertritt Taxibetriebe",
}  # fmt: skip

EXPECTED = {
    "city": {"name": "Musterstadt", "colour": "#0b5345"},
    "date": "2026-11-20",
    "council": "Bürgerrat",
    "title": "1. Sitzung",
    "held_on": "2026-11-20",
    "time": "18:02 bis 19:00 Uhr",
    "place": "Rathaus, Saal 2",
    "attendance": {
        "present": ["Platz 1", "Platz 2", "Platz 3", "Platz 4"],
        "absent": [],
        "vacant": ["Platz 5"],
        "times": [
            {"seat": "Platz 1", "times": "18:00–18:30, 18:50–19:00"},
            {"seat": "Platz 2", "times": "18:00–19:00"},
            {"seat": "Platz 3", "times": "18:00–19:00"},
            {"seat": "Platz 4", "times": "18:10–19:00"},
        ],
        "guest_count": 1,
    },
    "course": [
        {"time": "18:02", "text": "Die Sitzung wird eröffnet. Im Raum: Platz 1, Platz 2, Platz 3."},
        {"time": "18:05", "text": "Punkt 1 beginnt: Nachtbus"},
        {"time": "18:10", "text": "Es kommt: Platz 4 (nun 4 im Raum)"},
        {"time": "18:24", "text": "Pause"},
        {"time": "18:30", "text": "Es geht: Platz 1 (nun 3 im Raum)"},
        {"time": "18:34", "text": "Ende der Pause"},
        {"time": "18:36", "text": "Punkt 1 endet"},
        {"time": "18:38", "text": "Punkt 2 beginnt (nicht öffentlich)"},
        {"time": "18:50", "text": "Es kommt: Platz 1 (nun 4 im Raum)"},
        {"time": "18:52", "text": "Punkt 2 endet"},
        {"time": "18:52", "text": "Punkt 3 beginnt: Fragen aus der Öffentlichkeit"},
        {"time": "18:56", "text": "Punkt 3 endet"},
        {"time": "18:56", "text": "Punkt 1 wird fortgesetzt: Nachtbus"},
        {"time": "19:00", "text": "Punkt 1 endet"},
        {"time": "19:00", "text": "Die Sitzung wird geschlossen."},
    ],
    "items": [
        {
            "number": "1",
            "title": "Nachtbus",
            "time": "18:05–18:36, 18:56–19:00",
            "experts": [
                {
                    "name": "Irmgard Seidel",
                    "profession": "Professorin für Verkehr",
                    "chosen_by": "der Rat, durch Beschluss",
                    "list": "Liste der Ingenieurkammer",
                    "interests": "keine",
                    "heard": "18:08",
                    "is_counter": False,
                    "questions": [
                        {"who": "Platz 3", "text": "Was kostet er?", "answer": "300.000 Euro im Jahr.", "by": "Hochschule"}
                    ],
                },
                {
                    "name": "Paula Winter",
                    "profession": "Sprecherin der Taxibetriebe",
                    "chosen_by": "so viele Plätze, wie die Geschäftsordnung verlangt",
                    "list": "Liste der Verbände",
                    "interests": "vertritt Taxibetriebe",
                    "heard": "18:12",
                    "is_counter": True,
                    "questions": [],
                },
            ],
            "counter_seats": ["Platz 1", "Platz 2"],
            "recused": ["Platz 4 (Eigener Dienstplan betroffen; Leitung, niemand widersprach)"],
            "body": [],
            "resolutions": [
                {
                    "number": "2026/1",
                    "text": "Angenommen mit 3 Ja, 0 Nein und 0 Enthaltungen.",
                    "asked": "Abstimmung eröffnet 18:15, geschlossen 18:20. "
                    "Soll der Bürgerrat diesem Punkt zustimmen: „Nachtbus“?",
                    "vote": {
                        "options": [
                            {"label": "yes", "count": 3},
                            {"label": "no", "count": 0},
                            {"label": "abstain", "count": 0},
                        ],
                        "result": "adopted",
                        "rule": "nötig: 3 von 4, mindestens 2/3 aller Plätze ohne die in der Sache Befangenen",
                        "needed": 3,
                        "eligible": 3,
                        "present": 3,
                        "recused": 1,
                        "statutory": 5,
                        "entitled": 4,
                        "not_cast": 0,
                    },
                }
            ],
            "tasks": [{"who": "Geschäftsstelle", "what": "Fahrplan ins Netz stellen", "by": "2026-11-27"}],
            "seats": [{"who": "Platz 3", "times": "18:08–18:10"}],
            "orders": [
                {
                    "time": "18:22",
                    "who": "Platz 2",
                    "asked": "Zehn Minuten Pause.",
                    "ruling": "Ohne Widerspruch angenommen.",
                }
            ],
        },
        {"number": "2", "title": "Nicht öffentlicher Punkt", "closed": True},
        {
            "number": "3",
            "title": "Fragen aus der Öffentlichkeit",
            "time": "18:52–18:56",
            "recused": [],
            "body": [],
            "tasks": [],
            "questions": [
                {"text": "Wann fährt der erste?", "answer": "Im März.", "by": "Verkehrsbetrieb"},
                {"refused": "Betrifft eine einzelne Person."},
            ],
        },
        {
            "number": "4",
            "title": "Bänke",
            "time": "",
            "recused": [],
            "body": ["Abgesetzt: Die Zahlen fehlen noch."],
            "tasks": [],
        },
    ],
}  # fmt: skip

EXPECTED_CLOSED_ITEM = {
    "number": "2",
    "title": "Personalfrage",
    "time": "18:38–18:52",
    "recused": [],
    "body": [],
    "motions": [
        {
            "text": "Abgelehnt mit 1 Ja, 2 Nein und 0 Enthaltungen.",
            "asked": "Abstimmung eröffnet 18:40, geschlossen 18:45. Soll der Bürgerrat diesem Punkt zustimmen: „Personalfrage“?",
            "vote": {
                "options": [
                    {"label": "yes", "count": 1},
                    {"label": "no", "count": 2},
                    {"label": "abstain", "count": 0},
                ],
                "result": "rejected",
                "rule": "nötig: 4 von 5, mindestens 2/3 aller Plätze ohne die in der Sache Befangenen",
                "needed": 4,
                "eligible": 3,
                "present": 3,
                "recused": 0,
                "statutory": 5,
                "entitled": 5,
                "not_cast": 0,
            },
        }
    ],
    "tasks": [],
}


def at(hours, minutes):
    """Set the clock to a local time of the evening."""
    set_clock(datetime.datetime.combine(DAY, datetime.time(hours, minutes), tzinfo=BERLIN))


@pytest.fixture
def office():
    at(9, 0)  # before anybody gets an office: offices begin on a day
    CityFactory(name="Musterstadt", colour="#0b5345")
    return user_with_role(Role.Kind.SECRETARIAT)


def called(office, **fields):
    """A council of five with four members and its meeting of the evening."""
    council = CouncilFactory(rules=RULES, organization__name="Bürgerrat")
    users = UserFactory.create_batch(4)
    for number, user in enumerate(users, start=1):
        seated(council, number, user.person)
    meeting = MeetingFactory(council=council, title="1. Sitzung", place="Rathaus, Saal 2", **fields)
    begins = datetime.datetime.combine(DAY, datetime.time(18), tzinfo=BERLIN)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=begins, ends_at=begins + datetime.timedelta(hours=2))
    meeting.refresh_from_db()
    return meeting, users


@pytest.fixture
def evening(office):
    """The timetable above, played by the services."""
    meeting, users = called(office)
    bus = item_of(meeting, title="Nachtbus", by=office)
    closed = item_of(meeting, title="Personalfrage", is_public=False, by=office)
    public = item_of(meeting, title="Fragen aus der Öffentlichkeit", kind="questions", by=office)
    remove_item(item_of(meeting, title="Bänke", by=office), reason="Die Zahlen fehlen noch.", by=office)
    expert = call_expert(bus, by=office, **EXPERT)
    for user in users[:2]:
        ask_counter(bus, person=user.person, by=user)
    counter = call_expert(bus, by=office, **COUNTER)
    asker = UserFactory()
    asked = ask_question(meeting, person=asker.person, text="Wann fährt der erste?", by=asker)
    refused = ask_question(meeting, person=asker.person, text="Trinkt die Fahrerin?", by=asker)
    decide_question(asked, is_admitted=True, by=office)
    decide_question(refused, is_admitted=False, reason="Betrifft eine einzelne Person.", by=office)
    _first_half(meeting, users, bus, expert, counter, office)
    _second_half(meeting, users, bus, closed, public, asked, office)
    meeting.refresh_from_db()
    return meeting, users


def _first_half(meeting, users, bus, expert, counter, office):
    at(18, 0)
    for user in users[:3]:
        note_presence(meeting, person=user.person, by=user)
    at(18, 2)
    open_meeting(meeting, by=office)
    count_guests(meeting, count=1, by=office)
    at(18, 5)
    call_item(bus, by=office)
    at(18, 8)
    note_heard(expert, by=office)
    asked = ask_question(meeting, person=users[2].person, text="Was kostet er?", expert=expert, by=users[2])
    raise_hand(meeting, person=users[2].person, by=users[2])
    start_next(meeting, by=office)
    answer_question(asked, answer="300.000 Euro im Jahr.", answered_by="Hochschule", by=office)
    at(18, 10)
    stop_speech(meeting, by=office)
    note_presence(meeting, person=users[3].person, by=users[3])
    proposed = propose_recusal(bus, person=users[3].person, grounds="fährt ihn", by=users[3])
    decide_recusal(proposed, is_recused=True, how="chair", reason="Eigener Dienstplan betroffen", by=office)
    due = datetime.date(2026, 11, 27)
    promise(bus, who="Geschäftsstelle", what="Fahrplan ins Netz stellen", due_on=due, by=office)
    at(18, 12)
    note_heard(counter, by=office)
    at(18, 15)
    vote = open_vote(bus, by=office)
    for user in users[:3]:
        cast_open(vote, person=user.person, choice="yes", by=user)
    at(18, 20)
    close_vote(bus, by=office)
    at(18, 22)
    raise_hand(meeting, person=users[1].person, kind="order", by=users[1])
    speech = start_next(meeting, by=office)
    rule_on_order(speech, asked="Zehn Minuten Pause.", ruling="Ohne Widerspruch angenommen.", by=office)
    at(18, 24)
    begin_recess(meeting, by=office)


def _second_half(meeting, users, bus, closed, public, asked, office):
    at(18, 30)
    note_leaving(meeting, person=users[0].person, by=users[0])
    at(18, 34)
    end_recess(meeting, by=office)
    at(18, 36)
    end_item(meeting, by=office)
    at(18, 38)
    call_item(closed, by=office)
    at(18, 40)
    vote = open_vote(closed, by=office)
    for user, choice in zip(users[1:], ["yes", "no", "no"], strict=True):
        cast_open(vote, person=user.person, choice=choice, by=user)
    at(18, 45)
    close_vote(closed, by=office)
    at(18, 50)
    note_presence(meeting, person=users[0].person, by=users[0])
    at(18, 52)
    call_item(public, by=office)
    answer_question(asked, answer="Im März.", answered_by="Verkehrsbetrieb", by=office)
    at(18, 56)
    call_item(bus, by=office)
    at(19, 0)
    close_meeting(meeting, by=office)


def test_the_whole_minutes_are_those_worked_out_by_hand(evening, office):
    meeting, _users = evening
    assert chronicle_of(begin_minutes(meeting, by=office), date=DAY) == EXPECTED


def test_the_closed_part_holds_the_closed_item_and_no_course(evening, office):
    meeting, _users = evening
    content = chronicle_of(begin_minutes(meeting, by=office), is_closed_part=True, date=DAY)
    assert content["items"] == [EXPECTED_CLOSED_ITEM]
    assert content["title"] == "1. Sitzung: nicht öffentlicher Teil" and "course" not in content
    assert "Nachtbus" not in str(content) and "Seidel" not in str(content)


def test_the_paper_says_the_same_in_sentences(evening, office):
    meeting, _users = evening
    content = chronicle_of(begin_minutes(meeting, by=office), date=DAY)
    paper = paper_of(content)
    assert paper["items"][0]["body"] == [
        "Behandelt: 18:05–18:36, 18:56–19:00.",
        "Um Gegensachverständige baten: Platz 1, Platz 2.",
        "Gehört um 18:08: Irmgard Seidel, Professorin für Verkehr. Ausgewählt durch: der Rat, durch Beschluss "
        "(Liste der Ingenieurkammer). Angegebene Interessen: keine.",
        "Platz 3 fragt: Was kostet er? – Antwort (Hochschule): 300.000 Euro im Jahr.",
        "Gehört um 18:12 als Gegensachverständige: Paula Winter, Sprecherin der Taxibetriebe. "
        "Ausgewählt durch: so viele Plätze, wie die Geschäftsordnung verlangt (Liste der Verbände). Angegebene Interessen: vertritt Taxibetriebe.",
        "Es sprachen: Platz 3 18:08–18:10.",
        "18:22 Platz 2, zur Geschäftsordnung: Zehn Minuten Pause. Entschieden: Ohne Widerspruch angenommen.",
        "Abstimmung eröffnet 18:15, geschlossen 18:20. Soll der Bürgerrat diesem Punkt zustimmen: „Nachtbus“?",
    ]
    assert paper["items"][2]["body"] == [
        "Behandelt: 18:52–18:56.",
        "Aus der Öffentlichkeit fragt: Wann fährt der erste? – Antwort (Verkehrsbetrieb): Im März.",
        "Eine Frage wurde nicht zugelassen: Betrifft eine einzelne Person.",
    ]
    (course,) = paper["sections"]
    assert course["heading"] == "Verlauf der Sitzung"
    assert course["body"][0]["rows"][3] == ["18:24", "Pause"]


def test_the_printed_minutes_hold_all_of_it_and_nothing_closed(evening, office):
    meeting, _users = evening
    minutes = lay_before_members(begin_minutes(meeting, by=office), by=office)
    minutes = approve_minutes(minutes, meeting=later(meeting, office), by=office)
    public = words_of(minutes.file)
    for words in (
        "Verlauf der Sitzung",
        "18:24 Pause",
        "Gehört um 18:12",
        "Um Gegensachverständige baten",
        "Im März.",
        "Es sprachen: Platz 3",
    ):
        assert words in public
    assert "Personalfrage" not in public and "Trinkt" not in public


def test_nobody_votes_or_speaks_in_a_break(office):
    meeting, users = called(office)
    item = item_of(meeting, title="Nachtbus", by=office)
    at(18, 0)
    for user in users[:3]:
        note_presence(meeting, person=user.person, by=user)
    open_meeting(meeting, by=office)
    call_item(item, by=office)
    raise_hand(meeting, person=users[0].person, by=users[0])
    assert begin_recess(meeting, by=office) == begin_recess(meeting, by=office)
    for act in (
        lambda: open_vote(item, by=office),
        lambda: start_next(meeting, by=office),
        lambda: call_item(item, by=office),
    ):
        with pytest.raises(Refused, match="Pause"):
            act()
    with pytest.raises(PermissionDenied):
        end_recess(meeting, by=users[0])
    end_recess(meeting, by=office)
    vote = open_vote(item, by=office)
    with pytest.raises(Refused):
        begin_recess(meeting, by=office)
    with pytest.raises(Refused):
        end_item(meeting, by=office)
    for user in users[:3]:
        cast_open(vote, person=user.person, choice="yes", by=user)
    close_vote(item, by=office)
    begin_recess(meeting, by=office)
    at(19, 0)
    close_meeting(meeting, by=office)
    assert meeting.recesses.filter(ended_at__isnull=True).count() == 0


def test_only_a_point_of_order_that_was_heard_is_decided(office):
    meeting, users = called(office)
    at(18, 0)
    for user in users[:3]:
        note_presence(meeting, person=user.person, by=user)
    open_meeting(meeting, by=office)
    plain = raise_hand(meeting, person=users[0].person, by=users[0])
    order = raise_hand(meeting, person=users[1].person, kind="order", by=users[1])
    for speech in (plain, order):
        with pytest.raises(Refused):
            rule_on_order(speech, asked="Schluss der Debatte", ruling="abgelehnt", by=office)
    start_next(meeting, by=office)
    with pytest.raises(Refused):
        rule_on_order(order, asked="Schluss der Debatte", ruling=" ", by=office)
    with pytest.raises(PermissionDenied):
        rule_on_order(order, asked="Schluss der Debatte", ruling="abgelehnt", by=users[1])
    rule_on_order(order, asked="Schluss der Debatte", ruling="abgelehnt", by=office)
    assert rule_on_order(order, asked="Schluss der Debatte", ruling="angenommen", by=office).ruling == "angenommen"


@pytest.fixture
def assembly(office):
    """18:00 opened; guest 1 speaks 18:05–18:07 without a name, guest 2 18:07–18:10 under a name."""
    meeting, _users = called(office, kind="assembly")
    item = item_of(meeting, title="Was Sie dem Rat sagen", kind="assembly", by=office)
    at(18, 0)
    open_meeting(meeting, by=office)
    call_item(item, by=office)
    guest = UserFactory()
    for minute, person, name in ((5, None, ""), (7, guest.person, "Ada Beispiel")):
        raise_hand(meeting, person=person, public_name=name, by=guest if person else office)
        at(18, minute)
        start_next(meeting, by=office)
    at(18, 10)
    stop_speech(meeting, by=office)
    at(18, 30)
    close_meeting(meeting, by=office)
    meeting.refresh_from_db()
    return meeting, guest


def test_guests_stand_in_the_minutes_under_a_number_or_under_the_name_they_agreed_to(assembly, office):
    meeting, _guest = assembly
    content = chronicle_of(begin_minutes(meeting, by=office), date=DAY)
    assert content["items"][0]["guests"] == [
        {"number": 1, "who": "Gast 1", "times": "18:05–18:07"},
        {"number": 2, "who": "Gast 2 (Ada Beispiel)", "times": "18:07–18:10"},
    ]


def test_erasing_a_person_takes_the_name_out_of_the_minutes(assembly, office):
    meeting, guest = assembly
    minutes = lay_before_members(begin_minutes(meeting, by=office), by=office)
    minutes = approve_minutes(minutes, meeting=later(meeting, office), by=office)
    erase_person(guest.person)
    minutes.refresh_from_db()
    assert "Ada" not in str(minutes.content) and not Speech.objects.exclude(public_name="").exists()


def test_a_guest_takes_the_name_back_even_from_minutes_that_are_printed(assembly, office):
    meeting, guest = assembly
    minutes = lay_before_members(begin_minutes(meeting, by=office), by=office)
    minutes = approve_minutes(minutes, meeting=later(meeting, office), by=office)
    printed = minutes.file
    assert "Ada Beispiel" in words_of(printed)
    named = Speech.objects.get(public_name="Ada Beispiel")
    with pytest.raises(PermissionDenied):
        unname_guest(named, by=UserFactory())
    unname_guest(named, by=guest)
    minutes.refresh_from_db()
    printed.refresh_from_db()
    assert "Ada" not in str(minutes.content) and b"Ada Beispiel" not in read_file(minutes.file)
    assert "Gast 2" in words_of(minutes.file)
    assert minutes.file != printed and not printed.is_public and printed.delete_on < DAY + datetime.timedelta(days=14)
