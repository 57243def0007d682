"""The pages of recusals, minutes and votes on options, by hand and without JavaScript."""

import csv
import io

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import CityFactory, user_with_role
from councils.models import Membership
from councils.services import declare_interest
from councils.tests.factories import CompanyFactory
from meetings.models import Minutes, Promise, Recusal
from meetings.services import (
    Choosing,
    begin_minutes,
    close_meeting,
    close_vote,
    elected_members,
    lay_before_members,
    open_vote,
)
from meetings.tests.factories import item_of, session
from proposals.tests.factories import ProposalFactory
from voting.methods import options_of
from voting.models import OpenBallot
from voting.services import cast_open

pytestmark = pytest.mark.django_db
PEOPLE = options_of(["Platz 3", "Platz 8", "Platz 11"])  # the council has five seats: only the first is one
PROJECTS = options_of(["Bänke", "Brunnen", "Baum"], [60_000, 50_000, 10_000])


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def room():
    CityFactory()
    return session()


def shown(client, user, name, pk):
    client.force_login(user)
    response = client.get(reverse(f"meetings:{name}", args=[pk]))
    assert response.status_code == 200
    return response.content.decode()


def counted(room, office, choosing, ballots, title="Wahl"):
    """An item on which the members in their order cast `ballots`; closed."""
    meeting, users = room
    item = item_of(meeting, title=title, by=office)
    vote = open_vote(item, choosing=choosing, by=office)
    for user, marks in zip(users, ballots, strict=False):
        cast_open(vote, person=user.person, choice=marks, by=user)
    close_vote(item, by=office)
    return item


def test_a_member_ranks_changes_the_ranking_and_sees_it_again(client, room, office):
    meeting, users = room
    item = item_of(meeting, title="Wahl der Delegierten", by=office)
    open_vote(item, choosing=Choosing("stv", PEOPLE, seats=2), by=office)
    page = shown(client, users[0], "vote", item.pk)
    assert page.count("<select") >= 3 and "Rang 1 ist Ihre erste Wahl" in page
    url = reverse("meetings:vote", args=[item.pk])
    twice = client.post(url, {"option_1": "1", "option_2": "1"})
    assert twice.status_code == 422 and "jeden Rang einmal" in twice.content.decode()
    assert not OpenBallot.objects.exists()
    for first, second in (("1", "2"), ("2", "1")):
        assert client.post(url, {"option_1": first, "option_2": second}).status_code == 302
    assert OpenBallot.objects.get().marks == {"1": 2, "2": 1}
    assert '<option value="2" selected>' in shown(client, users[0], "vote", item.pk)
    both = client.post(url, {"option_1": "1", "abstain": "on"})
    assert both.status_code == 422
    client.post(url, {"abstain": "on"})
    assert (OpenBallot.objects.get().choice, OpenBallot.objects.get().marks) == ("abstain", None)


def test_the_desk_enters_a_ranking_twice_without_seeing_the_first(client, room, office):
    meeting, users = room
    item = item_of(meeting, by=office)
    open_vote(item, choosing=Choosing("stv", PEOPLE), by=office)
    url = reverse("meetings:vote", args=[item.pk]) + f"?person={users[0].person.uuid}"
    for user in (user_with_role(Role.Kind.CLERK), office):
        client.force_login(user)
        assert '" selected' not in client.get(url).content.decode().split('id="ballot"')[1].split("</form>")[0].replace(
            '<option value="" selected>', ""
        )
        assert client.post(url, {"option_3": "1"}).status_code == 302
    assert OpenBallot.objects.get().confirmed_by == office.person


def test_an_election_by_transferable_vote_is_told_round_by_round(client, room, office):
    ballots = [{"1": 1, "2": 2}, {"1": 1, "2": 2}, {"1": 1, "2": 2}, {"2": 1}, {"3": 1, "2": 2}]
    item = counted(room, office, Choosing("stv", PEOPLE, seats=2), ballots)
    page = shown(client, office, "vote", item.pk)
    assert "Gewählt: Platz 3, Platz 8" in page and "Quote von 2 Stimmen" in page
    assert "Stimmen von Platz 3 gehen an Platz 8 +0,99999" in page and page.count('class="rounds__bar') >= 3
    assert "1. Platz 3, 2. Platz 8" in page, "each seat's ballot is named"
    item.refresh_from_db()
    assert [row.seat.number for row in elected_members(item)] == [3]
    assert item.resolution == "Gewählt: Platz 3, Platz 8 (5 Stimmzettel, 0 Enthaltungen)." and item.resolved.number == 1


