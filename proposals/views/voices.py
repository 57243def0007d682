"""Supports, comments and notices: what anyone does with a proposal."""

import hashlib

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Person
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.clock import clock
from audit.services import require
from proposals import services
from proposals.acting import Acting, acting_in
from proposals.forms import CommentForm, NoticeForm
from proposals.keyset import key_of
from proposals.models import Comment, Proposal
from proposals.views.public import find_proposal, show_proposal

NOTICES_PER_HOUR = 10


def somebody(acting: Acting) -> Person:
    """The acting person; a login that has not told who it is yet is refused."""
    require(acting.person is not None)
    assert acting.person is not None  # noqa: S101  (for the type checker)
    return acting.person


@login_required
@require_POST
def proposal_support(request: SignedInRequest, pk: int) -> HttpResponse:
    """Support a proposal, or take the support back (`action=withdraw`)."""
    acting = acting_in(request)
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user, acting.other), pk=pk)
    person = somebody(acting)
    if request.POST.get("action") == "withdraw":
        done = _("The support is taken back.")
        carry_out(request, lambda: services.withdraw_support(proposal, person=person, by=request.user), done)
    else:
        done = _("The support counts.")
        carry_out(request, lambda: services.support_proposal(proposal, person=person, by=request.user), done)
    return redirect(proposal.get_absolute_url() + acting.query + "#unterstuetzen")


@login_required
@require_POST
def proposal_comment(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a comment or an answer; what could not be sent comes back on the page, with nothing lost."""
    acting = acting_in(request)
    proposal = get_object_or_404(
        Proposal.objects.visible_to(request.user, acting.other).select_related("council__organization"), pk=pk
    )
    form = CommentForm(request.POST)
    person = somebody(acting)

    def act() -> Comment:
        key = form.cleaned_data["parent"]
        parent = get_object_or_404(Comment, pk=key, proposal=proposal) if key else None
        text = form.cleaned_data["text"]
        return services.comment_on(proposal, person=person, text=text, parent=parent, by=request.user)

    comment = attempt(form, act)
    if comment is None:
        return show_proposal(request, find_proposal(request, pk, acting), acting, form, status=422)
    messages.success(request, _("The contribution is public now."))
    return redirect(proposal.get_absolute_url() + _with(acting, f"ab={comment.pk}") + f"#beitrag-{comment.pk}")


def _with(acting: Acting, more: str) -> str:
    return f"{acting.query}&{more}" if acting.query else f"?{more}"


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a proposal, or one comment of it (`?beitrag=`). Nobody has to sign in for that."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    key = key_of(request.GET.get("beitrag"))
    visible = Comment.objects.filter(proposal=proposal, state=Comment.State.VISIBLE)
    comment = get_object_or_404(visible, pk=key) if key else None
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        about = {"comment": comment} if comment else {"proposal": proposal}

        def act() -> object:
            _require_seldom(request)
            return services.give_notice(**form.cleaned_data, **about)

        if attempt(form, act):
            messages.success(request, _("Thank you. We have received your notice and will look at it."))
            return redirect(comment or proposal)
    context = {"proposal": proposal, "comment": comment, "form": form, "cancel_url": proposal.get_absolute_url()}
    return render(request, "proposals/notice_form.html", context, status=422 if form.errors else 200)


def _require_seldom(request: HttpRequest) -> None:
    """Refuse more than ten notices an hour from one address; only a hash of the address is kept, for an hour."""
    sender = get_adapter().get_client_ip(request)
    hour = f"{clock():%Y%m%d%H}"
    key = "notices:" + hashlib.sha256(f"{hour}:{sender}".encode()).hexdigest()
    cache.add(key, 0, 3_600)
    message = _("That was a lot in one hour. Please write to the secretariat or try again later.")
    require(cache.incr(key) <= NOTICES_PER_HOUR, message)
