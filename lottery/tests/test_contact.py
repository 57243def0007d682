"""Between letter and reply: the second look at cards, calls, returns, the reminder, visits; the rehearsal; the figures."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import translation

from audit.services import Refused
from councils.tests.factories import CouncilFactory
from lottery import services
from lottery.codes import hash_of
from lottery.models import Draw, Invitation, RegisterSample, ReplyCheck
from lottery.plan import STEPS, dates_before, postage, working_day
from lottery.pool import pool_open
from lottery.tests.factories import Stage, again, answers, clerk, rows_of

pytestmark = pytest.mark.django_db
State = Invitation.State


def released(stage: Stage) -> Stage:
    RegisterSample.objects.update_or_create(
        draw=stage.draw, defaults={"code_digest": "0" * 64, "released_at": stage.draw.created_at}
    )
    return stage


class TestTheSecondLook:
    def card(self, stage, first, **fields):
        row = stage.rows()[0]
        services.reply(row, answers=answers(1, **fields), channel="card", by=first, is_doubtful=True)
        return again(row)

    def test_a_doubtful_card_waits_for_other_eyes(self):
        stage, first, second = Stage(sample=4).invited(), clerk(), clerk()
        row = self.card(stage, first)
        with pool_open():
            assert services.waiting_checks(stage.draw, first).count() == 0
            assert services.waiting_checks(stage.draw, second).count() == 1
        with pytest.raises(Refused):
            services.check_reply(row, answers=services.Answers(**answers(1)), by=first)
        assert services.check_reply(row, answers=services.Answers(**answers(1)), by=second) == []
        figures = services.check_figures(stage.draw)
        assert (figures.cards, figures.checked, figures.waiting, figures.error_percent) == (1, 1, 0, 0.0)

    def test_what_differs_is_counted_and_the_second_entry_stands(self):
        stage, first, second = Stage(sample=4).invited(), clerk(), clerk()
        row = self.card(stage, first, phone="0241 1")
        other = services.Answers(**answers(1, phone="0241 7"))
        assert services.check_reply(row, answers=other, by=second) == ["phone"]
        assert again(row).phone == "0241 7"
        assert services.check_figures(stage.draw).error_percent == 100.0

    def test_a_yes_that_was_a_no_changes_the_counters_too(self):
        stage, first, second = Stage(sample=4).invited(), clerk(), clerk()
        row = self.card(stage, first)
        services.check_reply(row, answers=services.Answers(wants=False), by=second)
        draw = stage.fresh().draw
        assert (draw.response_count, draw.interested_count) == (1, 0)

    def test_the_statute_sets_the_share_and_a_plan_only_raises_it(self):
        council = CouncilFactory(seat_count=6, rules={"checked_cards_percent": 100})
        stage, first = Stage(sample=4, council=council), clerk()
        with pytest.raises(Refused):
            plan = services.Plan(legal_basis="§ 37 BMG", check_percent=50)
            services.describe_register(stage.draw, plan=plan, by=stage.officer)
        stage.invited()
        for row in stage.rows():
            services.reply(row, answers=answers(1), channel="card", by=first)
        assert services.check_figures(stage.draw).waiting == 4

    def test_every_card_is_looked_at_where_the_city_says_so(self):
        stage = Stage(sample=12).invited()
        RegisterSample.objects.create(draw=stage.draw, check_percent=100)
        for row in stage.rows():
            services.reply(row, answers=answers(row.number), channel="card", by=stage.officer)
        with pool_open():
            assert ReplyCheck.objects.filter(reason="random").count() == 12

    def test_replies_online_and_by_phone_wait_for_nobody(self):
        stage = Stage(sample=4).invited()
        RegisterSample.objects.create(draw=stage.draw, check_percent=100)
        services.reply(stage.rows()[0], answers=answers(1), channel="online")
        services.reply(stage.rows()[1], answers=answers(2), channel="phone", by=stage.officer)
        with pool_open():
            assert not ReplyCheck.objects.exists()


def test_call_me_is_noted_until_there_is_an_answer():
    stage = Stage(sample=3).invited()
    row = stage.rows()[0]
    with pytest.raises(Refused):
        services.ask_call(row, phone=" ", by=stage.officer)
    services.ask_call(row, phone="0241 99", by=stage.officer)
    assert again(row).call_asked_at and again(row).state == State.INVITED
    assert services.response_of(stage.draw).calls == 1
    services.reply(row, answers=answers(1), channel="phone", by=stage.officer)
    assert again(row).call_asked_at is None


def test_the_reminder_goes_to_the_silent_once_and_not_to_what_came_back():
    stage = released(Stage(sample=6).invited())
    services.print_letters(stage.draw)
    first, second, third, *_rest = stage.rows()
    services.reply(first, answers=answers(1), channel="online")
    services.reply(second, answers={"wants": False}, channel="online")
    services.note_return(third, by=stage.officer)
    services.send_reminder(stage.draw, by=stage.officer)
    assert services.print_letters(stage.draw) == 3
    assert [row.number for row in stage.rows() if row.reminded_at] == [4, 5, 6]
    with pytest.raises(Refused):
        services.send_reminder(stage.draw, by=stage.officer)


class TestTheCodesOfAReminder:
    """The first letter may lie on the kitchen table, its card may be in the post: what is in people's hands stays good."""

    def printed(self, monkeypatch, sample=2):
        from lottery.codes import new_code

        made: list[str] = []
        monkeypatch.setattr("lottery.services.letters.new_code", lambda: made.append(new_code()) or made[-1])
        stage = released(Stage(sample=sample).invited())
        services.print_letters(stage.draw)
        services.send_reminder(stage.draw, by=stage.officer)
        services.print_letters(stage.draw)
        assert len(made) == 2 * sample
        return stage, made

    def test_both_codes_open_the_same_reply(self, monkeypatch):
        stage, made = self.printed(monkeypatch, sample=1)
        first, second = made
        assert services.find_invitation(first) == services.find_invitation(second) == stage.rows()[0]

    def test_who_answers_with_both_counts_once(self, monkeypatch):
        stage, made = self.printed(monkeypatch, sample=1)
        for code in made:
            services.reply(services.find_invitation(code), answers=answers(1), channel="online")
        draw = stage.fresh().draw
        assert (draw.response_count, draw.interested_count) == (1, 1)

    def test_a_letter_sent_again_takes_the_place_of_all_before_it(self, monkeypatch):
        stage, made = self.printed(monkeypatch, sample=1)
        services.send_again(stage.rows()[0], by=stage.officer)
        services.print_letters(stage.draw)
        assert [services.find_invitation(code) is not None for code in made] == [False, False, True]

    def test_the_published_list_says_which_codes_stand_beside_each_other(self, monkeypatch, client):
        stage, made = self.printed(monkeypatch, sample=1)
        first, second = map(hash_of, made)
        page = client.get(f"/losverfahren/{stage.draw.pk}/codes.txt").content.decode()
        assert f"{first} + {second}" in page
        services.send_again(stage.rows()[0], by=stage.officer)
        services.print_letters(stage.draw)
        assert (
            f"{second} > {hash_of(made[-1])}" in client.get(f"/losverfahren/{stage.draw.pk}/codes.txt").content.decode()
        )

    def test_the_purge_takes_the_first_code_too(self, monkeypatch):
        stage, _made = self.printed(monkeypatch, sample=1)
        Draw.objects.filter(pk=stage.draw.pk).update(state=Draw.State.RESPONSE_CLOSED)
        services.purge_draws()
        assert stage.rows()[0].earlier_hash == ""

    def test_the_letter_says_so(self):
        words = services.words_of(Stage().draw, "reminder")
        assert "gilt weiter" in words.text


