"""The replies desk: replies by card and phone, entered by a clerk with the code; officers also find people by name."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from audit.services import Refused, record
from documents.services import serve_file
from lottery import services
from lottery.filters import InvitationFilter
from lottery.models import Draw, Invitation
from lottery.permissions import can_read_pool, role_actions
from lottery.pool import pool_open
from lottery.reply_forms import CodeForm, ReplyForm, invitation_for, token_for
from lottery.views.officer import own_draw
from lottery.views.preparation import released_file

ROWS = 25
MOST_FOUND = 100


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def desk(request: SignedInRequest) -> HttpResponse:
    """The code from the card or the caller's letter, then the questions. A clerk never learns whose card it is."""
    if "enter_reply" not in role_actions(request.user):
        raise PermissionDenied
    if request.method == "POST" and "token" in request.POST:
        return _entered(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.invitation:
        return _questions(request, form.invitation)
    context = {"form": form, "desks": _desks(request), "reads_pool": can_read_pool(request.user)}
    return render(request, "lottery/desk.html", context, status=422 if form.errors else 200)


def _desks(request: SignedInRequest) -> list[dict[str, Any]]:
    """Draws whose replies are open, each with how far the desk is and what waits for a second look."""
    draws = Draw.objects.light().filter(state=Draw.State.INVITED, deleted_at=None).order_by("-pk")[:3]
    found = []
    with pool_open():
        for draw in draws:
            waiting = services.waiting_checks(draw, request.user).count()
            found.append({"draw": draw, "figures": services.check_figures(draw), "waiting": waiting})
    return found


def _entered(request: SignedInRequest) -> HttpResponse:
    invitation = invitation_for(request.POST["token"])
    if invitation is None:
        messages.error(request, _("This reply can no longer be entered. Please enter the code once more."))
        return redirect("lottery:desk")
    if request.POST.get("wants") == "call":
        return _call(request, invitation)
    form = ReplyForm(request.POST, draw=invitation.draw, invitation=invitation, channels=True)
    if form.is_valid():
        channel, doubtful = form.cleaned_data["channel"], form.cleaned_data["is_doubtful"]
        try:
            services.reply(invitation, answers=form.answers, channel=channel, by=request.user, is_doubtful=doubtful)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Letter %(number)s is entered. Next card, please.") % {"number": invitation.number}
            )
            return redirect("lottery:desk")
    return _questions(request, invitation, form)


def _call(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    """The third box: somebody wants to be called."""
    try:
        services.ask_call(invitation, phone=request.POST.get("phone", ""), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _questions(request, invitation)
    messages.success(request, _("Noted: please call. The number stands on the list of the draw office."))
    return redirect("lottery:desk")


def _questions(
    request: SignedInRequest,
    invitation: Invitation,
    form: ReplyForm | None = None,
    channel: str = Invitation.Channel.CARD,
) -> HttpResponse:
    blank = ReplyForm(draw=invitation.draw, invitation=invitation, channels=True, initial={"channel": channel})
    context = {
        "form": form or blank,
        "draw": invitation.draw,
        "number": invitation.number,
        "token": token_for(invitation),
        "has_replied": invitation.state != Invitation.State.INVITED,
    }
    return render(request, "lottery/desk_reply.html", context, status=422 if form is not None else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replies(request: SignedInRequest, pk: int) -> HttpResponse:
    """The sample with its replies, for draw officers only; each look is recorded.

    A search is a POST, so that no name stands in an address or a log; it shows up to 100 rows at once.
    """
    draw = own_draw(request, pk)
    if not can_read_pool(request.user):
        raise PermissionDenied
    is_search = request.method == "POST"
    data = request.POST if is_search else {"stand": request.GET.get("stand", "")}
    narrowed = InvitationFilter(
        data, queryset=Invitation.objects.visible_to(request.user).filter(draw=draw).order_by("number")
    )
    after = "" if is_search else request.GET.get("nach", "")
    rows = narrowed.qs.filter(number__gt=int(after[:9])) if after.isascii() and after.isdigit() else narrowed.qs
    with pool_open():
        shown = list(rows[:MOST_FOUND] if is_search else rows[: ROWS + 1])
        record("pool.read", draw, by=request.user, page="replies")
    context: dict[str, Any] = {
        "draw": draw,
        "title": _("Replies"),
        "kicker": draw.title,
        "lede": _("Only draw officers see this page, and each look at it is recorded."),
        "breadcrumbs": [(draw.title, reverse("lottery:cockpit", args=[draw.pk]))],
        "filter_form": narrowed.form,
        "is_filter_posted": True,
        "columns": [_("No."), _("Name"), _("Address"), _("State"), _("Came by"), _("What to do")],
        "rows": [_cells(row, draw) for row in (shown if is_search else shown[:ROWS])],
        "next_url": _next_url(request, shown[ROWS - 1]) if len(shown) > ROWS and not is_search else "",
    }
    return render(request, "components/backoffice_list.html", context)


def _cells(row: Invitation, draw: Draw) -> list[Any]:
    name = f"{row.given_name} {row.family_name}".strip() or row.pseudonym
    enter: dict[str, str] = {"text": ""}
    if draw.state == Draw.State.INVITED:
        enter = {"text": _("Enter reply"), "url": reverse("lottery:reply_enter", args=[draw.pk, row.pk])}
    address = f"{row.street}, {row.postal_code} {row.town}".strip(", ")
    return [row.number, name, address, row.get_state_display(), row.get_channel_display(), enter]


def _next_url(request: SignedInRequest, last: Invitation) -> str:
    query = request.GET.copy()
    query["nach"] = str(last.number)
    return f"?{query.urlencode()}"


@never_cache
@login_required
@require_safe
def reply_enter(request: SignedInRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """The questions for a caller without a letter, found by name by a draw officer."""
    draw = own_draw(request, pk)
    rows = Invitation.objects.visible_to(request.user).select_related("draw").filter(draw=draw)
    with pool_open():
        invitation = get_object_or_404(rows, pk=invitation_pk)
    if not services.is_open(invitation):
        messages.error(request, _("Replies to this draw are closed."))
        return redirect("lottery:replies", pk=pk)
    return _questions(request, invitation)


@never_cache
@login_required
@require_safe
def letter_file(request: SignedInRequest, pk: int, file_pk: int) -> FileResponse:
    """Printed letters, for the draw officer who takes them to the post."""
    draw = own_draw(request, pk)
    if not can_read_pool(request.user):
        raise PermissionDenied
    file = released_file(draw, file_pk)
    record("letters.read", draw, by=request.user, file=file.pk)
    return serve_file(request, file)
