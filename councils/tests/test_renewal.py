"""Suspension, partial renewal and the end of a term: by rule and by clock."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import ResidentFactory, UserFactory, user_with_role
from audit.clock import clock, set_clock, today
from audit.services import Refused
from councils.algorithms.rotation import groups_due, seats_due
from councils.models import Council, Membership, Term
from councils.services import (
    begin_renewal,
    constitute,
    end_membership,
    end_term,
    fill_seat,
    finish_renewal,
    left_early,
    note_moving,
    renewal_due_on,
    renewal_seats,
    resign,
    resume,
    settle_suspensions,
    settle_terms,
    suspend,
    vacant_seats,
)
from councils.tests.factories import CouncilFactory, StatuteVersionFactory, full_council, seated

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return user_with_role(Role.Kind.SECRETARIAT)


def begun(rules=None, seats=7):
    """A full council whose first term began today."""
    council = full_council(seat_count=seats, state="planned", rules=rules or {})
    return constitute(council, by=user_with_role(Role.Kind.SECRETARIAT))


def later(days):
    set_clock(clock() + datetime.timedelta(days=days))


def numbers(seats):
    return [seat.number for seat in seats]


def test_thirds_go_in_turn_by_the_number_of_the_seat():
    assert [groups_due([], 1), groups_due([0], 1), groups_due([0, 1], 1), groups_due([0, 1, 2], 1)] == [
        [0],
        [1],
        [2],
        [0],
    ]
    assert [groups_due([], 2), groups_due([0, 1], 2), groups_due([0, 1, 0, 2], 2)] == [[0, 1], [0, 2], [1, 2]]
    assert groups_due([], 3) == [0, 1, 2] and groups_due([], 0) == []
    assert seats_due(8, [0]) == [1, 4, 7] and seats_due(8, [1, 2]) == [2, 3, 5, 6, 8]


def test_a_renewal_frees_a_third_waits_for_the_draw_and_ends_with_the_last_seat(by):
    council = begun()
    with pytest.raises(Refused, match="20"):
        begin_renewal(council, by=by)
    later(366)
    renewal = begin_renewal(council, by=by)
    council.refresh_from_db()
    assert renewal.seats == [1, 4, 7] == numbers(renewal_seats(council))
    assert council.state == Council.State.RENEWING and left_early(council) == {}
    assert set(Membership.objects.filter(end_reason="term").values_list("seat__number", flat=True)) == {1, 4, 7}
    for _number in renewal.seats:
        fill_seat(council, person=ResidentFactory(), begin_date=today(), by=by)
    council.refresh_from_db()
    renewal.refresh_from_db()
    assert (council.state, renewal.finished_on) == (Council.State.IN_TERM, today())
    later(366)
    assert begin_renewal(council, by=by).seats == [2, 5]


def test_a_renewal_can_be_ended_with_a_vacant_seat_and_only_one_is_open(by):
    council = begun()
    later(366)
    begin_renewal(council, by=by)
    with pytest.raises(PermissionDenied):
        begin_renewal(council, by=by)
    finish_renewal(council, by=by)
    council.refresh_from_db()
    assert council.state == Council.State.IN_TERM and numbers(vacant_seats(council)) == [1, 4, 7]
    assert renewal_due_on(council) > today()


def test_a_council_drawn_as_a_whole_is_not_renewed_in_part(by):
    council = begun({"renewal_thirds": 0})
    later(400)
    with pytest.raises(Refused):
        begin_renewal(council, by=by)
    assert renewal_due_on(council) is None


def test_strangers_begin_no_renewal():
    with pytest.raises(PermissionDenied):
        begin_renewal(begun(), by=user_with_role(Role.Kind.MEMBER))


def test_the_clock_ends_a_term_once_and_frees_whom_no_renewal_has_freed():
    council = begun({"term_years": 1})
    assert settle_terms() == 0
    last = Term.objects.get().end_date
    later(367)
    assert (settle_terms(), settle_terms()) == (1, 0)
    council.refresh_from_db()
    first, second = council.terms.order_by("number")
    assert first.end_date == second.begin_date == last, "no day without a term"
    assert council.state == Council.State.RENEWING and numbers(renewal_seats(council)) == [1, 4, 7]
    assert set(Membership.objects.filter(state="ended").values_list("end_date", flat=True)) == {last}


def test_a_term_in_which_was_renewed_ends_without_another(by):
    council = begun({"term_years": 2})
    later(366)
    begin_renewal(council, by=by)
    later(366)
    assert settle_terms() == 1
    assert council.renewals.count() == 1 and council.terms.count() == 2


def test_a_council_drawn_as_a_whole_leaves_every_seat_at_the_end(by):
    council = begun({"term_years": 1, "renewal_thirds": 0})
    with pytest.raises(Refused):
        end_term(council, by=by)
    later(366)
    end_term(council, by=by)
    assert len(vacant_seats(council)) == 7 == len(renewal_seats(council))


def test_terms_that_were_missed_are_caught_up_with():
    council = begun({"term_years": 1})
    later(366 * 3)
    assert settle_terms() == 3
    assert list(council.terms.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_resignation_is_the_members_own_or_entered_and_leaves_a_seat_for_an_alternate():
    council, user = CouncilFactory(), UserFactory()
    own, other = seated(council, 2, user.person), seated(council, 3)
    with pytest.raises(PermissionDenied):
        resign(other, by=user)
    resign(own, by=user)
    resign(other, by=user_with_role(Role.Kind.CLERK))
    assert left_early(council) == {2: own.person_id, 3: other.person_id}


def test_moving_away_ends_the_membership_for_that_reason(by):
    ended = note_moving(seated(CouncilFactory(), 2), by=by)
    assert ended.end_reason == Membership.EndReason.MOVED_AWAY


def test_a_suspension_ends_by_itself_on_its_day(by):
    membership = seated(CouncilFactory(), 2)
    row = suspend(membership, reason="Elternzeit", until=today() + datetime.timedelta(days=30), by=by)
    assert not Membership.objects.active().exists() and not vacant_seats(membership.seat.council).filter(number=2)
    assert settle_suspensions() == 0
    later(31)
    assert (settle_suspensions(), settle_suspensions()) == (1, 0)
    row.refresh_from_db()
    membership.refresh_from_db()
    assert row.end_date == row.until and membership.state == Membership.State.ACTIVE


def test_a_suspension_is_lifted_by_a_decision_and_needs_a_reason(by):
    membership = seated(CouncilFactory(), 2)
    for fields in ({"reason": " "}, {"reason": "x", "until": today()}):
        with pytest.raises(Refused):
            suspend(membership, by=by, **fields)
    suspend(membership, reason="Elternzeit", by=by)
    with pytest.raises(Refused):
        suspend(membership, reason="noch einmal", by=by)
    assert resume(membership, by=by).state == Membership.State.ACTIVE
    with pytest.raises(Refused):
        resume(membership, by=by)


def test_whoever_leaves_while_suspended_closes_both(by):
    membership = seated(CouncilFactory(), 2)
    row = suspend(membership, reason="Krankheit", by=by)
    end_membership(membership, reason="resigned", end_date=today(), by=by)
    row.refresh_from_db()
    assert row.end_date == today()


def test_a_term_runs_as_the_rules_say_that_stand_at_its_beginning(by):
    council = begun({"term_years": 1})
    StatuteVersionFactory(council=council, number=2, settings={"term_years": 4}, in_force_on=today())
    later(366)
    assert end_term(council, by=by).end_date.year - Term.objects.get(number=1).end_date.year == 4
