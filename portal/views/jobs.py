"""Long work as the secretariat sees it: what runs, what failed, whether the worker is alive."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role, User, has_role
from accounts.requests import SignedInRequest
from audit import jobs
from audit.clock import clock
from audit.models import Heartbeat, Job
from portal.paging import page_links
from portal.shared_cache import cache_trouble

ALIVE = datetime.timedelta(seconds=90)
STATE_TONES = {Job.State.WAITING: "", Job.State.RUNNING: "now", Job.State.DONE: "done", Job.State.FAILED: "late"}


def _require_secretariat(user: User) -> None:
    if not has_role(user, Role.Kind.SECRETARIAT):
        raise PermissionDenied


@login_required
@require_safe
def job_list(request: SignedInRequest) -> HttpResponse:
    """The newest work first; what failed has a button to start it again."""
    _require_secretariat(request.user)
    page = Paginator(Job.objects.order_by("-id"), 25).get_page(request.GET.get("seite"))
    context = {
        "title": _("Work in the background"),
        "lede": _("What runs, what failed, and whether the worker is alive."),
        "columns": [_("Work"), _("About"), _("State"), _("Done"), _("Attempts"), _("Since"), _("Error")],
        "rows": [_row(job) for job in page],
        "failed": [job for job in page if job.state == Job.State.FAILED],
        "beats": [*(_beats() or [{"words": _("No worker has reported yet.")}]), {"words": _cache_words()}],
        **page_links(page),
    }
    return render(request, "portal/job_list.html", context)


def _row(job: Job) -> list[Any]:
    state = {"text": job.get_state_display(), "tone": STATE_TONES[Job.State(job.state)]}
    progress = f"{job.done}/{job.total}" if job.total else ""
    return [
        job.kind,
        job.subject,
        state,
        progress,
        job.attempt,
        date_format(job.created_at, "SHORT_DATETIME_FORMAT"),
        job.error,
    ]


def _beats() -> list[dict[str, str]]:
    now = clock()
    words = {True: _("%(name)s is alive"), False: _("%(name)s has been silent since %(at)s")}
    return [
        {
            "words": words[now - beat.at < ALIVE]
            % {"name": beat.name, "at": date_format(beat.at, "SHORT_DATETIME_FORMAT")}
        }
        for beat in Heartbeat.objects.all()
    ]


def _cache_words() -> str:
    trouble = cache_trouble()
    return (
        _("The shared cache does not answer: %(trouble)s") % {"trouble": trouble} if trouble else _("The cache answers")
    )


@login_required
@require_POST
def job_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    _require_secretariat(request.user)
    jobs.retry_job(get_object_or_404(Job, pk=pk))
    messages.success(request, _("The work was started again."))
    return redirect("portal:job_list")
