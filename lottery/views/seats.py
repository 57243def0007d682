"""Who takes a seat: what those drawn said by phone or letter, entered by the draw officer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from audit.clock import today
from audit.services import Refused, record
from lottery import services
from lottery.models import Invitation
from lottery.pool import pool_open
from lottery.views.officer import own_draw, require_can


@never_cache
@login_required
@require_safe
def confirmations(request: SignedInRequest, pk: int) -> HttpResponse:
    """Those drawn, with how to reach them and until when. For draw officers only; each look is recorded."""
    draw = own_draw(request, pk)
    require_can(request, "confirm", draw)
    offered = [Invitation.State.SELECTED, Invitation.State.CONFIRMED]
    with pool_open():
        seats = Invitation.objects.visible_to(request.user).filter(draw=draw, seat_number__isnull=False)
        rows = list(seats.filter(state__in=offered).order_by("-state", "confirm_until", "seat_number")[:200])
        record("pool.read", draw, by=request.user, page="confirmations")
    return render(request, "lottery/confirmations.html", {"draw": draw, "rows": rows, "today": today()})


@login_required
@require_POST
def confirm(request: SignedInRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """Enter what somebody drawn said: they take the seat, or not."""
    draw = own_draw(request, pk)
    require_can(request, "confirm", draw)
    with pool_open():
        invitation = get_object_or_404(Invitation.objects.visible_to(request.user).filter(draw=draw), pk=invitation_pk)
    takes = request.POST.get("answer") == "yes"
    try:
        (services.confirm_response if takes else services.decline_response)(invitation, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The seat is taken.") if takes else _("The seat goes to the next in line."))
    return redirect("lottery:confirmations", pk=pk)
