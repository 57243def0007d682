"""Long work as rows: start, tell progress, finish, fail, send again.

A task is `@shared_task(name="app.verb")` that takes a job's id and wraps its work in `with running(job_id)`.
It may be started twice: `running` yields None when another worker holds the row.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from kombu.exceptions import OperationalError as BrokerIsDown

from audit.clock import clock
from audit.models import Heartbeat, Job

STALE_AFTER = datetime.timedelta(seconds=30)
MOST_ATTEMPTS = 5


class TryAgain(Exception):
    """Somebody outside did not do their part, and nothing is wrong with the job: it is sent again like a lost one."""


@transaction.atomic
def start_job(kind: str, *, subject: str = "", total: int = 0, **arguments: Any) -> Job:
    """Insert the row and, once the transaction is committed, send the task named `kind`."""
    now = clock()
    job = Job.objects.create(
        kind=kind, subject=subject, total=total, arguments=arguments, created_at=now, heartbeat_at=now
    )
    transaction.on_commit(lambda: _send(job))
    return job


def _send(job: Job) -> None:
    """Wake a worker. A broker that is down loses nothing: `resend_jobs` asks the rows again."""
    if job.kind not in current_app.tasks:
        current_app.loader.import_default_modules()
    try:
        current_app.tasks[job.kind].delay(job.pk)
    except (OSError, BrokerIsDown):
        return


@contextmanager
def running(job_id: int) -> Iterator[Job | None]:
    """Claim the job for the block; an exception in it marks the job as failed and is raised again.

    Where the database went away, or two waited for one another, nothing is wrong with the job: `resend_jobs` takes it up.
    `TryAgain` in the block says the same of somebody outside; its words are kept, and it ends here.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id).first()
        if job is None or job.state in (Job.State.DONE, Job.State.FAILED) or _is_held(job):
            job = None
        else:
            job.state, job.attempt, job.heartbeat_at = Job.State.RUNNING, job.attempt + 1, clock()
            job.save(update_fields=["state", "attempt", "heartbeat_at"])
    if job is None:
        yield None
        return
    try:
        yield job
    except TryAgain as error:
        _mine(job).update(error=str(error)[:2000])
        return
    except (OperationalError, InterfaceError) as error:
        _mine(job).update(error=_words(error))
        raise
    except Exception as error:
        _finish(job, Job.State.FAILED, _words(error))
        raise
    _finish(job, Job.State.DONE, "")


def _is_held(job: Job) -> bool:
    return job.state == Job.State.RUNNING and job.heartbeat_at > clock() - STALE_AFTER


def _mine(job: Job) -> QuerySet[Job]:
    """The row, unless another worker has taken it over since."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def _finish(job: Job, state: str, error: str) -> None:
    now = clock()
    _mine(job).update(state=state, error=error, finished_at=now, heartbeat_at=now)


def tell_progress(job: Job, done: int, total: int | None = None) -> None:
    """Say how far the work is; also proves that its worker is alive."""
    job.done, job.total = done, job.total if total is None else total
    _mine(job).update(done=job.done, total=job.total, heartbeat_at=clock())


@transaction.atomic
def retry_job(job: Job) -> Job:
    """Start a failed job once more, from the page of jobs."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state == Job.State.FAILED:
        job.state, job.error, job.finished_at, job.attempt, job.heartbeat_at = Job.State.WAITING, "", None, 0, clock()
        job.save()
        transaction.on_commit(lambda: _send(job))
    return job


def resend_jobs() -> int:
    """Send every job again that nobody works on; one that never ends is given up after five attempts."""
    stale = Job.objects.filter(
        state__in=[Job.State.WAITING, Job.State.RUNNING], heartbeat_at__lte=clock() - STALE_AFTER
    )
    now = clock()
    stopped = Coalesce(NullIf("error", Value("")), Value("the worker stopped five times in this job"))
    stale.filter(attempt__gte=MOST_ATTEMPTS).update(state=Job.State.FAILED, error=stopped, finished_at=now)
    sent = list(stale.filter(attempt__lt=MOST_ATTEMPTS))
    for job in sent:
        _send(job)
    return len(sent)


def beat(name: str) -> None:
    """Note that `name` ("worker", "beat") is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock()})
