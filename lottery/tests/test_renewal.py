"""A share of the seats is drawn anew; stayers and drawn together keep the quotas of the whole council."""

import datetime

import pytest

from accounts.models import Role
from audit.clock import clock, set_clock, today
from audit.services import Refused
from councils.models import Membership
from councils.services import begin_renewal, end_membership, vacant_seats
from lottery import services
from lottery.features import propose_bounds
from lottery.models import Draw, Invitation
from lottery.services.renewal import stayers
from lottery.tests.factories import Stage, answers, features, rows_of, sample_csv
from lottery.tests.test_pages import signed_in, text_of

pytestmark = pytest.mark.django_db
State = Invitation.State


@pytest.fixture(autouse=True)
def real_time():
    yield
    set_clock(None)


def as_secretariat(stage: Stage):
    user = stage.officer
    organization = user.person.roles.first().organization
    Role.objects.create(person=user.person, organization=organization, kind="secretariat", begin_date=today())
    user.__dict__.pop("_roles", None)
    return user


def renewing() -> Stage:
    """A council of six whose terms begin, of whom two leave in a renewal."""
    stage = Stage().confirmed()
    set_clock(clock() + datetime.timedelta(days=400))
    type(stage.council).objects.filter(pk=stage.council.pk).update(state="in_term")
    begin_renewal(stage.council, by=as_secretariat(stage))
    return stage


def test_seats_that_a_renewal_freed_are_not_offered_to_the_old_alternates():
    stage = renewing()
    assert vacant_seats(stage.council).count() > 0
    assert services.settle_vacancies() == 0


def seats_offered(stage: Stage) -> list[int]:
    return sorted(row.seat_number for row in stage.rows(State.SELECTED) if row.seat_number)


def member_of(stage: Stage, number: int) -> Membership:
    return Membership.objects.current().get(seat__council=stage.council, seat__number=number)


def test_a_seat_left_early_goes_to_an_alternate_and_one_that_a_renewal_took_over_does_not():
    stage = Stage().confirmed()
    set_clock(clock() + datetime.timedelta(days=400))
    type(stage.council).objects.filter(pk=stage.council.pk).update(state="in_term")
    by = as_secretariat(stage)
    end_membership(member_of(stage, 4), reason="resigned", end_date=today(), by=by)
    assert (services.settle_vacancies(), seats_offered(stage)) == (1, [4])
    assert begin_renewal(stage.council, by=by).seats == [1, 4]
    end_membership(member_of(stage, 2), reason="moved_away", end_date=today(), by=by)
    set_clock(clock() + datetime.timedelta(days=30))
    assert (services.settle_vacancies(), seats_offered(stage)) == (1, [2]), "the offer for seat 4 lapsed to the renewal"
    assert services.settle_vacancies() == 0


def test_a_seat_of_the_renewal_that_its_new_member_leaves_is_offered_again_even_on_the_same_day():
    stage = Stage().numbered()
    type(stage.council).objects.filter(pk=stage.council.pk).update(state="in_term")
    by = as_secretariat(stage)
    begin_renewal(stage.council, by=by)
    services.select(stage.draw, by=stage.officer)
    for row in stage.rows(State.SELECTED):
        services.confirm_response(row, by=stage.officer)
    assert services.settle_vacancies() == 0
    end_membership(member_of(stage, 1), reason="resigned", end_date=today(), by=by)
    assert (services.settle_vacancies(), seats_offered(stage)) == (1, [1])


def test_the_renewal_draws_the_vacant_seats_with_the_quotas_of_the_whole():
    stage = renewing()
    freed = vacant_seats(stage.council).count()
    draw = services.open_renewal(stage.council, title="Erneuerung", legal_basis="§ 37 BMG", by=stage.officer)
    assert (draw.size, draw.renews) == (freed, stage.draw)
    kept = stayers(stage.council)
    assert len(kept) == 6 - freed
    services.define_features(draw, features=features(), by=stage.officer)
    services.import_sample(draw, data=sample_csv(40, family="Neu"), by=stage.officer)
    for signer in (stage.officer, stage.auditor):
        services.sign_letter(draw, by=signer)
    services.send_invitations(draw, reply_until=today() + datetime.timedelta(days=21), by=stage.officer)
    for row in rows_of(draw=draw)[:30]:
        services.reply(row, answers=answers(row.number), channel="online")
    set_clock(clock() + datetime.timedelta(days=22))
    services.close_replies(draw, by=stage.officer)
    services.keep_whole_quotas(draw, by=stage.officer)
    for feature in draw.features.all():
        quotas = list(feature.quotas.all())
        whole = propose_bounds([quota.population for quota in quotas], 6)
        for quota, (low, high) in zip(quotas, whole, strict=True):
            there = sum(one[feature.name] == quota.value for one in kept)
            assert (quota.minimum, quota.maximum) == (
                min(freed, max(0, low - there)),
                min(freed, max(0, high - there)),
            )
    new = Stage.__new__(Stage)
    new.officer, new.auditor, new.council, new.draw = stage.officer, stage.auditor, stage.council, draw
    for signer in (stage.officer, stage.auditor):
        services.freeze_quotas(draw, by=signer)
    services.compute_panel(draw, by=stage.officer, panels=10)
    services.run_computation(draw, panels=10)
    new.seal().read_number()
    services.select(new.draw, by=stage.officer)
    for row in new.rows(State.SELECTED):
        services.confirm_response(row, by=stage.officer)
    assert Membership.objects.active().filter(seat__council=stage.council).count() == 6
    together = stayers(stage.council)
    for feature in draw.features.all():
        quotas = list(feature.quotas.all())
        for quota, (low, high) in zip(quotas, propose_bounds([q.population for q in quotas], 6), strict=True):
            assert low <= sum(one[feature.name] == quota.value for one in together) <= high


def test_without_an_open_renewal_there_is_nothing_to_renew():
    stage = Stage().confirmed()
    with pytest.raises(Refused):
        services.open_renewal(stage.council, title="x", legal_basis="y", by=stage.officer)
    with pytest.raises(Refused):
        services.keep_whole_quotas(Stage().closed().draw, by=stage.officer)


def test_an_officer_opens_the_draw_of_a_renewal_on_its_page_and_only_once(client):
    stage = renewing()
    freed = vacant_seats(stage.council).count()
    signed_in(client, stage.officer)
    assert "/losverfahren/leitung/erneuerung/" in text_of(client.get("/losverfahren/leitung/"))
    page = client.get("/losverfahren/leitung/erneuerung/")
    assert stage.council.organization.name in text_of(page)
    data = {"council": stage.council.pk, "title": "Erneuerung", "legal_basis": "§ 37 BMG"}
    assert client.post("/losverfahren/leitung/erneuerung/", data).status_code == 302
    draw = Draw.objects.latest("pk")
    assert (draw.size, draw.renews, draw.state) == (freed, stage.draw, Draw.State.DRAFT)
    assert client.post("/losverfahren/leitung/erneuerung/", data).status_code == 422
    with pytest.raises(Refused):
        services.open_renewal(stage.council, title="Noch eine", legal_basis="§ 37 BMG", by=stage.officer)
    assert Draw.objects.count() == 2
    assert "/losverfahren/leitung/erneuerung/" not in text_of(client.get("/losverfahren/leitung/"))
