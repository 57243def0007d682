"""What leads from a text to a vote and from a vote to an office: drafts of rules on the agenda, delegates elected."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, office_page
from audit.clock import today
from councils.models import RulesDraft
from councils.permissions import may
from meetings import services
from meetings.models import AgendaItem, Meeting
from meetings.motion_forms import ScheduleForm, SendForm
from meetings.permissions import can_schedule
from meetings.services.votes import elected_members


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_schedule(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a draft of rules on the agenda of a session to come."""
    rows = RulesDraft.objects.visible_to(request.user).select_related("council__organization", "base")
    draft = get_object_or_404(rows, pk=pk, state=RulesDraft.State.OPEN)
    coming = Meeting.objects.visible_to(request.user).filter(council=draft.council, kind=Meeting.Kind.SESSION)
    coming = coming.filter(state__in=[Meeting.State.INVITED, Meeting.State.OPEN]).order_by("starts_at")
    open_to = [one for one in coming.select_related("council__organization")[:20] if can_schedule(request.user, one)]
    if not open_to and not services.may_schedule_somewhere(request.user, draft.council):
        raise PermissionDenied
    form = ScheduleForm(request.POST if request.method == "POST" else None, meetings=open_to)

    def act() -> AgendaItem:
        return services.schedule_draft(draft, by=request.user, **form.cleaned_data)

    item = attempt(form, act) if request.method == "POST" else None
    if item:
        messages.success(request, _("The draft is on the agenda."))
        return redirect(item.meeting)
    context = {
        "title": _("Put the draft on an agenda"),
        "kicker": draft.title,
        "lede": _("The vote on this item asks for exactly this draft; its question names the fingerprint."),
        "form": form,
        "submit_label": _("Put it on the agenda"),
        "cancel_url": draft.get_absolute_url(),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@office_page(lambda user: may(user, "manage_board_seats"))
@require_http_methods(["GET", "HEAD", "POST"])
def elected_send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send whom an election chose to seats in the organs of companies, the first elected to the first seat."""
    rows = AgendaItem.objects.select_related("meeting__council__organization", "vote")
    item = get_object_or_404(rows, pk=pk, meeting__in=Meeting.objects.visible_to(request.user))
    elected = elected_members(item)
    form = SendForm(
        request.POST if request.method == "POST" else None,
        council=item.meeting.council,
        elected=elected,
        initial={"begin_date": today()},
    )

    def act() -> Any:
        begin_date = form.cleaned_data["begin_date"]
        return services.send_elected(item, board_seats=form.seats(), begin_date=begin_date, by=request.user)

    if request.method == "POST" and attempt(form, act):
        messages.success(request, _("Sent. Each of them has been told."))
        return redirect("meetings:vote", item.pk)
    context = {
        "title": _("Send the elected"),
        "kicker": item.title,
        "lede": _("For each of the elected choose the seat in a company. The resolution’s number is noted with it.")
        if elected
        else _("This election has not chosen a seat of the council."),
        "form": form,
        "submit_label": _("Send them"),
        "cancel_url": reverse("meetings:vote", args=[item.pk]),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)
