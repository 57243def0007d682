"""What members say of themselves: oath, interests, and whether they want to be named."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import ResidentFactory, UserFactory, user_with_role
from audit.clock import today
from audit.services import Refused
from councils.models import Company, Interest, Membership
from councils.services import (
    consent_to_name,
    declare_interest,
    declare_no_interests,
    end_interest,
    take_oath,
    withdraw_name,
)
from councils.tests.factories import CompanyFactory, CouncilFactory, seated

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def membership(user):
    return seated(CouncilFactory(), 4, user.person)


def test_an_interest_is_found_by_the_company_it_names_and_by_its_sector(user, membership):
    bus, grid, homes = (CompanyFactory(sector=sector) for sector in ("mobility", "energy", "housing"))
    named = declare_interest(membership, kind="work", text="Fahrer", companies=[bus], by=user)
    sector = declare_interest(membership, kind="share", text="Anteile", sectors=["energy"], by=user)
    assert list(Interest.objects.touching([bus])) == [named]
    assert list(Interest.objects.touching([grid])) == [sector]
    assert list(Interest.objects.touching(Company.objects.filter(pk=homes.pk))) == []
    end_interest(named, by=user)
    assert list(Interest.objects.touching([bus, grid])) == [sector]
    membership.refresh_from_db()
    assert membership.interests_declared_on == today() and membership.interests.count() == 2


@pytest.mark.parametrize("fields", [{"text": " "}, {"kind": "x"}, {"sectors": []}, {"sectors": ["nothing"]}])
def test_an_interest_says_what_it_is_and_what_it_concerns(user, membership, fields):
    with pytest.raises(Refused):
        declare_interest(membership, **{"kind": "work", "text": "Fahrer", "sectors": ["energy"], "by": user, **fields})


def test_the_desk_enters_an_interest_and_is_named_and_strangers_may_not(membership):
    clerk = user_with_role(Role.Kind.CLERK)
    interest = declare_interest(membership, kind="other", text="Nachbar", sectors=["care"], by=clerk)
    assert interest.entered_by == clerk.person
    with pytest.raises(PermissionDenied):
        declare_interest(membership, kind="other", text="Nachbar", sectors=["care"], by=UserFactory())


def test_no_interests_is_a_declaration_too_but_not_beside_one(user, membership):
    assert declare_no_interests(membership, by=user).interests_declared_on == today()
    declare_interest(membership, kind="work", text="Fahrer", sectors=["mobility"], by=user)
    with pytest.raises(Refused):
        declare_no_interests(membership, by=user)


def test_the_oath_is_taken_once(membership):
    secretary = user_with_role(Role.Kind.SECRETARIAT)
    assert take_oath(membership, by=secretary).oath_on == today()
    with pytest.raises(Refused):
        take_oath(membership, by=secretary)


def test_a_consent_to_the_name_keeps_its_words_and_is_taken_back_at_once(user):
    first = consent_to_name(user.person, by=user)
    assert consent_to_name(user.person, by=user) == first, "saying it twice is one consent"
    user.person.refresh_from_db()
    assert user.person.name_is_public and len(first.wording_hash) == 64
    withdraw_name(user.person, by=user)
    user.person.refresh_from_db()
    first.refresh_from_db()
    assert not user.person.name_is_public and first.withdrawn_at is not None
    consent_to_name(user.person, by=user)
    assert user.person.name_consents.count() == 2, "the history of both stays"


def test_somebody_without_login_consents_on_paper_at_the_desk():
    person, clerk = ResidentFactory(), user_with_role(Role.Kind.CLERK)
    assert consent_to_name(person, by=clerk).entered_by == clerk.person
    for stranger in (user_with_role(Role.Kind.AUDITOR), UserFactory()):
        for act in (consent_to_name, withdraw_name):
            with pytest.raises(PermissionDenied):
                act(person, by=stranger)


def test_whoever_has_left_declares_nothing_more(user, membership):
    Membership.objects.filter(pk=membership.pk).update(state="ended", end_date=today(), end_reason="resigned")
    with pytest.raises(Refused):
        declare_interest(membership, kind="work", text="Fahrer", sectors=["mobility"], by=user)
