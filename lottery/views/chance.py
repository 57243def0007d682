"""My chance: what the draw was for one volunteer, with the code of the letter and without an account."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.canonical import canonical_json
from audit.clock import today
from audit.services import Refused
from lottery import services, way
from lottery.models import Draw, Invitation
from lottery.reply_forms import TOKEN_AGE, ChanceForm
from lottery.services.letters import chance_words

TOKEN = "lottery.chance"  # noqa: S105  (a name, not a secret)
State = Invitation.State


@never_cache
@require_http_methods(["GET", "POST"])
def chance(request: HttpRequest) -> HttpResponse:
    """The code, then the own pseudonym, chance and result. The code is sent once and appears in no address."""
    form = ChanceForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.invitation:
        return _page(request, form.invitation)
    return render(request, "lottery/chance_code.html", {"form": form}, status=422 if form.errors else 200)


def token_of(invitation: Invitation) -> str:
    """What the page carries instead of the code: signed, good for an hour."""
    return signing.dumps(invitation.pk, salt=TOKEN)


def _of_token(request: HttpRequest) -> Invitation | None:
    try:
        pk = signing.loads(request.POST.get("token", ""), salt=TOKEN, max_age=TOKEN_AGE)
    except signing.BadSignature:
        return None
    return services.volunteer(pk)


def _page(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    draw = invitation.draw
    is_drawn = way.has_reached(draw, Draw.State.SELECTED)
    context: dict[str, Any] = {
        "draw": draw,
        "invitation": invitation,
        "token": token_of(invitation),
        **chance_words(invitation),
        "is_drawn": is_drawn,
        "may_answer": invitation.state == State.SELECTED
        and invitation.confirm_until is not None
        and invitation.confirm_until >= today(),
        "has_opening": is_drawn and services.has_openings(draw),
    }
    return render(request, "lottery/chance.html", context)


@never_cache
@require_POST
def offer(request: HttpRequest) -> HttpResponse:
    """Say yes or no to the seat that was drawn, with the code's token."""
    invitation = _of_token(request)
    if invitation is None:
        messages.error(request, _("The page was open for too long. Please enter the code once more."))
        return redirect("lottery:chance")
    try:
        if request.POST.get("answer") == "yes":
            services.accept_offer(invitation)
        else:
            services.decline_response(invitation, by=None)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _page(request, services.volunteer(invitation.pk) or invitation)


@never_cache
@require_POST
def opening(request: HttpRequest) -> HttpResponse:
    """The volunteer's own opening of the record, for the verifier."""
    invitation = _of_token(request)
    found = services.opening_for(invitation) if invitation else None
    if invitation is None or found is None:
        messages.error(request, _("The page was open for too long. Please enter the code once more."))
        return redirect("lottery:chance")
    response = HttpResponse(canonical_json(found), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="mein-platz-{invitation.draw_id}.json"'
    return response
