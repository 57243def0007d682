"""What everyone sees: the list of proposals, and one proposal with what people say about it."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from proposals.acting import Acting, acting_in, date_of
from proposals.algorithms import paragraphs
from proposals.filters import ProposalFilter
from proposals.forms import CommentForm
from proposals.keyset import comments_from, key_of, page_of
from proposals.models import Comment, Proposal, Support
from proposals.permissions import can
from proposals.stages import ACTIONS, Stage
from proposals.way import stations_of, threads_of

LEDES = {
    Stage.DRAFT: gettext_lazy("This is a draft; only its author sees it. Submit it when it is ready."),
    Stage.SUBMITTED: gettext_lazy("The secretariat checks whether this is a matter of the council."),
    Stage.RETURNED: gettext_lazy("The author has been asked to revise this proposal."),
    Stage.REJECTED_FORMAL: gettext_lazy("This is not a matter of the council. Here you read why."),
    Stage.SUPPORT: gettext_lazy(
        "This proposal looks for supporters. With enough of them the council has to deal with it."
    ),
    Stage.LAPSED: gettext_lazy("This proposal did not find enough supporters in time."),
    Stage.DELIBERATION: gettext_lazy(
        "The council deliberates on this proposal. Say what you think before the text is final."
    ),
    Stage.TEXT_FROZEN: gettext_lazy("The text is final. The council votes on it next."),
    Stage.VOTE: gettext_lazy("The council is voting on this proposal now."),
    Stage.ADOPTED: gettext_lazy("The council has adopted this proposal."),
    Stage.REJECTED: gettext_lazy("The council has voted against this proposal."),
    Stage.WITHDRAWN: gettext_lazy("The author has withdrawn this proposal."),
}
"""The first line of the page: what this is and what one can do now."""

SHOWN = ("pk", "title", "stage", "stage_until", "support_count", "support_needed", "comment_count")


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What people propose, newest first, each with where it stands."""
    acting = acting_in(request)
    visible = Proposal.objects.visible_to(request.user, acting.other)
    narrowed = ProposalFilter(request.GET, queryset=visible)
    rows = narrowed.qs.only(*SHOWN).annotate(company_name=F("company__organization__name"))
    page = page_of(request, rows)
    context = {
        "page": page,
        "proposals": page.rows,
        "filter_form": narrowed.form,
        "is_filtered": narrowed.form.is_valid() and any(narrowed.form.cleaned_data.values()),
        "acting": acting,
        "today": date_of(acting.user),
    }
    return render(request, "proposals/proposal_list.html", context)


def find_proposal(request: HttpRequest, pk: int, acting: Acting) -> Proposal:
    """The proposal of an address with all a page shows of it; 404 for what the reader may not see."""
    related = ("council__organization", "company__organization", "on_behalf_of", "author", "current_version", "vote")
    rows = Proposal.objects.visible_to(request.user, acting.other).select_related(*related)
    return get_object_or_404(rows.defer("current_version__search", "vote__rule"), pk=pk)


@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: its text, its way, its supports, and what people say about it."""
    acting = acting_in(request)
    proposal = find_proposal(request, pk, acting)
    return show_proposal(request, proposal, acting)


def show_proposal(
    request: HttpRequest, proposal: Proposal, acting: Acting, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a proposal; `form` is a comment that could not be sent and comes back with its words."""
    rows, next_key = comments_from(proposal, key_of(request.GET.get("ab")))
    link = f"{proposal.get_absolute_url()}?" + (f"{acting.query[1:]}&" if acting.query else "")
    person = acting.person
    answered = _answered(proposal, request.GET.get("antwort") or (form and form["parent"].value()))
    version = proposal.current_version
    context = {
        "proposal": proposal,
        "version": version,
        "paragraphs": paragraphs(version.text) if version else [],
        "reasons": paragraphs(version.reasons) if version else [],
        "author": author_of(proposal),
        "stations": stations_of(proposal) if proposal.stage != Stage.DRAFT else [],
        "vote_rows": _vote_rows(proposal),
        "threads": threads_of(rows, person.pk if person else None, link),
        "next_url": f"{link}ab={next_key}#beitraege" if next_key else "",
        "is_later_page": bool(rows) and "ab" in request.GET,
        "form": form or CommentForm(initial={"parent": answered["pk"] if answered else None}),
        "answered": answered,
        "acting": acting,
        "can": _rights(acting, proposal),
        "has_supported": _has_supported(proposal, acting),
        "proposal_is_discussed": "comment" in ACTIONS[Stage(proposal.stage)],
        "missing": max(0, proposal.support_needed - proposal.support_count),
        "support_percent": min(100, proposal.support_count * 100 // max(1, proposal.support_needed)),
        "lede": LEDES.get(Stage(proposal.stage), ""),
        "today": date_of(acting.user),
    }
    return render(request, "proposals/proposal_detail.html", context, status=status)


def author_of(proposal: Proposal) -> str:
    """Who proposed it, in public: a company, a name by consent, or only that it was a person."""
    if proposal.on_behalf_of is not None:
        return proposal.on_behalf_of.name
    if proposal.author.erased_at is not None:
        return _("Deleted account")
    return proposal.author.public_name


def _rights(acting: Acting, proposal: Proposal) -> dict[str, bool]:
    """What the acting person may do here now; and for whom `support` and `comment` are open at this stage at all."""
    actions = ("edit", "submit", "withdraw", "support", "comment")
    return {action: can(acting.user, action, proposal, acting.person) for action in actions}


def _has_supported(proposal: Proposal, acting: Acting) -> bool:
    return (
        acting.person is not None
        and proposal.stage == Stage.SUPPORT
        and Support.objects.filter(proposal=proposal, person=acting.person).exists()
    )


def _answered(proposal: Proposal, key: Any) -> dict[str, Any] | None:
    """The comment that an answer is meant for; nothing for one that is hidden or belongs elsewhere."""
    pk = key_of(str(key)) if key else None
    if pk is None:
        return None
    visible = Comment.objects.filter(proposal=proposal, state=Comment.State.VISIBLE, pk=pk)
    found: Any = visible.values("pk", "author_label", "text").first()
    return found


def _vote_rows(proposal: Proposal) -> list[dict[str, Any]]:
    """The result of the proposal's vote for the bars; empty before its close."""
    result = proposal.vote.result if proposal.vote is not None else None
    if not result:
        return []
    words = [("yes", _("Yes")), ("no", _("No")), ("abstain", _("Abstentions"))]
    return [{"label": word, "value": result[choice], "tone": choice} for choice, word in words]
