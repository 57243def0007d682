"""The secretariat's pages: what the council has decided and nobody has sent yet, what is on its way."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from audit.clock import today
from audit.services import Refused
from decisions import services, way
from decisions.forms import AdoptForm
from decisions.models import Addressee
from decisions.permissions import can_adopt
from meetings.models import AgendaItem
from voting.models import Vote

ROWS = 25


@login_required
@require_safe
def office(request: SignedInRequest) -> HttpResponse:
    """Votes that passed and wait to be sent; decisions that wait for an answer."""
    if not can_adopt(request.user):
        raise PermissionDenied
    waiting = Addressee.objects.waiting().select_related("organ__organization", "decision").order_by("due_on", "pk")
    rows = []
    for addressee in waiting[:ROWS]:
        word, tone = way.standing(addressee)
        rows.append({"addressee": addressee, "word": word, "tone": tone})
    context = {"items": _undecided_items()[:ROWS], "waiting": rows, "today": today()}
    return render(request, "decisions/office.html", context)


def _undecided_items() -> QuerySet[AgendaItem]:
    """Agenda items with a vote that passed and no decision yet."""
    return AgendaItem.objects.filter(
        vote__state__in=[Vote.State.CLOSED, Vote.State.CERTIFIED], vote__result__is_adopted=True, decision__isnull=True
    ).select_related("meeting", "vote")


@login_required
@require_http_methods(["GET", "POST"])
def adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send what the council decided: text, addressees, basis. Plainly says that it cannot be changed afterwards."""
    if not can_adopt(request.user):
        raise PermissionDenied
    item = get_object_or_404(_undecided_items().select_related("meeting__council", "proposal__current_version"), pk=pk)
    form = AdoptForm(request.POST or None, item=item, initial=_initial(item))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            decision = services.adopt_decision(
                item,
                organs=list(data["organs"]),
                title=data["title"],
                text=data["text"],
                reasons=data["reasons"],
                binding=data["binding"] or None,
                resolution=form.resolution,
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Decision %(number)s is being sealed and sent.") % {"number": decision.number})
            return redirect(decision)
    context = {
        "form": form,
        "title": _("Send a decision"),
        "kicker": item.title,
        "lede": _("The council has adopted this. Check text and addressees; then it is published and delivered."),
        "warning": _("Once sent, the text cannot be changed by anyone. Every addressee receives it at once."),
        "submit_label": _("Publish and deliver"),
        "cancel_url": "",
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


def _initial(item: AgendaItem) -> dict[str, str]:
    """Title, text and reasons of the proposal the council voted on."""
    version = item.proposal.current_version if item.proposal else None
    if version is None:
        return {"title": item.title, "text": item.resolution}
    return {"title": version.title, "text": version.text, "reasons": version.reasons}
