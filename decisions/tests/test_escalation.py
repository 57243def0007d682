"""A missed date moves on by itself, each level once, and comes to the council's agenda in the end."""

import datetime

import pytest

from accounts.models import Message, Role
from accounts.tests.factories import user_with_role
from audit.clock import clock, set_clock, today
from audit.models import Event
from decisions import services
from decisions.models import Addressee, Answer
from decisions.tests.factories import MeetingFactory, answered, city_office, delivered, give_answer
from meetings.models import AgendaItem, Meeting

pytestmark = pytest.mark.django_db


def days_after(addressee: Addressee, days: int) -> None:
    """Let the clock show noon so many days after the answer was due."""
    addressee.refresh_from_db()
    set_clock(datetime.datetime.combine(addressee.due_on, datetime.time(12), datetime.UTC) + datetime.timedelta(days))


def events() -> list[str]:
    return list(Message.objects.exclude(event="decision_delivered").order_by("pk").values_list("event", flat=True))


def test_nothing_happens_before_the_day_is_over():
    addressee = delivered()
    days_after(addressee, 0)
    assert services.escalate() == 0
    assert events() == []


def test_each_level_comes_in_its_turn_and_once():
    addressee = delivered()
    city_office()
    reached = []
    for days in (1, 2, 7, 8, 14, 20, 28, 60):
        days_after(addressee, days)
        services.escalate()
        assert services.escalate() == 0
        addressee.refresh_from_db()
        reached.append(addressee.overdue_level)
    assert reached == [1, 1, 2, 2, 3, 3, 4, 4]
    assert events() == ["deadline_missed", "deadline_reported", "deadline_published"]
    levels = [event.facts["level"] for event in Event.objects.filter(name="deadline.missed").order_by("pk")]
    assert levels == [1, 2, 3, 4]


def test_a_clock_that_jumped_passes_every_level():
    addressee = delivered()
    city_office()
    days_after(addressee, 30)
    assert services.escalate() == 4
    assert events() == ["deadline_missed", "deadline_reported", "deadline_published"]


def test_the_holdings_office_hears_of_it_where_there_is_one():
    addressee = delivered()
    office = user_with_role(Role.Kind.HOLDINGS)
    days_after(addressee, 7)
    services.escalate()
    assert Message.objects.get(event="deadline_reported").person == office.person


def test_words_name_the_organ_and_never_a_person():
    addressee = delivered()
    city_office()
    days_after(addressee, 30)
    services.escalate()
    for message in Message.objects.filter(event__startswith="deadline_"):
        assert addressee.organ.organization.name in message.text
        for person in addressee.decision.council.proposals.values_list("author__family_name", flat=True):
            assert person not in message.text


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.REFUSED])
def test_an_answer_ends_the_escalation(answer):
    addressee = answered(answer)
    days_after(addressee, 30)
    assert services.escalate() == 0


def test_an_answer_put_off_is_awaited_from_its_new_date():
    addressee = answered(Answer.DEFERRED)
    days_after(addressee, 0)
    assert services.escalate() == 0
    days_after(addressee, 1)
    assert services.escalate() == 1


def test_a_late_answer_ends_the_lateness():
    addressee = delivered()
    city_office()
    days_after(addressee, 30)
    services.escalate()
    give_answer(addressee, resolution_date=today())
    addressee.refresh_from_db()
    assert addressee.overdue_level == 0


def test_lateness_comes_to_the_next_meeting_once_there_is_one():
    addressee = delivered()
    city_office()
    days_after(addressee, 28)
    services.escalate()
    assert services.settle_items() == 0
    meeting = MeetingFactory(council=addressee.decision.council, starts_at=clock() + datetime.timedelta(days=20))
    assert services.settle_items() == 1
    assert services.settle_items() == 0
    item = AgendaItem.objects.get(meeting=meeting)
    assert addressee.decision.number in item.title
    addressee.refresh_from_db()
    assert addressee.item == item


@pytest.mark.parametrize(
    ("answer", "is_treated"),
    [(Answer.ACCEPTED, False), (Answer.MODIFIED, True), (Answer.DEFERRED, True), (Answer.REFUSED, True)],
)
def test_an_answer_that_does_not_simply_accept_comes_to_the_council(answer, is_treated):
    addressee = answered(answer)
    meeting = MeetingFactory(council=addressee.decision.council)
    assert services.settle_items() == int(is_treated)
    assert meeting.items.count() == int(is_treated)


def test_what_the_council_has_treated_is_noted_and_not_put_on_again():
    addressee = answered(Answer.REFUSED)
    meeting = MeetingFactory(council=addressee.decision.council)
    services.settle_items()
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CLOSED)
    MeetingFactory(council=addressee.decision.council)
    assert services.settle_items() == 1
    assert services.settle_items() == 0
    addressee.refresh_from_db()
    assert addressee.treated_on is not None
    assert (
        AgendaItem.objects.filter(meeting__council=addressee.decision.council, title__contains="Antwort").count() == 1
    )