class TestThePostcardWhileWaiting:
    def test_it_goes_once_to_everybody_who_said_yes(self):
        stage = Stage(sample=40).closed()
        services.print_letters(stage.draw)
        services.send_postcards(stage.draw, by=stage.officer)
        sent = [row for row in stage.rows() if row.postcard_at]
        assert len(sent) == 24 and {row.state for row in sent} == {State.INTERESTED}
        assert services.print_letters(stage.draw) == 24
        assert services.print_letters(stage.draw) == 0  # nothing is due twice
        assert {row.letter for row in stage.rows(State.INTERESTED)} == {"interested"}
        with pytest.raises(Refused):
            services.send_postcards(stage.draw, by=stage.officer)

    def test_it_says_when_the_draw_is_and_has_no_code(self):
        from accounts.models import City
        from lottery.services.letters import letter_data

        stage = Stage(sample=40).closed()
        row = stage.rows(State.INTERESTED)[0]
        city = City.objects.get()
        with translation.override("de"):
            plain = letter_data(row, stage.draw, city, "")
            assert "an einem Tag, den wir vorher bekannt geben" in str(plain["body"])
            RegisterSample.objects.update_or_create(
                draw=stage.draw, defaults={"first_sitting": datetime.date(2027, 6, 1)}
            )
            dated = letter_data(row, stage.draw, city, "")
        assert "am Dienstag, 23. März 2027" in str(dated["body"])
        assert "code" not in dated and "reply" not in dated

    def test_not_while_people_still_answer_and_not_after_the_number(self):
        stage = Stage(sample=40).replied()
        with pytest.raises(PermissionDenied):
            services.send_postcards(stage.draw, by=stage.officer)
        done = Stage().selected()
        with pytest.raises(PermissionDenied):
            services.send_postcards(done.draw, by=done.officer)

    def test_the_cockpit_has_its_day_and_its_page(self, client):
        stage = Stage(sample=40).closed()
        RegisterSample.objects.update_or_create(draw=stage.draw, defaults={"first_sitting": datetime.date(2027, 6, 1)})
        client.force_login(stage.officer)
        page = client.get(f"/losverfahren/leitung/{stage.draw.pk}/").content.decode()
        assert f"/losverfahren/leitung/{stage.draw.pk}/postkarte/" in page and "2027-03-03" in page


