"""Freeze, compute, commit, number, choice: by two where it weighs, in one order, and the same for everybody."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from audit.canonical import canonical_json
from audit.clock import clock, set_clock, today
from audit.models import Event, Job
from audit.services import Refused
from lottery import services, sources, tasks, verify
from lottery.models import Draw, DrawApproval, Invitation, Opening, Quota
from lottery.pool import pool_open
from lottery.services import drawing
from lottery.tests.factories import Stage, auditor, change_rows, drum, officer, opened_of, rows_of
from lottery.volunteers import volunteers

pytestmark = pytest.mark.django_db
State = Draw.State


def end_role(user, kind):
    Role.objects.filter(person=user.person, kind=kind).update(end_date=today() - datetime.timedelta(days=1))


def both_roles():
    user = officer()
    Role.objects.create(
        person=user.person,
        organization=user.person.roles.get().organization,
        kind=Role.Kind.AUDITOR,
        begin_date=today() - datetime.timedelta(days=1),
    )
    return user


def spoken(stage):
    """After the hour of the source."""
    set_clock(clock() + datetime.timedelta(hours=2))
    return stage


def kept(stage):
    """What a computation leaves behind, byte for byte."""
    draw = Draw.objects.get(pk=stage.draw.pk)
    return canonical_json([draw.sealed, opened_of(draw)])


def impossible(stage):
    """Quotas that add up, and that no panel of this pool can meet together."""
    for name, value, low, high in (("sex", "w", 6, 6), ("sex", "m", 0, 0), ("age", "16-39", 6, 6)):
        Quota.objects.filter(feature__draw=stage.draw, feature__name=name, value=value).update(
            minimum=low, maximum=high
        )
    Quota.objects.filter(feature__draw=stage.draw, feature__name="age").exclude(value="16-39").update(minimum=0)


def _killed(*arguments, **options):
    raise OSError("killed")


class TestTwoSignatures:
    def test_quotas_are_frozen_by_two(self):
        stage = Stage().closed()
        assert services.freeze_quotas(stage.draw, by=stage.officer).state == State.RESPONSE_CLOSED
        assert services.freeze_quotas(stage.draw, by=stage.auditor).state == State.QUOTAS_FROZEN

    def test_the_auditor_may_sign_first(self):
        stage = Stage().closed()
        services.freeze_quotas(stage.draw, by=stage.auditor)
        assert services.freeze_quotas(stage.draw, by=stage.officer).state == State.QUOTAS_FROZEN

    def test_the_same_person_does_not_sign_for_both(self):
        stage = Stage().closed()
        user = both_roles()
        services.freeze_quotas(stage.draw, by=user)
        with pytest.raises(Refused):
            services.freeze_quotas(stage.draw, by=user)
        assert stage.fresh().draw.state == State.RESPONSE_CLOSED

    def test_two_officers_are_not_two_offices(self):
        stage = Stage().closed()
        services.freeze_quotas(stage.draw, by=stage.officer)
        with pytest.raises(PermissionDenied):
            services.freeze_quotas(stage.draw, by=officer())

    def test_a_role_revoked_in_between_makes_the_signature_void(self):
        stage = Stage().closed()
        services.freeze_quotas(stage.draw, by=stage.officer)
        end_role(stage.officer, Role.Kind.DRAW_OFFICER)
        assert services.freeze_quotas(stage.draw, by=stage.auditor).state == State.RESPONSE_CLOSED
        assert services.freeze_quotas(stage.draw, by=officer()).state == State.QUOTAS_FROZEN
        assert Event.objects.filter(name="quotas.signature_void").exists()

    def test_a_login_whose_role_ended_signs_nothing_even_if_it_still_thinks_so(self):
        stage = Stage().closed()
        user = officer()
        assert user.person.roles.count() == 1
        from accounts.models import role_kinds

        assert role_kinds(user)
        end_role(user, Role.Kind.DRAW_OFFICER)
        with pytest.raises(PermissionDenied):
            services.freeze_quotas(stage.draw, by=user)

    def test_a_signature_under_other_quotas_does_not_count(self):
        stage = Stage().closed()
        services.freeze_quotas(stage.draw, by=stage.officer)
        quota = Quota.objects.filter(feature__draw=stage.draw).first()
        bounds = {quota.pk: (quota.minimum, quota.maximum + 1)}
        services.set_quotas(stage.draw, bounds=bounds, by=stage.officer)
        assert services.freeze_quotas(stage.draw, by=stage.auditor).state == State.RESPONSE_CLOSED
        assert services.freeze_quotas(stage.draw, by=stage.officer).state == State.QUOTAS_FROZEN

    def test_the_database_refuses_two_signatures_of_one_person(self):
        stage = Stage().closed()
        services.freeze_quotas(stage.draw, by=stage.officer)
        one = DrawApproval.objects.get(step="quotas")
        one.pk, one.role = None, "auditor"
        with pytest.raises(IntegrityError), transaction.atomic():
            one.save()

    def test_the_commitment_is_signed_by_two_and_names_its_source_first(self):
        stage = Stage().computed()
        with pytest.raises(Refused):
            services.commit(stage.draw, by=stage.officer)
        services.commit(stage.draw, by=stage.officer, sources=[drum()])
        with pytest.raises(Refused):
            services.commit(stage.draw, by=stage.officer)
        other = sources.lottery_numbers("Lotto", clock() + datetime.timedelta(days=1))
        draw = services.commit(stage.draw, by=stage.auditor, sources=[other])
        assert (draw.state, draw.source["rule"]) == (State.COMMITTED, "digits")
        assert draw.randomness_source.startswith("Lostrommel im Rathaus, ")

    def test_a_replayed_approval_of_another_draw_does_not_count(self):
        first, second = Stage().frozen(), Stage().closed()
        for one in DrawApproval.objects.filter(draw=first.draw):
            DrawApproval.objects.create(
                draw=second.draw, step=one.step, content_hash=one.content_hash, by=one.by, role=one.role, at=one.at
            )
        assert services.freeze_quotas(second.draw, by=second.officer).state == State.RESPONSE_CLOSED


class TestNothingIsChanged:
    def change_pool(self, stage):
        row = stage.rows(Invitation.State.INTERESTED)[0]
        row.features["sex"] = "m" if row.features["sex"] == "w" else "w"
        change_rows([row], features=row.features)

    @pytest.mark.parametrize("act", ["freeze", "compute", "commit", "select"])
    def test_a_pool_changed_after_the_close_stops_everything(self, act):
        if act == "freeze":
            stage = Stage().closed()
            self.change_pool(stage)
            with pytest.raises(Refused):
                services.freeze_quotas(stage.draw, by=stage.officer)
        elif act == "compute":
            stage = Stage().frozen()
            self.change_pool(stage)
            services.compute_panel(stage.draw, by=stage.officer, panels=10)
            with pytest.raises(Refused):
                services.run_computation(stage.draw, panels=10)
        elif act == "commit":
            stage = Stage().computed()
            self.change_pool(stage)
            with pytest.raises(Refused):
                services.commit(stage.draw, by=stage.officer, sources=[drum()])
        else:
            stage = Stage().numbered()
            self.change_pool(stage)
            with pytest.raises(Refused):
                services.select(stage.draw, by=stage.officer)

    def test_an_invented_volunteer_after_the_close_is_found(self):
        stage = Stage().closed()
        row = stage.rows(Invitation.State.INVITED)[0]
        change_rows([row], state=Invitation.State.INTERESTED, features={"sex": "w"})
        with pytest.raises(Refused):
            services.freeze_quotas(stage.draw, by=stage.officer)

    def test_quotas_changed_after_the_freeze_stop_the_computation(self):
        stage = Stage().frozen()
        Quota.objects.filter(feature__draw=stage.draw).update(maximum=6)
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        with pytest.raises(Refused):
            services.run_computation(stage.draw, panels=10)
        with pytest.raises(PermissionDenied):
            services.set_quotas(stage.draw, bounds={}, by=stage.officer)

    def test_panels_changed_after_the_commitment_are_not_chosen_from(self):
        stage = Stage().numbered()
        openings = opened_of(stage.draw)
        # A short list has the same panel several times.
        openings["panels"][7] = next(panel for panel in openings["panels"] if panel != openings["panels"][7])
        with pool_open():
            Opening.objects.filter(draw=stage.draw).update(content=openings)
        with pytest.raises(Refused):
            services.select(stage.draw, by=stage.officer)


class TestComputation:
    def test_the_job_finds_the_same_panels_whenever_it_runs(self):
        stage = Stage().frozen()
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        job = Job.objects.get(kind="lottery.compute")
        tasks.compute(job.pk)
        first = kept(stage)
        Draw.objects.filter(pk=stage.draw.pk).update(state=State.COMPUTING, sealed=None)
        services.run_computation(stage.draw, panels=10)
        assert kept(stage) == first
        assert Draw.objects.get(pk=stage.draw.pk).panel_count == 10

    def test_a_second_worker_changes_nothing(self):
        stage = Stage().computed()
        first = kept(stage)
        services.run_computation(stage.draw, panels=10)
        assert kept(stage) == first

    def test_a_worker_that_dies_leaves_a_job_that_is_run_again(self, monkeypatch):
        stage = Stage().frozen()
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        job = Job.objects.get(kind="lottery.compute")
        monkeypatch.setattr(drawing, "draw_lottery", _killed)
        with pytest.raises(OSError):
            tasks.compute(job.pk)
        monkeypatch.undo()
        assert stage.fresh().draw.state == State.COMPUTING
        Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, finished_at=None)
        tasks.compute(job.pk)
        assert stage.fresh().draw.state == State.PANELS_READY

    def test_quotas_that_no_panel_meets_are_opened_again_with_a_reason(self, monkeypatch):
        stage = Stage().closed()
        monkeypatch.setattr(drawing, "require_feasible", lambda problem, classes: None)
        impossible(stage)
        for signer in (stage.officer, stage.auditor):
            services.freeze_quotas(stage.draw, by=signer)
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        services.run_computation(stage.draw, panels=10)
        draw = stage.fresh().draw
        assert draw.state == State.QUOTAS_FROZEN
        assert "Alter, 16-39: 4 bis 6 statt 6 bis 6" in draw.problem
        with pytest.raises(Refused):
            services.reopen_quotas(draw, reason="", by=stage.officer)
        services.reopen_quotas(draw, reason="Zu wenige Ältere haben geantwortet.", by=stage.officer)
        assert stage.fresh().draw.state == State.RESPONSE_CLOSED

    def test_quotas_that_cannot_be_met_are_not_even_signed(self):
        stage = Stage().closed()
        quota = Quota.objects.get(feature__draw=stage.draw, feature__name="education", value="abitur")
        change_rows(rows_of(draw=stage.draw, features__education="abitur"), state="declined")
        draw = stage.draw
        from lottery import record

        draw.pool_hash = record.pool_hash(draw, volunteers(draw))
        draw.save()
        assert quota.minimum > 0
        with pytest.raises(Refused):
            services.freeze_quotas(draw, by=stage.officer)

    @pytest.mark.parametrize("panels", [0, 1, 7, 200])
    def test_panels_are_a_power_of_ten(self, panels):
        stage = Stage().frozen()
        with pytest.raises(Refused):
            services.compute_panel(stage.draw, by=stage.officer, panels=panels)


class TestNumberAndChoice:
    @pytest.mark.parametrize("number", ["", "77", "x", "-1", "٣"])
    def test_the_number_has_the_digits_that_name_a_panel(self, number):
        stage = spoken(Stage().committed())
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, value=number, witnesses=["A", "B"], by=stage.officer)

    def test_two_witnesses_are_named(self):
        stage = spoken(Stage().committed())
        for witnesses in ([], ["A"], ["A", " A "], ["", "B"]):
            with pytest.raises(Refused):
                services.record_randomness(stage.draw, value="7", witnesses=witnesses, by=stage.officer)

    def test_the_number_is_entered_once_and_after_the_commitment(self):
        early = Stage().computed()
        with pytest.raises(PermissionDenied):
            services.record_randomness(early.draw, value="7", witnesses=["A", "B"], by=early.officer)
        stage = Stage().numbered()
        with pytest.raises(PermissionDenied):
            services.record_randomness(stage.draw, value="8", witnesses=["A", "B"], by=stage.officer)

    def test_the_number_chooses_the_panel(self):
        stage = Stage().selected()
        panel = stage.draw.record["drawn"]["panel"]
        assert panel["number"] == 7
        assert {row.pseudonym for row in stage.rows("selected")} == set(panel["members"])
        assert [row.seat_number for row in sorted(stage.rows("selected"), key=lambda r: r.seat_number)] == [
            *range(1, 7)
        ]
        assert len(stage.rows("alternate")) >= 6
        assert not any(row.birth_date or row.identity_hash for row in stage.rows("not_selected"))

    def test_the_record_can_be_checked_by_anyone(self, tmp_path, capsys):
        stage = Stage().selected()
        path = tmp_path / "record.json"
        path.write_bytes(canonical_json(stage.draw.record))
        assert verify.main([str(path)]) == 0
        assert "everything that was checked holds" in capsys.readouterr().out

    @pytest.mark.slow
    @pytest.mark.parametrize("part", ["method", "quotas", "pool", "seals", "panels", "ranking", "source", "draw"])
    def test_a_record_that_was_changed_is_found_out(self, part, selected_record):
        committed = {**selected_record["committed"], part: {}}
        assert verify.verify({**selected_record, "committed": committed}).faults

    def test_another_number_or_panel_is_found_out(self, selected_record):
        drawn = selected_record["drawn"]
        panel = {**drawn["panel"], "members": drawn["ranking"]["order"][:6]}
        for changed in ({"values": ["8"]}, {"number": 8}, {"panel": panel}):
            assert verify.verify({**selected_record, "drawn": {**drawn, **changed}}).faults

    def test_the_auditor_certifies_the_record(self):
        stage = Stage().selected()
        assert services.certify(stage.draw, by=stage.auditor).state == State.CERTIFIED
        with pytest.raises(PermissionDenied):
            services.certify(stage.draw, by=auditor())

    def test_seats_that_are_not_vacant_are_not_given_away(self):
        stage = Stage().numbered()
        from councils.tests.factories import seated

        seated(stage.council, 3)
        with pytest.raises(Refused):
            services.select(stage.draw, by=stage.officer)


@pytest.fixture
def selected_record():
    return Stage().selected().draw.record
