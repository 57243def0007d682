"""After the draw: confirmed people get their seats, empty seats go to the next alternate, and data ends on its date."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message, Person, Role
from audit.clock import clock, set_clock, today
from audit.models import Job
from audit.services import Refused
from councils.models import Membership
from councils.services import end_membership
from lottery import record as published
from lottery import services
from lottery.models import Draw, Invitation
from lottery.mydata import erase_person, export_person
from lottery.tests.factories import Stage, again, rows_of

pytestmark = pytest.mark.django_db
State = Invitation.State


def later(days: int) -> None:
    set_clock(clock() + datetime.timedelta(days=days))


def seated_counts(stage: Stage) -> list[dict[str, str]]:
    return [row.features for row in stage.rows(State.SELECTED, State.CONFIRMED) if row.seat_number]


def keeps_quotas(stage: Stage) -> bool:
    seated = seated_counts(stage)
    return all(
        value["min"] <= sum(one[table["feature"]] == value["value"] for one in seated) <= value["max"]
        for table in published.quota_table(stage.draw)
        for value in table["values"]
    )


def test_who_confirms_becomes_a_person_with_the_seat_that_was_drawn():
    stage = Stage().selected()
    row = stage.rows(State.SELECTED)[0]
    membership = services.confirm_response(row, by=stage.officer)
    assert membership.seat.number == row.seat_number
    person = membership.person
    assert (person.family_name, person.is_verified) == (row.family_name, True)
    assert person.roles.filter(kind=Role.Kind.MEMBER, organization=stage.council.organization).exists()
    row = again(row)
    assert (row.state, row.person, row.identity_hash) == (State.CONFIRMED, person, "")


def test_with_the_last_seat_the_draw_is_over():
    stage = Stage().confirmed()
    assert stage.draw.state == Draw.State.CONFIRMED
    assert Membership.objects.active().filter(seat__council=stage.council).count() == 6
    assert keeps_quotas(stage)


def test_only_somebody_drawn_is_confirmed_and_once():
    stage = Stage().selected()
    with pytest.raises(Refused):
        services.confirm_response(stage.rows(State.ALTERNATE)[0], by=stage.officer)
    row = stage.rows(State.SELECTED)[0]
    with pytest.raises(PermissionDenied):
        services.confirm_response(row, by=stage.auditor)
    services.confirm_response(row, by=stage.officer)
    with pytest.raises(Refused):
        services.confirm_response(row, by=stage.officer)
    assert Membership.objects.count() == 1


def test_a_seat_declined_goes_to_an_alternate_who_keeps_the_quotas():
    stage = Stage().selected()
    row = stage.rows(State.SELECTED)[0]
    services.decline_response(row, by=stage.officer)
    assert services.settle_vacancies() == 1
    assert services.settle_vacancies() == 0
    [chosen] = rows_of(draw=stage.draw, seat_number=row.seat_number)
    assert (chosen.state, chosen.letter) == (State.SELECTED, "")
    assert chosen.alternate_rank
    assert chosen.confirm_until == today() + datetime.timedelta(weeks=3)
    assert keeps_quotas(stage)
    assert Job.objects.filter(kind="lottery.print_letters").count() == 3


def test_an_offer_nobody_answers_lapses_after_its_last_day():
    stage = Stage().selected()
    until = stage.rows(State.SELECTED)[0].confirm_until
    later((until - today()).days)
    assert services.settle_vacancies() == 0
    later(1)
    assert services.settle_vacancies() == 6
    assert len(stage.rows(State.WITHDRAWN)) == 6
    assert all(row.alternate_rank for row in stage.rows(State.SELECTED))


def test_a_seat_vacated_later_is_offered_too_and_filled_without_a_second_lottery():
    stage = Stage().confirmed()
    later(40)
    row = stage.rows(State.CONFIRMED)[2]
    membership = Membership.objects.get(person=row.person)
    by = stage.officer
    Role.objects.create(
        person=by.person, organization=by.person.roles.first().organization, kind="secretariat", begin_date=today()
    )
    by.__dict__.pop("_roles", None)
    end_membership(membership, reason="resigned", end_date=today(), by=by)
    assert services.settle_vacancies() == 1
    [chosen] = rows_of(draw=stage.draw, seat_number=row.seat_number)
    successor = services.confirm_response(chosen, by=stage.officer)
    assert successor.seat == membership.seat
    assert services.settle_vacancies() == 0


def test_with_no_alternate_left_the_seat_stays_free_without_an_error():
    stage = Stage().selected()
    for row in stage.rows(State.ALTERNATE):
        services.decline_response(row, by=stage.officer)
    services.decline_response(stage.rows(State.SELECTED)[0], by=stage.officer)
    assert services.settle_vacancies() == 0


def test_who_did_not_reply_is_purged_first():
    stage = Stage().closed()
    assert services.purge_draws() == 16
    assert services.purge_draws() == 0
    for row in stage.rows(State.PURGED):
        assert (row.given_name, row.family_name, row.street, row.features) == ("", "", "", {})
        assert row.district is None
        assert (row.birth_date, row.identity_hash, row.earlier_hash) == (None, "", "")
    assert len(stage.rows(State.INTERESTED)) == 24


def test_nobody_is_purged_before_replies_are_closed():
    Stage().replied()
    assert services.purge_draws() == 0


def test_a_purged_code_opens_nothing():
    stage = Stage().closed()
    services.purge_draws()
    codes = [row.code_hash for row in stage.rows(State.PURGED)]
    assert len(set(codes)) == 16
    assert all(code.startswith("purged:") for code in codes)


def test_who_was_not_drawn_is_purged_when_every_seat_is_held():
    stage = Stage().confirmed()
    services.purge_draws()
    assert not stage.rows(State.NOT_SELECTED)
    assert all(row.features for row in stage.rows(State.CONFIRMED, State.ALTERNATE))


def test_at_the_end_of_the_term_everybody_is_purged_and_the_record_stays():
    stage = Stage().confirmed()
    record = stage.draw.record
    later(3 * 366 + 2)
    services.purge_draws()
    stage.fresh()
    assert {row.state for row in stage.rows()} == {State.PURGED}
    assert (stage.draw.record, stage.draw.pool_salt) == (record, "")
    assert stage.draw.purged_at is not None
    assert services.settle_vacancies() == 0
    assert Person.objects.filter(memberships__seat__council=stage.council).count() == 6


def test_letters_go_to_those_drawn_the_alternates_and_the_others():
    stage = Stage().selected()
    assert services.count_due(stage.draw) == 24
    assert services.print_letters(stage.draw) == 24
    assert services.print_letters(stage.draw) == 0


def test_messages_of_the_lottery_reach_only_people_the_city_knows():
    Stage().confirmed()
    assert set(Message.objects.values_list("event", flat=True)) == {"membership_began"}


def test_my_data_shows_the_profile_of_the_seated_and_erasing_ends_it():
    stage = Stage().confirmed()
    row = stage.rows(State.CONFIRMED)[0]
    export = export_person(row.person)
    assert export["drawn"][0]["features"] == row.features
    erase_person(row.person)
    row = again(row)
    assert (row.state, row.features, row.person) == (State.PURGED, {}, None)
