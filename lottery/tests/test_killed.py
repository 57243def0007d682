"""Workers as processes of their own: one is killed by signal 9 in the middle of the panels, another finds the same bytes."""

import datetime
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from audit.canonical import canonical_json
from audit.clock import clock, set_clock
from audit.jobs import STALE_AFTER
from audit.models import Event, Job
from lottery import services
from lottery.models import Draw
from lottery.tests.factories import Stage, opened_of
from lottery.verify import verify

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
State = Draw.State
SECONDS = 180
ROOT = Path(__file__).parents[2]


class Workers:
    """The processes of one test; none outlives it."""

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[str]] = []

    def start(self, job: Job, *rest: str) -> subprocess.Popen[str]:
        """A worker that takes this job from the test's database."""
        names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        where = json.dumps({name: connection.settings_dict[name] for name in names})
        command = [sys.executable, "-m", "lottery.tests.worker", where, str(job.pk), *rest]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def end(self) -> None:
        for process in self.started:
            process.kill()
            process.wait(30)
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture
def workers(monkeypatch) -> Iterator[Workers]:
    monkeypatch.setattr("audit.jobs._send", lambda job: None)  # the tests say which worker takes a job
    made = Workers()
    yield made
    made.end()
    set_clock(None)


def said(worker: subprocess.Popen[str]) -> str:
    """The worker's next line; waits for it."""
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def computing() -> tuple[Stage, Job]:
    stage = Stage().frozen()
    job = services.compute_panel(stage.draw, by=stage.officer, panels=10)
    return stage, job


def kept(stage: Stage) -> bytes:
    draw = Draw.objects.get(pk=stage.draw.pk)
    return canonical_json([draw.sealed, opened_of(draw)])


def test_a_killed_worker_leaves_nothing_half_done_and_the_next_finds_the_same_bytes(workers):
    stage, job = computing()
    first = workers.start(job, "half")
    assert said(first) == "half"
    first.send_signal(signal.SIGKILL)
    assert first.wait(30) == -signal.SIGKILL
    job.refresh_from_db()
    draw = stage.fresh().draw
    assert (job.state, draw.state, draw.sealed, opened_of(draw)) == (Job.State.RUNNING, State.COMPUTING, None, None)
    assert all(row.chance is None for row in stage.rows())
    set_clock(clock() + STALE_AFTER + datetime.timedelta(seconds=1))
    second = workers.start(job)
    assert (said(second), second.wait(SECONDS)) == ("ended", 0)
    job.refresh_from_db()
    assert (job.state, job.attempt, stage.fresh().draw.state) == (Job.State.DONE, 2, State.PANELS_READY)
    recovered = kept(stage)
    Draw.objects.filter(pk=stage.draw.pk).update(state=State.COMPUTING, sealed=None)
    services.run_computation(stage.draw, panels=10)
    assert kept(stage) == recovered
    assert verify(stage.fresh().draw.sealed).faults == []


def test_while_one_worker_lives_a_second_one_takes_nothing(workers):
    stage, job = computing()
    first = workers.start(job, "half")
    assert said(first) == "half"
    second = workers.start(job)
    assert (said(second), second.wait(SECONDS)) == ("ended", 0)
    job.refresh_from_db()
    assert (job.attempt, stage.fresh().draw.state) == (1, State.COMPUTING)


def test_two_workers_at_once_keep_one_set_of_panels(workers):
    stage, job = computing()
    pair = [workers.start(job), workers.start(job)]
    assert [said(one) for one in pair] == ["ended", "ended"]
    job.refresh_from_db()
    assert (job.state, job.attempt, stage.fresh().draw.state) == (Job.State.DONE, 1, State.PANELS_READY)
    assert Event.objects.filter(name="panels.computed").count() == 1
