"""The tasks of the audit itself: heartbeat and re-sending."""

from celery import shared_task

from audit import jobs


@shared_task(name="audit.beat")
def beat() -> None:
    jobs.beat("worker")


@shared_task(name="audit.resend_jobs")
def resend_jobs() -> None:
    jobs.resend_jobs()
