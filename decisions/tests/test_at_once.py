"""Two at once: one decision is sealed once, numbers are given once, one missed date is escalated once."""

import datetime

import pytest

from accounts.models import Message
from audit.clock import set_clock
from audit.models import Event
from decisions import services
from decisions.models import Decision, Delivery, Statement
from decisions.tests.factories import (
    AgendaItemFactory,
    adopted,
    bound_organ,
    city_office,
    delivered,
    give_answer,
    secretariat,
    secretary_of,
)
from documents.models import File
from lottery.tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Jobs stay rows: the tests decide when and how often they run."""
    monkeypatch.setattr("audit.jobs._send", lambda job: None)


def test_two_workers_seal_and_deliver_once():
    decision = adopted()
    assert at_once(*[lambda: services.seal_decision(decision)] * 3) == []
    assert File.objects.filter(is_public=True).count() == 1
    assert Delivery.objects.count() == 2
    assert Message.objects.filter(event="decision_delivered").count() == 1
    assert Event.objects.filter(name="decision.sealed").count() == 1


def test_one_item_is_decided_once_and_numbers_have_no_gap():
    items = [AgendaItemFactory() for _ in range(3)]
    adopted(item=AgendaItemFactory())
    by = secretariat()
    organs = {item.pk: [bound_organ(item.meeting.council)] for item in items}

    def adopt(item):
        return lambda: services.adopt_decision(item, organs=organs[item.pk], title="T", text="T", by=by)

    raised = at_once(*[adopt(item) for item in items], adopt(items[0]))
    assert len(raised) == 1
    numbers = sorted(int(number.split("/")[0]) for number in Decision.objects.values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4]


def test_two_clicks_give_one_answer():
    addressee = delivered()
    by = secretary_of(addressee.organ)
    raised = at_once(*[lambda: give_answer(addressee, by=by)] * 3)
    assert len(raised) == 2
    assert Statement.objects.count() == 1


def test_two_timers_pass_each_level_once():
    addressee = delivered()
    city_office()
    noon = datetime.datetime.combine(addressee.due_on, datetime.time(12), datetime.UTC)
    set_clock(noon + datetime.timedelta(days=30))
    try:
        assert at_once(*[services.escalate] * 4) == []
        assert Event.objects.filter(name="deadline.missed").count() == 4
        assert Message.objects.filter(event__startswith="deadline_").count() == 3
    finally:
        set_clock(None)
