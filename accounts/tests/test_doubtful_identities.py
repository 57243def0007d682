"""One human is one person with at most one login; what seems otherwise is decided by a clerk, and stays decided."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import services
from accounts.models import IdentityConflict, Message, Municipality, Person, RegisterMatch, Role, User
from accounts.services import Outcome
from accounts.tests.factories import OrganizationFactory, PersonFactory, UserFactory, user_with_role
from accounts.verification.identity import identity_hash
from audit.clock import clock, today
from audit.models import Event
from audit.services import Refused

BORN = datetime.date(1970, 12, 31)


def erika(street="Gasse 1", **fields):
    return PersonFactory(given_name="Erika", family_name="Muster", street=street, **fields)


@pytest.fixture
def clerk(db):
    return user_with_role(Role.Kind.CLERK)


@pytest.fixture
def conflict(clerk):
    """`claimed` (with a login) tried to be verified at the desk; `existing` (without) holds the identity."""
    existing, claimed = erika(), UserFactory(person=erika("Neu 2")).person
    services.verify_at_desk(existing, document="id_card", birth_date=BORN, by=clerk)
    services.verify_at_desk(claimed, document="id_card", birth_date=BORN, by=clerk)
    return IdentityConflict.objects.get()


def fresh(person):
    return Person.objects.get(pk=person.pk)


def test_different_people_both_go_on(conflict, clerk):
    services.decide_conflict(conflict, is_same=False, by=clerk)
    assert services.verify_at_desk(conflict.claimed, document="id_card", birth_date=BORN, by=clerk) == Outcome.VERIFIED
    claimed, existing = fresh(conflict.claimed), fresh(conflict.existing)
    assert claimed.is_verified and existing.is_verified
    assert claimed.identity_hash is None and existing.identity_hash
    assert IdentityConflict.objects.get().state == "different"
    assert Message.objects.filter(person=claimed, event="person_conflict_decided").exists()


def test_one_human_keeps_the_record_known_before_and_the_login_moves_to_it(conflict, clerk):
    login = conflict.claimed.user
    services.decide_conflict(conflict, is_same=True, keep=conflict.existing, by=clerk)
    assert User.objects.get(pk=login.pk).person == conflict.existing
    closed = fresh(conflict.claimed)
    assert not closed.is_verified and closed.delete_on == today() + datetime.timedelta(days=30)
    event = Event.objects.get(chain=f"person:{conflict.existing.uuid}", name="login.handed_over")
    assert event.facts["login"] == f"user:{login.pk}" and event.actor == f"person:{clerk.person.uuid}"


def test_one_human_keeps_the_new_record_with_identity_and_confirmation(conflict, clerk):
    hashed, until = conflict.existing.identity_hash, fresh(conflict.existing).verified_until
    services.decide_conflict(conflict, is_same=True, keep=conflict.claimed, by=clerk)
    kept, closed = fresh(conflict.claimed), fresh(conflict.existing)
    assert (kept.identity_hash, kept.verified_until) == (identity_hash("Erika", "Muster", BORN), until)
    assert closed.identity_hash is None and closed.verified_until is None
    assert hashed is None or hashed == kept.identity_hash


@pytest.mark.parametrize("stays", ["claimed", "existing"])
@pytest.mark.parametrize("keep", ["claimed", "existing"])
def test_of_two_logins_one_stays_and_the_other_is_shut(conflict, clerk, keep, stays, client):
    logins = {"claimed": conflict.claimed.user, "existing": UserFactory(person=conflict.existing)}
    other = logins["existing" if stays == "claimed" else "claimed"]
    client.force_login(other)
    services.decide_conflict(conflict, is_same=True, keep=getattr(conflict, keep), login=logins[stays], by=clerk)
    assert User.objects.get(pk=logins[stays].pk).person == getattr(conflict, keep)
    other.refresh_from_db()
    assert not other.is_active and other.person is None
    assert client.get("/personen/ich/").status_code == 302  # its sessions are over
    assert User.objects.filter(person=getattr(conflict, keep)).count() == 1


def test_with_two_logins_and_none_chosen_nothing_changes(conflict, clerk):
    UserFactory(person=conflict.existing)
    with pytest.raises(Refused):
        services.decide_conflict(conflict, is_same=True, keep=conflict.existing, by=clerk)
    assert IdentityConflict.objects.get().state == "open"
    assert fresh(conflict.claimed).delete_on != today() + datetime.timedelta(days=30)


def test_a_stranger_s_login_cannot_be_named_as_the_one_that_stays(conflict, clerk):
    UserFactory(person=conflict.existing)
    with pytest.raises(Refused):
        services.decide_conflict(conflict, is_same=True, keep=conflict.existing, login=UserFactory(), by=clerk)


def test_a_record_with_an_office_is_not_closed(conflict, clerk):
    Role.objects.create(
        person=conflict.claimed, organization=OrganizationFactory(), kind=Role.Kind.MEMBER, begin_date=today()
    )
    with pytest.raises(Refused):
        services.decide_conflict(conflict, is_same=True, keep=conflict.existing, by=clerk)
    services.decide_conflict(conflict, is_same=True, keep=conflict.claimed, by=clerk)
    assert fresh(conflict.claimed).is_verified


def test_a_decision_is_taken_once(conflict, clerk):
    services.decide_conflict(conflict, is_same=False, by=clerk)
    with pytest.raises(Refused):
        services.decide_conflict(conflict, is_same=True, keep=conflict.existing, by=clerk)


def test_nobody_decides_about_themselves(conflict):
    for person in (conflict.claimed, conflict.existing):
        user = User.objects.filter(person=person).first() or UserFactory(person=person)
        Role.objects.create(person=person, organization=OrganizationFactory(), kind="clerk", begin_date=today())
        with pytest.raises(Refused):
            services.decide_conflict(conflict, is_same=False, by=user)
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityConflict.objects.filter(pk=conflict.pk).update(state="different", decided_by=person)


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind not in ("clerk", "secretariat")])
def test_only_the_desk_decides(conflict, kind):
    with pytest.raises(PermissionDenied):
        services.decide_conflict(conflict, is_same=False, by=user_with_role(kind))


def test_nobody_frees_their_identity_for_a_second_person_by_another_birth_date(clerk):
    user = UserFactory(person=erika())
    services.verify_at_desk(user.person, document="id_card", birth_date=BORN, by=clerk)
    other = datetime.date(1971, 1, 1)
    with pytest.raises(Refused):
        services.verify_at_desk(user.person, document="id_card", birth_date=other, by=clerk)
    services.request_code(user.person, by=user)
    code = Message.objects.get(event="code_letter").letter["code"]["value"]
    assert services.redeem_code(User.objects.get(pk=user.pk), code=code, birth_date=other) == Outcome.WRONG
    RegisterMatch.objects.create(
        identity_hash=identity_hash("Erika", "Muster", other),
        district=Municipality.objects.create(ags="99000001", name="Mitte"),
        voting_from=today(),
        delete_on=today() + datetime.timedelta(days=10),
    )
    assert services.match_register(user, birth_date=other) == Outcome.UNKNOWN
    assert fresh(user.person).identity_hash == identity_hash("Erika", "Muster", BORN)
    assert services.redeem_code(User.objects.get(pk=user.pk), code=code, birth_date=BORN) == Outcome.VERIFIED


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_one_identity_at_once_one_gets_it():
    district = Municipality.objects.create(ags="99000001", name="Mitte")
    RegisterMatch.objects.create(
        identity_hash=identity_hash("Erika", "Muster", BORN),
        district=district,
        voting_from=datetime.date(1986, 12, 31),
        delete_on=today() + datetime.timedelta(days=10),
    )
    users = [UserFactory(person=erika(f"Gasse {number}")) for number in range(8)]
    start, outcomes = threading.Barrier(8), []

    def claim(pk):
        start.wait()
        try:
            outcomes.append(services.match_register(User.objects.get(pk=pk), birth_date=BORN))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[user.pk]) for user in users]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == [Outcome.CONFLICT] * 7 + [Outcome.VERIFIED]
    assert Person.objects.filter(identity_hash__isnull=False).count() == 1
    assert Person.objects.filter(verified_until__isnull=False).count() == 1
    assert IdentityConflict.objects.count() == 7


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_holder_and_a_second_login():
    person = erika(identity_hash="x" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        erika(identity_hash="x" * 64)
    UserFactory(person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityConflict.objects.create(claimed=person, existing=person, method="x", created_at=clock())