def test_a_budget_shows_what_the_money_became(client, room, office):
    choosing = Choosing("equal-shares", PROJECTS, more={"budget": 100_000})
    ballots = [{"1": 1, "3": 1}, {"1": 1}, {"1": 1, "2": 1}, {"2": 1}, {"3": 1}]
    page = shown(client, office, "vote", counted(room, office, choosing, ballots).pk)
    assert "70\u202f000 Euro sind vergeben, 30\u202f000 Euro bleiben." in page
    assert "Baum für 10\u202f000 Euro, bezahlt von denen, die es wollen" in page
    assert page.count('class="piece') == 4, "two projects, in the bar and in its legend"


@pytest.mark.parametrize(
    ("choosing", "ballots", "words"),
    [
        (
            Choosing("approval", PEOPLE),
            [{"1": 1, "2": 1}, {"2": 1}],
            ["Platz 8 – gewählt", "Die meisten Kreuze: Platz 8"],
        ),
        (Choosing("score", PEOPLE, more={"most": 10}), [{"1": 9}, {"2": 3}], ["Platz 3 – gewählt"]),
        (Choosing("consensus", PEOPLE, more={"most": 10}), [{"1": 9}, {"2": 3}], ["geringste Widerstand: Platz 11"]),
        (Choosing("schulze", PEOPLE), [{"1": 1, "2": 2}, {"2": 1}, {"2": 1}], ['is-won"><strong>2']),
        (Choosing("irv", PEOPLE), [{"1": 1}, {"1": 1}, {"2": 1}], ["Gewählt: Platz 3"]),
        (Choosing("plurality", PEOPLE), [{"1": 1}, {"2": 1}], ["Gleichstand zwischen Platz 3, Platz 8", "Los ziehen"]),
        (Choosing("greedy", PROJECTS, more={"budget": 60_000}), [{"1": 1}, {"3": 1}], ["Nicht mehr bezahlbar: Bänke"]),
        (
            Choosing("majority-judgment", PEOPLE, more={"grades": ["good", "poor"]}),
            [{"1": "good"}, {"1": "good", "2": "poor"}],
            ["Mitte: gut", "beste mittlere Note: Platz 3"],
        ),
    ],
)
def test_each_method_says_how_it_was_decided(client, room, office, choosing, ballots, words):
    page = shown(client, office, "vote", counted(room, office, choosing, ballots).pk)
    assert [word for word in words if word not in page] == []
    assert "<style" not in page and ' style="' not in page


def test_a_vote_on_options_is_opened_from_a_form_that_says_what_is_missing(client, room, office):
    meeting, _users = room
    item = item_of(meeting, by=office)
    client.force_login(office)
    url = reverse("meetings:item_vote_open", args=[item.pk])
    wrong = {"electorate": "hall", "method": "greedy", "options": "Bänke\nBaum; 300", "budget": "1000"}
    page = client.post(url, wrong)
    assert page.status_code == 422 and "„Bänke“" in page.content.decode()
    assert client.post(url, {**wrong, "budget": "", "options": "Bänke; 900\nBaum; 300"}).status_code == 422
    assert client.post(url, {**wrong, "options": "Bänke; 1.900\nBaum; 300 €"}).status_code == 302
    item.refresh_from_db()
    assert [option["cost"] for option in item.vote.rule["options"]] == [1900, 300]


def test_the_ballots_can_be_taken_along_to_count_again(client, room, office):
    item = counted(room, office, Choosing("stv", PEOPLE), [{"1": 1, "2": 2}, "abstain"])
    rows = list(csv.reader(io.StringIO(client.get(reverse("meetings:ballots", args=[item.pk])).content.decode())))
    assert rows[0] == ["Platz", "Abstimmung", "Platz 3", "Platz 8", "Platz 11"]
    assert rows[1] == ["Platz 1", "", "1", "2", ""] and rows[2] == ["Platz 2", "abstain", "", "", ""]


