"""What a member can take along, and what an erasure leaves."""

import pytest

from councils.mydata import erase_person, export_person
from councils.tests.factories import CouncilFactory, seated

pytestmark = pytest.mark.django_db


def test_seats_are_exported_and_stay_after_an_erasure_without_interests():
    membership = seated(CouncilFactory(), 4, declared_interests="Anteile an einer Genossenschaft")
    row = export_person(membership.person)["memberships"][0]
    assert (row["seat"], row["declared_interests"]) == (4, "Anteile an einer Genossenschaft")
    erase_person(membership.person)
    membership.refresh_from_db()
    assert (membership.declared_interests, membership.seat.number) == ("", 4)
