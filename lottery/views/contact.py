"""Beside the cards: the second look, letters that came back, the phone, the replies in figures, visits."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from audit.services import Refused, record
from lottery import services
from lottery.codes import hash_of
from lottery.models import Draw, Invitation
from lottery.permissions import can, can_read_pool, role_actions
from lottery.pool import pool_open
from lottery.preparation_forms import VisitsForm
from lottery.reply_forms import CodeForm, ReplyForm, invitation_for, token_for
from lottery.views.desk import _questions
from lottery.views.officer import attempt, done, own_draw, posted, require_can
from lottery.views.pictures import features_live

MOST_FOUND = 10


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """A second pair of eyes: scan a card that waits, enter it again without seeing the first entry."""
    draw = get_object_or_404(Draw.objects.light().filter(deleted_at=None), pk=pk)
    if not can(request.user, "check_reply", draw):
        raise PermissionDenied
    if request.method == "POST" and "token" in request.POST:
        return _checked(request, draw)
    form = CodeForm(posted(request))
    if form.is_valid() and form.invitation:
        return _second_questions(request, form.invitation)
    with pool_open():
        numbers = [one.invitation.number for one in services.waiting_checks(draw, request.user)[:50]]
    context = {"draw": draw, "form": form, "numbers": numbers, "figures": services.check_figures(draw)}
    return render(request, "lottery/check.html", context, status=422 if form.errors else 200)


def _checked(request: SignedInRequest, draw: Draw) -> HttpResponse:
    invitation = invitation_for(request.POST["token"])
    if invitation is None or invitation.draw_id != draw.pk:
        messages.error(request, _("This reply can no longer be entered. Please enter the code once more."))
        return redirect("lottery:check", pk=draw.pk)
    form = ReplyForm(request.POST, draw=draw, invitation=invitation)
    if form.is_valid():
        try:
            differing = services.check_reply(invitation, answers=form.answers, by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            same = _("Both entries are the same. Next card, please.")
            other = _("The entries differ in %(count)s places; yours stands now.") % {"count": len(differing)}
            messages.success(request, other if differing else same)
            return redirect("lottery:check", pk=draw.pk)
    return _second_questions(request, invitation, form)


def _second_questions(request: SignedInRequest, invitation: Invitation, form: ReplyForm | None = None) -> HttpResponse:
    context = {
        "form": form or ReplyForm(draw=invitation.draw, invitation=invitation),
        "draw": invitation.draw,
        "number": invitation.number,
        "token": token_for(invitation),
    }
    return render(request, "lottery/check_reply.html", context, status=422 if form is not None else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def returns(request: SignedInRequest) -> HttpResponse:
    """Letters that came back: scan, next. The scanner's line break sends the form."""
    if "note_return" not in role_actions(request.user):
        raise PermissionDenied
    form = CodeForm(posted(request))
    if form.is_valid() and form.invitation:
        found = form.invitation
        if attempt(form, lambda: services.note_return(found, by=request.user)):
            messages.success(request, _("Letter %(number)s came back. Next, please.") % {"number": found.number})
            return redirect("lottery:returns")
    return render(request, "lottery/returns.html", {"form": form}, status=422 if form.errors else 200)