def test_declared_interests_lead_to_a_recusal_on_the_page(client, room, office):
    meeting, users = room
    company = CompanyFactory()
    held = Membership.objects.get(person=users[1].person)
    declare_interest(held, kind="work", text="Angestellt", companies=[company], sectors=[], by=office)
    proposal = ProposalFactory(council=meeting.council, stage="deliberation", company=company)
    item = item_of(meeting, proposal=proposal, by=office)
    page = shown(client, office, "recusals", item.pk)
    assert "Befangenheit von Platz 2 vorschlagen" in page and f"?member={held.pk}#" in page
    client.post(reverse("meetings:recusals", args=[item.pk]), {"member": held.pk, "grounds": "Angestellt"})
    recusal = Recusal.objects.get()
    data = {"is_recused": "yes", "how": "council", "reason": "Eigener Lohn"}
    client.post(reverse("meetings:recusal_decide", args=[recusal.pk]), data)
    vote = open_vote(item, by=office)
    close_vote(item, by=office)
    page = shown(client, users[0], "vote", item.pk)
    assert "Berechtigt bei diesem Punkt" in page and "4 von 5 Plätzen" in page
    assert vote.roll_count == 4


def test_minutes_are_written_read_and_kept_from_strangers_until_approved(client, room, office):
    meeting, users = room
    open_item = item_of(meeting, title="Radwege", by=office)
    closed = item_of(meeting, title="Personalsache", is_public=False, by=office)
    for item in (open_item, closed):
        open_vote(item, by=office)
        close_vote(item, by=office)
    close_meeting(meeting, by=office)
    url = reverse("meetings:minutes", args=[meeting.pk])
    assert client.get(url).status_code == 404
    assert "Niederschrift beginnen" in shown(client, office, "minutes", meeting.pk)
    assert client.post(url).status_code == 302
    note = reverse("meetings:minutes_note", args=[meeting.pk]) + f"?item={open_item.pk}"
    client.post(note, {"text": "Zwei Gäste sprachen."})
    page = shown(client, office, "minutes", meeting.pk)
    assert "Zwei Gäste sprachen." in page and "Personalsache" in page and "Anwesend 5" in page
    client.post(reverse("meetings:minutes_lay", args=[meeting.pk]))
    client.force_login(users[0])
    client.post(reverse("meetings:objection", args=[meeting.pk]), {"text": "Es waren drei."})
    assert "Es waren drei." in shown(client, users[1], "minutes", meeting.pk)
    client.logout()
    assert client.get(url).status_code == 404
    assert "Niederschrift" not in client.get(meeting.get_absolute_url()).content.decode().split("<main")[1]


def test_what_was_promised_stands_on_the_next_meetings_page_until_it_is_done(client, room, office):
    meeting, _users = room
    item = item_of(meeting, title="Radwege", by=office)
    client.force_login(office)
    client.post(reverse("meetings:promise_add", args=[item.pk]), {"who": "Platz 2", "what": "Zahlen nachreichen"})
    assert "Zahlen nachreichen" in client.get(meeting.get_absolute_url()).content.decode()
    client.post(reverse("meetings:promise_keep", args=[Promise.objects.get().pk]), {"outcome": "Nachgereicht"})
    assert "Zahlen nachreichen" not in client.get(meeting.get_absolute_url()).content.decode()


def test_only_the_council_reads_closed_minutes(client, room, office):
    meeting, users = room
    item_of(meeting, title="Personalsache", is_public=False, by=office)
    close_meeting(meeting, by=office)
    minutes = lay_before_members(begin_minutes(meeting, by=office), by=office)
    assert Minutes.objects.get() == minutes
    assert "Personalsache" in shown(client, users[0], "minutes", meeting.pk)
    client.force_login(user_with_role(Role.Kind.BOARD_SECRETARY))
    assert client.get(reverse("meetings:minutes", args=[meeting.pk])).status_code == 404
