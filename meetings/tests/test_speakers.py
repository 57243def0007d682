"""Hands go up once, are called in the order of the rule, and the time is kept by side and seat."""

import datetime
import hashlib

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from accounts.tests.factories import ResidentFactory, UserFactory, user_with_role
from audit.clock import clock, set_clock
from audit.services import Refused
from councils.tests.budgets import counted
from meetings.algorithms.speakers import SIDES, Hand, Turn, order_hands, shares
from meetings.models import Speech
from meetings.services import (
    call_item,
    close_meeting,
    note_leaving,
    open_meeting,
    queue,
    raise_hand,
    set_speaking,
    start_next,
    start_speech,
    stop_speech,
    turns_of,
    withdraw_hand,
)
from meetings.tests.factories import MeetingFactory, item_of, session


def hands(*sides, speakers=None):
    names = speakers or [f"seat:{n}" for n in range(1, len(sides) + 1)]
    return [Hand(n, name, side) for n, (side, name) in enumerate(zip(sides, names, strict=True), start=1)]


def test_sides_take_turns_and_the_longest_waiting_begins():
    up = hands("contra", "contra", "contra", "pro", "neutral")
    assert [hand.key for hand in order_hands(up, rule="balanced")] == [1, 4, 5, 2, 3]


def test_the_side_with_fewer_turns_so_far_is_next():
    up = hands("pro", "contra")
    assert [hand.key for hand in order_hands(up, rule="balanced", turns=[Turn("seat:9", "pro")])] == [2, 1]


def test_whoever_has_not_spoken_goes_before_whoever_has():
    up = hands("pro", "pro", speakers=["seat:1", "seat:2"])
    turns = [Turn("seat:1", "pro"), Turn("seat:3", "contra"), Turn("seat:4", "neutral")]
    assert [hand.speaker for hand in order_hands(up, rule="balanced", turns=turns)] == ["seat:2", "seat:1"]


def test_a_lot_can_be_worked_out_by_everybody():
    up = hands(*["pro"] * 5)
    by_hand = sorted(range(1, 6), key=lambda key: hashlib.sha256(f"4711:{key}".encode()).hexdigest())
    assert [hand.key for hand in order_hands(up, rule="random", seed="4711")] == by_hand
    with pytest.raises(ValueError, match="seed"):
        order_hands(up, rule="random")
    with pytest.raises(ValueError, match="unknown"):
        order_hands(up, rule="loudest")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(SIDES), st.integers(1, 6), st.booleans()), max_size=30),
    st.sampled_from(["balanced", "arrival", "random"]),
)
def test_nobody_is_lost_and_points_of_order_come_first(rows, rule):
    up = [Hand(n, f"seat:{seat}", side, is_order) for n, (side, seat, is_order) in enumerate(rows)]
    ordered = order_hands(up, rule=rule, seed="1")
    assert sorted(hand.key for hand in ordered) == [hand.key for hand in up]
    points = [hand.is_order for hand in ordered]
    assert points == sorted(points, reverse=True)
    if rule == "balanced":
        calm = [hand.side for hand in ordered if not hand.is_order]
        for place in range(1, len(calm) + 1):
            left = {side: calm[place:].count(side) for side in SIDES}
            had = {side: calm[:place].count(side) for side in SIDES}
            assert all(had[a] <= had[b] + 1 for a in SIDES for b in SIDES if left[b])


def test_time_is_summed_by_side_and_by_speaker_without_a_ranking():
    by_side, by_speaker = shares(
        [Turn("seat:2", "pro", 60), Turn("seat:1", "contra", 90), Turn("seat:2", "neutral", 5)]
    )
    assert by_side == {"pro": 60, "contra": 90, "neutral": 5}
    assert list(by_speaker.items()) == [("seat:2", 65), ("seat:1", 90)]


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.mark.django_db
def test_a_hand_goes_up_once_and_down_again(office):
    meeting, users = session(by=office)
    first = raise_hand(meeting, person=users[0].person, side="pro", by=users[0])
    again = raise_hand(meeting, person=users[0].person, side="contra", by=users[0])
    assert first.pk == again.pk and Speech.objects.get().side == "contra"
    withdraw_hand(first, by=users[0])
    assert queue(meeting) == []
    with pytest.raises(Refused):
        withdraw_hand(first, by=users[0])


