"""What goes wrong at a draw, by accident or by intent: each is refused, or the draw recovers with the same bytes."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Message
from audit.canonical import canonical_json
from audit.clock import clock, set_clock
from audit.jobs import STALE_AFTER, resend_jobs
from audit.models import Event, Job
from audit.services import Refused
from lottery import services, sources, tasks
from lottery.algorithms.drawing import draw_lottery
from lottery.beacon import network
from lottery.models import Draw, DrawEntry
from lottery.services import drawing
from lottery.tests.factories import WITNESSES, Stage, drum, officer, opened_of
from lottery.tests.test_beacon import ROUND_1000
from lottery.verify import verify

pytestmark = pytest.mark.django_db
State = Draw.State


@pytest.fixture(autouse=True)
def real_time():
    yield
    set_clock(None)


class Killed(BaseException):
    """What signal 9 leaves: no handler runs, the job stays as it is."""


def kept(stage: Stage) -> bytes:
    draw = Draw.objects.get(pk=stage.draw.pk)
    return canonical_json([draw.sealed, opened_of(draw)])


def later(**time: int) -> None:
    set_clock(clock() + datetime.timedelta(**time))


class TestWorker:
    def test_one_killed_mid_computation_is_replaced_and_finds_the_same_bytes(self, monkeypatch):
        stage = Stage().frozen()
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        job = Job.objects.get(kind="lottery.compute")

        def dies_halfway(problem, *, progress, **options):
            def report(done, total):
                if done >= total // 2:
                    raise Killed

            return draw_lottery(problem, progress=report, **options)

        monkeypatch.setattr(drawing, "draw_lottery", dies_halfway)
        with pytest.raises(Killed):
            tasks.compute(job.pk)
        monkeypatch.undo()
        job.refresh_from_db()
        assert (job.state, stage.fresh().draw.state) == (Job.State.RUNNING, State.COMPUTING)
        tasks.compute(job.pk)  # too early: its worker could still be alive
        assert stage.fresh().draw.state == State.COMPUTING
        later(seconds=int(STALE_AFTER.total_seconds()) + 1)
        letters = Job.objects.exclude(pk=job.pk).count()
        monkeypatch.setattr("audit.jobs._send", lambda one: one.pk == job.pk and tasks.compute(one.pk))
        assert resend_jobs() == letters + 1
        job.refresh_from_db()
        assert (job.state, job.attempt, stage.fresh().draw.state) == (Job.State.DONE, 2, State.PANELS_READY)
        recovered = kept(stage)
        Draw.objects.filter(pk=stage.draw.pk).update(state=State.COMPUTING, sealed=None)
        services.run_computation(stage.draw, panels=10)
        assert kept(stage) == recovered

    def test_progress_is_told_up_to_the_end(self):
        stage = Stage().frozen()
        services.compute_panel(stage.draw, by=stage.officer, panels=10)
        heard = []
        services.run_computation(stage.draw, panels=10, tell=lambda done, total: heard.append((done, total)))
        assert heard[-1] == (1000, 1000)


class TestRandomnessTooEarly:
    def test_a_source_that_has_spoken_cannot_be_named(self):
        stage = Stage().computed()
        with pytest.raises(Refused):
            services.commit(stage.draw, by=stage.officer, sources=[drum(hours=-1)])
        assert stage.fresh().draw.source is None

    def test_a_source_that_speaks_between_the_two_signatures_stops_the_second_one(self):
        stage = Stage().computed()
        services.commit(stage.draw, by=stage.officer, sources=[drum()])
        later(hours=2)
        with pytest.raises(Refused):
            services.commit(stage.draw, by=stage.auditor)
        assert stage.fresh().draw.state == State.PANELS_READY
        services.take_back_source(stage.draw, by=stage.officer)
        services.commit(stage.draw, by=stage.officer, sources=[drum()])
        assert services.commit(stage.draw, by=stage.auditor).state == State.COMMITTED

    def test_a_value_is_not_taken_before_its_hour(self):
        stage = Stage().committed()
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, value="7", witnesses=WITNESSES, by=stage.officer)
        assert not DrawEntry.objects.exists()

    def test_a_source_dated_back_afterwards_is_refused(self):
        stage = Stage().committed()
        source = stage.draw.source
        source["sources"][0]["at"] = (clock() - datetime.timedelta(days=1)).isoformat()
        Draw.objects.filter(pk=stage.draw.pk).update(source=source)
        later(hours=2)
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, value="7", witnesses=WITNESSES, by=stage.officer)


class TestTwoType:
    def spoken(self) -> Stage:
        stage = Stage().committed()
        later(hours=2)
        return stage

    def test_one_person_cannot_type_for_both(self):
        stage = self.spoken()
        services.record_randomness(stage.draw, value="7", witnesses=WITNESSES, by=stage.officer)
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, value="7", by=stage.officer)
        assert stage.fresh().draw.randomness == ""

    def test_entries_that_differ_are_void_and_both_type_anew(self):
        stage = self.spoken()
        services.record_randomness(stage.draw, value="7", witnesses=WITNESSES, by=stage.officer)
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, value="8", by=stage.auditor)
        assert not DrawEntry.objects.filter(is_void=False).exists()
        assert Event.objects.filter(name="entries.differed").count() == 1
        for reader in (stage.auditor, stage.officer):
            services.record_randomness(stage.draw, value="8", by=reader)
        assert stage.fresh().draw.randomness == "8"

    def test_nobody_else_types(self):
        stage = self.spoken()
        from accounts.tests.factories import user_with_role

        with pytest.raises(PermissionDenied):
            services.record_randomness(stage.draw, value="7", by=user_with_role("secretariat"))

    def test_two_officers_are_two_people(self):
        stage = self.spoken()
        services.record_randomness(stage.draw, value="7", witnesses=WITNESSES, by=stage.officer)
        assert services.record_randomness(stage.draw, value="7", by=officer()).state == State.RANDOMNESS_RECORDED


class TestOtherSources:
    def test_a_beacon_round_of_known_value_needs_one_person_and_a_true_signature(self):
        set_clock(network("quicknet").time_of(900) - datetime.timedelta(days=30))
        stage = Stage().computed()
        round_1000 = sources.drand(network("quicknet").time_of(1000))
        assert round_1000["round"] == 1000
        set_clock(network("quicknet").time_of(900))
        services.commit(stage.draw, by=stage.officer, sources=[round_1000])
        services.commit(stage.draw, by=stage.auditor)
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, value=ROUND_1000, witnesses=WITNESSES, by=stage.officer)
        set_clock(network("quicknet").time_of(1001))
        with pytest.raises(Refused):
            forged = "8" + ROUND_1000[1:]
            services.record_randomness(stage.draw, value=forged, witnesses=WITNESSES, by=stage.officer)
        draw = services.record_randomness(stage.draw, value=ROUND_1000, witnesses=WITNESSES, by=stage.officer)
        assert draw.state == State.RANDOMNESS_RECORDED
        assert len(draw.randomness) == 1

    def test_several_sources_are_combined_and_the_record_holds(self):
        stage = Stage().computed()
        tomorrow = clock() + datetime.timedelta(days=1)
        named = [drum(), sources.lottery_numbers("6 aus 49, Samstag", tomorrow)]
        services.commit(stage.draw, by=stage.officer, sources=named)
        services.commit(stage.draw, by=stage.auditor)
        later(days=2)
        for reader in (stage.officer, stage.auditor):
            services.record_randomness(stage.draw, value="7", witnesses=WITNESSES, by=reader)
        assert stage.fresh().draw.state == State.COMMITTED
        for reader, typed in ((stage.officer, "49, 3 17 22 8 41"), (stage.auditor, "3 8 17 22 41 49")):
            services.record_randomness(stage.draw, value=typed, place=1, by=reader)
        draw = services.select(stage.fresh().draw, by=stage.officer)
        assert draw.record["drawn"]["values"] == ["7", "3 8 17 22 41 49"]
        assert verify(draw.record).faults == []

    @pytest.mark.parametrize("typed", ["1 2 3 4 5", "1 2 3 4 5 50", "1 1 2 3 4 5", "a b c d e f"])
    def test_what_the_lottery_cannot_give_is_refused(self, typed):
        stage = Stage().computed()
        tomorrow = clock() + datetime.timedelta(days=1)
        services.commit(stage.draw, by=stage.officer, sources=[sources.lottery_numbers("Lotto", tomorrow)])
        services.commit(stage.draw, by=stage.auditor)
        later(days=2)
        with pytest.raises(Refused):
            services.record_randomness(stage.draw, value=typed, witnesses=WITNESSES, by=stage.officer)


class TestOutOfTheHouse:
    def test_the_seal_is_mailed_with_the_second_signature_and_not_before(self):
        stage = Stage().computed()
        people = [("S. Weiß", "Notarin", "notariat@beispiel.example"), ("Redaktion", "", "presse@beispiel.example")]
        services.name_outsiders(stage.draw, people=people, by=stage.officer)
        services.commit(stage.draw, by=stage.officer, sources=[drum()])
        mails = Message.objects.filter(event="commitment_published")
        assert not mails.exists()
        draw = services.commit(stage.draw, by=stage.auditor)
        assert {mail.email for mail in mails} == {"notariat@beispiel.example", "presse@beispiel.example"}
        assert all(draw.commitment in mail.text for mail in mails)
        with pytest.raises(PermissionDenied):
            services.name_outsiders(draw, people=[], by=stage.officer)

    def test_the_sheet_for_the_hall_and_the_protocol_are_pdfs(self):
        stage = Stage().selected()
        assert services.commitment_sheet(stage.draw).startswith(b"%PDF-")
        assert services.protocol(stage.draw, [["Geschlecht: W", "2–4", "3"]]).startswith(b"%PDF-")
