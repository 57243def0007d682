"""What a member can take along, and what an erasure leaves."""

import pytest

from accounts.tests.factories import UserFactory
from councils.mydata import erase_person, export_person
from councils.services import consent_to_name, declare_interest
from councils.tests.factories import CompanyFactory, CouncilFactory, seated

pytestmark = pytest.mark.django_db


def test_seats_are_exported_and_stay_after_an_erasure_without_interests():
    user = UserFactory()
    membership = seated(CouncilFactory(), 4, user.person)
    company = CompanyFactory(organization__name="Netze GmbH")
    declare_interest(membership, kind="share", text="Anteile an einer Genossenschaft", companies=[company], by=user)
    consent_to_name(membership.person, by=user)
    exported = export_person(membership.person)
    row = exported["memberships"][0]
    assert (row["seat"], row["interests"][0]["companies"]) == (4, ["Netze GmbH"])
    assert row["interests"][0]["text"] == "Anteile an einer Genossenschaft"
    assert exported["name_consents"][0]["withdrawn_at"] is None
    erase_person(membership.person)
    membership.refresh_from_db()
    assert (membership.interests.count(), membership.seat.number) == (0, 4)
    assert export_person(membership.person)["name_consents"] == []
