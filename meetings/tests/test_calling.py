"""Meetings are called in time, everybody is invited by the way they chose, and the agenda keeps its order."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message, Person, Role
from accounts.tests.factories import ResidentFactory, user_with_role
from audit.clock import BERLIN, clock, set_clock, today
from audit.services import Refused
from councils.tests.factories import CouncilFactory, seated
from meetings.models import Meeting
from meetings.services import (
    add_item,
    call_meeting,
    cancel_meeting,
    edit_meeting,
    move_item,
    open_meeting,
    propose_item,
    remove_item,
)
from meetings.tests.factories import MeetingFactory, item_of
from proposals.tests.factories import ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


def call(council, by, days, **fields):
    starts_at = datetime.datetime.combine(today() + datetime.timedelta(days=days), datetime.time(18), tzinfo=BERLIN)
    times = {"starts_at": starts_at, "ends_at": starts_at + datetime.timedelta(hours=3)}
    return call_meeting(council, **{"title": "4. Sitzung", "place": "Rathaus", "by": by, **times, **fields})


def test_everybody_is_invited_by_the_way_they_chose(office):
    council = CouncilFactory()
    seated(council, 1, ResidentFactory(channel=Person.Channel.LETTER))
    seated(council, 2, ResidentFactory(channel=Person.Channel.PHONE))
    seated(council, 3)
    seated(council, 4, state="suspended")
    proposal = ProposalFactory(council=council, stage="deliberation")
    meeting = call(council, office, 14, items=[("Begrüßung", None), ("Busse", proposal)])
    sent = Message.objects.filter(event="meeting_invited").order_by("id")
    assert [message.channel for message in sent] == ["letter", "phone", "email"]
    assert all("Rathaus" in m.text and "Begrüßung" in m.text and "Busse" in m.text for m in sent)
    assert [item.order for item in meeting.items.all()] == [1, 2]


def test_the_legal_period_is_kept(office):
    council = CouncilFactory(rules={"invitation_days": 10})
    with pytest.raises(Refused, match="10"):
        call(council, office, 9)
    assert call(council, office, 10).state == Meeting.State.INVITED


def test_a_meeting_ends_after_it_starts(office):
    with pytest.raises(Refused):
        call(CouncilFactory(), office, 20, ends_at=clock())


@pytest.mark.parametrize("kind", [Role.Kind.MEMBER, Role.Kind.FACILITATOR, Role.Kind.CLERK, Role.Kind.AUDITOR])
def test_only_the_secretariat_calls(kind):
    council = CouncilFactory()
    with pytest.raises(PermissionDenied):
        call(council, user_with_role(kind, council.organization), 20)


def test_items_are_moved_and_removed_without_a_gap_in_their_order(office):
    meeting = MeetingFactory()
    items = [add_item(meeting, title=f"Punkt {n}", by=office) for n in range(1, 5)]
    move_item(items[3], order=2, by=office)
    assert [item.title for item in meeting.items.all()] == ["Punkt 1", "Punkt 4", "Punkt 2", "Punkt 3"]
    assert [item.order for item in meeting.items.all()] == [1, 2, 3, 4]
    remove_item(items[0], by=office)
    assert [item.title for item in meeting.items.all()] == ["Punkt 4", "Punkt 2", "Punkt 3"]


def test_only_what_is_deliberated_on_is_put_on_the_agenda(office):
    meeting = MeetingFactory()
    for stage in ("support", "submitted", "adopted"):
        with pytest.raises(Refused):
            add_item(meeting, title="x", proposal=ProposalFactory(council=meeting.council, stage=stage), by=office)
    with pytest.raises(Refused):
        add_item(meeting, title="x", proposal=ProposalFactory(stage="deliberation"), by=office)
    with pytest.raises(Refused):
        add_item(meeting, title="  ", by=office)


def test_what_is_due_goes_on_the_next_agenda_once():
    council = CouncilFactory()
    assert propose_item(council, title="Antwort überfällig: B-7") is None
    later = MeetingFactory(council=council, starts_at=clock() + datetime.timedelta(days=60))
    sooner = MeetingFactory(council=council, starts_at=clock() + datetime.timedelta(days=30))
    MeetingFactory(council=council, state="closed", starts_at=clock() + datetime.timedelta(days=1))
    first = propose_item(council, title="Antwort überfällig: B-7")
    assert first.meeting == sooner and propose_item(council, title="Antwort überfällig: B-7") == first
    assert sooner.items.count() == 1 and later.items.count() == 0


def test_a_meeting_opens_on_its_day_and_once(office):
    noon = (clock() + datetime.timedelta(days=21)).replace(hour=12)
    meeting = MeetingFactory(starts_at=noon)
    with pytest.raises(Refused):
        open_meeting(meeting, by=office)
    set_clock(meeting.starts_at - datetime.timedelta(minutes=10))
    assert open_meeting(meeting, by=office).state == Meeting.State.OPEN
    with pytest.raises(PermissionDenied):
        open_meeting(meeting, by=office)


def test_items_can_be_added_during_the_session_by_its_facilitator():
    meeting = MeetingFactory(state="open")
    assert item_of(meeting, by=user_with_role(Role.Kind.FACILITATOR, meeting.council.organization)).order == 1
    with pytest.raises(PermissionDenied):
        item_of(meeting, by=user_with_role(Role.Kind.FACILITATOR))


def test_an_urgent_meeting_says_why_to_everybody(client, office):
    council = CouncilFactory(rules={"invitation_days": 14})
    seated(council, 1)
    with pytest.raises(Refused, match="Grund"):
        call(council, office, 3, urgency="  ")
    meeting = call(council, office, 3, urgency="Das Wasser steigt.", items=[("Deich", None)])
    assert "Das Wasser steigt." in Message.objects.get(event="meeting_invited").text
    assert "Das Wasser steigt." in client.get(meeting.get_absolute_url()).content.decode()
    with pytest.raises(Refused):
        call(council, office, -1, urgency="Gestern")


def test_within_the_period_a_change_of_the_agenda_says_why(client, office):
    council = CouncilFactory(rules={"invitation_days": 14})
    meeting = MeetingFactory(council=council, starts_at=clock() + datetime.timedelta(days=5))
    with pytest.raises(Refused, match="warum"):
        item_of(meeting, title="Neu", by=office)
    first = item_of(meeting, title="Erstens", reason="Frist der Stadtwerke", by=office)
    second = item_of(meeting, title="Zweitens", reason="Bitte des Rates", by=office)
    with pytest.raises(Refused):
        move_item(second, order=1, by=office)
    move_item(second, order=1, reason="Gäste müssen früh gehen", by=office)
    with pytest.raises(Refused):
        remove_item(first, by=office)
    remove_item(first, reason="Unterlagen fehlen", by=office)
    first.refresh_from_db()
    assert first.withdrawn_reason == "Unterlagen fehlen"
    html = client.get(meeting.get_absolute_url()).content.decode()
    assert "<s>Erstens</s>" in html
    for reason in ("Frist der Stadtwerke", "Gäste müssen früh gehen", "Unterlagen fehlen"):
        assert reason in html


def test_members_are_told_when_a_meeting_moves_or_is_cancelled(office):
    council = CouncilFactory()
    seated(council, 1)
    meeting = call(council, office, 20)
    kept = {"title": meeting.title, "starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    edit_meeting(meeting, place="Schule", by=office, **kept)
    assert "Schule" in Message.objects.get(event="meeting_moved").text
    edit_meeting(meeting, place="Schule", room="bbb", by=office, **kept)
    assert Message.objects.filter(event="meeting_moved").count() == 1
    with pytest.raises(Refused):
        cancel_meeting(meeting, reason=" ", by=office)
    cancel_meeting(meeting, reason="Hochwasser", by=office)
    assert "Hochwasser" in Message.objects.get(event="meeting_cancelled").text
    with pytest.raises(PermissionDenied):
        open_meeting(meeting, by=office)
