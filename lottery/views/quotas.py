"""The quotas before they are signed: edited, checked at once, widened with a reason, and how fair a draw they give."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from audit.models import Job
from audit.services import Refused, label
from lottery import record, services, way
from lottery.forms import MethodForm, QuotasForm, RelaxForm
from lottery.models import Draw
from lottery.services.quotas import assess_quotas, simulated_hash
from lottery.views.officer import attempt, done, own_draw, posted, require_can


@login_required
@require_http_methods(["GET", "POST"])
def quotas(request: SignedInRequest, pk: int) -> HttpResponse:
    """Edit minima and maxima before they are signed; beside them whether they can be met."""
    draw = own_draw(request, pk)
    require_can(request, "edit_quotas", draw)
    form = QuotasForm(posted(request), draw=draw)
    if form.is_valid() and attempt(form, lambda: services.set_quotas(draw, bounds=form.bounds, by=request.user)):
        if assess_quotas(draw).is_met:
            messages.success(request, _("The quotas are set. Now both offices sign them."))
            return redirect("lottery:method", pk=pk)
        messages.warning(request, _("The quotas are set, but no panel of this pool meets them."))
        return redirect("lottery:quotas", pk=pk)
    return _page(request, draw, form)


def _page(request: SignedInRequest, draw: Draw, form: QuotasForm, relax_form: RelaxForm | None = None) -> HttpResponse:
    feasibility = assess_quotas(draw)
    context = {
        "draw": draw,
        "form": form,
        "features": way.shares(draw),
        "feasibility": feasibility,
        "relax_form": relax_form or (RelaxForm(feasibility=feasibility) if feasibility.together else None),
    }
    status = 422 if form.errors or (relax_form and relax_form.errors) else 200
    return render(request, "lottery/quotas.html", context, status=status)


@login_required
@require_POST
def quota_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether the quotas as typed could be met; nothing is kept. A fragment for htmx, else the whole page."""
    draw = own_draw(request, pk)
    require_can(request, "edit_quotas", draw)
    form = QuotasForm(request.POST, draw=draw)
    if not form.is_valid():
        return _page(request, draw, form)
    feasibility = assess_quotas(draw, bounds=form.bounds)
    context: dict[str, Any] = {"draw": draw, "feasibility": feasibility}
    if getattr(request, "htmx", False):
        return render(request, "lottery/_feasibility.html", context)
    return render(request, "lottery/quotas.html", {**context, "form": form, "features": way.shares(draw)})


@login_required
@require_POST
def relax(request: SignedInRequest, pk: int) -> HttpResponse:
    """Widen the quotas by one of the smallest changes, with a recorded reason."""
    draw = own_draw(request, pk)
    require_can(request, "edit_quotas", draw)
    feasibility = assess_quotas(draw)
    form = RelaxForm(request.POST, feasibility=feasibility)
    if form.is_valid():
        bounds, reason = form.bounds, form.cleaned_data["reason"]
        if attempt(form, lambda: services.relax_quotas(draw, bounds=bounds, reason=reason, by=request.user)):
            messages.success(request, _("The quotas are widened, and the reason is recorded."))
            return redirect("lottery:quotas", pk=pk)
    return _page(request, draw, QuotasForm(draw=draw), form)


@login_required
@require_POST
def whole(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set the quotas of a renewal so that those who stay and those drawn keep the quotas of the whole together."""
    draw = own_draw(request, pk)
    require_can(request, "edit_quotas", draw)
    try:
        services.keep_whole_quotas(draw, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The quotas are those of the whole council less what the stayers bring."))
    return redirect("lottery:quotas", pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def method(request: SignedInRequest, pk: int) -> HttpResponse:
    """The ways of drawing side by side, and which one is chosen; signed with the quotas."""
    draw = own_draw(request, pk)
    require_can(request, "edit_quotas", draw)
    form = MethodForm(
        posted(request), initial={"algorithm": draw.algorithm, "is_one_per_household": draw.is_one_per_household}
    )
    if form.is_valid() and attempt(form, lambda: services.choose_method(draw, by=request.user, **form.cleaned_data)):
        return done(request, draw, _("The way of drawing is chosen. Now both offices sign quotas and method."))
    simulation = Draw.objects.values_list("simulation", flat=True).get(pk=draw.pk)
    context = {
        "draw": draw,
        "form": form,
        "simulation": simulation,
        "is_outdated": simulation and simulation["for"] != simulated_hash(draw, record.quota_table(draw)),
        "columns": [_("Way of drawing"), _("Smallest chance"), _("Largest chance"), _("A false answer gains")],
        "rows": [_row(one) for one in simulation["objectives"]] if simulation else [],
        "false_answers": [_words(one) for one in simulation["objectives"] if one["false_answer"]] if simulation else [],
        "job": Job.objects.filter(subject=label(draw), kind="lottery.simulate").order_by("-id").first(),
    }
    return render(request, "lottery/method.html", context, status=422 if form.errors else 200)


def _row(one: dict[str, Any]) -> list[str]:
    name = _name(one["algorithm"])
    return [name, _percent(one["smallest"]), _percent(one["largest"]), _points(one["gain"])]


def _words(one: dict[str, Any]) -> str:
    answer = one["false_answer"]
    return _(
        "%(method)s: who says “%(claim)s” instead of “%(truth)s” (%(feature)s) goes from %(before)s to %(after)s."
    ) % {
        "method": _name(one["algorithm"]),
        "claim": answer["claim"],
        "truth": answer["truth"],
        "feature": answer["feature"],
        "before": _percent(answer["before"]),
        "after": _percent(answer["after"]),
    }


def _name(algorithm: str) -> str:
    return str(Draw.Algorithm(algorithm).label).split(":")[0]


def _percent(chance: float) -> str:
    return f"{number_format(100 * chance, 2)} %"


def _points(gain: float) -> str:
    return _("%(points)s points") % {"points": number_format(100 * gain, 2)}


@login_required
@require_POST
def simulate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Start the computation of the chances."""
    draw = own_draw(request, pk)
    require_can(request, "edit_quotas", draw)
    services.simulate(draw, by=request.user)
    messages.success(request, _("The chances are being computed. Load this page again in a moment."))
    return redirect("lottery:method", pk=pk)
