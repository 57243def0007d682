"""Whatever happens to a council, a seat's history has no overlap and no gap that nothing explains."""

import contextlib
import datetime
import itertools

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role
from accounts.tests.factories import CityFactory, ResidentFactory, user_with_role
from audit.clock import clock, set_clock, today
from audit.models import Event
from audit.services import Refused
from councils import services
from councils.models import Council, Membership, Seat, Suspension
from councils.tests.factories import CouncilFactory

SEATS = 4
DAYS = st.integers(1, 200)
SEAT = st.integers(1, SEATS)
BACK = st.integers(0, 40)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("fill"), SEAT, BACK),
        st.tuples(st.just("resign"), SEAT, BACK),
        st.tuples(st.just("move"), SEAT, BACK),
        st.tuples(st.just("remove"), SEAT, BACK),
        st.tuples(st.just("suspend"), SEAT, BACK),
        st.tuples(st.just("resume"), SEAT, BACK),
        st.tuples(st.just("renew"), SEAT, BACK),
        st.tuples(st.just("finish"), SEAT, BACK),
        st.tuples(st.just("constitute"), SEAT, BACK),
        st.tuples(st.just("settle"), SEAT, BACK),
        st.tuples(st.just("wait"), DAYS, BACK),
    ),
    max_size=25,
)


class AnySequenceOfServices(TestCase):
    """Hypothesis invents what people, offices and the clock do; refusals are fine, a broken history is not."""

    @pytest.mark.slow
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS, thirds=st.integers(0, 3))
    def test_leaves_no_overlap_and_no_unexplained_gap(self, steps, thirds):
        set_clock(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC))
        CityFactory()
        by = user_with_role(Role.Kind.SECRETARIAT)
        council = CouncilFactory(
            seat_count=SEATS, state="planned", rules={"term_years": 1, "renewal_months": 4, "renewal_thirds": thirds}
        )
        for number in range(1, SEATS + 1):
            services.fill_seat(council, person=ResidentFactory(), begin_date=today(), by=by, number=number)
        for step in steps:
            with contextlib.suppress(Refused, PermissionDenied):
                take(council, by, *step)
        assert check(council) >= SEATS, "every seat was filled once at the beginning"


def take(council, by, act, number, back):
    """One step; `back` days before today is the date it is entered for."""
    council.refresh_from_db()
    date = today() - datetime.timedelta(days=back)
    held = Membership.objects.current().filter(seat__council=council, seat__number=number).first()
    if act == "wait":
        set_clock(clock() + datetime.timedelta(days=number))
    elif act == "settle":
        services.settle_terms()
        services.settle_suspensions()
    elif act == "fill":
        services.fill_seat(council, person=ResidentFactory(), begin_date=date, by=by, number=number)
    elif act == "constitute":
        services.constitute(council, by=by)
    elif act == "renew":
        services.begin_renewal(council, by=by)
    elif act == "finish":
        services.finish_renewal(council, by=by)
    elif held is not None:
        of_a_member(held, by, act, date)


def of_a_member(held, by, act, date):
    if act == "resign":
        services.resign(held, by=by, end_date=date)
    elif act == "move":
        services.note_moving(held, by=by, end_date=date)
    elif act == "remove":
        services.end_membership(held, reason="removed", end_date=date, by=by)
    elif act == "suspend":
        services.suspend(held, reason="Krankheit", by=by, until=today() + datetime.timedelta(days=30))
    elif act == "resume":
        services.resume(held, by=by)


def check(council):
    """The stretches of every seat tile its time; each vacancy has a reason; rows, offices and the chain agree.

    Returns how many memberships were looked at.
    """
    ends = Event.objects.filter(chain=f"council:{council.pk}", name="membership.ended").count()
    fills = Event.objects.filter(chain=f"council:{council.pk}", name="seat.filled").count()
    rows = Membership.objects.filter(seat__council=council)
    assert (fills, ends) == (rows.count(), rows.filter(end_date__isnull=False).count())
    for seat in Seat.objects.filter(council=council):
        stretches = services.seat_history(seat)
        assert stretches[-1].end is None, "the history reaches today"
        for before, after in itertools.pairwise(stretches):
            assert before.end == after.begin, "no day is missing and none is counted twice"
            assert before.membership is not None or after.membership is not None
        for stretch in stretches:
            assert stretch.end is None or stretch.begin <= stretch.end
            assert (stretch.membership is None) == bool(stretch.reason), "a vacancy says why"
        is_vacant = not seat.memberships.filter(end_date__isnull=True).exists()
        assert is_vacant == (stretches[-1].membership is None)
    council.refresh_from_db()
    assert (council.state == Council.State.RENEWING) == council.renewals.filter(finished_on__isnull=True).exists()
    for row in Suspension.objects.filter(membership__seat__council=council, end_date__isnull=True):
        assert row.membership.state == Membership.State.SUSPENDED
    holders = set(rows.filter(end_date__isnull=True).values_list("person", flat=True))
    offices = Role.objects.filter(kind=Role.Kind.MEMBER, organization=council.organization, end_date__isnull=True)
    assert set(offices.values_list("person", flat=True)) == holders
    return rows.count()


pytestmark = pytest.mark.django_db
