"""The pages of the secretariat: admissibility and notices, each decision with reasons."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Role, User, has_role
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, office_page
from audit.services import require
from councils.paging import bounded_page
from proposals import services
from proposals.algorithms import paragraphs
from proposals.forms import AdmissibilityForm, NoticeDecisionForm
from proposals.models import Notice, Proposal
from proposals.permissions import staff_actions
from proposals.stages import Stage
from proposals.views.public import author_of


def may_check(user: User) -> bool:
    """Whether `user` decides on admissibility."""
    return has_role(user, Role.Kind.SECRETARIAT)


def may_read_notices(user: User) -> bool:
    """Whether `user` reads notices and what was decided, in some council at least; auditors read, and decide nothing."""
    return has_role(user, Role.Kind.SECRETARIAT, Role.Kind.FACILITATOR, Role.Kind.AUDITOR)


@office_page(may_check)
@require_safe
def admissibility_list(request: SignedInRequest) -> HttpResponse:
    """What waits to be checked, what is due first at the top."""
    waiting = Proposal.objects.filter(stage=Stage.SUBMITTED, deleted_at__isnull=True)
    waiting = waiting.select_related("author", "on_behalf_of", "company__organization")
    page = bounded_page(request, waiting.order_by("stage_until", "pk"))
    rows = [
        [
            {"text": proposal.title, "url": reverse("proposals:admissibility_decide", args=[proposal.pk])},
            author_of(proposal),
            str(proposal.company or "–"),
            {"due": proposal.stage_until},
        ]
        for proposal in page.rows
    ]
    context = {
        "title": _("Check proposals"),
        "lede": _("Is it a matter of the council? What nobody has decided by its date is admitted by itself."),
        "columns": [_("Proposal"), _("From"), _("Company"), _("Decide by")],
        "rows": rows,
        "empty_title": _("Nothing waits to be checked"),
        "empty_text": _("New proposals appear here as soon as they are submitted."),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "components/backoffice_list.html", context)


@office_page(may_check)
@require_http_methods(["GET", "HEAD", "POST"])
def admissibility_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read one proposal and decide: admit, return, or not admissible."""
    waiting = Proposal.objects.filter(stage=Stage.SUBMITTED, deleted_at__isnull=True)
    waiting = waiting.select_related("author", "on_behalf_of", "company__organization", "council__organization")
    proposal = get_object_or_404(waiting.select_related("current_version"), pk=pk)
    form = AdmissibilityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        decide = {
            "admit": services.admit_proposal,
            "return": services.return_proposal,
            "reject": services.reject_formally,
        }

        def act() -> Proposal:
            data = form.cleaned_data
            return decide[data["decision"]](proposal, reason=data["reason"], by=request.user)

        if attempt(form, act):
            messages.success(request, _("Decided. The author will be told."))
            return redirect("proposals:admissibility")
    version = proposal.current_version
    context = {
        "title": proposal.title,
        "kicker": _("Is this admissible?"),
        "proposal": proposal,
        "author": author_of(proposal),
        "paragraphs": paragraphs(version.text) if version else [],
        "reasons": paragraphs(version.reasons) if version else [],
        "form": form,
        "submit_label": _("Decide"),
        "cancel_url": reverse("proposals:admissibility"),
    }
    return render(request, "proposals/admissibility_decide.html", context, status=422 if form.errors else 200)


@office_page(may_read_notices)
@require_safe
def notice_list(request: SignedInRequest) -> HttpResponse:
    """Notices: the open ones, the oldest first; `?alle` shows the decided ones, the newest first."""
    is_all = "alle" in request.GET
    notices = Notice.objects.visible_to(request.user).select_related("comment__proposal", "proposal")
    if is_all:
        notices = notices.exclude(state=Notice.State.OPEN).order_by("-pk")
    else:
        notices = notices.filter(state=Notice.State.OPEN).order_by("pk")
    page = bounded_page(request, notices)
    rows = [
        [
            {"text": _("Notice %(number)s") % {"number": notice.pk}, "url": _notice_url(notice)},
            notice.get_category_display(),
            (notice.comment.proposal if notice.comment else notice.proposal).title,
            {"text": notice.get_state_display(), "tone": "now" if notice.state == "open" else ""},
        ]
        for notice in page.rows
    ]
    context = {
        "title": _("Notices decided") if is_all else _("Notices to decide"),
        "lede": _("What people report. Every decision needs reasons; author and reporter read them."),
        "columns": [_("Notice"), _("What is wrong"), _("Proposal"), _("State")],
        "rows": rows,
        "action_url": reverse("proposals:notices") + ("" if is_all else "?alle"),
        "action_label": _("Notices to decide") if is_all else _("Notices decided"),
        "empty_title": _("Nothing here"),
        "empty_text": _("Nobody has reported anything that waits for you."),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "components/backoffice_list.html", context)


def _notice_url(notice: Notice) -> str:
    return reverse("proposals:notice_decide", args=[notice.pk])


@office_page(may_read_notices)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read what was reported and why, and decide with reasons."""
    visible = Notice.objects.visible_to(request.user)
    related = ("comment__proposal__council__organization", "proposal__council__organization", "decided_by")
    notice = get_object_or_404(visible.select_related(*related), pk=pk)
    target = notice.comment or notice.proposal
    assert target is not None  # noqa: S101  (a constraint of the table)
    proposal = notice.comment.proposal if notice.comment else notice.proposal
    assert proposal is not None  # noqa: S101  (the same)
    may_decide = "moderate" in staff_actions(request.user, proposal.council)
    form = NoticeDecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(notice.state == Notice.State.OPEN and may_decide)
        if attempt(form, lambda: services.decide_notice(notice, by=request.user, **form.cleaned_data)):
            messages.success(request, _("Decided. Author and reporter will be told."))
            return redirect("proposals:notices")
    context = {
        "title": _("Notice %(number)s") % {"number": notice.pk},
        "kicker": notice.get_category_display(),
        "notice": notice,
        "proposal": proposal,
        "may_decide": may_decide,
        "is_own": target.author_id == request.user.person_id,
        "form": form,
        "submit_label": _("Decide"),
        "cancel_url": reverse("proposals:notices"),
    }
    return render(request, "proposals/notice_decide.html", context, status=422 if form.errors else 200)