def test_nobody_is_reminded_before_the_first_letters_are_released():
    stage = Stage(sample=3).invited()
    with pytest.raises(Refused):
        services.send_reminder(stage.draw, by=stage.officer)
    with pytest.raises(PermissionDenied):
        services.send_reminder(stage.draw, by=stage.auditor)


def test_visits_go_to_the_silent_alone():
    stage = Stage(sample=10).invited()
    services.reply(stage.rows()[0], answers=answers(1), channel="online")
    services.note_return(stage.rows()[1], by=stage.officer)
    assert services.plan_visits(stage.draw, count=5, by=stage.officer) == 5
    chosen = {row.number for row in stage.rows() if row.is_to_visit}
    assert len(chosen) == 5 and not chosen & {1, 2}
    assert services.plan_visits(stage.draw, count=50, by=stage.officer) == 8


def test_a_named_helper_and_consent_to_research_stay_with_the_reply():
    stage = Stage(sample=3).invited()
    row = stage.rows()[0]
    given = answers(1, helper_name="Nachbarin Weiß", research=True)
    services.reply(row, answers=given, channel="helper")
    now = again(row)
    assert (now.channel, now.helper_name, now.consent_version, now.research_version) == (
        "helper",
        "Nachbarin Weiß",
        "2026-1",
        "2026-1",
    )
    services.reply(row, answers={"wants": False}, channel="online")
    assert (again(row).helper_name, again(row).research_version) == ("", "")


def test_the_figures_are_those_of_the_rows():
    stage = Stage(sample=40).replied()
    figures = services.response_of(stage.draw)
    rows = stage.rows()
    assert figures.written == 40
    assert figures.answered == sum(row.state != State.INVITED for row in rows) == stage.draw.response_count
    assert figures.interested == stage.draw.interested_count == 24
    assert sum(figures.features["education"].values()) == 24
    assert sum(one["written"] for one in figures.districts) == 40


class TestTheRehearsal:
    def prepared(self):
        from lottery.tests.factories import features

        stage = Stage(size=6)
        services.define_features(stage.draw, features=features(), by=stage.officer)
        return stage

    def test_invented_people_have_answered_and_nobody_outside_sees_it(self):
        stage = self.prepared()
        trial = services.rehearse(stage.draw, by=stage.officer)
        assert services.is_rehearsal(trial) and not services.is_rehearsal(stage.draw)
        assert trial.interested_count > 200
        assert not Draw.objects.visible_to(AnonymousUser()).filter(pk=trial.pk).exists()
        assert services.print_letters(trial) == 0
        services.close_replies(trial, by=stage.officer)
        assert stage.fresh().draw.state == Draw.State.DRAFT

    def test_it_is_deleted_with_everybody_and_a_real_draw_is_not(self):
        stage = self.prepared()
        trial = services.rehearse(stage.draw, by=stage.officer)
        services.delete_rehearsal(trial, by=stage.officer)
        assert not rows_of() and not Draw.objects.filter(pk=trial.pk).exists()
        with pytest.raises(Refused):
            services.delete_rehearsal(stage.draw, by=stage.officer)
        with pytest.raises(PermissionDenied):
            services.rehearse(stage.draw, by=stage.auditor)


class TestThePlan:
    SITTING = datetime.date(2027, 3, 5)

    def test_every_date_is_counted_back_from_the_first_sitting_to_a_working_day(self):
        planned = dates_before(self.SITTING, set(), datetime.date(2026, 9, 1))
        assert planned[-1].date == self.SITTING
        dates = [one.date for one in planned]
        assert dates == sorted(dates)
        assert all(date.weekday() < 5 for date in dates)
        assert planned[0].date == working_day(self.SITTING - datetime.timedelta(days=182))

    def test_without_a_first_sitting_there_are_steps_and_no_dates(self):
        planned = dates_before(None, {"resolution"}, datetime.date(2026, 9, 1))
        assert [one.date for one in planned] == [None] * len(STEPS)
        assert [one.step.key for one in planned if one.is_next] == ["register"]

    def test_what_should_have_been_done_is_late(self):
        planned = dates_before(self.SITTING, {"resolution"}, datetime.date(2027, 1, 1))
        assert {one.step.key for one in planned if one.is_late} >= {"register", "letter", "quotas"}
        assert not planned[0].is_late

    def test_postage_counts_letters_reminders_and_replies(self):
        cost = postage(3_500, 95)
        assert cost["letters"] == 332_500
        assert (cost["reminders"], cost["replies"], cost["count"]) == (3_150 * 95, 350 * 95, 7_000)
        assert cost["total"] == 7_000 * 95