@pytest.mark.django_db
def test_only_who_is_present_raises_a_hand_in_a_session(office):
    meeting, users = session(present=4, by=office)
    with pytest.raises(Refused, match="anwesend"):
        raise_hand(meeting, person=users[4].person, by=users[4])
    note_leaving(meeting, person=users[0].person, by=users[0])
    with pytest.raises(Refused):
        raise_hand(meeting, person=users[0].person, by=users[0])
    with pytest.raises(PermissionDenied):
        raise_hand(meeting, person=ResidentFactory(), by=UserFactory())
    with pytest.raises(PermissionDenied):
        raise_hand(meeting, person=users[1].person, by=users[2])


@pytest.mark.django_db
def test_the_desk_and_the_chair_raise_a_hand_for_somebody_and_are_named(office):
    meeting, users = session(by=office)
    clerk = user_with_role(Role.Kind.CLERK)
    speech = raise_hand(meeting, person=users[0].person, by=clerk)
    assert speech.entered_by == clerk.person
    assert raise_hand(meeting, person=users[1].person, by=office).entered_by == office.person


@pytest.mark.django_db
def test_the_chair_calls_one_after_the_other_and_time_is_kept(office):
    meeting, users = session(by=office)
    item = call_item(item_of(meeting, by=office), by=office)
    for user, side in zip(users[:3], ["pro", "pro", "contra"], strict=True):
        raise_hand(meeting, person=user.person, side=side, by=user)
    assert start_next(meeting, by=office).label == "Platz 1"
    set_clock(clock() + datetime.timedelta(minutes=2))
    assert start_next(meeting, by=office).label == "Platz 3"
    set_clock(clock() + datetime.timedelta(seconds=30))
    stop_speech(meeting, by=office)
    done = [(turn.speaker, turn.side, turn.seconds) for turn in turns_of(meeting)]
    assert [(who, side, round(seconds, -1)) for who, side, seconds in done] == [
        ("seat:1", "pro", 120),
        ("seat:3", "contra", 30),
    ]
    assert Speech.objects.filter(item=item).count() == 3
    start_next(meeting, by=office)
    close_meeting(meeting, by=office)
    assert not Speech.objects.filter(state="speaking").exists()
    set_clock(None)


@pytest.mark.django_db
def test_a_point_of_order_is_next(office):
    meeting, users = session(by=office)
    raise_hand(meeting, person=users[0].person, side="pro", by=users[0])
    raise_hand(meeting, person=users[1].person, kind="order", by=users[1])
    assert [speech.label for speech in queue(meeting)] == ["Platz 2", "Platz 1"]
    late = raise_hand(meeting, person=users[2].person, side="contra", by=users[2])
    assert start_speech(late, by=office).state == "speaking"


@pytest.mark.django_db
def test_a_lot_needs_a_number_said_aloud(office):
    meeting, users = session(by=office)
    with pytest.raises(Refused, match="Zahl"):
        set_speaking(meeting, order="random", seconds=60, by=office)
    set_speaking(meeting, order="random", seconds=60, seed="17", by=office)
    for user in users:
        raise_hand(meeting, person=user.person, by=user)
    meeting.refresh_from_db()
    keys = [speech.pk for speech in queue(meeting)]
    assert keys == sorted(keys, key=lambda key: hashlib.sha256(f"17:{key}".encode()).hexdigest())
    with pytest.raises(PermissionDenied):
        set_speaking(meeting, order="arrival", seconds=60, by=users[0])


@pytest.mark.django_db
def test_in_an_open_assembly_everybody_speaks_and_nobody_votes(office):
    meeting = open_meeting(MeetingFactory(kind="assembly", starts_at=clock()), by=office)
    resident = UserFactory()
    mine = raise_hand(meeting, person=resident.person, side="pro", by=resident)
    guest = raise_hand(meeting, person=None, side="contra", by=office)
    assert [mine.label, guest.label] == ["Gast 1", "Gast 2"]
    start_speech(mine, by=office)
    assert raise_hand(meeting, person=resident.person, by=resident).label == "Gast 1"
    with pytest.raises(PermissionDenied):
        raise_hand(meeting, person=None, by=resident)
    from meetings.services import open_vote

    with pytest.raises(Refused, match="stimmt der Rat nicht ab"):
        open_vote(item_of(meeting, by=office), by=office)


