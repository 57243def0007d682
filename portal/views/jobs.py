"""Long work as the secretariat sees it: what runs, what failed, whether the worker is alive."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Role, User, has_role
from audit import jobs
from audit.clock import clock
from audit.models import Heartbeat, Job

ALIVE = datetime.timedelta(seconds=90)


def _require_secretariat(user: User) -> None:
    if not has_role(user, Role.Kind.SECRETARIAT):
        raise PermissionDenied


@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    _require_secretariat(request.user)
    now = clock()
    beats = [{"name": beat.name, "at": beat.at, "is_alive": now - beat.at < ALIVE} for beat in Heartbeat.objects.all()]
    page = Paginator(Job.objects.order_by("-id"), 25).get_page(request.GET.get("seite"))
    return render(request, "portal/job_list.html", {"page": page, "beats": beats})


@login_required
@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    _require_secretariat(request.user)
    jobs.retry_job(get_object_or_404(Job, pk=pk))
    messages.success(request, _("The work was started again."))
    return redirect("portal:job_list")
