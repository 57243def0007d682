"""Seats: filled, left, vacant again; never held by two; the office of a member goes with them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Message, Role, has_role
from accounts.tests.factories import OrganizationFactory, ResidentFactory, UserFactory, user_with_role
from audit.clock import today
from audit.models import Event
from audit.services import Refused
from councils.models import Council, Membership, Seat
from councils.services import constitute, end_membership, fill_seat, found_council, vacant_seats
from councils.tests.factories import CompanyFactory, CouncilFactory, StatuteVersionFactory, seated

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return user_with_role(Role.Kind.SECRETARIAT)


def days_ago(days):
    return today() - datetime.timedelta(days=days)


def test_a_council_is_founded_with_all_its_seats_vacant(by):
    council = found_council(
        organization=OrganizationFactory(kind="council"), seat_count=7, about="", companies=[CompanyFactory()], by=by
    )
    assert [seat.number for seat in vacant_seats(council)] == [1, 2, 3, 4, 5, 6, 7]
    assert council.state == Council.State.PLANNED and council.companies.count() == 1


def test_a_council_without_a_seat_is_refused(by):
    with pytest.raises(Refused):
        found_council(organization=OrganizationFactory(), seat_count=0, about="", companies=[], by=by)


def test_a_seat_is_filled_with_office_message_and_event(by):
    council, user = CouncilFactory(), UserFactory()
    membership = fill_seat(council, person=user.person, begin_date=days_ago(1), by=by)
    assert membership.seat.number == 1
    assert has_role(user, Role.Kind.MEMBER, organization=council.organization)
    message = Message.objects.get(person=user.person, event="membership_began")
    assert "Platz 1" in message.subject + message.text or "Seat 1" in message.subject + message.text
    event = Event.objects.get(chain=f"council:{council.pk}", name="seat.filled")
    assert event.facts["seat"] == 1 and str(user.person) not in str(event.facts)


def test_a_certain_seat_can_be_asked_for(by):
    council = CouncilFactory()
    assert fill_seat(council, person=ResidentFactory(), begin_date=today(), by=by, number=4).seat.number == 4
    with pytest.raises(Refused):
        fill_seat(council, person=ResidentFactory(), begin_date=today(), by=by, number=4)


def test_nobody_holds_two_seats_and_a_full_council_takes_nobody(by):
    council = CouncilFactory(seat_count=1)
    person = ResidentFactory()
    fill_seat(council, person=person, begin_date=today(), by=by)
    with pytest.raises(Refused):
        fill_seat(CouncilFactory(), person=person, begin_date=today(), by=by)
    with pytest.raises(Refused):
        fill_seat(council, person=ResidentFactory(), begin_date=today(), by=by)


def test_the_database_lets_no_two_hold_one_seat():
    held = seated(CouncilFactory(), 3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(seat=held.seat, person=ResidentFactory(), begin_date=today())


def test_leaving_makes_the_seat_vacant_and_ends_the_office(by):
    council, user = CouncilFactory(), UserFactory()
    membership = seated(council, 2, user.person)
    ended = end_membership(membership, reason=Membership.EndReason.RESIGNED, end_date=today(), by=by)
    assert ended.state == Membership.State.ENDED
    assert Seat.objects.get(council=council, number=2) in vacant_seats(council)
    assert not has_role(user, Role.Kind.MEMBER, organization=council.organization)
    assert Message.objects.filter(person=user.person, event="membership_ended").count() == 1
    successor = fill_seat(council, person=ResidentFactory(), begin_date=today(), by=by, number=2)
    assert successor.begin_date == ended.end_date, "no day between the two, and none held by both"


def test_a_membership_ends_once_and_not_in_the_future(by):
    membership = seated(CouncilFactory(), 2)
    with pytest.raises(Refused):
        end_membership(membership, reason="resigned", end_date=today() + datetime.timedelta(days=1), by=by)
    end_membership(membership, reason="resigned", end_date=today(), by=by)
    with pytest.raises(Refused):
        end_membership(membership, reason="resigned", end_date=today(), by=by)


def test_a_seat_cannot_be_filled_for_days_on_which_it_was_held(by):
    membership = seated(CouncilFactory(), 2)
    end_membership(membership, reason="resigned", end_date=today(), by=by)
    with pytest.raises(Refused):
        fill_seat(membership.seat.council, person=ResidentFactory(), begin_date=days_ago(3), by=by, number=2)


def test_the_council_begins_with_rules_and_a_quorum(by):
    council = CouncilFactory(state="planned", rules=False)
    with pytest.raises(Refused):
        constitute(council, by=by)
    StatuteVersionFactory(council=council, settings={"term_years": 4})
    seated(council, 1)
    seated(council, 2)
    with pytest.raises(Refused, match="3"):
        constitute(council, by=by)
    seated(council, 3)
    council = constitute(council, by=by)
    term = council.terms.get()
    assert council.state == Council.State.IN_TERM
    assert (term.begin_date, term.end_date.year) == (today(), today().year + 4)


def test_strangers_may_not(by):
    council, stranger = CouncilFactory(), user_with_role(Role.Kind.AUDITOR)
    with pytest.raises(PermissionDenied):
        fill_seat(council, person=ResidentFactory(), begin_date=today(), by=stranger)
    with pytest.raises(PermissionDenied):
        end_membership(seated(council, 1), reason="resigned", end_date=today(), by=stranger)
