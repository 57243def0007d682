"""A large sample: every faulty line is named and nothing of the file kept; progress by the thousand; memory that stays low."""

import resource
import time

import pytest

from audit.clock import clock
from audit.models import Event, Job
from documents.models import File
from documents.services import path_of
from lottery import services
from lottery.models import Draw
from lottery.services import staging
from lottery.services.preparation import SampleRefused
from lottery.tests.factories import Stage, features, rows_of, sample_csv

pytestmark = pytest.mark.django_db
ROWS = 6_000
MEGABYTES = 150
"""What an import may need beside what the process has already: 20,000 rows took less."""

BROKEN = {7: ("52062", "5206"), 2_501: ("Mitte", "Atlantis"), 5_999: (".03.", ".13.")}
"""Line of the file → what is broken in it."""


def prepared() -> Stage:
    stage = Stage()
    services.define_features(stage.draw, features=features(), by=stage.officer)
    return stage


def broken(data: bytes) -> bytes:
    lines = data.decode().split("\n")
    for line, (old, new) in BROKEN.items():
        lines[line - 1] = lines[line - 1].replace(old, new)
    return "\n".join(lines).encode()


def test_each_faulty_line_of_thousands_is_named_and_nothing_is_kept():
    stage = prepared()
    data = broken(sample_csv(ROWS))
    assert [one.line for one in staging.problems_in(stage.draw, data, {})] == list(BROKEN)
    file = staging.keep(stage.draw, data=data, by=stage.officer)
    with pytest.raises(SampleRefused) as refused:
        staging.run_import(stage.draw, file=file, columns={}, by=stage.officer, tell=lambda done, total: None)
    assert [one.line for one in refused.value.problems] == list(BROKEN)
    assert not rows_of(draw=stage.draw)
    assert (stage.fresh().draw.state, stage.draw.sample_size) == (Draw.State.DRAFT, 0)
    assert not Event.objects.filter(name="sample.imported").exists()


def test_nothing_of_the_file_stays_on_the_disk_once_it_is_imported(django_capture_on_commit_callbacks):
    stage = prepared()
    file = staging.keep(stage.draw, data=sample_csv(20), by=stage.officer)
    assert path_of(file.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        staging.run_import(stage.draw, file=file, columns={}, by=stage.officer, tell=lambda done, total: None)
    assert stage.fresh().draw.sample_size == 20
    assert not File.objects.filter(owner=f"sample:{stage.draw.pk}").exists()
    assert not path_of(file.sha256).exists()


def test_what_an_import_left_that_was_given_up_is_deleted_and_one_that_runs_is_left_alone():
    stage = prepared()
    file = staging.keep(stage.draw, data=sample_csv(1_200), by=stage.officer)
    job = staging.start_import(stage.draw, columns={}, by=stage.officer)

    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        staging.run_import(stage.draw, file=file, columns={}, by=stage.officer, tell=killed)
    assert (len(rows_of(draw=stage.draw)), stage.fresh().draw.sample_size) == (1_000, 0)
    assert services.purge_draws() == 0
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, finished_at=clock())
    assert services.purge_draws() == 1_000
    assert not rows_of(draw=stage.draw)


@pytest.mark.slow
def test_thousands_are_imported_with_progress_in_little_time_and_memory():
    stage = prepared()
    file = staging.keep(stage.draw, data=sample_csv(ROWS), by=stage.officer)
    told: list[tuple[int, int]] = []
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.process_time()
    staging.run_import(
        stage.draw, file=file, columns={}, by=stage.officer, tell=lambda done, total: told.append((done, total))
    )
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before.ru_maxrss
    assert told == [(done, ROWS) for done in range(1_000, ROWS + 1, 1_000)]
    assert stage.fresh().draw.sample_size == ROWS == len(rows_of(draw=stage.draw))
    assert used < MEGABYTES * 1_024
    assert time.process_time() - began < 20
