"""Recusals on an item: proposed by anyone of the council, decided by who runs the meeting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from accounts.views.pages import attempt
from audit.services import require
from meetings import services
from meetings.models import Meeting, Recusal
from meetings.permissions import can, can_propose_recusal
from meetings.record_forms import RecusalDecisionForm, RecusalForm
from meetings.views.votes import find_item


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recusal_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who is recused on an item, whom their declared interests suggest, and a form to propose one."""
    item = find_item(request, pk)
    require(can_propose_recusal(request.user, item.meeting))
    first = {"member": request.GET["member"]} if request.GET.get("member", "").isdecimal() else {}
    form = RecusalForm(request.POST if request.method == "POST" else None, meeting=item.meeting, initial=first)
    if request.method == "POST":

        def act() -> Recusal:
            member, grounds = form.cleaned_data["member"], form.cleaned_data["grounds"]
            return services.propose_recusal(item, person=member.person, grounds=grounds, by=request.user)

        if attempt(form, act):
            messages.success(request, _("The recusal is proposed."))
            return redirect("meetings:recusals", item.pk)
    may_decide = can(request.user, "decide_recusal", item.meeting) and item.vote is None
    context = {
        "item": item,
        "meeting": item.meeting,
        "rows": item.recusals.select_related("membership__seat"),
        "suggested": services.touched_members(item) if item.vote is None else [],
        "form": form if item.vote is None else None,
        "may_decide": may_decide,
    }
    return render(request, "meetings/recusal_list.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recusal_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down what was decided about a recusal, with its reason."""
    rows = Recusal.objects.select_related("item__meeting__council__organization", "membership__seat")
    recusal = get_object_or_404(rows, pk=pk, item__meeting__in=Meeting.objects.visible_to(request.user))
    require(can(request.user, "decide_recusal", recusal.item.meeting))
    form = RecusalDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> Recusal:
            data: dict[str, Any] = {**form.cleaned_data}
            is_recused = data.pop("is_recused") == "yes"
            return services.decide_recusal(recusal, is_recused=is_recused, by=request.user, **data)

        if attempt(form, act):
            messages.success(request, _("The decision is noted."))
            return redirect("meetings:recusals", recusal.item_id)
    context = {
        "title": _("Recusal of %(seat)s") % {"seat": recusal.membership.seat},
        "kicker": recusal.item.title,
        "lede": recusal.grounds,
        "form": form,
        "submit_label": _("Note the decision"),
        "cancel_url": reverse("meetings:recusals", args=[recusal.item_id]),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)
