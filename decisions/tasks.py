"""Work of decisions that takes longer than an answer may: sealing and delivering."""

from celery import shared_task

from audit.jobs import running
from decisions import services
from decisions.models import Decision


@shared_task(name="decisions.seal")
def seal(job_id: int) -> None:
    with running(job_id) as job:
        if job:
            services.seal_decision(Decision.objects.get(pk=job.arguments["decision"]))
