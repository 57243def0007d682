"""Papers: read one with its first page, open its file, hand one in, take it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.services import require
from documents.services import serve_file
from meetings import services
from meetings.forms import PaperForm
from meetings.models import Paper
from meetings.permissions import can, visible_papers
from meetings.views.sessions import item_for


def find_paper(request: HttpRequest, pk: int) -> Paper:
    """The paper of an address; 404 for what the reader may not see."""
    rows = visible_papers(request.user).select_related("item__meeting__council__organization", "file")
    return get_object_or_404(rows, pk=pk)


@require_safe
def paper_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper: first what is asked, the choices, who disagrees and how long it takes to read; then the rest."""
    paper = find_paper(request, pk)
    may_edit = request.user.is_authenticated and can(request.user, "add_paper", paper.item.meeting)
    context = {"paper": paper, "item": paper.item, "meeting": paper.item.meeting, "may_edit": may_edit}
    return render(request, "meetings/paper_detail.html", context)


@require_safe
def paper_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a paper."""
    paper = find_paper(request, pk)
    if paper.file is None:
        raise Http404
    return serve_file(request, paper.file)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper_add(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Hand in a paper for an item."""
    item = item_for(request, pk, "add_paper")
    form = PaperForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST":
        made = attempt(form, lambda: services.add_paper(item, by=request.user, **form.details()))
        if made:
            messages.success(request, _("The paper is added."))
            return redirect("meetings:agenda", item.meeting_id)
    context: dict[str, Any] = {
        "title": _("Add a paper"),
        "kicker": item.title,
        "lede": _("The first page has one form for every paper, so that everybody finds the same things there."),
        "form": form,
        "submit_label": _("Add the paper"),
        "cancel_url": item.meeting.get_absolute_url(),
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def paper_withdraw(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Take a paper back."""
    paper = find_paper(request, pk)
    require(can(request.user, "add_paper", paper.item.meeting))
    carry_out(request, lambda: services.withdraw_paper(paper, by=request.user), _("The paper is taken back."))
    return redirect(paper.item.meeting)