@pytest.mark.django_db
def test_the_page_of_the_chair_puts_the_focus_on_the_next(client, office):
    meeting, users = session(by=office)
    raise_hand(meeting, person=users[0].person, side="pro", by=users[0])
    url = reverse("meetings:speakers", args=[meeting.pk])
    client.force_login(office)
    html = client.get(url).content.decode()
    assert "autofocus" in html and "Als Nächstes: Platz 1" in html
    client.post(reverse("meetings:speaker_next", args=[meeting.pk]), {"action": "next"})
    assert "Platz 1 hat das Wort" in client.get(url).content.decode()
    client.post(reverse("meetings:speaker_next", args=[meeting.pk]), {"action": "stop"})
    client.force_login(users[1])
    html = client.get(url).content.decode()
    assert "Niemand hat das Wort" in html and "autofocus" not in html
    client.post(reverse("meetings:hand_raise", args=[meeting.pk]), {"hand": "order"})
    assert "Sie haben sich gemeldet" in client.get(url).content.decode()


@pytest.mark.django_db
def test_the_list_is_polled_from_one_drawing_for_all(client, office):
    meeting, users = session(by=office)
    raise_hand(meeting, person=users[0].person, side="pro", by=users[0])
    url = reverse("meetings:speakers_live", args=[meeting.pk])
    caches["process"].clear()
    first = client.get(url)
    with counted() as cost:
        again = client.get(url, headers={"if-none-match": first["ETag"]})
    assert "Platz 1" in first.content.decode() and "<form" not in first.content.decode()
    assert (cost.sql, again.status_code, "sessionid" in first.cookies) == (0, 304, False)
    raise_hand(meeting, person=users[1].person, side="pro", by=users[1])
    caches["process"].clear()
    assert "Platz 2" in client.get(url).content.decode()


@pytest.mark.django_db
def test_the_page_of_members_polls_the_drawing_and_that_of_the_chair_itself(client, office):
    meeting, users = session(by=office)
    raise_hand(meeting, person=users[0].person, side="pro", by=users[0])
    page = reverse("meetings:speakers", args=[meeting.pk])
    client.force_login(users[1])
    html = client.get(page).content.decode()
    assert f'hx-get="{page}stand/"' in html and "<noscript>" in html
    client.force_login(office)
    whole, polled = client.get(page).content.decode(), client.get(page, headers={"hx-request": "true"}).content.decode()
    assert f'hx-get="{page}"' in whole and "autofocus" in whole
    assert "autofocus" not in polled, "a poll must not take the focus away from what the chair is typing"


@pytest.mark.django_db
def test_the_chair_ends_items_and_begins_and_ends_breaks_by_buttons(client, office):
    meeting, _users = session(by=office)
    item = call_item(item_of(meeting, by=office), by=office)
    client.force_login(office)
    client.post(reverse("meetings:item_end", args=[meeting.pk]))
    item.refresh_from_db()
    assert item.ended_at is not None
    client.post(reverse("meetings:recess", args=[meeting.pk]), {"action": "begin"})
    assert meeting.recesses.get().ended_at is None
    assert "Pause seit" in client.get(reverse("meetings:speakers", args=[meeting.pk])).content.decode()
    client.post(reverse("meetings:recess", args=[meeting.pk]), {"action": "end"})
    assert meeting.recesses.get().ended_at is not None


@pytest.mark.django_db
def test_a_guest_is_named_only_with_the_tick(client, office):
    meeting = open_meeting(MeetingFactory(kind="assembly", starts_at=clock()), by=office)
    guest = UserFactory()
    client.force_login(guest)
    url = reverse("meetings:hand_raise", args=[meeting.pk])
    client.post(url, {"hand": "pro"})
    assert Speech.objects.get().public_name == ""
    withdraw_hand(Speech.objects.get(), by=guest)
    client.post(url, {"hand": "pro", "is_named": "on"})
    named = Speech.objects.get(state="waiting")
    assert named.public_name == f"{guest.person.given_name} {guest.person.family_name}"
    client.post(reverse("meetings:guest_unname", args=[named.pk]))
    named.refresh_from_db()
    assert named.public_name == ""
