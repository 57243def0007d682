"""Work of the lottery that takes longer than an answer may: the sample, letters and panels."""

from celery import shared_task

from accounts.models import User
from audit.jobs import TryAgain, running, tell_progress
from documents.models import File
from documents.timestamps import NoStamp
from lottery import services
from lottery.models import Draw
from lottery.services.staging import run_import


@shared_task(name="lottery.print_letters")
def print_letters(job_id: int) -> None:
    with running(job_id) as job:
        if job:
            draw = Draw.objects.get(pk=job.arguments["draw"])
            services.print_letters(draw, tell=lambda done, total: tell_progress(job, done, total))


@shared_task(name="lottery.import_sample")
def import_sample(job_id: int) -> None:
    """All rows or none; who started it must still hold the office. A second run finds the sample and does nothing."""
    with running(job_id) as job:
        if not job:
            return
        draw = Draw.objects.get(pk=job.arguments["draw"])
        file = File.objects.filter(pk=job.arguments["file"]).first()
        if draw.state != Draw.State.DRAFT or file is None:
            return
        run_import(
            draw,
            file=file,
            columns=job.arguments["columns"],
            by=User.objects.get(pk=job.arguments["by"]),
            tell=lambda done, total: tell_progress(job, done, total),
        )


@shared_task(name="lottery.compute")
def compute(job_id: int) -> None:
    with running(job_id) as job:
        if job:
            draw = Draw.objects.get(pk=job.arguments["draw"])
            panels = job.arguments["panels"]
            services.run_computation(draw, panels=panels, tell=lambda done, total: tell_progress(job, done, total))


@shared_task(name="lottery.simulate")
def simulate(job_id: int) -> None:
    with running(job_id) as job:
        if job:
            draw = Draw.objects.get(pk=job.arguments["draw"])
            services.run_simulation(draw, tell=lambda done, total: tell_progress(job, done, total))


@shared_task(name="lottery.stamp")
def stamp(job_id: int) -> None:
    """Whatever the authority does wrong, it is asked again; a second run finds the stamp and asks nobody."""
    with running(job_id) as job:
        if job:
            try:
                services.run_stamping(Draw.objects.get(pk=job.arguments["draw"]))
            except NoStamp as error:
                raise TryAgain(f"{type(error).__name__}: {error}") from error
