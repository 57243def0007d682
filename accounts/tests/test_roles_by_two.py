"""An office is asked for by one and confirmed by another, neither of them the one concerned, both in office."""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import services
from accounts.models import Message, Role, RoleRequest, User, has_role
from accounts.tests.factories import OrganizationFactory, PersonFactory, UserFactory, user_with_role
from audit.clock import clock, today
from audit.models import Event
from audit.services import Refused

SECRETARIAT = Role.Kind.SECRETARIAT
YESTERDAY = datetime.timedelta(days=1)


@pytest.fixture
def first(db):
    return user_with_role(SECRETARIAT)


@pytest.fixture
def second(db):
    return user_with_role(SECRETARIAT)


@pytest.fixture
def organization(db):
    return OrganizationFactory()


def ask(person, organization, by, **changes):
    fields = {"action": "grant", "kind": "clerk", "date": today(), "reason": "Vertretung"} | changes
    return services.request_role(person, organization=organization, by=by, **fields)


def test_two_people_grant_a_role_and_the_holder_is_told(first, second, organization):
    user = UserFactory()
    request = ask(user.person, organization, first)
    assert not has_role(User.objects.get(pk=user.pk), Role.Kind.CLERK)
    services.confirm_role_request(request, by=second)
    assert has_role(User.objects.get(pk=user.pk), Role.Kind.CLERK)
    assert Message.objects.get(person=user.person, event="role_granted")
    names = list(Event.objects.filter(chain=f"person:{user.person.uuid}").values_list("name", "actor"))
    assert ("role.requested", f"person:{first.person.uuid}") in names
    assert ("role.granted", f"person:{second.person.uuid}") in names


def test_two_people_end_a_role_at_once(first, second):
    clerk = user_with_role(Role.Kind.CLERK)
    role = clerk.person.roles.get()
    Role.objects.filter(pk=role.pk).update(begin_date=today() - 10 * YESTERDAY)
    request = ask(clerk.person, role.organization, first, action="end", date=today() - YESTERDAY)
    services.confirm_role_request(request, by=second)
    assert not has_role(User.objects.get(pk=clerk.pk), Role.Kind.CLERK)
    assert Message.objects.get(person=clerk.person, event="role_ended")


def test_a_role_that_began_today_can_be_taken_away_at_once(first, second, organization):
    user = UserFactory()
    services.confirm_role_request(ask(user.person, organization, first), by=second)
    services.confirm_role_request(
        ask(user.person, organization, first, action="end", date=today() - YESTERDAY), by=second
    )
    assert not Role.objects.filter(person=user.person).exists()
    assert Event.objects.filter(chain=f"person:{user.person.uuid}", name="role.annulled").exists()


def test_who_asked_cannot_confirm(first, organization):
    request = ask(PersonFactory(), organization, first)
    with pytest.raises(Refused):
        services.confirm_role_request(request, by=first)
    with pytest.raises(Refused):
        services.refuse_role_request(request, by=first)


def test_who_is_concerned_neither_asks_nor_confirms(first, second, organization):
    with pytest.raises(Refused):
        ask(first.person, organization, first)
    request = ask(second.person, organization, first)
    with pytest.raises(Refused):
        services.confirm_role_request(request, by=second)


def test_the_database_refuses_the_same_two_even_past_the_service(first, second, organization):
    request = ask(second.person, organization, first)
    for culprit in (first.person, second.person):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleRequest.objects.filter(pk=request.pk).update(state="confirmed", decided_by=culprit)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRequest.objects.filter(pk=request.pk).update(state="confirmed")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRequest.objects.filter(pk=request.pk).update(requested_by=second.person)


def test_an_asker_whose_role_was_taken_away_in_between_does_not_count(first, second, organization):
    person = PersonFactory()
    request = ask(person, organization, first)
    Role.objects.filter(person=first.person).update(end_date=today() - YESTERDAY)
    with pytest.raises(Refused):
        services.confirm_role_request(request, by=second)
    request.refresh_from_db()
    assert request.state == "open" and not Role.objects.filter(person=person).exists()


def test_a_confirmer_whose_role_was_taken_away_during_the_request_does_not_count(first, second, organization):
    assert has_role(second, SECRETARIAT)  # read at the start of the request, and remembered there
    request = ask(PersonFactory(), organization, first)
    Role.objects.filter(person=second.person).update(end_date=today() - YESTERDAY)
    with pytest.raises(PermissionDenied):
        services.confirm_role_request(request, by=second)


def test_a_shut_login_confirms_nothing(first, second, organization):
    request = ask(PersonFactory(), organization, first)
    second.is_active = False
    with pytest.raises(PermissionDenied):
        services.confirm_role_request(request, by=second)


