"""What a voter can take along; an erasure changes no count."""

import pytest

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from voting.mydata import erase_person, export_person
from voting.services import cast_open, close
from voting.tests.factories import casting_vote

pytestmark = pytest.mark.django_db


def test_rolls_and_choices_are_exported_and_the_count_survives_an_erasure():
    user, other = UserFactory(), UserFactory()
    vote = casting_vote([user.person, other.person])
    cast_open(vote, person=user.person, choice="no", by=user)
    closed = close(vote, by=user_with_role(Role.Kind.SECRETARIAT))
    (line,) = export_person(user.person)["rolls"]
    assert (line["label"], line["choice"], line["channel"]) == ("Platz 1", "no", "online")
    assert export_person(other.person)["rolls"][0]["choice"] is None
    erase_person(user.person)
    assert vote.roll.filter(person=user.person).count() == 1 and closed.result["no"] == 1
