"""The board area: what an organ received, its receipt, its answer, its steps. Also used for what comes by letter."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, has_role
from accounts.requests import SignedInRequest
from audit.clock import today
from audit.services import Refused, label
from decisions import services, way
from decisions.forms import AcknowledgeForm, AnswerForm, EnteredAnswerForm, KeptFileForm, StepDoneForm, StepForm
from decisions.models import Addressee, Statement, Step
from decisions.permissions import can, is_secretary_of
from decisions.services.answers import keep_file
from documents.models import File

ROWS = 25
SHOWN = ("organ__organization", "organ__company__organization", "decision", "sitting")


@login_required
@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """What the own organs owe an answer, by date, and what they have answered."""
    if not has_role(request.user, Role.Kind.BOARD_SECRETARY):
        raise PermissionDenied
    own = Addressee.objects.for_board(request.user).select_related("organ__organization", "decision")
    answered = own.exclude(pk__in=Addressee.objects.waiting()).order_by("-answered_on", "-pk")[:ROWS]
    context = {
        "waiting": [_row(addressee) for addressee in own.waiting().order_by("due_on", "pk")[:ROWS]],
        "answered": [_row(addressee) for addressee in answered],
        "today": today(),
    }
    return render(request, "decisions/inbox.html", context)


def _row(addressee: Addressee) -> dict[str, Any]:
    word, tone = way.standing(addressee)
    return {"addressee": addressee, "word": word, "tone": tone}


def _own(request: SignedInRequest, pk: int) -> Addressee:
    return get_object_or_404(Addressee.objects.workable_by(request.user).select_related(*SHOWN), pk=pk)


@login_required
@require_safe
def addressee_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One decision as its addressee works on it: what is asked, until when, what can be done now."""
    return _work_page(request, _own(request, pk))


def _work_page(request: SignedInRequest, addressee: Addressee, form: Any = None, status: int = 200) -> HttpResponse:
    word, tone = way.standing(addressee)
    steps = list(addressee.steps.filter(deleted_at__isnull=True).select_related("proof"))
    actions = ("acknowledge", "answer", "add_step", "report_done")
    context = {
        "addressee": addressee,
        "decision": addressee.decision,
        "word": word,
        "tone": tone,
        "is_waiting": way.is_waiting(addressee),
        "is_secretary": is_secretary_of(request.user, addressee),
        "statements": list(addressee.statements.select_related("file")),
        "steps": steps,
        "open": {action for action in actions if can(request.user, action, addressee)},
        "acknowledge_form": form or AcknowledgeForm(),
        "today": today(),
    }
    return render(request, "decisions/addressee_detail.html", context, status=status)


@login_required
@require_POST
def addressee_acknowledge(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click of the organ's own secretary, or the evidence the secretariat has."""
    addressee = _own(request, pk)
    how = _("a click in the board area")
    if not is_secretary_of(request.user, addressee):
        form = AcknowledgeForm(request.POST)
        if not form.is_valid():
            return _work_page(request, addressee, form, status=422)
        how = form.cleaned_data["how"]
    try:
        services.acknowledge(addressee, how=how, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Receipt is confirmed. Thank you."))
    return redirect("decisions:addressee", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The organ's answer: one form, five minutes."""
    addressee = _own(request, pk)
    if not (is_secretary_of(request.user, addressee) and can(request.user, "answer", addressee)):
        raise PermissionDenied
    form = AnswerForm(request.POST or None, request.FILES or None, **_form_scope(request, addressee))
    return _answered(request, addressee, form, source=Statement.Source.PORTAL)


@login_required
@require_http_methods(["GET", "POST"])
def enter_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """An answer that came by letter or in the sitting, entered by the secretariat with its document."""
    if not has_role(request.user, Role.Kind.SECRETARIAT):
        raise PermissionDenied
    addressee = _own(request, pk)
    if not can(request.user, "answer", addressee):
        raise PermissionDenied
    form = EnteredAnswerForm(request.POST or None, request.FILES or None, **_form_scope(request, addressee))
    return _answered(request, addressee, form)


def _form_scope(request: SignedInRequest, addressee: Addressee) -> dict[str, Any]:
    return {"user": request.user, "owner": label(addressee), "addressee": addressee}


def _answered(
    request: SignedInRequest, addressee: Addressee, form: AnswerForm, source: str | None = None
) -> HttpResponse:
    """Give the answer that `form` holds, or show the form with what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(addressee, source=source or form.cleaned_data["source"], by=request.user, **_given(form))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answer is published. Thank you."))
            return redirect("decisions:addressee", pk=addressee.pk)
    context = {"addressee": addressee, "decision": addressee.decision, "form": form, "today": today()}
    return render(request, "decisions/answer.html", context, status=422 if form.errors else 200)


def _given(form: AnswerForm) -> dict[str, Any]:
    names = ["answer", "reasons", "resolution_number", "resolution_date", "novelty", "deferred_until"]
    return {name: form.cleaned_data[name] for name in names} | {"file": _final_file(form)}


def _final_file(form: KeptFileForm) -> File | None:
    return keep_file(form.kept_file, owner=form.owner) if form.kept_file else None


@login_required
@require_http_methods(["GET", "POST"])
def step_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Announce a step."""
    addressee = _own(request, pk)
    if not can(request.user, "add_step", addressee):
        raise PermissionDenied
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_step(addressee, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The step is published."))
            return redirect("decisions:addressee", pk=pk)
    words = {"title": _("A step of implementation"), "submit_label": _("Publish the step")}
    return _form_page(request, addressee, form, words)


@login_required
@require_http_methods(["GET", "POST"])
def step_done(request: SignedInRequest, pk: int) -> HttpResponse:
    """Report a step as done, with its proof."""
    addressees = Addressee.objects.workable_by(request.user)
    step = get_object_or_404(Step.objects.filter(addressee__in=addressees, deleted_at__isnull=True), pk=pk)
    addressee = _own(request, step.addressee_id)
    if not can(request.user, "report_done", addressee) or step.done_on:
        raise PermissionDenied
    scope = {"user": request.user, "owner": label(step), "initial": {"done_on": today()}}
    form = StepDoneForm(request.POST or None, request.FILES or None, **scope)
    if request.method == "POST" and form.is_valid():
        try:
            file = _final_file(form)
            assert file is not None  # noqa: S101  (the form asks for it)
            services.report_done(step, file=file, done_on=form.cleaned_data["done_on"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The step is reported as done."))
            return redirect("decisions:addressee", pk=addressee.pk)
    words = {"title": step.title, "kicker": _("Report as done"), "submit_label": _("Report with proof")}
    return _form_page(request, addressee, form, words)


def _form_page(request: SignedInRequest, addressee: Addressee, form: Any, words: dict[str, str]) -> HttpResponse:
    context = {
        "form": form,
        "lede": _("For decision %(number)s: %(title)s")
        % {"number": addressee.decision.number, "title": addressee.decision.title},
        "cancel_url": addressee.get_absolute_url(),
        "breadcrumbs": [(_("Decisions"), addressee.decision.get_absolute_url())],
        **words,
    }
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)
