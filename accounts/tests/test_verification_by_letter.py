"""A code by letter confirms an address: once, in time, with five tries, and seen by nobody on the way."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts import services
from accounts.models import IdentityConflict, LetterCode, Message, Person, Role, User
from accounts.mydata import export_person
from accounts.services import Outcome
from accounts.services.codes import VALID_DAYS
from accounts.tests.factories import PersonFactory, ResidentFactory, UserFactory, user_with_role
from audit.clock import clock, set_clock
from audit.models import Event
from audit.services import Refused

BORN = datetime.date(1970, 12, 31)
WRONG = "0000-0000-0000-0000"
pytestmark = pytest.mark.django_db


def letter_to(person):
    return Message.objects.filter(person=person, event="code_letter").first()


def code_of(person):
    return letter_to(person).letter["code"]["value"]


def login(**fields):
    return UserFactory(person=PersonFactory(**fields))


def later(**delta):
    set_clock(clock() + datetime.timedelta(**delta))


def test_the_code_in_the_letter_verifies_once():
    user = login()
    services.request_code(user.person, by=user)
    letter = letter_to(user.person)
    assert (letter.channel, letter.state) == ("letter", "queued")
    code = letter.letter["code"]["value"]
    assert code not in letter.text and code not in letter.subject
    assert services.redeem_code(user, code=code.lower().replace("-", " "), birth_date=BORN) == Outcome.VERIFIED
    person = Person.objects.get(pk=user.person.pk)
    assert person.is_verified and person.voting_from == datetime.date(1986, 12, 31) and person.identity_hash
    assert person.verifications.get().method == "letter"
    assert services.redeem_code(user, code=code, birth_date=BORN) == Outcome.WRONG


def test_only_a_hash_of_the_code_is_kept_and_the_letter_forgets_it_when_used():
    user = login()
    row = services.request_code(user.person, by=user)
    code = code_of(user.person)
    assert code not in row.code_hash and code.replace("-", "") not in row.code_hash
    Message.objects.filter(event="code_letter").update(state=Message.State.PRINTED)
    services.redeem_code(user, code=code, birth_date=BORN)
    assert letter_to(user.person).letter == {}
    assert not Event.objects.filter(facts__icontains=code).exists()


def test_whoever_waits_for_the_letter_cannot_read_the_code_on_the_screen(client):
    user = login()
    services.request_code(user.person, by=user)
    code = code_of(user.person)
    client.force_login(user)
    assert code not in client.get("/personen/ich/").content.decode()
    assert code not in str(export_person(user.person))
    client.force_login(user_with_role(Role.Kind.CLERK))
    assert code not in client.get(f"/personen/{user.person.uuid}/").content.decode()


def test_five_wrong_tries_end_the_letter():
    user = login()
    services.request_code(user.person, by=user)
    code = code_of(user.person)
    tries = [services.redeem_code(user, code=WRONG, birth_date=BORN) for _ in range(5)]
    assert tries == [Outcome.WRONG] * 4 + [Outcome.ENDED]
    assert services.redeem_code(user, code=code, birth_date=BORN) == Outcome.ENDED
    assert not Person.objects.get(pk=user.person.pk).is_verified


def test_a_code_runs_out_with_its_day():
    user = login()
    services.request_code(user.person, by=user)
    code = code_of(user.person)
    later(days=VALID_DAYS + 1)
    assert services.redeem_code(user, code=code, birth_date=BORN) == Outcome.ENDED
    assert services.redeem_code(user, code=WRONG, birth_date=BORN) == Outcome.ENDED


def test_a_new_letter_ends_the_old_code():
    user = login()
    services.request_code(user.person, by=user)
    first = code_of(user.person)
    Message.objects.update(state=Message.State.PRINTED)
    services.request_code(user.person, by=user)
    assert LetterCode.objects.filter(person=user.person).count() == 1
    assert services.redeem_code(user, code=first, birth_date=BORN) == Outcome.WRONG
    assert services.redeem_code(user, code=code_of(user.person), birth_date=BORN) == Outcome.VERIFIED


def test_a_letter_that_is_not_printed_yet_is_replaced_not_added():
    user = login()
    services.request_code(user.person, by=user)
    services.request_code(user.person, by=user)
    assert Message.objects.filter(person=user.person, event="code_letter").count() == 1


def test_three_letters_in_thirty_days_are_enough():
    user = login()
    for _ in range(3):
        services.request_code(user.person, by=user)
        Message.objects.update(state=Message.State.PRINTED)
    with pytest.raises(Refused):
        services.request_code(user.person, by=user)
    later(days=31)
    assert services.request_code(user.person, by=user)


def test_without_an_address_there_is_no_letter():
    user = login(street="")
    with pytest.raises(Refused):
        services.request_code(user.person, by=user)


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_only_the_desk_sends_letters_for_others(kind):
    person, officer = PersonFactory(), user_with_role(kind)
    if kind in ("clerk", "secretariat"):
        assert services.request_code(person, by=officer).person == person
    else:
        with pytest.raises(PermissionDenied):
            services.request_code(person, by=officer)


def test_a_letter_of_the_desk_opens_a_login_for_somebody_noted_there():
    person = PersonFactory()
    services.request_code(person, by=user_with_role(Role.Kind.CLERK))
    user = UserFactory(person=None)
    assert services.redeem_code(user, code=code_of(person), birth_date=BORN) == Outcome.VERIFIED
    assert User.objects.get(pk=user.pk).person == person


def test_a_second_login_cannot_take_the_letter_of_a_person_who_has_one():
    user = login()
    services.request_code(user.person, by=user)
    other = UserFactory(person=None)
    assert services.redeem_code(other, code=code_of(user.person), birth_date=BORN) == Outcome.TAKEN
    assert User.objects.get(pk=other.pk).person is None


def test_the_letter_of_another_person_goes_to_a_clerk():
    known, user = PersonFactory(), login()
    services.request_code(known, by=user_with_role(Role.Kind.CLERK))
    code = code_of(known)
    assert services.redeem_code(user, code=code, birth_date=BORN) == Outcome.CONFLICT
    conflict = IdentityConflict.objects.get()
    assert (conflict.claimed, conflict.existing) == (user.person, known)
    assert not Person.objects.get(pk=user.person.pk).is_verified
    assert services.redeem_code(user, code=code, birth_date=BORN) == Outcome.WRONG


def test_guessing_without_a_letter_is_locked_for_the_day():
    for user in (login(), UserFactory(person=None)):
        tries = [services.redeem_code(user, code=WRONG, birth_date=BORN) for _ in range(7)]
        assert tries == [Outcome.WRONG] * 5 + [Outcome.LOCKED] * 2
    later(days=1)
    assert services.redeem_code(user, code=WRONG, birth_date=BORN) == Outcome.WRONG


def test_the_same_name_at_the_same_address_goes_to_a_clerk_whatever_the_birth_date():
    known = ResidentFactory(given_name="Erika", family_name="Muster", street="Gasse 1")
    user = login(given_name="Erika", family_name="Muster", street="gasse 1")
    services.request_code(user.person, by=user)
    assert services.redeem_code(user, code=code_of(user.person), birth_date=BORN) == Outcome.CONFLICT
    assert IdentityConflict.objects.get().existing == known


def at_once(count, act):
    """What `count` threads get from `act(number)` when all start together."""
    start, outcomes = threading.Barrier(count), []

    def run(number):
        start.wait()
        try:
            outcomes.append(act(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_six_logins_that_enter_one_letter_at_once_one_gets_the_person():
    person = PersonFactory()
    services.request_code(person, by=user_with_role(Role.Kind.CLERK))
    code = code_of(person)
    users = [UserFactory(person=None) for _ in range(6)]
    outcomes = at_once(6, lambda n: services.redeem_code(users[n], code=code, birth_date=BORN))
    assert outcomes.count(Outcome.VERIFIED) == 1 and len(outcomes) == 6
    assert User.objects.filter(person=person).count() == 1 == person.verifications.count()


@pytest.mark.django_db(transaction=True)
def test_twelve_guesses_at_once_are_still_five():
    user = login()
    services.request_code(user.person, by=user)
    outcomes = at_once(12, lambda n: services.redeem_code(user, code=f"{WRONG}{n}", birth_date=BORN))
    assert outcomes.count(Outcome.WRONG) == 4 and outcomes.count(Outcome.ENDED) == 8
    assert LetterCode.objects.get(person=user.person).wrong_tries == 5
