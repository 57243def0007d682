"""What leads out of the portal: calendars, the video room."""

import datetime
from collections.abc import Iterable
from urllib.request import Request, urlopen

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from audit.services import require
from councils.models import Council
from meetings.algorithms import bigbluebutton
from meetings.algorithms.calendar import Entry, calendar
from meetings.codes import absolute
from meetings.models import Meeting
from meetings.permissions import role_actions
from meetings.services import members_of
from meetings.views.public import find_meeting

IN_THE_CALENDAR = 300
"""Meetings in a council's calendar, the latest first."""


@require_safe
def meeting_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting for a calendar; cancelled ones say so, and so do those that carry a tombstone."""
    meeting = get_object_or_404(Meeting.objects.select_related("council__organization"), pk=pk)
    return _answer(meeting.title, [meeting], f"sitzung-{meeting.pk}.ics")


@require_safe
def council_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """All meetings of a council, to be subscribed to."""
    council = get_object_or_404(Council.objects.visible_to(request.user).select_related("organization"), pk=pk)
    rows = Meeting.objects.filter(council=council).order_by("-starts_at")[:IN_THE_CALENDAR]
    return _answer(council.organization.name, rows, "sitzungen.ics")


def _answer(name: str, meetings: Iterable[Meeting], filename: str) -> HttpResponse:
    response = HttpResponse(calendar(name, map(_entry, meetings)), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Cache-Control"] = "public, max-age=300"
    return response


def _entry(meeting: Meeting) -> Entry:
    """The meeting as everybody may know it: no agenda, so that nothing closed can be in it."""
    is_gone = meeting.deleted_at is not None
    return Entry(
        uid=f"{meeting.public_id}@{settings.PUBLIC_URL.split('//')[-1].split(':')[0].strip('/')}",
        sequence=meeting.revision + is_gone,
        title=_("Cancelled: %(title)s") % {"title": meeting.title}
        if is_gone or meeting.cancel_reason
        else meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        changed_at=meeting.modified_at,
        place=meeting.place,
        url=absolute(meeting.get_absolute_url()),
        text=meeting.cancel_reason or _("Everybody may come and listen. Agenda and papers stand on the page."),
        is_cancelled=is_gone or meeting.state == Meeting.State.CANCELLED,
        categories=(str(meeting.get_kind_display()),),
    )


@login_required
@never_cache
@require_safe
def room_join(request: SignedInRequest, pk: int) -> HttpResponse:
    """Into the video room: by a link signed for this person at this moment, which is kept nowhere.

    Members join under their seat, the chair as moderator; in an open assembly everybody who is signed in.
    """
    meeting = find_meeting(request, pk)
    if meeting.room == Meeting.Room.NONE or meeting.state in (Meeting.State.CLOSED, Meeting.State.CANCELLED):
        raise Http404
    name, is_moderator = _in_the_room(request, meeting)
    if meeting.room == Meeting.Room.LINK:
        return HttpResponseRedirect(meeting.room_link)  # refuses every scheme but those of the web
    address = join_address(meeting, name=name, is_moderator=is_moderator)
    if not address:
        messages.error(request, _("The video room cannot be reached. Please try again, or call the secretariat."))
        return redirect(meeting)
    return redirect(address)


def _in_the_room(request: SignedInRequest, meeting: Meeting) -> tuple[str, bool]:
    """Under which name somebody joins, and whether as moderator; refused for those who only listen."""
    actions = role_actions(request.user, meeting.council)
    membership = members_of(meeting.council).filter(person=request.user.person_id).first()
    if "run_speeches" in actions:
        return str(_("Chair")), True
    if membership is not None:
        return str(membership.seat), False
    require(meeting.is_assembly or "see_closed" in actions)
    return str(_("Guest")), False


def join_address(meeting: Meeting, *, name: str, is_moderator: bool) -> str:
    """The signed address of the room, after it was created there; empty if the server does not answer as it should."""
    base, secret = settings.BIGBLUEBUTTON_URL, settings.BIGBLUEBUTTON_SECRET
    if not base or not secret:
        return ""
    signed = {"secret": secret, "algorithm": settings.BIGBLUEBUTTON_HASH}
    key = str(meeting.public_id)
    minutes = int((meeting.ends_at - meeting.starts_at) / datetime.timedelta(minutes=1)) + 120
    create = bigbluebutton.create_parameters(meeting_id=key, name=meeting.title, minutes=minutes)
    if not _is_created(bigbluebutton.link(base, "create", create, **signed)):
        return ""
    join = bigbluebutton.join_parameters(meeting_id=key, name=name, is_moderator=is_moderator)
    return bigbluebutton.link(base, "join", join, **signed)


def _is_created(address: str) -> bool:
    """Ask the server for the room; creating it twice is the same room."""
    if not address.startswith(("https://", "http://")):
        return False
    try:
        with urlopen(Request(address), timeout=5) as answer:  # noqa: S310  (the address is the city's own setting)
            return b"<returncode>SUCCESS</returncode>" in answer.read(20_000)
    except (OSError, ValueError):
        return False
