"""Tasks around people: sending, printing, purging. Each may run twice."""

from celery import shared_task

from accounts import letters, outbox
from accounts.models import LetterBatch
from audit.jobs import running, tell_progress


@shared_task(name="accounts.send_messages")
def send_messages() -> None:
    outbox.send_due()


@shared_task(name="accounts.print_letters")
def print_letters(job_id: int) -> None:
    with running(job_id) as job:
        if job:
            batch = letters.print_batch(LetterBatch.objects.get(pk=job.arguments["batch"]))
            tell_progress(job, batch.count, batch.count)