@pytest.mark.parametrize("kind", [kind for kind in Role.Kind.values if kind != "secretariat"])
def test_no_other_role_asks_or_decides(first, organization, kind):
    request, officer = ask(PersonFactory(), organization, first), user_with_role(kind)
    with pytest.raises(PermissionDenied):
        ask(PersonFactory(), organization, officer)
    with pytest.raises(PermissionDenied):
        services.confirm_role_request(request, by=officer)
    with pytest.raises(PermissionDenied):
        services.refuse_role_request(request, by=officer)


def test_an_approval_is_not_replayed(first, second, organization):
    request = ask(PersonFactory(), organization, first)
    services.confirm_role_request(request, by=second)
    stale = RoleRequest(pk=request.pk, state="open")
    with pytest.raises(Refused):
        services.confirm_role_request(stale, by=second)
    assert Role.objects.filter(person=request.person).count() == 1


def test_a_refused_request_stays_refused(first, second, organization):
    request = ask(PersonFactory(), organization, first)
    services.refuse_role_request(request, by=second)
    with pytest.raises(Refused):
        services.confirm_role_request(request, by=second)
    assert not Role.objects.filter(person=request.person).exists()


def test_the_same_is_not_asked_twice(first, organization):
    person = PersonFactory()
    ask(person, organization, first)
    with pytest.raises(Refused):
        ask(person, organization, first)


def test_what_changes_nothing_is_not_asked(first):
    clerk = user_with_role(Role.Kind.CLERK)
    where = clerk.person.roles.get().organization
    with pytest.raises(Refused):
        ask(clerk.person, where, first)
    with pytest.raises(Refused):
        ask(PersonFactory(), where, first, action="end")


def test_a_role_with_a_last_day_ahead_can_be_ended_earlier(first, second):
    clerk = user_with_role(Role.Kind.CLERK)
    Role.objects.filter(person=clerk.person).update(end_date=today() + 100 * YESTERDAY)
    request = ask(clerk.person, clerk.person.roles.get().organization, first, action="end", date=today())
    services.confirm_role_request(request, by=second)
    assert clerk.person.roles.get().end_date == today()


@pytest.mark.parametrize("kind", ["member", "alternate"])
def test_a_seat_is_filled_by_the_draw_alone(first, organization, kind):
    with pytest.raises(Refused):
        ask(PersonFactory(), organization, first, kind=kind)


@pytest.mark.django_db
def test_a_role_is_held_once_at_a_time(organization):
    person = PersonFactory()
    what = {"kind": "member", "organization": organization}
    services.grant_role(person, begin_date=today() - 10 * YESTERDAY, by=None, **what)
    with pytest.raises(Refused):
        services.grant_role(person, begin_date=today(), by=None, **what)
    services.end_role(person, end_date=today() - YESTERDAY, by=None, **what)
    services.grant_role(person, begin_date=today(), by=None, **what)
    assert Role.objects.filter(person=person).count() == 2
    with pytest.raises(Refused):
        services.end_role(PersonFactory(), end_date=today(), by=None, **what)


@pytest.mark.django_db
def test_a_role_with_a_last_day_can_end_earlier_but_not_twice(organization):
    person = PersonFactory()
    what = {"kind": "member", "organization": organization, "by": None}
    services.grant_role(person, begin_date=today() - 10 * YESTERDAY, **what)
    services.end_role(person, end_date=today() + 10 * YESTERDAY, **what)
    services.end_role(person, end_date=today() - YESTERDAY, **what)
    assert Role.objects.get(person=person).end_date == today() - YESTERDAY
    with pytest.raises(Refused):
        services.end_role(person, end_date=today() - YESTERDAY, **what)


@pytest.mark.django_db(transaction=True)
def test_of_six_confirmations_at_once_one_takes_effect():
    first, organization, person = user_with_role(SECRETARIAT), OrganizationFactory(), PersonFactory()
    request = ask(person, organization, first)
    officers = [user_with_role(SECRETARIAT) for _ in range(6)]
    start, answers = threading.Barrier(6), []

    def confirm(pk):
        start.wait()
        try:
            services.confirm_role_request(RoleRequest.objects.get(pk=request.pk), by=User.objects.get(pk=pk))
            answers.append("confirmed")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[officer.pk]) for officer in officers]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(answers) == ["confirmed"] + ["refused"] * 5
    assert Role.objects.filter(person=person).count() == 1
    assert Event.objects.filter(chain=f"person:{person.uuid}", name="role.granted").count() == 1


@pytest.mark.django_db
def test_a_request_needs_a_reason_kept_apart_from_the_chain(first, second, organization):
    request = ask(PersonFactory(), organization, first, reason="Vertretung von Frau Muster")
    services.confirm_role_request(request, by=second)
    assert not Event.objects.filter(facts__icontains="Muster").exists()
    assert request.created_at <= clock()
