"""What everyone sees: the list of decisions, a decision with its answers, its papers."""

import datetime
from typing import Any

from django.db.models import F, Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audit.canonical import canonical_json
from audit.clock import today
from audit.services import Refused
from councils.services import rules_at
from councils.statutes import Rules
from decisions import way
from decisions.filters import DecisionFilter
from decisions.keyset import page_of
from decisions.models import Addressee, Answer, Decision, Statement, Step
from documents.models import File
from documents.services import serve_file


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """What the council decided, newest first, each with how far it has come."""
    addressees = Addressee.objects.annotate(organ_name=F("organ__organization__name")).order_by("pk")
    visible = (
        Decision.objects.visible_to(request.user)
        .defer("text", "reasons", "content", "vote_result")
        .prefetch_related(Prefetch("addressees", queryset=addressees))
    )
    narrowed = DecisionFilter(request.GET, queryset=visible)
    page = page_of(request, narrowed.qs)
    rows = [_row(decision) for decision in page.rows]
    context = {"rows": rows, "page": page, "filter_form": narrowed.form, "is_filtered": _is_filtered(narrowed)}
    context["today"] = today()
    return render(request, "decisions/decision_list.html", context)


def _row(decision: Decision) -> dict[str, Any]:
    addressees = list(decision.addressees.all())
    shown = way.least_advanced(addressees)
    word, tone = way.standing(shown) if shown else (decision.get_state_display(), "")
    waits = shown is not None and way.is_waiting(shown)
    return {
        "decision": decision,
        "organs": [addressee.organ_name for addressee in addressees],  # type: ignore[attr-defined]  # annotated by the list
        "line": way.short_way(shown),
        "word": word,
        "tone": tone,
        "due_on": shown.due_on if shown and waits else None,
        "is_awaited": shown is not None and way.is_awaited(shown),
    }


def _is_filtered(narrowed: DecisionFilter) -> bool:
    return narrowed.form.is_valid() and any(narrowed.form.cleaned_data.values())


@require_safe
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision with its reasons, its vote, what binds, and what every addressee made of it."""
    decision = get_object_or_404(
        Decision.objects.visible_to(request.user).select_related(
            "council__organization", "proposal", "item__meeting", "file"
        ),
        pk=pk,
    )
    day = today()
    addressees = _addressees(decision)
    rules = _rules(decision)
    bases = {one["id"]: one["basis"] for one in decision.content.get("addressees", [])}
    parts = [_part(addressee, bases, rules, day) for addressee in addressees]
    context = {
        "decision": decision,
        "stations": way.way_of(decision, addressees, day),
        "parts": parts,
        "vote": decision.content.get("vote"),
        "vote_rows": _vote_rows(decision),
        "today": day,
        "lede": _lede(decision, addressees),
    }
    return render(request, "decisions/decision_detail.html", context)


def _addressees(decision: Decision) -> list[Addressee]:
    return list(
        decision.addressees.select_related(
            "organ__organization", "organ__company__organization", "sitting", "item__meeting"
        )
        .prefetch_related(
            Prefetch("statements", queryset=Statement.objects.select_related("file").order_by("-id")),
            Prefetch("steps", queryset=Step.objects.filter(deleted_at__isnull=True).select_related("proof")),
        )
        .order_by("pk")
    )


def _rules(decision: Decision) -> Rules:
    """The figures of the statute under which the decision was adopted; the defaults before there was one."""
    try:
        return rules_at(decision.council, decision.adopted_on)
    except Refused:
        return Rules()


def _part(addressee: Addressee, bases: dict[str, dict[str, Any]], rules: Rules, day: datetime.date) -> dict[str, Any]:
    """Everything the page says about one addressee."""
    steps = list(addressee.steps.all())
    word, tone = way.standing(addressee)
    statements = list(addressee.statements.all())
    basis = bases.get(str(addressee.organ.public_id), {})
    return {
        "addressee": addressee,
        "word": word,
        "tone": tone,
        "is_waiting": way.is_waiting(addressee),
        "is_awaited": way.is_awaited(addressee),
        "days_late": (day - addressee.due_on).days if addressee.due_on else 0,
        "basis": basis,
        "basis_label": _basis_label(basis),
        "meaning": way.MEANING.get(basis.get("kind", ""), ""),
        "statements": [{"row": one, "came_how": way.came_how(one)} for one in statements],
        "steps": steps,
        "next_steps": way.next_steps(addressee, steps, rules, day),
    }


def _basis_label(basis: dict[str, Any]) -> str:
    return str(dict(way.BindingBasis.choices).get(basis.get("kind", ""), ""))


def _vote_rows(decision: Decision) -> list[dict[str, object]]:
    """The bars of the vote; abstentions only where the majority is a fraction of more than yes and no."""
    vote = decision.content.get("vote") or {}
    labels = {"yes": _("Yes"), "no": _("No")}
    if vote and vote.get("denominator") != vote.get("yes", 0) + vote.get("no", 0):
        labels["abstain"] = _("Abstention")
    return [{"label": label, "value": vote.get(key, 0), "tone": key} for key, label in labels.items()] if vote else []


def _lede(decision: Decision, addressees: list[Addressee]) -> str:
    """The first lines: what this is, and how it stands."""
    shown = way.least_advanced(addressees)
    if decision.state == Decision.State.WITHDRAWN:
        return _("The council has withdrawn this decision. Its text stays readable here.")
    if shown is None or shown.state == Addressee.State.PENDING:
        return _("The council has decided this. It is being sent to those who can carry it out.")
    if way.is_awaited(shown):
        return _("The council has decided this. The answer is late; here you see who owes it and what happens now.")
    if way.is_waiting(shown):
        return _("The council has decided this. An answer is on its way; here you see from whom, and by when.")
    return {
        Answer.ACCEPTED: _("The council has decided this, and it was accepted. Here you can follow what is done."),
        Answer.MODIFIED: _("The council has decided this, and it was accepted with changes. You can read both here."),
        Answer.REFUSED: _(
            "The council has decided this, and it was refused. You can read both here, and what follows."
        ),
    }[Answer(shown.answer)]


@require_safe
def decision_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The published paper."""
    decision = get_object_or_404(Decision.objects.visible_to(request.user).select_related("file"), pk=pk)
    return _served(request, decision.file)


@require_safe
def decision_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The frozen content, byte for byte what its hash covers."""
    decision = get_object_or_404(Decision.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(canonical_json(decision.content), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="beschluss-{decision.number.replace("/", "-")}.json"'
    return response


@require_safe
def statement_file(request: HttpRequest, pk: int) -> FileResponse:
    """The document of an answer."""
    decisions = Decision.objects.visible_to(request.user)
    rows = Statement.objects.select_related("file").filter(addressee__decision__in=decisions, deleted_at__isnull=True)
    return _served(request, get_object_or_404(rows, pk=pk).file)


@require_safe
def step_proof(request: HttpRequest, pk: int) -> FileResponse:
    """The document that proves a step."""
    decisions = Decision.objects.visible_to(request.user)
    rows = Step.objects.select_related("proof").filter(addressee__decision__in=decisions, deleted_at__isnull=True)
    return _served(request, get_object_or_404(rows, pk=pk).proof)


def _served(request: HttpRequest, file: File | None) -> FileResponse:
    if file is None:
        raise Http404
    return serve_file(request, file)
