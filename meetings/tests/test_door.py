"""Members are noted by the code on the door, by their badge, or at the desk; the quorum follows at once."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import clock
from councils.models import Membership
from meetings.codes import badge_token, door_code
from meetings.models import Presence
from meetings.services import note_leaving, note_presence, open_meeting
from meetings.tests.factories import MeetingFactory, session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["process"].clear()


def test_the_code_on_the_door_notes_a_member_and_sends_guests_to_a_chair(client):
    meeting, users = session(present=0)
    url = reverse("meetings:check_in", args=[meeting.pk, door_code(meeting)])
    assert "Gäste müssen das nicht" in client.get(url).content.decode()
    client.force_login(users[2])
    client.post(url)
    assert Presence.objects.get().way == "poster"
    assert "als anwesend eingetragen" in client.get(url).content.decode() or Presence.objects.count() == 1
    client.force_login(UserFactory())
    assert "Gäste müssen sich nicht eintragen" in client.get(url).content.decode()
    assert client.post(url).status_code == 403


def test_the_code_of_another_meeting_opens_no_door(client):
    meeting, _ = session()
    other = door_code(MeetingFactory())
    assert client.get(reverse("meetings:check_in", args=[meeting.pk, other])).status_code == 404


def test_a_badge_is_scanned_at_the_door(client):
    _meeting, users = session(present=0)
    membership = Membership.objects.get(person=users[1].person)
    url = reverse("meetings:badge", args=[badge_token(membership)])
    client.force_login(user_with_role(Role.Kind.CLERK))
    assert "Platz 2" in client.get(url).content.decode()
    client.post(url, {"action": "come"})
    assert Presence.objects.get().way == "badge"
    client.post(url, {"action": "leave"})
    assert Presence.objects.get().left_at is not None
    assert client.get(reverse("meetings:badge", args=[badge_token(membership) + "x"])).status_code == 404
    client.force_login(users[0])
    assert client.get(url).status_code == 403


def test_a_badge_opens_nothing_on_a_day_without_a_meeting(client):
    meeting, users = session()
    meeting.__class__.objects.filter(pk=meeting.pk).update(state="closed")
    membership = Membership.objects.get(person=users[1].person)
    client.force_login(user_with_role(Role.Kind.CLERK))
    assert client.get(reverse("meetings:badge", args=[badge_token(membership)])).url == reverse("meetings:list")


def test_coming_late_and_leaving_change_the_quorum_at_once(client):
    meeting, users = session(present=2)
    url = reverse("meetings:live", args=[meeting.pk])

    def said():
        caches["process"].clear()
        return " ".join(client.get(url).content.decode().split())

    assert "nicht beschlussfähig, 3 nötig" in said()
    note_presence(meeting, person=users[2].person, by=users[2])
    assert ">beschlussfähig<" in said()
    note_leaving(meeting, person=users[0].person, by=users[0])
    assert "nicht beschlussfähig" in said()
    note_presence(meeting, person=users[0].person, by=users[0])
    assert ">beschlussfähig<" in said()
    assert Presence.objects.filter(membership__person=users[0].person).count() == 2


def test_the_door_prints_a_poster_and_a_badge_for_every_seat(client):
    meeting, _ = session()
    client.force_login(user_with_role(Role.Kind.CLERK))
    html = client.get(reverse("meetings:door_papers", args=[meeting.pk]) + "?paper").content.decode()
    assert html.count('class="qr"') >= 6 and door_code(meeting) in html


def test_guests_are_counted_without_names(client):
    office = user_with_role(Role.Kind.SECRETARIAT)
    meeting = open_meeting(MeetingFactory(kind="assembly", starts_at=clock()), by=office)
    client.force_login(user_with_role(Role.Kind.CLERK))
    client.post(reverse("meetings:guests", args=[meeting.pk]), {"count": "41"})
    assert "41 Gäste" in client.get(reverse("meetings:live", args=[meeting.pk])).content.decode()
    client.post(reverse("meetings:guests", args=[meeting.pk]), {"count": "viele"})
    meeting.refresh_from_db()
    assert meeting.guest_count == 41
