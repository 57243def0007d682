"""An election of delegates: seats of the council stand, the elected are sent to seats in a board."""

import pytest

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
