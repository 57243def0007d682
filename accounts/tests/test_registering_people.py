"""Somebody enters the portal: by themselves, at the desk, or out of a draw; and who may enter their acts."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts import services
from accounts.models import IdentityConflict, Person, Role, User
from accounts.mydata import erase_person
from accounts.permissions import is_eligible, is_verified_resident
from accounts.tests.factories import MunicipalityFactory, PersonFactory, ResidentFactory, UserFactory, user_with_role
from accounts.verification.identity import identity_hash
from audit.clock import set_clock, today
from audit.models import Event
from audit.services import Refused

NAMES = {"given_name": "Erika", "family_name": "Muster"}
ADDRESS = {"street": "Gasse 1", "postal_code": "12345", "town": "Musterstadt"}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Role.Kind.CLERK, Role.Kind.SECRETARIAT])
def test_the_desk_notes_a_person_who_is_not_verified_by_that(kind):
    clerk = user_with_role(kind)
    person = services.register_person(by=clerk, **NAMES, phone="0123 456")
    assert (str(person), person.phone, person.is_verified) == ("Erika Muster", "0123 456", False)
    event = Event.objects.get(chain=f"person:{person.uuid}", name="person.registered")
    assert event.actor == f"person:{clerk.person.uuid}"
    assert "Muster" not in str(event.facts)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind for kind in Role.Kind if kind not in ("clerk", "secretariat")])
def test_no_other_role_notes_people(kind):
    with pytest.raises(PermissionDenied):
        services.register_person(by=user_with_role(kind), **NAMES)
    assert not Person.objects.filter(**NAMES).exists()


@pytest.mark.django_db
def test_a_field_that_is_nobody_s_to_set_is_refused():
    with pytest.raises(PermissionDenied):
        services.register_person(by=user_with_role(Role.Kind.CLERK), **NAMES, verified_until=today())


@pytest.mark.django_db
def test_a_login_gets_its_person_once():
    user = UserFactory(person=None)
    person = services.link_login(user, **NAMES, **ADDRESS)
    user.refresh_from_db()
    assert user.person == person and person.email == user.email and not person.is_verified
    with pytest.raises(Refused):
        services.link_login(user, given_name="Max", family_name="Muster")
    assert Person.objects.filter(family_name="Muster").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_sent_at_once_make_one_person():
    user = UserFactory(person=None)
    start, answers = threading.Barrier(2), []

    def send():
        start.wait()
        try:
            answers.append(services.link_login(User.objects.get(pk=user.pk), **NAMES))
        except Refused as refusal:
            answers.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(type(answer).__name__ for answer in answers) == ["Person", "Refused"]
    assert Person.objects.filter(**NAMES).count() == 1


def admit(by, *, birth_date=None, **changes):
    """As the lottery does: of the birth date the hash alone is left when somebody is admitted."""
    fields = {**NAMES, **ADDRESS, "district": MunicipalityFactory(), "channel": "letter", "by": by} | changes
    hashed = identity_hash(fields["given_name"], fields["family_name"], birth_date) if birth_date else ""
    return services.admit_person(**fields, identity=hashed)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Role.Kind.CLERK, Role.Kind.SECRETARIAT, Role.Kind.DRAW_OFFICER])
def test_a_drawn_volunteer_becomes_a_verified_resident_who_may_vote(kind):
    person = admit(user_with_role(kind))
    assert person.is_verified and is_eligible(person, today())
    assert person.verifications.get().method == "draw"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Role.Kind.MEMBER, Role.Kind.AUDITOR, Role.Kind.BOARD_SECRETARY, Role.Kind.EDITOR])
def test_no_other_role_admits(kind):
    with pytest.raises(PermissionDenied):
        admit(user_with_role(kind))


@pytest.mark.django_db
def test_a_drawn_volunteer_who_is_known_already_stays_one_person():
    officer, born = user_with_role(Role.Kind.DRAW_OFFICER), datetime.date(1970, 12, 31)
    first = admit(officer, birth_date=born)
    again = admit(officer, birth_date=born, street="gasse 1", given_name="Erika Maria")
    assert again == first and Person.objects.filter(family_name="Muster").count() == 1
    assert first.verifications.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("born", [None, datetime.date(1970, 12, 31)])
def test_a_drawn_volunteer_who_seems_to_be_somebody_else_waits_for_a_clerk(born):
    officer = user_with_role(Role.Kind.DRAW_OFFICER)
    known = admit(officer, birth_date=born)
    other = admit(officer, birth_date=born, street="Andere Gasse 2" if born else ADDRESS["street"])
    assert other != known and not other.is_verified
    conflict = IdentityConflict.objects.get()
    assert (conflict.claimed, conflict.existing, conflict.method) == (other, known, "draw")


@pytest.mark.django_db
def test_an_act_of_one_s_own_is_entered_by_nobody_else():
    user = UserFactory()
    assert services.entered_by(user.person, user) is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Role.Kind.values)
def test_only_the_desk_enters_what_others_do(kind):
    person, user = PersonFactory(), user_with_role(kind)
    if kind in ("clerk", "secretariat"):
        assert services.entered_by(person, user) == user.person
    else:
        with pytest.raises(PermissionDenied):
            services.entered_by(person, user)


@pytest.mark.django_db
def test_nobody_enters_anything_for_an_erased_person_or_without_being_a_person():
    clerk, gone = user_with_role(Role.Kind.CLERK), PersonFactory()
    with pytest.raises(PermissionDenied):
        services.entered_by(gone, UserFactory(person=None))
    erase_person(gone)
    with pytest.raises(PermissionDenied):
        services.entered_by(gone, clerk)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Role.Kind.CLERK, Role.Kind.SECRETARIAT, Role.Kind.DRAW_OFFICER])
def test_an_office_confirms_a_resident_and_is_named(kind):
    person, officer = PersonFactory(), user_with_role(kind)
    until = today() + datetime.timedelta(days=100)
    verification = services.verify_person(person, method="desk", by=officer, until=until)
    person.refresh_from_db()
    assert (verification.by, verification.until) == (officer.person, until)
    assert person.verified_until == until and person.is_verified


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Role.Kind.MEMBER, Role.Kind.AUDITOR, Role.Kind.FACILITATOR, Role.Kind.COUNCILLOR])
def test_no_other_role_confirms_a_resident(kind):
    with pytest.raises(PermissionDenied):
        services.verify_person(PersonFactory(), method="desk", by=user_with_role(kind))


@pytest.mark.django_db
def test_nobody_confirms_themselves():
    clerk = user_with_role(Role.Kind.CLERK)
    with pytest.raises(PermissionDenied):
        services.verify_person(clerk.person, method="desk", by=clerk)


@pytest.mark.django_db
def test_a_confirmation_ends_with_its_day():
    user = UserFactory(person=ResidentFactory(verified_until=today()))
    assert is_verified_resident(user) and user.person.is_verified
    set_clock(datetime.datetime.combine(today() + datetime.timedelta(days=1), datetime.time(12), datetime.UTC))
    user = User.objects.get(pk=user.pk)
    assert not is_verified_resident(user) and not user.person.is_verified


@pytest.mark.django_db
def test_who_is_too_young_or_not_confirmed_may_not_vote():
    on = today()
    assert is_eligible(ResidentFactory(voting_from=on), on)
    assert not is_eligible(ResidentFactory(voting_from=on + datetime.timedelta(days=1)), on)
    assert not is_eligible(ResidentFactory(voting_from=None), on)
    assert not is_eligible(ResidentFactory(verified_until=on - datetime.timedelta(days=1)), on)
    assert not is_eligible(PersonFactory(voting_from=on), on)


@pytest.mark.django_db
def test_a_login_comes_with_its_person_in_one_query(django_assert_num_queries):
    pk = UserFactory().pk
    with django_assert_num_queries(1):
        assert User.objects.get(pk=pk).person.given_name
