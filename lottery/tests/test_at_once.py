"""Two at once: one signature each, one panel, one seat, counters that are right."""

import datetime

import pytest

from audit.clock import clock, set_clock
from councils.models import Membership
from lottery import record, services
from lottery.models import Draw, DrawApproval, Invitation
from lottery.stages import ACTIONS
from lottery.tests.factories import WITNESSES, Stage, answers, rows_of
from lottery.tests.threads import at_once
from lottery.volunteers import volunteers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Jobs stay rows: the tests decide when and how often they run."""
    monkeypatch.setattr("audit.jobs._send", lambda job: None)


def test_both_offices_sign_at_the_same_moment_and_the_quotas_are_frozen():
    stage = Stage().closed()
    acts = [lambda by=by: services.freeze_quotas(stage.draw, by=by) for by in (stage.officer, stage.auditor)]
    assert at_once(*acts) == []
    assert stage.fresh().draw.state == Draw.State.QUOTAS_FROZEN
    assert DrawApproval.objects.filter(step="quotas").count() == 2


def test_one_person_who_clicks_twice_signs_once():
    stage = Stage().closed()
    raised = at_once(*[lambda: services.freeze_quotas(stage.draw, by=stage.officer)] * 3)
    assert len(raised) == 2
    assert DrawApproval.objects.filter(step="quotas").count() == 1


def test_two_workers_keep_one_set_of_panels():
    stage = Stage().frozen()
    services.compute_panel(stage.draw, by=stage.officer, panels=10)
    assert at_once(*[lambda: services.run_computation(stage.draw, panels=10)] * 3) == []
    draw = stage.fresh().draw
    assert (draw.state, draw.panel_count) == (Draw.State.PANELS_READY, 10)


def test_two_type_the_number_at_the_same_moment_and_it_counts_once():
    stage = Stage().committed()
    set_clock(clock() + datetime.timedelta(hours=2))
    acts = [
        lambda by=by: services.record_randomness(stage.draw, value="3", witnesses=WITNESSES, by=by)
        for by in (stage.officer, stage.auditor, stage.officer, stage.auditor)
    ]
    try:
        assert len(at_once(*acts)) == 2
    finally:
        set_clock(None)
    assert stage.fresh().draw.randomness == "3"


def test_a_seat_is_confirmed_once_and_offered_once():
    stage = Stage().selected()
    first, second = stage.rows(Invitation.State.SELECTED)[:2]
    raised = at_once(*[lambda: services.confirm_response(first, by=stage.officer)] * 3)
    assert len(raised) == 2
    assert Membership.objects.count() == 1
    services.decline_response(second, by=stage.officer)
    assert at_once(*[services.settle_vacancies] * 3) == []
    assert len(rows_of(seat_number=second.seat_number)) == 1
    assert len(stage.rows(Invitation.State.SELECTED)) == 5


def test_replies_at_once_are_all_counted():
    stage = Stage(sample=24).invited()
    rows = stage.rows()[:8]
    acts = [lambda row=row: services.reply(row, answers=answers(row.number), channel="online") for row in rows]
    assert at_once(*acts, *acts) == []
    stage.fresh()
    assert (stage.draw.response_count, stage.draw.interested_count) == (8, 8)


def test_no_reply_slips_in_while_the_pool_is_being_closed(monkeypatch):
    """Even if the day ended in between: a reply is in the pool, or it is refused."""
    stage = Stage().replied()
    set_clock(clock() + datetime.timedelta(days=22))
    rows = stage.rows(Invitation.State.INVITED)[:6]
    monkeypatch.setattr("lottery.services.replies.is_open", _is_open_whatever_the_day)
    acts = [lambda row=row: services.reply(row, answers=answers(row.number), channel="online") for row in rows]
    try:
        at_once(lambda: services.close_replies(stage.draw, by=stage.officer), *acts)
        draw = stage.fresh().draw
        assert record.pool_hash(draw, volunteers(draw)) == draw.pool_hash
    finally:
        set_clock(None)


def _is_open_whatever_the_day(invitation):
    return "reply" in ACTIONS[Draw.State(invitation.draw.state)]


def test_two_printers_print_each_letter_once():
    stage = Stage(sample=12).invited()
    assert at_once(*[lambda: services.print_letters(stage.draw)] * 2) == []
    from documents.models import File

    assert File.objects.filter(owner=f"draw:{stage.draw.pk}", name__startswith="briefe").count() == 1
