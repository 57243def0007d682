"""What the hall sees is rendered once for everybody, follows what happens, and says nothing closed."""

import pytest
from django.core.cache import caches
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import user_with_role
from councils.tests.budgets import counted
from meetings.models import AgendaItem
from meetings.services import call_item, open_vote, raise_hand, start_next
from meetings.tests.factories import item_of, session
from voting.services import cast_open

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["process"].clear()


@pytest.fixture
def hall():
    office = user_with_role(Role.Kind.SECRETARIAT)
    meeting, users = session(by=office)
    return meeting, users, office, reverse("meetings:live", args=[meeting.pk])


def test_the_wall_shows_item_speaker_hands_and_how_many_have_voted(client, hall):
    meeting, users, office, url = hall
    item = item_of(meeting, by=office)
    call_item(item, by=office)
    for user in users[:3]:
        raise_hand(meeting, person=user.person, side="pro", by=user)
    start_next(meeting, by=office)
    vote = open_vote(item, by=office)
    cast_open(vote, person=users[0].person, choice="no", by=users[0])
    html = " ".join(client.get(url).content.decode().split())
    assert "Busse mit Strom" in html and "Platz 1" in html and "Platz 2" in html
    assert "1 von 5 haben abgestimmt" in html and "Nein" not in html


def test_asking_again_costs_no_query_and_no_bytes(client, hall):
    *_, url = hall
    first = client.get(url)
    with counted() as cost:
        second = client.get(url)
        third = client.get(url, headers={"if-none-match": first["ETag"]})
    assert cost.sql == 0 and second.content == first.content
    assert (third.status_code, third.content) == (304, b"")
    assert "sessionid" not in first.cookies and "public" in first["Cache-Control"]


def test_a_change_has_another_tag(client, hall):
    meeting, users, _, url = hall
    before = client.get(url)["ETag"]
    raise_hand(meeting, person=users[0].person, side="pro", by=users[0])
    caches["process"].clear()
    assert client.get(url, headers={"if-none-match": before}).status_code == 200


def test_a_closed_item_is_not_on_the_wall(client, hall):
    meeting, _, office, url = hall
    item = item_of(meeting, title="Personalfrage Meier", is_public=False, public_title="Eine Personalfrage", by=office)
    call_item(item, by=office)
    open_vote(item, by=office)
    html = client.get(url).content.decode()
    assert "Meier" not in html and "Eine Personalfrage" in html
    AgendaItem.objects.update(public_title="")
    caches["process"].clear()
    assert "Nicht öffentlicher" in client.get(url).content.decode() or "Meier" not in client.get(url).content.decode()


def test_the_projector_asks_every_second(client, hall):
    meeting, *_ = hall
    html = client.get(reverse("meetings:projector", args=[meeting.pk])).content.decode()
    assert 'hx-trigger="every 1s"' in html and html.count("<h1") == 1
    assert client.get(reverse("meetings:live", args=[meeting.pk + 99])).status_code == 404


def test_readers_of_two_languages_get_their_own(client, hall):
    *_, url = hall
    german = client.get(url, headers={"accept-language": "de"}).content
    english = client.get(url, headers={"accept-language": "en"}).content
    assert german != english


def test_a_polled_fragment_passes_no_other_layer_and_keeps_the_policy(client, hall):
    meeting, users, _office, url = hall
    client.force_login(users[0])
    client.get(url)
    with counted() as cost:
        response = client.get(url)
    assert cost.sql == 0, "who is signed in is not looked up either"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert (response["X-Content-Type-Options"], response["X-Frame-Options"]) == ("nosniff", "DENY")
    assert "Accept-Language" in response["Vary"]
    assert client.get(url, headers={"host": "fremd.example"}).status_code == 400
    assert client.post(url).status_code == 405
    assert client.get(reverse("meetings:speakers_live", args=[meeting.pk + 99])).status_code == 404


def test_a_hall_that_votes_and_raises_hands_costs_few_queries(client, hall):
    meeting, users, office, _url = hall
    item = call_item(item_of(meeting, by=office), by=office)
    open_vote(item, by=office)
    costs = []
    for user in users[:2]:  # the first fills what a process keeps
        client.force_login(user)
        with counted() as vote:
            assert client.post(reverse("meetings:vote", args=[item.pk]), {"choice": "yes"}).status_code == 302
        with counted() as hand:
            assert client.post(reverse("meetings:hand_raise", args=[meeting.pk]), {"hand": "pro"}).status_code == 302
        costs.append((vote.sql, hand.sql))
    assert costs[1][0] <= 11 and costs[1][1] <= 14, costs
