"""What has been confirmed about a person is corrected by two clerks; the rest by one, or by the person."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import services
from accounts.models import IdentityConflict, Message, Person, PersonCorrection, Role
from accounts.tests.factories import MunicipalityFactory, OrganizationFactory, PersonFactory, user_with_role
from accounts.verification.identity import identity_hash
from audit.clock import today
from audit.models import Event
from audit.services import Refused

BORN = datetime.date(1970, 12, 31)


@pytest.fixture
def clerk(db):
    return user_with_role(Role.Kind.CLERK)


@pytest.fixture
def other(db):
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def erika(clerk):
    person = PersonFactory(given_name="Erika", family_name="Muster", street="Gasse 1")
    services.verify_at_desk(person, document="id_card", birth_date=BORN, by=clerk)
    person.refresh_from_db()
    return person


def enter(person, by, birth_date=None, **changes):
    return services.request_correction(person, changes=changes, reason="Urkunde", by=by, birth_date=birth_date)


def test_a_new_name_takes_effect_with_the_second_clerk_and_moves_the_identity(erika, clerk, other):
    correction = enter(erika, clerk, BORN, family_name="Beispiel")
    assert Person.objects.get(pk=erika.pk).family_name == "Muster"
    services.confirm_correction(correction, by=other)
    person = Person.objects.get(pk=erika.pk)
    assert (person.family_name, person.identity_hash) == ("Beispiel", identity_hash("Erika", "Beispiel", BORN))
    assert person.is_verified
    assert Message.objects.filter(person=person, event="person_corrected").exists()
    facts = str(list(Event.objects.filter(chain=f"person:{erika.uuid}").values_list("facts", flat=True)))
    assert "Beispiel" not in facts and "Urkunde" not in facts


def test_a_new_address_and_district_need_no_birth_date(erika, clerk, other):
    district = MunicipalityFactory()
    correction = enter(erika, clerk, street="Allee 2", district=district)
    services.confirm_correction(correction, by=other)
    person = Person.objects.get(pk=erika.pk)
    assert (person.street, person.district, person.is_verified) == ("Allee 2", district, True)


def test_a_new_name_without_the_birth_date_is_refused(erika, clerk):
    with pytest.raises(Refused):
        enter(erika, clerk, family_name="Beispiel")


def test_a_wrong_birth_date_is_put_right(erika, clerk, other):
    right = datetime.date(1971, 1, 1)
    services.confirm_correction(enter(erika, clerk, right, street="Allee 2"), by=other)
    person = Person.objects.get(pk=erika.pk)
    assert person.identity_hash == identity_hash("Erika", "Muster", right)
    assert person.voting_from == datetime.date(1987, 1, 1)


def test_who_entered_it_cannot_confirm_it(erika, clerk):
    correction = enter(erika, clerk, street="Allee 2")
    for act in (services.confirm_correction, services.refuse_correction):
        with pytest.raises(Refused):
            act(correction, by=clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonCorrection.objects.filter(pk=correction.pk).update(state="confirmed", decided_by=clerk.person)


def test_who_is_concerned_neither_enters_nor_confirms(clerk, other):
    with pytest.raises(PermissionDenied):
        enter(clerk.person, clerk, street="Allee 2")
    correction = enter(other.person, clerk, street="Allee 2")
    with pytest.raises(Refused):
        services.confirm_correction(correction, by=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonCorrection.objects.filter(pk=correction.pk).update(state="confirmed", decided_by=other.person)


def test_a_clerk_who_left_in_between_does_not_count(erika, clerk, other):
    correction = enter(erika, clerk, street="Allee 2")
    Role.objects.filter(person=clerk.person).update(end_date=today() - datetime.timedelta(days=1))
    with pytest.raises(Refused):
        services.confirm_correction(correction, by=other)
    assert Person.objects.get(pk=erika.pk).street == "Gasse 1"


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind not in ("clerk", "secretariat")])
def test_only_the_desk_corrects(erika, clerk, kind):
    correction, officer = enter(erika, clerk, street="Allee 2"), user_with_role(kind)
    for act in (services.confirm_correction, services.refuse_correction):
        with pytest.raises(PermissionDenied):
            act(correction, by=officer)
    with pytest.raises(PermissionDenied):
        enter(erika, officer, street="Allee 3")


def test_a_correction_is_decided_once(erika, clerk, other):
    correction = enter(erika, clerk, street="Allee 2")
    services.refuse_correction(correction, by=other)
    with pytest.raises(Refused):
        services.confirm_correction(correction, by=other)
    assert Person.objects.get(pk=erika.pk).street == "Gasse 1"


def test_one_correction_waits_at_a_time_and_it_changes_something(erika, clerk):
    with pytest.raises(Refused):
        enter(erika, clerk, street="Gasse 1")
    enter(erika, clerk, street="Allee 2")
    with pytest.raises(Refused):
        enter(erika, clerk, street="Allee 3")


def test_data_that_changed_in_between_is_not_overwritten(erika, clerk, other):
    correction = enter(erika, clerk, street="Allee 2")
    Person.objects.filter(pk=erika.pk).update(street="Weg 9")
    with pytest.raises(Refused):
        services.confirm_correction(correction, by=other)
    assert Person.objects.get(pk=erika.pk).street == "Weg 9"


def test_an_identity_that_somebody_else_has_goes_to_the_doubtful_ones(erika, clerk, other):
    holder = PersonFactory(identity_hash=identity_hash("Erika", "Beispiel", BORN))
    correction = enter(erika, clerk, BORN, family_name="Beispiel")
    assert services.confirm_correction(correction, by=other) is None
    assert Person.objects.get(pk=erika.pk).family_name == "Muster"
    conflict = IdentityConflict.objects.get()
    assert (conflict.claimed, conflict.existing) == (erika, holder)


def test_only_confirmed_fields_go_by_two(erika, clerk):
    with pytest.raises(PermissionDenied):
        enter(erika, clerk, phone="0123 456")


def test_one_clerk_changes_how_somebody_is_reached_but_not_who_they_are(erika, clerk):
    person = services.update_person(erika, by=clerk, phone="0123 456", channel="phone")
    assert (person.phone, person.channel) == ("0123 456", "phone")
    for field in ("given_name", "street", "town"):
        with pytest.raises(Refused):
            services.update_person(erika, by=clerk, **{field: "anders"})


def test_one_clerk_changes_everything_of_somebody_not_confirmed(clerk):
    person = services.update_person(PersonFactory(), by=clerk, given_name="Anna", street="Allee 2")
    assert (person.given_name, person.street) == ("Anna", "Allee 2")


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind not in ("clerk", "secretariat")])
def test_nobody_else_changes_the_data_of_others(kind, db):
    with pytest.raises(PermissionDenied):
        services.update_person(PersonFactory(), by=user_with_role(kind), phone="0123 456")


def test_organizations_of_two_offices_count_as_two_people_all_the_same(erika, clerk):
    Role.objects.create(
        person=clerk.person, organization=OrganizationFactory(), kind=Role.Kind.SECRETARIAT, begin_date=today()
    )
    with pytest.raises(Refused):
        services.confirm_correction(enter(erika, clerk, street="Allee 2"), by=clerk)
