"""The custody audit, for the auditor alone: the named entries with how to reach them, and what came of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from audit.services import record
from lottery import services
from lottery.forms import CustodyForm
from lottery.models import CustodyCheck, Draw
from lottery.pool import pool_open
from lottery.services.custody import people_to_meet
from lottery.views.officer import attempt, own_draw, posted, require_can


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def custody(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name the people by a public value; then the list of them. Each look at it is recorded."""
    draw = own_draw(request, pk)
    require_can(request, "audit_custody", draw)
    form = CustodyForm(posted(request))
    if form.is_valid():
        value = form.cleaned_data["value"]
        if attempt(form, lambda: services.name_entries(draw, value=value, by=request.user)):
            messages.success(request, _("The people to meet are named."))
            return redirect("lottery:custody", pk=pk)
    with pool_open():
        checks = list(CustodyCheck.objects.filter(draw=draw).select_related("invitation").order_by("order"))
        if checks:
            record("pool.read", draw, by=request.user, page="custody")
    context = {
        "draw": draw,
        "form": form,
        "checks": checks,
        "results": [choice for choice in CustodyCheck.Result.choices if choice[0] != CustodyCheck.Result.OPEN],
        "count": people_to_meet(Draw.objects.only("sealed").get(pk=pk)),
    }
    return render(request, "lottery/custody.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def custody_note(request: SignedInRequest, pk: int, check_pk: int) -> HttpResponse:
    """Note what came of one meeting or call."""
    draw = own_draw(request, pk)
    require_can(request, "audit_custody", draw)
    with pool_open():
        check = get_object_or_404(CustodyCheck.objects.filter(draw=draw).select_related("draw"), pk=check_pk)
    services.note_check(check, result=request.POST.get("result", ""), by=request.user)
    messages.success(request, _("Noted."))
    return redirect("lottery:custody", pk=pk)
