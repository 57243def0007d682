"""The pages of authors: write, edit, submit, withdraw."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.services import require
from proposals import services
from proposals.acting import Acting, acting_in
from proposals.forms import ProposalForm
from proposals.models import Proposal
from proposals.permissions import can
from proposals.stages import Stage
from proposals.views.public import find_proposal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_create(request: SignedInRequest) -> HttpResponse:
    """Write a proposal: as a draft, or submitted at once."""
    acting = acting_in(request)
    person = acting.person
    if person is None:
        messages.info(request, _("Please tell us first who you are."))
        return redirect("accounts:me")
    form = ProposalForm(request.POST if request.method == "POST" else None, person=person, is_new=True)
    if request.method == "POST":

        def act() -> Proposal:
            words = form.words() | {"council": form.cleaned_data["council"]}
            words["on_behalf_of"] = form.cleaned_data.get("on_behalf_of")
            return services.draft_proposal(person=person, by=request.user, **words)

        proposal = attempt(form, act)
        if proposal:
            return _go_on(request, proposal, acting)
    context = {"title": _("Write a proposal"), "cancel_url": reverse("proposals:list") + acting.query}
    return _show_form(request, form, acting, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft, or revise what came back."""
    acting = acting_in(request)
    proposal = find_proposal(request, pk, acting)
    person = acting.person
    require(can(request.user, "edit", proposal, person))
    assert person is not None  # noqa: S101  (who may edit is somebody)
    version = proposal.current_version
    initial = {"title": proposal.title, "company": proposal.company}
    if version is not None:
        initial |= {"text": version.text, "reasons": version.reasons}
    form = ProposalForm(
        request.POST if request.method == "POST" else None, initial=initial, person=person, is_new=False
    )
    if request.method == "POST":
        edited = attempt(form, lambda: services.edit_draft(proposal, by=request.user, **form.words()))
        if edited:
            return _go_on(request, edited, acting)
    context = {
        "title": _("Revise the proposal") if proposal.stage == Stage.RETURNED else _("Edit the draft"),
        "cancel_url": proposal.get_absolute_url() + acting.query,
        "proposal": proposal,
    }
    return _show_form(request, form, acting, context)


def _show_form(request: SignedInRequest, form: ProposalForm, acting: Acting, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "acting": acting}
    return render(request, "proposals/proposal_form.html", context, status=422 if form.errors else 200)


def _go_on(request: SignedInRequest, proposal: Proposal, acting: Acting) -> HttpResponse:
    """After saving: submitted at once if the button said so and the person may; else the draft to look at."""
    if request.POST.get("action") == "submit":
        if can(request.user, "submit", proposal, acting.person):
            done = _("The proposal is submitted. The secretariat checks it.")
            carry_out(request, lambda: services.submit_proposal(proposal, by=request.user), done)
        else:
            messages.warning(request, _("The draft is saved. To submit it, please confirm first that you live here."))
    else:
        messages.success(request, _("The draft is saved. Only you see it."))
    return redirect(proposal.get_absolute_url() + acting.query)


@login_required
@require_POST
def proposal_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand a draft in."""
    acting = acting_in(request)
    proposal = find_proposal(request, pk, acting)
    require(can(request.user, "submit", proposal, acting.person))
    done = _("The proposal is submitted. The secretariat checks it.")
    carry_out(request, lambda: services.submit_proposal(proposal, by=request.user), done)
    return redirect(proposal.get_absolute_url() + acting.query)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a proposal back, after a plain warning."""
    acting = acting_in(request)
    proposal = find_proposal(request, pk, acting)
    require(can(request.user, "withdraw", proposal, acting.person))
    is_draft = proposal.stage == Stage.DRAFT
    if request.method == "POST":
        done = _("The draft is gone.") if is_draft else _("The proposal is withdrawn.")
        carry_out(request, lambda: services.withdraw_proposal(proposal, by=request.user), done)
        return redirect("proposals:list" if is_draft else proposal.get_absolute_url())
    stays = _("It stays to be read, marked as withdrawn. Its supports and its way end here. This cannot be undone.")
    context = {
        "title": _("Throw the draft away?") if is_draft else _("Withdraw the proposal?"),
        "kicker": proposal.title,
        "form": Form(),
        "warning": _("Its text will be gone for good.") if is_draft else stays,
        "submit_label": _("Throw away") if is_draft else _("Withdraw"),
        "is_danger": True,
        "cancel_url": proposal.get_absolute_url() + acting.query,
    }
    return render(request, "components/backoffice_form.html", context)
