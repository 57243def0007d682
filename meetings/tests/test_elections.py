"""An election of delegates: seats of the council stand, the elected are sent to seats in a board."""

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import CityFactory, user_with_role
from audit.clock import today
from audit.services import Refused
from councils.tests.factories import OrganFactory, board_seat_for
from meetings.services import Choosing, close_vote, open_vote, send_elected
from meetings.tests.factories import item_of, session
from voting.methods import options_of
from voting.services import cast_open

pytestmark = pytest.mark.django_db


def test_the_elected_sit_in_the_board_by_the_number_of_the_resolution():
    CityFactory()
    office = user_with_role(Role.Kind.SECRETARIAT)
    meeting, users = session(title="2. Sitzung", by=office)
    board = [board_seat_for(meeting.council, organ) for organ in OrganFactory.create_batch(2)]
    item = item_of(meeting, title="Wer geht in den Aufsichtsrat?", by=office)
    options = options_of(["Platz 1", "Platz 3", "Platz 5"])
    vote = open_vote(item, choosing=Choosing("stv", options, seats=2), by=office)
    for user, marks in zip(users, [{"2": 1}, {"2": 1}, {"3": 1}, {"3": 1}, {"2": 1, "3": 2}], strict=True):
        cast_open(vote, person=user.person, choice=marks, by=user)
    with pytest.raises(Refused):
        send_elected(item, board_seats=board, begin_date=today(), by=office)
    close_vote(item, by=office)
    sent = send_elected(item, board_seats=board, begin_date=today(), by=office)
    assert [row.person for row in sent] == [users[2].person, users[4].person]
    assert {row.election for row in sent} == {vote}
    assert sent[0].election_reference == f"Beschluss {today().year}/1, 2. Sitzung"
    with pytest.raises(Refused):
        send_elected(item, board_seats=[*board, *board], begin_date=today(), by=office)


def elected(office):
    """An election that chose seat 3 and seat 5, and two vacant seats in organs."""
    meeting, users = session(title="2. Sitzung", by=office)
    board = [board_seat_for(meeting.council, organ) for organ in OrganFactory.create_batch(2)]
    item = item_of(meeting, title="Wer geht in den Aufsichtsrat?", by=office)
    options = options_of(["Platz 1", "Platz 3", "Platz 5"])
    vote = open_vote(item, choosing=Choosing("stv", options, seats=2), by=office)
    for user, marks in zip(users, [{"2": 1}, {"2": 1}, {"3": 1}, {"3": 1}, {"2": 1, "3": 2}], strict=True):
        cast_open(vote, person=user.person, choice=marks, by=user)
    return item, users, board


def test_the_secretariat_sends_the_elected_on_a_page(client):
    CityFactory()
    office = user_with_role(Role.Kind.SECRETARIAT)
    item, users, board = elected(office)
    url, vote_url = (reverse(f"meetings:{name}", args=[item.pk]) for name in ("elected_send", "vote"))
    client.force_login(office)
    assert url not in client.get(vote_url).text
    assert "keinen Platz des Rates" in client.get(url).text
    close_vote(item, by=office)
    assert url in client.get(vote_url).text
    day = today().isoformat()
    for wrong in ({"seat_1": board[0].pk, "seat_2": board[0].pk}, {"seat_2": board[0].pk}):
        assert client.post(url, {"begin_date": day, **wrong}).status_code == 422
    client.post(url, {"begin_date": day, "seat_1": board[1].pk, "seat_2": board[0].pk})
    assert [seat.delegates.get().person for seat in board] == [users[4].person, users[2].person]
    assert str(board[0].pk) not in client.get(url).context["form"].vacant, "a seat that is held is not offered"


@pytest.mark.parametrize("kind", [Role.Kind.FACILITATOR, Role.Kind.CLERK, Role.Kind.MEMBER])
def test_nobody_else_sends_the_elected(client, kind):
    CityFactory()
    item, _users, _board = elected(user_with_role(Role.Kind.SECRETARIAT))
    client.force_login(user_with_role(kind))
    url = reverse("meetings:elected_send", args=[item.pk])
    assert client.get(url).status_code == client.post(url).status_code == 403