class PhoneForm(forms.Form):
    """One field for everything a caller can say."""

    q = forms.CharField(max_length=100, required=False)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody calls: one search field (name, number, pseudonym or code), at most ten people, five actions each.

    For draw officers only; each look is recorded. What is searched for stands in no address.
    """
    draw = own_draw(request, pk)
    if not can_read_pool(request.user):
        raise PermissionDenied
    form = PhoneForm(posted(request))
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    rows: list[Invitation] = []
    calls: list[Invitation] = []
    with pool_open():
        visible = Invitation.objects.visible_to(request.user).filter(draw=draw)
        if words:
            rows = list(visible.filter(_matching(words)).order_by("number")[:MOST_FOUND])
        else:
            calls = list(visible.filter(call_asked_at__isnull=False).order_by("call_asked_at")[:MOST_FOUND])
        record("pool.read", draw, by=request.user, page="phone")
    context = {
        "draw": draw,
        "words": words,
        "rows": rows,
        "calls": calls,
        "is_open": draw.state == Draw.State.INVITED,
        "answers": _prepared_answers(draw),
    }
    return render(request, "lottery/phone.html", context)


def _matching(words: str) -> Q:
    """Every word begins a name or is the number or the pseudonym; or all of it is a code."""
    found = Q()
    for word in words.split()[:5]:
        one = Q(family_name__istartswith=word) | Q(given_name__istartswith=word) | Q(pseudonym__iexact=word)
        if word.isascii() and word.isdigit() and len(word) < 10:
            one |= Q(number=int(word))
        found &= one
    return found | Q(code_hash=hash_of(words)) | Q(earlier_hash=hash_of(words))


def _prepared_answers(draw: Draw) -> list[tuple[str, str]]:
    """What callers ask, and what is true."""
    return [
        (
            _("Is this letter genuine?"),
            _("Yes. Your name was drawn from the register. We never ask for money or bank details."),
        ),
        (_("Where do you have my address from?"), draw.legal_basis),
        (_("Do I have to?"), _("No. A no is quite all right, and nobody asks why.")),
        (
            _("I know nothing about this."),
            _("You need no knowledge beforehand. Experts explain both sides, in plain words."),
        ),
        (
            _("I have nobody for my child, I see badly, I speak little German."),
            _("Child care, an assistant or an interpreter is paid for. It does not change the chance."),
        ),
        (_("Who sees what I say?"), _("The draw office alone. After the draw it is deleted.")),
    ]


@never_cache
@login_required
@require_http_methods(["POST"])
def phone_act(request: SignedInRequest, pk: int, invitation_pk: int) -> HttpResponse:
    """One of the five: yes or no (the questions), call later, send the letter again, the address is wrong."""
    draw = own_draw(request, pk)
    require_can(request, "contact", draw)
    with pool_open():
        rows = Invitation.objects.visible_to(request.user).select_related("draw").filter(draw=draw)
        invitation = get_object_or_404(rows, pk=invitation_pk)
    act = request.POST.get("act", "")
    if act == "answer":
        return _questions(request, invitation, channel=Invitation.Channel.PHONE)
    acts: dict[str, tuple[Any, str]] = {
        "call": (
            lambda: services.ask_call(invitation, phone=request.POST.get("phone", ""), by=request.user),
            _("Noted: please call."),
        ),
        "again": (
            lambda: services.send_again(invitation, by=request.user),
            _("A new letter with a new code is being printed."),
        ),
        "returned": (lambda: services.note_return(invitation, by=request.user), _("Noted: this letter cannot arrive.")),
        "no": (
            lambda: services.reply(invitation, answers={"wants": False}, channel="phone", by=request.user),
            _("Noted: no. Thank you for calling."),
        ),
    }
    if act not in acts:
        raise PermissionDenied
    try:
        acts[act][0]()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, acts[act][1])
    return redirect("lottery:phone", pk=pk)


@never_cache
@login_required
@require_safe
def response(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who has answered so far, against the city: totals, by district and by feature. Nobody's row."""
    draw = own_draw(request, pk)
    figures = services.response_of(draw)
    names = dict(Invitation.Channel.choices)
    context = {
        "draw": draw,
        "figures": figures,
        "features": features_live(draw, figures.features),
        "channels": [{"label": names[key], "value": count} for key, count in figures.channels.items()],
        "checks": services.check_figures(draw),
        "reminds": can(request.user, "send_reminder", draw),
        "imports_replies": can(request.user, "import_replies", draw),
        "breadcrumbs": [(_("Draws"), reverse("lottery:office")), (draw.title, reverse("lottery:cockpit", args=[pk]))],
    }
    return render(request, "lottery/response.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def visits(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whom to visit: a random part of the silent, first where fewest answered. The list is printed, then gone."""
    draw = own_draw(request, pk)
    require_can(request, "contact", draw)
    form = VisitsForm(posted(request))
    if form.is_valid():
        count = form.cleaned_data["count"]
        if attempt(form, lambda: services.plan_visits(draw, count=count, by=request.user)):
            messages.success(request, _("The list is drawn."))
            return redirect("lottery:visits", pk=pk)
    with pool_open():
        rows = Invitation.objects.visible_to(request.user).filter(draw=draw, is_to_visit=True)
        found = list(rows.order_by("postal_code", "street", "number")[:500])
        record("pool.read", draw, by=request.user, page="visits")
    context = {
        "draw": draw,
        "form": form,
        "columns": [_("No."), _("Name"), _("Address")],
        "rows": [
            [row.number, f"{row.given_name} {row.family_name}", f"{row.street}, {row.postal_code} {row.town}"]
            for row in found
        ],
        "breadcrumbs": [(_("Draws"), reverse("lottery:office")), (draw.title, reverse("lottery:cockpit", args=[pk]))],
    }
    return render(request, "lottery/visits.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def rehearsal(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a rehearsal of this draw; on a rehearsal's own page: delete it."""
    draw = own_draw(request, pk)
    if "open" not in role_actions(request.user):
        raise PermissionDenied
    is_trial = services.is_rehearsal(draw)
    if request.method == "POST":
        try:
            if is_trial:
                services.delete_rehearsal(draw, by=request.user)
                messages.success(request, _("The rehearsal is deleted, with everybody in it."))
                return redirect("lottery:office")
            trial = services.rehearse(draw, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return done(request, trial, _("The rehearsal is ready: 400 invented people have answered."))
    words = (
        {
            "title": _("Delete the rehearsal"),
            "lede": _("All invented people and what was drawn among them are deleted."),
            "warning": "",
            "submit_label": _("Delete"),
        }
        if is_trial
        else {
            "title": _("Rehearse with invented people"),
            "lede": _("A draw like this one, with 400 invented people who have answered. No letter is printed."),
            "warning": _(
                "It is marked as a rehearsal on every page, only the draw office sees it, and it gives no seat."
            ),
            "submit_label": _("Open the rehearsal"),
        }
    )
    return render(request, "lottery/act.html", {"draw": draw, **words})
