"""Jobs: the row is the truth, a task may run twice, a dead worker's work is sent again."""

import datetime

import pytest
from celery import shared_task
from django.db import OperationalError

from audit import jobs
from audit.clock import clock, set_clock
from audit.models import Job

RUNS: list[int] = []


@shared_task(name="tests.count_up")
def count_up(job_id):
    with jobs.running(job_id) as job:
        if job:
            RUNS.append(job.pk)
            jobs.tell_progress(job, 3, 3)


@shared_task(name="tests.break")
def break_down(job_id):
    with jobs.running(job_id) as job:
        if job:
            raise ValueError("the disk is full")


@shared_task(name="tests.wait_for_others")
def wait_for_others(job_id):
    with jobs.running(job_id) as job:
        if job and job.attempt < 3:
            raise jobs.TryAgain("nobody answers")


@shared_task(name="tests.lose_the_database")
def lose_the_database(job_id):
    with jobs.running(job_id) as job:
        if job and job.attempt < 2:
            raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.django_db(transaction=True)
def test_a_job_is_sent_on_commit_and_finishes():
    job = jobs.start_job("tests.count_up", subject="draw:1")
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempt) == ("done", 3, 3, 1)


@pytest.mark.django_db(transaction=True)
def test_a_finished_job_does_not_run_again():
    job = jobs.start_job("tests.count_up")
    runs = len(RUNS)
    count_up(job.pk)
    assert len(RUNS) == runs


@pytest.mark.django_db
def test_a_job_held_by_a_live_worker_is_left_alone():
    job = Job.objects.create(
        kind="tests.count_up", state="running", attempt=1, created_at=clock(), heartbeat_at=clock()
    )
    with jobs.running(job.pk) as claimed:
        assert claimed is None


@pytest.mark.django_db(transaction=True)
def test_work_of_a_dead_worker_is_taken_over():
    old = clock() - datetime.timedelta(minutes=5)
    job = Job.objects.create(kind="tests.count_up", state="running", attempt=1, created_at=old, heartbeat_at=old)
    assert jobs.resend_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("done", 2)


@pytest.mark.django_db
def test_a_job_that_kills_five_workers_is_given_up():
    old = clock() - datetime.timedelta(minutes=5)
    job = Job.objects.create(kind="tests.count_up", state="running", attempt=5, created_at=old, heartbeat_at=old)
    assert jobs.resend_jobs() == 0
    job.refresh_from_db()
    assert job.state == "failed"
    assert "five times" in job.error


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_kept_with_its_words_and_can_be_retried():
    with pytest.raises(ValueError, match="disk"):
        jobs.start_job("tests.break")
    job = Job.objects.get()
    assert (job.state, job.error) == ("failed", "ValueError: the disk is full")
    Job.objects.filter(pk=job.pk).update(kind="tests.count_up")
    jobs.retry_job(job)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def lose_the_database_once() -> Job:
    job = Job.objects.create(kind="tests.lose_the_database", created_at=clock(), heartbeat_at=clock())
    with pytest.raises(OperationalError):
        lose_the_database(job.pk)
    job.refresh_from_db()
    Job.objects.update(heartbeat_at=clock() - datetime.timedelta(minutes=1))
    return job


@pytest.mark.django_db(transaction=True)
def test_a_job_that_lost_the_database_is_sent_again():
    job = lose_the_database_once()
    assert (job.state, job.error) == ("running", "OperationalError: server closed the connection unexpectedly")
    assert jobs.resend_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("done", 2, "")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_given_up_says_why():
    job = lose_the_database_once()
    Job.objects.update(attempt=jobs.MOST_ATTEMPTS)
    assert jobs.resend_jobs() == 0
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "OperationalError: server closed the connection unexpectedly")


@pytest.mark.django_db
def test_the_clock_runs_on_from_where_a_test_sets_it():
    moment = datetime.datetime(2030, 1, 1, 12, tzinfo=datetime.UTC)
    set_clock(moment)
    assert datetime.timedelta(0) <= clock() - moment < datetime.timedelta(seconds=5)
    set_clock(None)
    assert clock().year != 2030


@pytest.mark.django_db(transaction=True)
def test_somebody_outside_who_does_not_answer_is_asked_again_and_his_words_are_kept():
    job = jobs.start_job("tests.wait_for_others")
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("running", 1, "nobody answers")
    assert jobs.resend_jobs() == 0
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(heartbeat_at=clock() - datetime.timedelta(minutes=1))
        assert jobs.resend_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("done", 3, "")
