"""A term of office by the clock: constitution, four sessions with their hearings and votes, a resignation that leaves a
seat vacant, a recusal that changes a denominator, a partial renewal begun, and the last day.

The council is a small one of its own, in the test's database behind a server of the test; the key acts are done at a
browser, the many by the services, and time is the database's, moved from day to day.
"""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from accounts.models import Person, Role, User
from accounts.tests.factories import CityFactory, OrganizationFactory, UserFactory, user_with_role
from audit.clock import BERLIN, set_clock, today
from audit.services import Refused
from councils import services as councils
from councils.models import Company, Council, Membership, StatuteVersion
from councils.tests.factories import CompanyFactory
from meetings import services as meetings
from meetings.models import AgendaItem, Expert, Meeting, Minutes, Resolution
from meetings.services.chronicle import chronicle_of
from tests.journeys.browser import Visitor, clear_screenshots
from tests.world import session_of
from voting import services as voting
from voting.models import Vote

SEATS = 9
BEGIN = datetime.date(2026, 3, 2)
SESSIONS = [
    datetime.date(2026, 4, 10),
    datetime.date(2026, 6, 12),
    datetime.date(2026, 9, 11),
    datetime.date(2027, 1, 15),
]
RULES = {
    "term_years": 1,
    "renewal_thirds": 1,
    "renewal_months": 10,
    "majority": {"numerator": 1, "denominator": 2, "strict": False, "of": "entitled"},
}
pytestmark = pytest.mark.django_db(transaction=True)


class Hall:
    """The council, its people and its clock and the browsers of those who visit it."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.visitors: list[Visitor] = []
        self.council: Council
        self.users: list[User] = []
        self.office: User
        self.company: Company

    def at(self, day: datetime.date, hour: int, minute: int = 0) -> None:
        """Move the clock to a local time."""
        moment = datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=BERLIN)
        set_clock(moment)

    def visitor(self, user: User | None, name: str = "term", width: int = 1280) -> Visitor:
        """A browser of `user`, signed in; without one that of the public."""
        visitor = Visitor(self.browser, self.base, name=name, width=width)
        if user is not None:
            key = session_of(user)
            visitor.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.base}])
        self.visitors.append(visitor)
        return visitor

    def end(self) -> None:
        """Every visitor leaves; what went wrong in a browser fails the test."""
        set_clock(None)
        for visitor in self.visitors:
            visitor.leave()


@pytest.fixture(scope="module", autouse=True)
def beside_a_browser() -> Iterator[None]:
    """Playwright's loop makes Django take this thread for asynchronous; it is not, queries are fine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def hall(chromium: Browser, live_server: Any) -> Iterator[Hall]:
    clear_screenshots("term")
    found = Hall(chromium, live_server.url)
    try:
        yield found
    finally:
        found.end()


def found_council(hall: Hall) -> None:
    """The city, its company and a council of nine by the services; rules in force; nine people on their seats."""

    def act() -> None:
        CityFactory()
        hall.office = user_with_role(Role.Kind.SECRETARIAT)
        hall.company = CompanyFactory()
        organization = OrganizationFactory(kind="council", name="Bürgerrat Musterstadt")
        hall.council = councils.found_council(
            organization=organization, seat_count=SEATS, about="Neun Plätze.", companies=[hall.company], by=hall.office
        )
        councils.enact_statute(
            hall.council,
            kind=StatuteVersion.Kind.RULES,
            title="Geschäftsordnung",
            text="1. Wir tagen öffentlich.",
            settings=RULES,
            in_force_on=today(),
            enacted_by="Ratsbeschluss vom 1. März 2026",
            by=hall.office,
        )
        hall.users = UserFactory.create_batch(SEATS)
        for user in hall.users:
            councils.fill_seat(hall.council, person=person_of(user), begin_date=today(), by=hall.office)
        hall.council = councils.constitute(hall.council, by=hall.office)

    act()


def person_of(user: User) -> Person:
    assert user.person is not None
    return user.person


def call(hall: Hall, number: int, *titles: str) -> Meeting:
    """The invitation to a session, three weeks before it."""
    day = SESSIONS[number - 1]
    hall.at(day - datetime.timedelta(weeks=3), 9)
    starts = datetime.datetime.combine(day, datetime.time(18), tzinfo=BERLIN)
    meeting = meetings.call_meeting(
        hall.council,
        title=f"{number}. Sitzung",
        place="Rathaus",
        starts_at=starts,
        ends_at=starts + datetime.timedelta(hours=2),
        items=[(title, None) for title in titles],
        by=hall.office,
    )
    hall.at(day, 18, 2)
    return meeting


