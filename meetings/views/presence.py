"""Who is in the room: by the member's own device, by the code on the door, by the badge, or by the list at the desk."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.clock import today
from audit.services import Refused, require
from councils.models import Membership
from meetings import services
from meetings.codes import absolute, badge_token, door_code, is_door_code, membership_key
from meetings.forms import GuestsForm
from meetings.models import Meeting, Presence
from meetings.permissions import can
from meetings.views.public import find_meeting
from proposals.acting import acting_in


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


@login_required
@require_POST
def guests_count(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down how many guests the door has counted."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "note_presence", meeting))
    form = GuestsForm(request.POST)
    if attempt(form, lambda: services.count_guests(meeting, count=form.cleaned_data["count"], by=request.user)):
        messages.success(request, _("Noted."))
    else:
        messages.error(request, _("Please enter a number of people."))
    return redirect("meetings:presence", meeting.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Where the code on the door leads: a member says with one button that they are here."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    if not is_door_code(meeting, code):
        raise Http404
    rows = services.members_of(meeting.council)
    membership = rows.filter(person=acting.person).first() if acting.person else None
    if request.method == "POST":
        require(membership is not None)
        assert membership is not None  # noqa: S101  (for the type checker)
        way = Presence.Way.POSTER
        act = lambda: services.note_presence(meeting, person=membership.person, way=way, by=acting.user)  # noqa: E731
        carry_out(request, act, _("Noted: present."))
        return redirect(meeting)
    here = Presence.objects.filter(meeting=meeting, membership=membership, left_at__isnull=True)
    context = {
        "meeting": meeting,
        "membership": membership,
        "is_here": membership is not None and here.exists(),
        "is_open": meeting.state in (Meeting.State.INVITED, Meeting.State.OPEN),
    }
    return render(request, "meetings/check_in.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def badge_scan(request: SignedInRequest, token: str) -> HttpResponse:
    """Where the code on a badge leads at the door: to one button for today's meeting of that seat's council."""
    key = membership_key(token)
    rows = Membership.objects.active().select_related("person", "seat__council__organization")
    membership = get_object_or_404(rows, pk=key or 0)
    open_states = [Meeting.State.OPEN, Meeting.State.INVITED]
    meetings = Meeting.objects.filter(council=membership.seat.council, state__in=open_states, deleted_at__isnull=True)
    coming = meetings.select_related("council__organization").order_by("starts_at")
    meeting = coming.filter(starts_at__date=today()).first()
    if meeting is None:
        messages.error(request, _("No meeting of this council is today."))
        return redirect("meetings:list")
    require(can(request.user, "note_presence", meeting))
    here = Presence.objects.filter(meeting=meeting, membership=membership, left_at__isnull=True)
    if request.method == "POST":
        act, done = _badge_act(request, meeting, membership)
        carry_out(request, act, done)
        return redirect(request.path)
    context = {"meeting": meeting, "membership": membership, "is_here": here.exists()}
    return render(request, "meetings/badge_scan.html", context)


def _badge_act(request: SignedInRequest, meeting: Meeting, membership: Membership) -> tuple[Any, str]:
    """What the button at the door does, and what it says."""
    if request.POST.get("action") == "leave":
        return lambda: services.note_leaving(meeting, person=membership.person, by=request.user), _("Noted: gone.")
    way = Presence.Way.BADGE
    return (
        lambda: services.note_presence(meeting, person=membership.person, way=way, by=request.user),
        _("Noted: present."),
    )


@login_required
@require_safe
def door_papers(request: SignedInRequest, pk: int) -> HttpResponse:
    """To print: the poster for the door with its code, and a badge for every seat."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "note_presence", meeting))
    badges = [
        {"seat": row.seat, "url": absolute(reverse("meetings:badge", args=[badge_token(row)]))}
        for row in services.members_of(meeting.council)
    ]
    poster = absolute(reverse("meetings:check_in", args=[meeting.pk, door_code(meeting)]))
    return render(request, "meetings/door_papers.html", {"meeting": meeting, "poster": poster, "badges": badges})
