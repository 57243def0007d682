"""The three acts that weigh most: freezing, sealing, the number. Who does them has just proved who they are."""

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from lottery import services, way
from lottery.forms import NumberForm, SourceForm
from lottery.models import Draw, DrawApproval
from lottery.permissions import roles_to_sign
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
    """Seal the panels: name the source of the number, then both sign the hash."""
    draw = own_draw(request, pk)
    require_can(request, "sign_commitment", draw)
    form = EmptyForm(posted(request)) if draw.randomness_source else SourceForm(posted(request))
    if request.method == "POST" and (draw.randomness_source or form.is_valid()):
        source = "" if draw.randomness_source else form.cleaned_data["source"]
        if attempt(form, lambda: services.commit(draw, source=source, by=request.user)):
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
            "The hash of pool, quotas and panels is published before the number exists. Send it out of the house."
        ),
        "submit_label": _("Sign the seal"),
    }
    return _sign_page(request, draw, form, "commitment", words)


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def number(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter the digits, twice, with the witnesses who saw them."""
    draw = own_draw(request, pk)
    require_can(request, "record_randomness", draw)
    form = NumberForm(posted(request), draw=draw)
    if form.is_valid():
        digits, names = form.cleaned_data["number"], form.names
        if attempt(form, lambda: services.record_randomness(draw, number=digits, witnesses=names, by=request.user)):
            return done(request, draw, _("The number is recorded and published."))
    return form_page(
        request,
        draw,
        form,
        title=_("Enter the number"),
        kicker=draw.randomness_source,
        lede=_("Type the digits as they were drawn, twice, and name those who saw it."),
        warning=_("The number cannot be changed afterwards."),
        submit_label=_("Record the number"),
    )


def _sign_page(
    request: SignedInRequest, draw: Draw, form: SourceForm, step: str, words: dict[str, str]
) -> HttpResponse:
    signed = DrawApproval.objects.filter(draw=draw, step=step, is_void=False).select_related("by").order_by("id")
    context = {
        "draw": draw,
        "form": form,
        "features": way.shares(draw),
        "signed": signed,
        "roles": sorted(roles_to_sign(request.user)),
        "shows_hash": step == "commitment",
        **words,
    }
    return render(request, "lottery/sign.html", context, status=422 if form.errors else 200)


class EmptyForm(SourceForm):
    """A form with nothing to type, so that a refusal has a place to stand."""

    source = None  # type: ignore[assignment]
