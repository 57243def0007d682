"""The three acts that weigh most: freezing, sealing, the number. Who does them has just proved who they are."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from audit.canonical import canonical_json
from lottery import services, way
from lottery.models import Draw, DrawApproval
from lottery.permissions import can, roles_to_sign
from lottery.signing_forms import NumberForm, OutsidersForm, SourceForm, UndertakingForm
from lottery.views.officer import attempt, done, form_page, own_draw, posted, require_can


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def freeze(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign the quotas, seeing exactly what is signed."""
    draw = own_draw(request, pk)
    require_can(request, "sign_quotas", draw)
    form = EmptyForm(posted(request))
    if request.method == "POST" and attempt(form, lambda: services.freeze_quotas(draw, by=request.user)):
        draw.refresh_from_db(fields=["state"])
        frozen = draw.state == Draw.State.QUOTAS_FROZEN
        return done(
            request, draw, _("The quotas are frozen.") if frozen else _("You have signed. The other office is next.")
        )
    words = {
        "title": _("Sign the quotas"),
        "lede": _("You sign this table. It is frozen once draw officer and auditor have signed the same one."),
        "submit_label": _("Sign the quotas"),
    }
    return _sign_page(request, draw, form, "quotas", words)


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def commit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Seal the panels: name the sources of the number, then both sign the hash."""
    draw = own_draw(request, pk)
    require_can(request, "sign_commitment", draw)
    if request.method == "POST" and "anew" in request.POST:
        services.take_back_source(draw, by=request.user)
        return redirect("lottery:commit", pk=pk)
    form: Any = EmptyForm(posted(request)) if draw.source else SourceForm(posted(request), panels=draw.panel_count)
    if request.method == "POST" and (draw.source or form.is_valid()):
        named = [] if draw.source else form.sources
        if attempt(form, lambda: services.commit(draw, sources=named, by=request.user)):
            draw.refresh_from_db(fields=["state"])
            sealed = draw.state == Draw.State.COMMITTED
            return done(
                request,
                draw,
                _("The panels are sealed.") if sealed else _("You have signed. The other office is next."),
            )
    words = {
        "title": _("Seal the panels"),
        "lede": _(
            "The hash of pool, quotas and panels is published before the number exists, and mailed out of the house."
        ),
        "submit_label": _("Sign the seal"),
    }
    return _sign_page(request, draw, form, "commitment", words)


@login_required
@require_http_methods(["GET", "POST"])
def outsiders(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name who outside the house gets the commitment."""
    draw = own_draw(request, pk)
    require_can(request, "name_outsiders", draw)
    lines = [f"{one.name}; {one.office}; {one.email}" for one in draw.outsiders.order_by("id")]
    form = OutsidersForm(posted(request), initial={"people": "\n".join(lines)})
    if form.is_valid() and attempt(form, lambda: services.name_outsiders(draw, people=form.rows, by=request.user)):
        return done(request, draw, _("The seal will be mailed to them once both have signed."))
    return form_page(
        request,
        draw,
        form,
        title=_("Who keeps the seal outside the house"),
        lede=_("They get the hash by mail in the moment the second office signs. So nobody here can change it later."),
        submit_label=_("Keep this list"),
    )


@login_required
@require_safe
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """The commitment on paper, to be signed in the hall."""
    draw = own_draw(request, pk)
    if not way.has_reached(draw, Draw.State.COMMITTED):
        raise Http404
    response = HttpResponse(services.commitment_sheet(draw), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="siegel-{draw.pk}.pdf"'
    return response


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def number(request: SignedInRequest, pk: int) -> HttpResponse:
    """Type what was drawn; the other office types it too, and sees nothing of this."""
    draw = own_draw(request, pk)
    require_can(request, "record_randomness", draw)
    form = NumberForm(posted(request), draw=draw)
    if form.is_valid() and form.typed and attempt(form, lambda: _enter_all(request, draw, form)):
        draw.refresh_from_db(fields=["state", "randomness"])
        if draw.state == Draw.State.RANDOMNESS_RECORDED:
            return done(request, draw, _("The number is %(number)s.") % {"number": draw.randomness})
        return done(request, draw, _("Your entry is kept. Now the other office types what was drawn."))
    spoken = bool(form.places)
    return form_page(
        request,
        draw,
        form,
        title=_("Enter the number"),
        kicker=draw.randomness_source,
        lede=_("Type what was drawn. Officer and auditor do it each for themselves; only if both agree, it counts.")
        if spoken
        else _("None of the sources has spoken yet. Nobody can know the number before."),
        warning=_("The number cannot be changed afterwards."),
        submit_label=_("Record what was drawn"),
    )


def _enter_all(request: SignedInRequest, draw: Draw, form: NumberForm) -> None:
    for place, value in form.typed:
        services.record_randomness(draw, value=value, place=place, witnesses=form.names, by=request.user)


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def openings(request: SignedInRequest, pk: int) -> HttpResponse:
    """All rows and panels behind the record, for the auditor, under an undertaking; each time is recorded."""
    draw = own_draw(request, pk)
    require_can(request, "open_record", draw)
    form = UndertakingForm(posted(request))
    if form.is_valid():
        found: list[dict[str, Any]] = []
        if attempt(form, lambda: found.append(services.open_for_auditor(draw, by=request.user, undertaking=True))):
            response = HttpResponse(canonical_json(found[0]), content_type="application/json")
            response["Content-Disposition"] = f'attachment; filename="oeffnung-{draw.pk}.json"'
            return response
    return form_page(
        request,
        draw,
        form,
        title=_("Open the record for the check"),
        lede=_("You get every row of the pool by pseudonym, and every panel. The verifier checks them offline."),
        warning=_("These are personal data. That you opened them is recorded."),
        submit_label=_("Download the openings"),
    )


def _sign_page(
    request: SignedInRequest, draw: Draw, form: forms.Form, step: str, words: dict[str, str]
) -> HttpResponse:
    signed = DrawApproval.objects.filter(draw=draw, step=step, is_void=False).select_related("by").order_by("id")
    context = {
        "draw": draw,
        "form": form,
        "features": way.shares(draw),
        "signed": signed,
        "roles": sorted(roles_to_sign(request.user)),
        "shows_hash": step == "commitment",
        "takes_back": step == "commitment" and draw.source is not None and can(request.user, "name_source", draw),
        **words,
    }
    return render(request, "lottery/sign.html", context, status=422 if form.errors else 200)


class EmptyForm(forms.Form):
    """A form with nothing to type, so that a refusal has a place to stand."""
