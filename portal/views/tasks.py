"""My tasks: what waits for the one who is signed in, most urgent first."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import role_kinds
from accounts.requests import SignedInRequest
from portal import worklist


@login_required
@require_safe
def tasks(request: SignedInRequest) -> HttpResponse:
    offices = worklist.offices_of(role_kinds(request.user))
    return render(request, "portal/tasks.html", {"tasks": worklist.tasks_of(request.user), "office_pages": offices})
