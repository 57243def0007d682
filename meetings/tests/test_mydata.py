"""What a member can take along about meetings."""

import pytest

from meetings.mydata import erase_person, export_person
from meetings.tests.factories import session

pytestmark = pytest.mark.django_db


def test_presence_is_exported_and_stays():
    meeting, (user, *_) = session(present=1)
    (row,) = export_person(user.person)["presences"]
    assert (row["meeting"], row["seat"], row["left_at"]) == (meeting.title, 1, None)
    erase_person(user.person)
    assert export_person(user.person)["presences"] == [row]