def open_session(hall: Hall, meeting: Meeting, seats: list[int]) -> None:
    """The session begins and these seats are in the room."""

    def act() -> None:
        meetings.open_meeting(meeting, by=hall.office)
        for number in seats:
            meetings.note_presence(meeting, person=person_of(hall.users[number - 1]), by=hall.office)

    act()


def item_of(meeting: Meeting, title: str) -> AgendaItem:
    return AgendaItem.objects.select_related("meeting__council__organization", "vote").get(meeting=meeting, title=title)


def decide(hall: Hall, meeting: Meeting, title: str, choices: dict[int, str], *, opened: tuple[int, int]) -> Vote:
    """A roll call by the services: seat → choice; open for five minutes."""
    day = SESSIONS[int(meeting.title[0]) - 1]
    hall.at(day, *opened)
    meetings.open_vote(item_of(meeting, title), by=hall.office)
    cast(hall, meeting, title, choices)
    hall.at(day, opened[0], opened[1] + 5)
    return meetings.close_vote(item_of(meeting, title), by=hall.office)


def cast(hall: Hall, meeting: Meeting, title: str, choices: dict[int, str]) -> None:
    def act() -> None:
        vote = item_of(meeting, title).vote
        assert vote is not None
        for number, choice in choices.items():
            user = hall.users[number - 1]
            voting.cast_open(vote, person=person_of(user), choice=choice, by=user)

    act()


def expert(hall: Hall, item: AgendaItem, name: str, *, chosen_by: str = "council", interests: str = "keine") -> Expert:
    """Somebody is called to be heard on an item."""
    return meetings.call_expert(
        item,
        given_name="Toni",
        family_name=name,
        email="",
        profession="Gutachten",
        chosen_by=chosen_by,
        list_name="Liste der Kammer",
        interests=interests,
        by=hall.office,
    )


def hear(hall: Hall, meeting: Meeting, title: str, name: str, *, called: tuple[int, int]) -> None:
    """By the services: the item is called, and five minutes later its expert has been heard."""
    day = SESSIONS[int(meeting.title[0]) - 1]
    found = expert(hall, item_of(meeting, title), name)
    hall.at(day, *called)
    meetings.call_item(item_of(meeting, title), by=hall.office)
    hall.at(day, called[0], called[1] + 5)
    meetings.note_heard(found, by=hall.office)


