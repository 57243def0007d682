"""A clerk sees a document and confirms; of the document nothing is kept but its kind."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts import services
from accounts.models import Message, Person, Role
from accounts.services import Outcome
from accounts.tests.factories import PersonFactory, user_with_role
from audit.models import Event
from audit.services import Refused

BORN = datetime.date(1970, 12, 31)
pytestmark = pytest.mark.django_db


def verify(person, by):
    return services.verify_at_desk(person, document="id_card", birth_date=BORN, by=by)


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_only_the_desk_verifies_from_a_document(kind):
    person, officer = PersonFactory(), user_with_role(kind)
    if kind not in ("clerk", "secretariat"):
        with pytest.raises(PermissionDenied):
            verify(person, officer)
        return
    assert verify(person, officer) == Outcome.VERIFIED
    row = Person.objects.get(pk=person.pk).verifications.get()
    assert (row.method, row.by) == ("desk", officer.person)


def test_what_is_kept_says_neither_birth_date_nor_number():
    person, clerk = PersonFactory(), user_with_role(Role.Kind.CLERK)
    verify(person, clerk)
    event = Event.objects.get(chain=f"person:{person.uuid}", name="person.identified")
    assert event.facts == {"document": "id_card"}
    kept = Person.objects.filter(pk=person.pk).values().get()
    assert BORN not in kept.values() and "1970" not in str(kept["identity_hash"])


def test_a_clerk_does_not_verify_themselves():
    clerk = user_with_role(Role.Kind.CLERK)
    with pytest.raises(PermissionDenied):
        verify(clerk.person, clerk)


def test_an_incomplete_address_is_completed_first():
    with pytest.raises(Refused):
        verify(PersonFactory(town=""), user_with_role(Role.Kind.CLERK))


def test_the_person_is_told_by_the_way_they_chose():
    person = PersonFactory(channel="phone", phone="0123 456")
    verify(person, user_with_role(Role.Kind.CLERK))
    assert Message.objects.get(person=person, event="person_verified").channel == "phone"


def test_the_same_human_twice_goes_to_another_clerk():
    clerk = user_with_role(Role.Kind.CLERK)
    first = PersonFactory(given_name="Erika", family_name="Muster", street="Gasse 1")
    second = PersonFactory(given_name="Erika Maria", family_name="MUSTER", street="Ganz woanders 9")
    assert verify(first, clerk) == Outcome.VERIFIED
    assert verify(second, clerk) == Outcome.CONFLICT
    second.refresh_from_db()
    assert not second.is_verified and second.identity_hash is None


def test_an_open_letter_ends_when_the_desk_has_verified():
    person, clerk = PersonFactory(), user_with_role(Role.Kind.CLERK)
    services.request_code(person, by=clerk)
    verify(person, clerk)
    assert not person.letter_codes.exists()
    assert not Message.objects.filter(event="code_letter").exists()
