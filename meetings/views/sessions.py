"""Running a meeting: call, change, cancel, agenda, open, close."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role, User, has_role
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out, office_page
from audit.services import require
from meetings import services
from meetings.forms import ItemForm, MeetingEditForm, MeetingForm, ReasonForm
from meetings.models import AgendaItem, Meeting
from meetings.permissions import can
from meetings.views.public import find_meeting, items_of


def may_call_somewhere(user: User) -> bool:
    """Whether `user` calls meetings."""
    return has_role(user, Role.Kind.SECRETARIAT)


@office_page(may_call_somewhere)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_create(request: SignedInRequest) -> HttpResponse:
    """Call a meeting; every member is invited by the way they chose."""
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> Meeting:
            details = form.details()
            return services.call_meeting(details.pop("council"), by=request.user, **details)

        meeting = attempt(form, act)
        if meeting:
            messages.success(request, _("The meeting is called; the invitations are on their way."))
            return redirect("meetings:agenda", meeting.pk)
    context = {
        "title": _("Call a meeting"),
        "lede": _("Every member is invited at once: by mail, by letter or by phone, as they chose."),
        "form": form,
        "submit_label": _("Call and invite"),
        "cancel_url": reverse("meetings:list"),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agenda_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The agenda with what can be done to each item, and a form for one more."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "edit_agenda", meeting))
    form = ItemForm(request.POST if request.method == "POST" else None, meeting=meeting)
    act = partial(_add_item, request, meeting, form)
    if request.method == "POST" and attempt(form, act):
        messages.success(request, _("The item is on the agenda."))
        return redirect("meetings:agenda", meeting.pk)
    items = items_of(meeting)
    needs_reason = services.needs_reason(meeting)
    context = {"meeting": meeting, "items": items, "form": form, "needs_reason": needs_reason}
    return render(request, "meetings/agenda_edit.html", context, status=422 if form.errors else 200)


def _add_item(request: SignedInRequest, meeting: Meeting, form: ItemForm) -> AgendaItem:
    return services.add_item(meeting, by=request.user, **form.details())


@login_required
@require_POST
def item_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put an item one place up or down; within the period of the invitation with a reason."""
    item = item_for(request, pk)
    order = item.order + (1 if request.POST.get("direction") == "down" else -1)
    reason = request.POST.get("reason", "")[:500]
    act = partial(services.move_item, item, order=order, reason=reason, by=request.user)
    carry_out(request, act, _("The agenda has a new order."))
    return redirect("meetings:agenda", item.meeting_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an item from the agenda; with a reason it stays there, struck out."""
    item = item_for(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> bool:
        services.remove_item(item, reason=form.cleaned_data["reason"], by=request.user)
        return True

    if request.method == "POST" and attempt(form, act):
        messages.success(request, _("The item is off the agenda."))
        return redirect("meetings:agenda", item.meeting_id)
    lede = _("With a reason the item stays on the page, struck out. Without one it is gone.")
    if services.needs_reason(item.meeting):
        lede = _("The period of the invitation has begun: the item stays on the page, struck out, with the reason.")
    context = {
        "title": _("Take the item off the agenda?"),
        "kicker": item.title,
        "lede": lede,
        "form": form,
        "submit_label": _("Take it off"),
        "is_danger": True,
        "cancel_url": reverse("meetings:agenda", args=[item.meeting_id]),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


def item_for(request: SignedInRequest, pk: int, action: str = "edit_agenda") -> AgendaItem:
    """The item of an address for whoever may do `action` to its meeting now; 403 for everybody else."""
    rows = AgendaItem.objects.select_related("meeting__council__organization")
    item = get_object_or_404(rows, pk=pk, meeting__in=Meeting.objects.visible_to(request.user))
    require(can(request.user, action, item.meeting))
    return item


@login_required
@require_POST
def meeting_open(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin the session."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "open", meeting))
    carry_out(request, lambda: services.open_meeting(meeting, by=request.user), _("The meeting is open."))
    return redirect(meeting)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the session, after a plain warning."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "close", meeting))
    if request.method == "POST":
        carry_out(request, lambda: services.close_meeting(meeting, by=request.user), _("The meeting is closed."))
        return redirect(meeting)
    context = {
        "title": _("Close the meeting?"),
        "kicker": meeting.title,
        "form": Form(),
        "warning": _("Everybody still in the room is noted as having left. A closed meeting is not opened again."),
        "submit_label": _("Close the meeting"),
        "is_danger": True,
        "cancel_url": meeting.get_absolute_url(),
    }
    return render(request, "components/backoffice_form.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change when, where and how; who was invited is told if the meeting moves."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "edit_meeting", meeting))
    initial = MeetingEditForm.initial_of(meeting)
    form = MeetingEditForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda: services.edit_meeting(meeting, by=request.user, **form.details())
    ):
        messages.success(request, _("The meeting is changed. Calendars follow by themselves."))
        return redirect(meeting)
    context = {
        "title": _("Change the meeting"),
        "kicker": meeting.title,
        "lede": _("If day, time or place change, every member is told by the way they chose."),
        "form": form,
        "submit_label": _("Save"),
        "cancel_url": meeting.get_absolute_url(),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call off a meeting, with a reason."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "cancel", meeting))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, lambda: services.cancel_meeting(meeting, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, _("The meeting is cancelled; every member is told."))
        return redirect(meeting)
    context = {
        "title": _("Cancel the meeting?"),
        "kicker": meeting.title,
        "form": form,
        "warning": _("A cancelled meeting stays on its page with the reason. It is not taken up again."),
        "submit_label": _("Cancel the meeting"),
        "is_danger": True,
        "cancel_url": meeting.get_absolute_url(),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)