def heard(told_item: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Who was heard on an item of the minutes, when, and whether as counter-expert."""
    return [(row["name"], row["heard"], row["is_counter"]) for row in told_item.get("experts", [])]


def end_session(hall: Hall, meeting: Meeting, at: tuple[int, int]) -> None:
    """The session ends, the minutes are begun and laid before the members."""
    hall.at(SESSIONS[int(meeting.title[0]) - 1], *at)

    def act() -> None:
        meetings.close_meeting(meeting, by=hall.office)
        meetings.lay_before_members(meetings.begin_minutes(meeting, by=hall.office), by=hall.office)

    act()


def told(hall: Hall, meeting: Meeting) -> dict[str, Any]:
    """The minutes as they stand."""
    return chronicle_of(Minutes.objects.get(meeting=meeting), date=today())


def test_a_term_from_the_constitution_to_its_last_day(hall):
    hall.at(BEGIN, 10)
    found_council(hall)
    shows_seats(hall, "constitution", vacant=0)
    secretary = hall.visitor(hall.office)
    first = first_session(hall, secretary)
    second = second_session(hall, secretary, first)
    third_session(hall, secretary, second)
    fourth_session(hall, secretary)
    end_of_term(hall)
    assert hall.council.resolutions.count() == len(SESSIONS) - 1, "of the third session a motion failed"


def shows_seats(hall: Hall, shot: str, *, vacant: int) -> None:
    """The public page of the council says how many of its seats are taken, and draws the others empty."""
    reader = hall.visitor(None)
    reader.go(f"/rat/{hall.council.pk}/")
    reader.sees(f"{SEATS - vacant} von {SEATS} Plätzen sind besetzt")
    reader.shot(shot)


def first_hearing(hall: Hall, secretary: Visitor, meeting: Meeting) -> None:
    """At the browser: the chair calls the item and an expert, a member asks, the answer is noted, then "heard"."""
    item = item_of(meeting, "Nachtbus")
    secretary.go(f"/sitzungen/{meeting.pk}/redeliste/")
    secretary.fill(item=str(item.pk))
    secretary.press("Call this item")
    secretary.go(f"/sitzungen/punkte/{item.pk}/anhoerung/sachverstaendige/")
    secretary.fill(given_name="Toni", family_name="Erste", profession="Verkehrsplanung", chosen_by="council")
    secretary.fill(list_name="Liste der Kammer", interests="keine")
    secretary.send()
    member = hall.visitor(hall.users[2], width=320)
    member.go(f"/sitzungen/punkte/{item.pk}/anhoerung/")
    member.fill(text="Was kostet der Nachtbus?")
    member.press("Ask")
    member.shot("expert-asked")
    secretary.go(f"/sitzungen/punkte/{item.pk}/anhoerung/")
    secretary.activate(secretary.page.locator("main a[href*='/fragen/']").first)
    secretary.fill(answer="300.000 Euro im Jahr.", answered_by="Verkehrsplanung")
    secretary.send()
    hall.at(SESSIONS[0], 18, 10)
    secretary.go(f"/sitzungen/punkte/{item.pk}/anhoerung/")
    secretary.press("Has been heard")
    secretary.shot("expert-heard")


def point_of_order(hall: Hall, secretary: Visitor, meeting: Meeting) -> None:
    """At the browser: a member's point of order goes first, what was decided is noted; a break of ten minutes."""
    address = f"/sitzungen/{meeting.pk}/redeliste/"
    member = hall.visitor(hall.users[1], width=320)
    member.go(address)
    member.press("Point of order")
    hall.at(SESSIONS[0], 18, 22)
    secretary.go(address)
    secretary.activate(secretary.page.locator("#next"))
    secretary.sees("Platz 2 hat das Wort")
    expect(member.page.locator("#floor")).to_contain_text("Platz 2", timeout=10_000)  # by polling
    member.shot("has-the-floor")
    secretary.activate(secretary.page.locator("main a[href$='/entscheidung/']").first)
    secretary.fill(asked="Zehn Minuten Pause.", ruling="Ohne Widerspruch angenommen.")
    secretary.send()
    secretary.press("Begin a break")
    secretary.shot("break")
    hall.at(SESSIONS[0], 18, 32)
    secretary.press("End the break")
    secretary.activate(secretary.page.locator("main form[action$='/beenden/'] button"))


def first_session(hall: Hall, secretary: Visitor) -> Meeting:
    """At the browser: opened, presence ticked, a vote opened and closed; two members vote at theirs."""
    meeting = call(hall, 1, "Nachtbus")
    secretary.go(f"/sitzungen/{meeting.pk}/")
    secretary.press("Open the meeting")
    for user in hall.users[:6]:
        meetings.note_presence(meeting, person=person_of(user), by=hall.office)
    hall.at(SESSIONS[0], 18, 5)
    first_hearing(hall, secretary, meeting)
    hall.at(SESSIONS[0], 18, 15)
    secretary.go(f"/sitzungen/punkte/{item_of(meeting, 'Nachtbus').pk}/abstimmung/eroeffnen/")
    secretary.fill(electorate="hall")
    secretary.send()
    vote_address = secretary.page.url
    for user, choice in zip(hall.users[:2], ("yes", "no"), strict=True):
        member = hall.visitor(user, width=320)
        member.page.goto(vote_address)
        member.fill(choice=choice)
        member.shot(f"vote-{choice}")
        member.press("button|Vote")
    cast(hall, meeting, "Nachtbus", {3: "yes", 4: "yes", 5: "yes", 6: "yes"})
    hall.at(SESSIONS[0], 18, 20)
    secretary.page.goto(vote_address)
    secretary.press("Close and count the vote")
    secretary.sees("Angenommen")
    secretary.shot("adopted")
    point_of_order(hall, secretary, meeting)
    end_session(hall, meeting, (19, 0))
    content = told(hall, meeting)
    (item,) = content["items"]
    assert heard(item) == [("Toni Erste", "18:10", False)]
    assert item["experts"][0]["questions"][0]["who"] == "Platz 3"
    assert item["orders"][0] == {
        "time": "18:22",
        "who": "Platz 2",
        "asked": "Zehn Minuten Pause.",
        "ruling": "Ohne Widerspruch angenommen.",
    }
    assert [row["time"] + " " + row["text"].partition(".")[0] for row in content["course"]] == [
        "18:02 Die Sitzung wird eröffnet",
        "18:02 Es kommt: Platz 1, Platz 2, Platz 3, Platz 4, Platz 5, Platz 6 (nun 6 im Raum)",
        "18:05 Punkt 1 beginnt: Nachtbus",
        "18:22 Pause",
        "18:32 Ende der Pause",
        "18:32 Punkt 1 endet",
        "19:00 Die Sitzung wird geschlossen",
    ]
    figures = item["resolutions"][0]["vote"]
    assert [row["count"] for row in figures["options"]] == [5, 1, 0]
    assert (figures["needed"], figures["entitled"], figures["not_cast"]) == (5, 9, 0)
    assert item["resolutions"][0]["asked"].startswith("Abstimmung eröffnet 18:15, geschlossen 18:20.")
    return meeting


def second_session(hall: Hall, secretary: Visitor, first: Meeting) -> Meeting:
    """A member asks to be recused, at the browser: of eight entitled four are half, of nine they would not be."""
    meeting = call(hall, 2, "Stadtwerke: Sozialtarif")
    open_session(hall, meeting, [1, 2, 3, 4, 5, 6])
    approve(hall, secretary, first, "18:15")
    key = item_of(meeting, "Stadtwerke: Sozialtarif").pk
    member = hall.visitor(hall.users[3])
    member.go(f"/sitzungen/punkte/{key}/befangenheit/")
    seat = Membership.objects.current().get(person=person_of(hall.users[3])).pk
    member.fill(member=str(seat), grounds="Ich arbeite bei den Stadtwerken.")
    member.shot("recusal-proposed")
    member.send()
    secretary.go(f"/sitzungen/punkte/{key}/befangenheit/")
    secretary.follow("Note the decision")
    secretary.fill(is_recused="yes", how="chair", reason="Eigener Arbeitgeber")
    secretary.send()
    secretary.shot("recusal-decided")
    hear_both_sides(hall, meeting, "Stadtwerke: Sozialtarif")
    choices = {1: "yes", 2: "yes", 3: "yes", 5: "yes", 6: "no"}
    vote = decide(hall, meeting, "Stadtwerke: Sozialtarif", choices, opened=(18, 30))
    assert (vote.statutory_members, vote.entitled_members, vote.members_present) == (9, 8, 5)
    assert (vote.result["denominator"], vote.result["needed"], vote.result["is_adopted"]) == (8, 4, True)
    reader = hall.visitor(None)
    reader.go(f"/sitzungen/punkte/{key}/abstimmung/")
    reader.sees("8 von 9 Plätzen")
    reader.shot("recused-result")
    end_session(hall, meeting, (19, 10))
    item = told(hall, meeting)["items"][-1]
    assert heard(item) == [("Toni Zweite", "18:25", False), ("Toni Dritte", "18:28", True)]
    assert item["counter_seats"] == ["Platz 1", "Platz 2", "Platz 3"]
    assert item["recused"] == ["Platz 4 (Eigener Arbeitgeber; Leitung, niemand widersprach)"]
    return meeting


def hear_both_sides(hall: Hall, meeting: Meeting, title: str) -> None:
    """A quarter of nine seats is three: they ask for a counter-expert at their browsers, and no vote opens before."""
    hear(hall, meeting, title, "Zweite", called=(18, 20))
    item = item_of(meeting, title)
    for user in hall.users[:3]:
        member = hall.visitor(user, width=320)
        member.go(f"/sitzungen/punkte/{item.pk}/anhoerung/")
        member.press("Ask for a counter-expert")
    member.shot("counter-expert-asked")
    with pytest.raises(Refused):
        meetings.open_vote(item, by=hall.office)
    counter = expert(hall, item, "Dritte", chosen_by="quarter", interests="Angestellte des Mietervereins")
    hall.at(SESSIONS[1], 18, 28)
    meetings.note_heard(counter, by=hall.office)


def approve(hall: Hall, secretary: Visitor, earlier: Meeting, opened: str) -> None:
    """The session that is on approves the minutes of an earlier one, at the browser; everybody reads them then."""
    secretary.go(f"/sitzungen/{earlier.pk}/niederschrift/")
    secretary.shot("minutes-laid")
    secretary.page.locator("main form[action$='genehmigen/'] button").click()
    secretary.page.wait_for_load_state()
    reader = hall.visitor(None)
    reader.go(f"/sitzungen/{earlier.pk}/niederschrift/")
    reader.sees(f"Abstimmung eröffnet {opened}")
    reader.shot("minutes-approved")
    answer = reader.page.request.get(f"{hall.base}/sitzungen/{earlier.pk}/niederschrift.pdf")
    assert answer.ok and answer.body()[:5] == b"%PDF-"


def third_session(hall: Hall, secretary: Visitor, second: Meeting) -> None:
    """Somebody resigned in between: the seat is vacant, the seats of the statute stay nine, nobody else moved."""
    hall.at(datetime.date(2026, 7, 1), 9)
    councils.end_membership(
        Membership.objects.current().get(person=person_of(hall.users[4])),
        reason="resigned",
        end_date=today(),
        by=hall.office,
    )
    assert [seat.number for seat in councils.vacant_seats(hall.council)] == [5]
    shows_seats(hall, "resigned", vacant=1)
    meeting = call(hall, 3, "Bänke am Fluss")
    open_session(hall, meeting, [1, 2, 3, 4, 6])
    approve(hall, secretary, second, "18:30")
    hear(hall, meeting, "Bänke am Fluss", "Vierte", called=(18, 32))
    choices = {1: "yes", 2: "yes", 3: "yes", 4: "yes", 6: "no"}
    vote = decide(hall, meeting, "Bänke am Fluss", choices, opened=(18, 40))
    assert (vote.statutory_members, vote.entitled_members, vote.members_present) == (9, 9, 5)
    assert (vote.result["needed"], vote.result["is_adopted"]) == (5, False), "a vacant seat stays in the denominator"
    end_session(hall, meeting, (19, 30))
    assert heard(told(hall, meeting)["items"][-1]) == [("Toni Vierte", "18:37", False)]
    attendance = told(hall, meeting)["attendance"]
    assert (attendance["vacant"], attendance["absent"]) == (["Platz 5"], ["Platz 7", "Platz 8", "Platz 9"])


def fourth_session(hall: Hall, secretary: Visitor) -> None:
    """The partial renewal is begun before it: freed seats are vacant, the five others are a quorum of nine."""
    hall.at(datetime.date(2027, 1, 4), 9)
    renewal = councils.begin_renewal(hall.council, by=hall.office)
    vacant = {5, *renewal.seats}
    assert {seat.number for seat in councils.vacant_seats(hall.council)} == vacant
    shows_seats(hall, "renewal-begun", vacant=len(vacant))
    meeting = call(hall, 4, "Was wir übergeben")
    staying = [number for number in range(1, SEATS + 1) if number not in vacant]
    open_session(hall, meeting, staying)
    assert staying == [2, 3, 6, 8, 9]
    approve(hall, secretary, Meeting.objects.get(title="3. Sitzung"), "18:40")
    hear(hall, meeting, "Was wir übergeben", "Fünfte", called=(18, 10))
    vote = decide(hall, meeting, "Was wir übergeben", dict.fromkeys(staying, "yes"), opened=(18, 20))
    assert (vote.result["is_adopted"], vote.roll_count) == (True, len(staying))
    end_session(hall, meeting, (20, 0))
    assert heard(told(hall, meeting)["items"][-1]) == [("Toni Fünfte", "18:15", False)]
    numbers = [str(row) for row in Resolution.objects.order_by("year", "number")]
    assert numbers == ["2026/1", "2026/2", "2027/1"]
    reader = hall.visitor(None)
    reader.go(f"/sitzungen/{meeting.pk}/")
    reader.sees("Angenommen mit")


def end_of_term(hall: Hall) -> None:
    """The last day of the term goes by: the clock ends it, and the next one begins."""
    hall.at(datetime.date(2027, 3, 1), 23)
    assert councils.settle_terms() == 0
    hall.at(datetime.date(2027, 3, 2), 0, 5)
    assert councils.settle_terms() == 1
    terms = list(hall.council.terms.order_by("number").values_list("begin_date", "end_date"))
    shows_seats(hall, "end-of-term", vacant=4)
    assert terms[0] == (BEGIN, datetime.date(2027, 3, 2)) and terms[1][0] == terms[0][1]
