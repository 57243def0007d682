"""What follows a session: the list of speakers as a fragment that pages poll, and the chair's acts beside the list."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.services import require
from meetings import services
from meetings.forms import RulingForm
from meetings.models import Meeting, Speech
from meetings.permissions import can
from meetings.views.live import answer, kept_fragment
from meetings.views.public import find_meeting
from meetings.views.speakers import back_to_list, list_context
from proposals.acting import acting_in


@require_safe
def speakers_live(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as everybody may know it, drawn once for all who poll; no session is opened for it."""

    def context() -> dict[str, object]:
        rows = Meeting.objects.select_related("council__organization").filter(pk=pk, deleted_at__isnull=True)
        meeting = rows.first()
        if meeting is None:
            raise Http404
        return list_context(meeting)

    language = get_language() or "de"
    return answer(request, *kept_fragment(f"speakers:{pk}:{language}", "meetings/_speakers.html", context))


@login_required
@require_POST
def item_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """The chair ends the item that is called."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "call_item", meeting))
    carry_out(request, lambda: services.end_item(meeting, by=request.user), _("The item is ended."))
    return back_to_list(meeting)


@login_required
@require_POST
def recess_turn(request: SignedInRequest, pk: int) -> HttpResponse:
    """A break begins, or ends (`action`)."""
    meeting = find_meeting(request, pk)
    require(can(request.user, "call_item", meeting))
    if request.POST.get("action") == "end":
        carry_out(request, lambda: services.end_recess(meeting, by=request.user), _("The session goes on."))
    else:
        carry_out(request, lambda: services.begin_recess(meeting, by=request.user), _("The break has begun."))
    return back_to_list(meeting)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def order_rule(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a point of order asked for, and what was decided on it."""
    rows = Speech.objects.select_related("meeting__council__organization", "membership__seat")
    speech = get_object_or_404(
        rows, pk=pk, kind=Speech.Kind.ORDER, meeting__in=Meeting.objects.visible_to(request.user)
    )
    require(can(request.user, "run_speeches", speech.meeting))
    initial = {"asked": speech.asked, "ruling": speech.ruling}
    form = RulingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda: services.rule_on_order(speech, by=request.user, **form.cleaned_data)
    ):
        return back_to_list(speech.meeting)
    context = {
        "title": _("Point of order of %(who)s") % {"who": speech.label},
        "kicker": speech.meeting.title,
        "lede": _("Both stand in the minutes, with the time."),
        "form": form,
        "submit_label": _("Note it"),
        "cancel_url": back_to_list(speech.meeting).url,
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def guest_unname(request: SignedInRequest, pk: int) -> HttpResponse:
    """A guest does not want to be named in the minutes any more."""
    acting = acting_in(request)
    rows = Speech.objects.select_related("meeting__council__organization")
    speech = get_object_or_404(
        rows, pk=pk, membership__isnull=True, meeting__in=Meeting.objects.visible_to(request.user)
    )
    done = _("The minutes name a number now, and no name.")
    carry_out(request, lambda: services.unname_guest(speech, by=request.user), done)
    return back_to_list(speech.meeting, acting)
