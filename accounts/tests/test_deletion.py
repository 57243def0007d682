"""What is past its date goes, every day, once; whoever still takes part stays; the chains stay valid."""

import datetime
import json

import pytest
from allauth.account.models import EmailAddress

from accounts import services
from accounts.models import LetterCode, Message, Municipality, Person, RegisterMatch, Role, User
from accounts.mydata import erase_person, export_person
from accounts.tests.factories import OrganizationFactory, PersonFactory, ResidentFactory, UserFactory, user_with_role
from audit.clock import clock, today
from audit.models import Event
from audit.services import Refused, export_chain
from audit.verify import faults

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SECRETS = {
    "given_name": "Zyprian",
    "family_name": "Quastenflosser",
    "street": "Verratsgasse 17",
    "postal_code": "98765",
    "town": "Geheimstadt",
    "email": "zyprian@quasten.example",
    "phone": "0999 1234567",
    "helper_name": "Hilda Helferlein",
    "helper_phone": "0888 7654321",
    "needs": "Gebärdensprache",
}


@pytest.fixture
def clerk():
    return user_with_role(Role.Kind.CLERK)


def everything_about(person, clerk):
    """Have something written wherever this app writes about people."""
    other = user_with_role(Role.Kind.SECRETARIAT)
    user = UserFactory(person=person, email=SECRETS["email"])
    services.verify_at_desk(person, document="id_card", birth_date=datetime.date(1970, 12, 31), by=clerk)
    services.request_code(person, by=clerk)
    services.request_correction(person, changes={"street": "Verratsgasse 18"}, reason="Verratsgasse", by=clerk)
    services.request_role(
        person,
        action="grant",
        kind="expert",
        organization=OrganizationFactory(),
        date=today(),
        reason="Quastenflosser",
        by=other,
    )
    person.subscriptions.create(subject="proposal:1", created_at=clock())
    return user


def all_rows():
    """Every row of this app and of the logins as text."""
    models = [Person, User, Message, LetterCode, RegisterMatch, EmailAddress, Event]
    models += [field.related_model for field in Person._meta.related_objects if field.related_model]
    return "\n".join(str(list(model.objects.values())) for model in set(models))


def test_after_erasure_nothing_of_the_person_is_left_and_the_chain_is_valid(clerk):
    person = PersonFactory(**SECRETS)
    everything_about(person, clerk)
    before = all_rows()
    assert all(value in before for value in SECRETS.values())
    erase_person(person)
    left = all_rows()
    assert [value for value in SECRETS.values() if value in left] == []
    assert person.erased_at and person.identity_hash is None and not User.objects.filter(person=person).exists()
    chain = json.loads(json.dumps(export_chain(f"person:{person.uuid}")))
    assert len(chain["events"]) >= 4 and faults(chain) == []


def test_an_office_that_is_held_is_ended_first(clerk):
    with pytest.raises(Refused):
        erase_person(clerk.person)
    Role.objects.filter(person=clerk.person).update(end_date=today())
    erase_person(clerk.person)
    assert Role.objects.filter(person=clerk.person).exists()  # who held which office stays known, under no name
    assert str(clerk.person).startswith("#")


def test_the_export_tells_everything_and_no_secret(clerk):
    person = PersonFactory(**SECRETS)
    everything_about(person, clerk)
    code = Message.objects.get(event="code_letter").letter["code"]["value"]
    told = json.dumps(export_person(person), default=str, ensure_ascii=False)
    assert [value for value in SECRETS.values() if value not in told] == []
    assert code not in told and "password" not in told and "code_hash" not in told
    keys = export_person(person)
    assert {"person", "login", "roles", "verifications", "messages", "corrections", "subscriptions"} <= keys.keys()
    assert len(keys["verifications"]) == len(keys["corrections"]) == len(keys["subscriptions"]) == 1


def test_every_field_of_a_person_is_in_the_export():
    exported = export_person(PersonFactory())["person"].keys()
    assert set(Person.personal) - exported == {"erased_at"}


def test_whoever_is_past_the_date_is_erased_once():
    gone = PersonFactory(**SECRETS, delete_on=today())
    stays = PersonFactory(delete_on=today() + DAY)
    assert services.purge()["people"] == 1
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert gone.erased_at and gone.family_name == "" and not stays.erased_at
    assert services.purge()["people"] == 0
    event = Event.objects.get(chain="purge")
    assert event.facts["people"] == 1 and "Quasten" not in str(event.facts)


def test_whoever_shows_a_sign_of_taking_part_stays_and_the_date_moves():
    past = today() - DAY
    holder = user_with_role(Role.Kind.MEMBER).person
    resident = ResidentFactory(verified_until=today() + 100 * DAY)
    reader = UserFactory(person=PersonFactory(), last_login=clock()).person
    Person.objects.update(delete_on=past)
    assert services.purge()["people"] == 0
    for person in (holder, resident, reader):
        person.refresh_from_db()
        assert person.erased_at is None and person.delete_on > today() + 600 * DAY


def test_one_who_cannot_be_erased_does_not_stop_the_others(caplog):
    stuck, gone = PersonFactory(delete_on=today()), PersonFactory(delete_on=today())
    Role.objects.create(
        person=stuck,
        organization=OrganizationFactory(),
        kind="member",
        begin_date=today() + 10 * DAY,
        end_date=today() + 11 * DAY,
    )
    Person.objects.filter(pk=stuck.pk).update(delete_on=today() - 2000 * DAY)
    services.purge(today() + 5000 * DAY)
    gone.refresh_from_db()
    stuck.refresh_from_db()
    assert gone.erased_at and not stuck.erased_at
    assert str(stuck.uuid) in caplog.text and stuck.family_name not in caplog.text


def test_codes_past_their_date_are_deleted_and_leave_the_letter(clerk):
    person = PersonFactory()
    services.request_code(person, by=clerk)
    Message.objects.update(state=Message.State.PRINTED)
    assert services.purge()["codes"] == 0
    assert services.purge(today() + 43 * DAY)["codes"] == 1
    assert Message.objects.get(event="code_letter").letter == {}


def test_entries_of_the_register_go_on_their_day():
    district = Municipality.objects.create(ags="99000001", name="Mitte")
    for number, day in enumerate([today(), today() + DAY]):
        RegisterMatch.objects.create(identity_hash=str(number), district=district, voting_from=today(), delete_on=day)
    assert services.purge()["register"] == 1
    assert RegisterMatch.objects.get().identity_hash == "1"


def test_messages_go_after_a_year_unless_they_still_wait(clerk):
    person = PersonFactory()
    services.request_code(person, by=clerk)
    sent = Message.objects.create(
        event="x", person=person, channel="email", message_id="<1@x>", created_at=clock(), next_at=clock(), state="sent"
    )
    assert services.purge(today() + 360 * DAY)["messages"] == 0
    assert services.purge(today() + 367 * DAY)["messages"] == 1
    assert not Message.objects.filter(pk=sent.pk).exists()


def test_a_login_that_never_confirmed_its_e_mail_goes_after_a_month():
    never, confirmed = UserFactory(person=None), UserFactory(person=None)
    EmailAddress.objects.filter(user=never).update(verified=False)
    UserFactory()
    assert services.purge(today() + 20 * DAY)["logins"] == 0
    assert services.purge(today() + 32 * DAY)["logins"] == 1
    assert User.objects.filter(pk=confirmed.pk).exists() and not User.objects.filter(pk=never.pk).exists()


def test_a_purge_that_finds_nothing_writes_nothing():
    services.purge()
    assert not Event.objects.filter(chain="purge").exists()
