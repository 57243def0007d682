"""Whoever moves stays confirmed for four weeks and confirms the new address with a new letter."""

import datetime

import pytest

from accounts import services
from accounts.models import Message, Person
from accounts.services import Outcome
from accounts.services.people import GRACE_DAYS
from accounts.tests.factories import ResidentFactory, UserFactory
from audit.clock import clock, set_clock, today
from audit.models import Event
from audit.services import Refused

pytestmark = pytest.mark.django_db
NEW = {"street": "Allee 2", "postal_code": "54321", "town": "Musterstadt"}


@pytest.fixture
def user():
    return UserFactory(person=ResidentFactory(street="Gasse 1"))


def code_of(person):
    return Message.objects.filter(person=person, event="code_letter").first().letter["code"]["value"]


def test_a_move_leaves_four_weeks_and_sends_a_code_to_the_new_address(user):
    person = services.update_person(user.person, by=user, **NEW)
    assert person.verified_until == today() + datetime.timedelta(days=GRACE_DAYS) and person.is_verified
    assert Message.objects.get(person=person, event="code_letter").channel == "letter"
    assert Message.objects.filter(person=person, event="person_moved").exists()
    assert "Allee" not in str(Event.objects.filter(chain=f"person:{person.uuid}").values_list("facts"))


def test_the_new_code_confirms_the_new_address(user):
    person = services.update_person(user.person, by=user, **NEW)
    born = datetime.date(1970, 12, 31)
    assert services.redeem_code(user, code=code_of(person), birth_date=born) == Outcome.VERIFIED
    assert Person.objects.get(pk=person.pk).verified_until > today() + datetime.timedelta(days=1000)


def test_without_the_new_code_the_confirmation_ends_after_four_weeks(user):
    services.update_person(user.person, by=user, **NEW)
    set_clock(clock() + datetime.timedelta(days=GRACE_DAYS + 1))
    assert not Person.objects.get(pk=user.person.pk).is_verified


def test_moving_again_does_not_win_time(user):
    first = services.update_person(user.person, by=user, **NEW).verified_until
    set_clock(clock() + datetime.timedelta(days=10))
    assert services.update_person(user.person, by=user, street="Allee 3").verified_until == first


def test_a_code_sent_to_the_old_address_ends_with_the_move(user):
    services.request_code(user.person, by=user)
    old = code_of(user.person)
    services.update_person(user.person, by=user, **NEW)
    assert services.redeem_code(user, code=old, birth_date=datetime.date(1970, 12, 31)) == Outcome.WRONG


def test_what_is_not_the_address_costs_nothing(user):
    until = user.person.verified_until
    person = services.update_person(user.person, by=user, phone="0123 456", street="Gasse 1")
    assert person.verified_until == until and not Message.objects.exists()


def test_whoever_has_been_confirmed_does_not_rename_themselves(user):
    with pytest.raises(Refused):
        services.update_person(user.person, by=user, family_name="Anders")


def test_a_new_address_for_mail_is_no_longer_one_that_comes_back(user):
    Person.objects.filter(pk=user.person.pk).update(is_email_bouncing=True)
    assert not services.update_person(user.person, by=user, email="neu@beispiel.example").is_email_bouncing
