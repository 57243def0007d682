"""Drafts of new rules of procedure: proposed, read with what they change, brought into force after the vote."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from accounts.views.pages import carry_out
from audit.clock import today
from councils import services
from councils.forms.statutes import DraftForm, EnactForm, adopting_votes
from councils.models import Council, RulesDraft
from councils.permissions import can, can_propose_rules
from councils.views.pages import form_page
from councils.views.public import changes
from councils.wording import sentences


@login_required
@require_http_methods(["GET", "POST"])
def draft_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Propose new rules of procedure for a council."""
    council = get_object_or_404(Council.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if not can_propose_rules(request.user, council):
        raise PermissionDenied
    base = services.statute_at(council, today())
    form = DraftForm(request.POST or None, base=base)
    return form_page(
        request,
        form,
        lambda: services.propose_rules(
            council,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            settings=form.settings,
            reasons=form.cleaned_data["reasons"],
            by=request.user,
        ),
        done=_("The draft is public. The council decides on it by a vote."),
        to=lambda draft: draft.get_absolute_url(),
        title=_("Propose new rules of procedure"),
        kicker=council.organization.name,
        lede=_("Change text or figures. What the city’s mandate does not allow is refused, with the figure it allows."),
        submit_label=_("Publish the draft"),
        cancel_url=base.get_absolute_url(),
    )


@require_safe
def draft_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft: what it changes word by word, why, and the question by which the council decides."""
    rows = RulesDraft.objects.visible_to(request.user).select_related("council__organization", "base", "version")
    draft = get_object_or_404(rows, pk=pk)
    context = {
        "draft": draft,
        "pieces": changes(draft.base, draft.text, draft.settings),
        "sentences": sentences(draft.settings),
        "is_adopted": adopting_votes(draft.fingerprint).exists(),
        "can_withdraw": draft.state == RulesDraft.State.OPEN
        and request.user.is_authenticated
        and (request.user.person_id == draft.proposed_by_id or can(request.user, "enact_statute", draft.council)),
        "can_enact": request.user.is_authenticated
        and draft.state == RulesDraft.State.OPEN
        and can(request.user, "enact_statute", draft.council),
    }
    return render(request, "councils/draft_detail.html", context)


@login_required
@require_POST
def draft_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a draft back: whoever proposed it, or the secretariat."""
    draft = get_object_or_404(RulesDraft.objects.visible_to(request.user).select_related("council"), pk=pk)
    carry_out(request, lambda: services.withdraw_draft(draft, by=request.user), _("The draft is taken back."))
    return redirect(draft)


@login_required
@require_http_methods(["GET", "POST"])
def draft_enact(request: SignedInRequest, pk: int) -> HttpResponse:
    """Bring a draft into force that the council adopted."""
    rows = RulesDraft.objects.visible_to(request.user).select_related("council__organization", "base")
    draft = get_object_or_404(rows, pk=pk, state=RulesDraft.State.OPEN)
    if not can(request.user, "enact_statute", draft.council):
        raise PermissionDenied
    form = EnactForm(request.POST or None, fingerprint=draft.fingerprint, initial={"in_force_on": today()})
    return form_page(
        request,
        form,
        lambda: services.enact_rules(draft, by=request.user, **form.cleaned_data),
        done=_("The new rules are enacted."),
        to=lambda version: version.get_absolute_url(),
        title=_("Bring the draft into force"),
        kicker=draft.title,
        lede=_("Choose the vote by which the council adopted exactly this draft; its question names the fingerprint."),
        warning=_("What has begun under the old rules goes on under them."),
        submit_label=_("Bring into force"),
        cancel_url=draft.get_absolute_url(),
    )
