"""Freeze, compute, commit, number, choice: by two where it weighs, in one order, and the same for everybody."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from audit.canonical import canonical_json
from audit.clock import today
from audit.models import Event, Job
from audit.services import Refused
from lottery import services, tasks, verify
from lottery.checks import thin
from lottery.models import Draw, DrawApproval, Invitation, Quota
from lottery.services import drawing
from lottery.tests.factories import Stage, auditor, change_rows, officer, rows_of

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
        one = DrawApproval.objects.get()
        one.pk, one.role = None, "auditor"
        with pytest.raises(IntegrityError), transaction.atomic():
            one.save()

    def test_the_commitment_is_signed_by_two_and_names_its_source_first(self):
        stage = Stage().computed()
        with pytest.raises(Refused):
            services.commit(stage.draw, by=stage.officer)
        services.commit(stage.draw, by=stage.officer, source="Lottozahlen vom 12. Mai")
        with pytest.raises(Refused):
            services.commit(stage.draw, by=stage.officer)
        draw = services.commit(stage.draw, by=stage.auditor, source="etwas anderes")
        assert (draw.state, draw.randomness_source) == (State.COMMITTED, "Lottozahlen vom 12. Mai")

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
                services.commit(stage.draw, by=stage.officer, source="Trommel")
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
        panels = stage.draw.panels
        panels[7] = panels[6]
        Draw.objects.filter(pk=stage.draw.pk).update(panels=panels)
        with pytest.raises(Refused):
            services.select(stage.draw, by=stage.officer)


class TestComputation:
    def test_the_job_finds_the_same_panels_whenever_it_runs(self):
        stage = Stage().frozen()
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        job = Job.objects.get(kind="lottery.compute")
        tasks.compute(job.pk)
        first = Draw.objects.get(pk=stage.draw.pk).panels
        Draw.objects.filter(pk=stage.draw.pk).update(state=State.COMPUTING, panels=None)
        services.run_computation(stage.draw, panels=10)
        assert Draw.objects.get(pk=stage.draw.pk).panels == first
        assert len(first) == 10

    def test_a_second_worker_changes_nothing(self):
        stage = Stage().computed()
        salt = stage.draw.commitment_salt
        services.run_computation(stage.draw, panels=10)
        assert stage.fresh().draw.commitment_salt == salt

    def test_a_worker_that_dies_leaves_a_job_that_is_run_again(self, monkeypatch):
        stage = Stage().frozen()
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        job = Job.objects.get(kind="lottery.compute")
        monkeypatch.setattr(drawing, "draw_panels", lambda *a, **k: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError):
            tasks.compute(job.pk)
        monkeypatch.undo()
        assert stage.fresh().draw.state == State.COMPUTING
        Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, finished_at=None)
        tasks.compute(job.pk)
        assert stage.fresh().draw.state == State.PANELS_READY

    def test_quotas_that_no_panel_meets_are_opened_again_with_a_reason(self, monkeypatch):
        stage = Stage().frozen()
        services.compute_panel(stage.draw, by=stage.officer, panels=10)

        def stuck(*args, **kwargs):
            raise drawing.Infeasible("no panel met all quotas in %(count)s attempts", count=3)
            yield

        monkeypatch.setattr(drawing, "draw_panels", stuck)
        services.run_computation(stage.draw, panels=10)
        draw = stage.fresh().draw
        assert (draw.state, draw.problem) == (
            State.QUOTAS_FROZEN,
            "kein Gremium erfüllte in 3 Versuchen alle Quoten",
        )
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

        draw.pool_hash = record.pool_hash(draw, record.volunteers(draw))
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
        stage = Stage().committed()
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, number=number, witnesses=["A", "B"], by=stage.officer)

    def test_two_witnesses_are_named(self):
        stage = Stage().committed()
        for witnesses in ([], ["A"], ["A", " A "], ["", "B"]):
            with pytest.raises(Refused):
                services.record_randomness(stage.draw, number="7", witnesses=witnesses, by=stage.officer)

    def test_the_number_is_entered_once_and_after_the_commitment(self):
        early = Stage().computed()
        with pytest.raises(PermissionDenied):
            services.record_randomness(early.draw, number="7", witnesses=["A", "B"], by=early.officer)
        stage = Stage().numbered()
        with pytest.raises(PermissionDenied):
            services.record_randomness(stage.draw, number="8", witnesses=["A", "B"], by=stage.officer)

    def test_the_number_chooses_the_panel(self):
        stage = Stage().selected()
        record = stage.draw.record
        assert record["panel"] == [record["pool"][position] for position in record["panels"][7]]
        assert {row.pseudonym for row in stage.rows("selected")} == set(record["panel"])
        assert [row.seat_number for row in sorted(stage.rows("selected"), key=lambda r: r.seat_number)] == [
            *range(1, 7)
        ]
        assert len(stage.rows("alternate")) == 6
        assert all(row.birth_date is None for row in stage.rows("not_selected"))

    def test_the_record_can_be_checked_by_anyone(self, tmp_path, capsys):
        stage = Stage().selected()
        path = tmp_path / "record.json"
        path.write_bytes(canonical_json(stage.draw.record))
        assert verify.main([str(path)]) == 0
        assert "not checked: the features" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("number", "8"),
            ("index", 8),
            ("panel", ["L0000000"] * 6),
            ("alternates", []),
            ("salt", "0" * 64),
            ("source", "ein anderer Tag"),
            ("size", 5),
            ("panels", [[0, 1, 2, 3, 4, 5]] * 10),
            ("pool", ["L0000000"]),
            ("quotas", []),
            ("commitment", "0" * 64),
            ("panel_counts", {}),
            ("number", "77"),
        ],
    )
    def test_a_record_that_was_changed_is_found_out(self, key, value, selected_record):
        assert list(thin.faults({**selected_record, key: value}))

    def test_a_consistent_swap_needs_another_commitment(self, selected_record):
        changed = {**selected_record, "panels": [selected_record["panels"][1]] * 10}
        changed["panel"] = [changed["pool"][p] for p in changed["panels"][7]]
        assert any("commitment" in fault for fault in thin.faults(changed))

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
