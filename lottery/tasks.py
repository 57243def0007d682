"""Work of the lottery that takes longer than an answer may: letters and panels."""

from celery import shared_task

from audit.jobs import running, tell_progress
from lottery import services
from lottery.models import Draw


@shared_task(name="lottery.print_letters")
def print_letters(job_id: int) -> None:
    with running(job_id) as job:
        if job:
            draw = Draw.objects.get(pk=job.arguments["draw"])
            services.print_letters(draw, tell=lambda done, total: tell_progress(job, done, total))


@shared_task(name="lottery.compute")
def compute(job_id: int) -> None:
    with running(job_id) as job:
        if job:
            draw = Draw.objects.get(pk=job.arguments["draw"])
            services.run_computation(draw, panels=job.arguments["panels"], tell=lambda done: tell_progress(job, done))
