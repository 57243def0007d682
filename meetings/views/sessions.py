"""Running a meeting: call, agenda, open, presence, close."""

from functools import partial
from typing import Any

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
from audit.services import Refused, require
from meetings import services
from meetings.forms import ItemForm, MeetingForm
from meetings.models import AgendaItem, Meeting, Presence
from meetings.permissions import can
from meetings.views.public import find_meeting, items_of
from proposals.acting import acting_in


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
    context = {"meeting": meeting, "items": items, "last": len(items), "form": form}
    return render(request, "meetings/agenda_edit.html", context, status=422 if form.errors else 200)


def _add_item(request: SignedInRequest, meeting: Meeting, form: ItemForm) -> AgendaItem:
    return services.add_item(meeting, by=request.user, **form.details())


@login_required
@require_POST
def item_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put an item one place up or down."""
    item = _find_item(request, pk)
    step = 1 if request.POST.get("direction") == "down" else -1
    done = _("The agenda has a new order.")
    carry_out(request, lambda: services.move_item(item, order=item.order + step, by=request.user), done)
    return redirect("meetings:agenda", item.meeting_id)


@login_required
@require_POST
def item_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an item from the agenda."""
    item = _find_item(request, pk)
    carry_out(request, lambda: services.remove_item(item, by=request.user), _("The item is off the agenda."))
    return redirect("meetings:agenda", item.meeting_id)


def _find_item(request: SignedInRequest, pk: int) -> AgendaItem:
    rows = AgendaItem.objects.select_related("meeting__council__organization")
    item = get_object_or_404(rows, pk=pk, meeting__in=Meeting.objects.visible_to(request.user))
    require(can(request.user, "edit_agenda", item.meeting))
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
@require_POST
def presence_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """A member says that they have come or gone; the desk does it for one of them with `?person=`."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    person = acting.person
    require(person is not None)
    assert person is not None  # noqa: S101  (for the type checker)
    if request.POST.get("action") == "leave":
        act, done = services.note_leaving, _("Noted: gone.")
    else:
        act, done = services.note_presence, _("Noted: present.")  # type: ignore[assignment]
    carry_out(request, lambda: act(meeting, person=person, by=request.user), done)
    return redirect(meeting.get_absolute_url() + acting.query)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def presence_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list at the door: a tick a member; only what was changed on the page is noted."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "note_presence", meeting))
    if request.method == "POST":
        count = _note_changes(request, meeting)
        messages.success(request, _("Noted: %(count)s changes.") % {"count": count})
        return redirect("meetings:presence", meeting.pk)
    here = set(Presence.objects.filter(meeting=meeting, left_at__isnull=True).values_list("membership_id", flat=True))
    members = [{"member": row, "is_present": row.pk in here} for row in services.members_of(meeting.council)]
    return render(request, "meetings/presence_edit.html", {"meeting": meeting, "members": members, "here": len(here)})


def _note_changes(request: SignedInRequest, meeting: Meeting) -> int:
    """Note who came and who went since the page was drawn; two clerks do not undo each other's ticks."""
    ticked, drawn = set(request.POST.getlist("present")), set(request.POST.getlist("was"))
    count = 0
    for row in services.members_of(meeting.council):
        key = str(row.pk)
        act: Any = None
        if key in ticked and key not in drawn:
            act = services.note_presence
        elif key in drawn and key not in ticked:
            act = services.note_leaving
        if act is not None:
            try:
                act(meeting, person=row.person, by=request.user)
                count += 1
            except Refused as refusal:
                messages.error(request, str(refusal))
    return count
