"""Quotas, pool and replies as the field's CSV files, for draw officers; each export and import is recorded."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from audit.services import Refused
from lottery import consents, services
from lottery.forms import QuotaFileForm, ReplyFileForm, SeenFileForm, _lines
from lottery.models import Draw
from lottery.preparation_forms import COLUMN_LABELS
from lottery.services.exchange import InputError
from lottery.views.officer import attempt, done, form_page, own_draw, posted, require_can, uploaded

REPLY_LABELS = {
    "pseudonym": gettext_lazy("pseudonym of the person"),
    "code": gettext_lazy("code of the letter"),
    "wants": gettext_lazy("yes or no"),
    "consent": gettext_lazy("consent to the draw"),
    "research": gettext_lazy("consent to research"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "needs": gettext_lazy("What do you need to take part?"),
    "helper_name": gettext_lazy("Somebody else answers for this person"),
}
"""What the columns of a file with replies are read as."""


@never_cache
@login_required
@require_http_methods(["POST"])
def export(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """One of the two files. A POST, because it is recorded."""
    draw = own_draw(request, pk)
    require_can(request, "exchange", draw)
    is_pool = kind == "pool"
    text = (services.export_pool if is_pool else services.export_quotas)(draw, by=request.user)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{"respondents" if is_pool else "categories"}-{pk}.csv"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def quota_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read minima and maxima from a quota file."""
    draw = own_draw(request, pk)
    require_can(request, "edit_quotas", draw)
    form = QuotaFileForm(posted(request), uploaded(request))
    if form.is_valid():
        data = form.cleaned_data["table"]
        try:
            if attempt(form, lambda: services.import_quotas(draw, data=data, by=request.user)):
                messages.success(request, _("The quotas are read from the file."))
                return redirect("lottery:quotas", pk=pk)
        except InputError as error:
            for fault in error.faults:
                form.add_error(
                    "table", _("Line %(line)s: %(message)s") % {"line": fault.line, "message": fault.problem}
                )
    return form_page(
        request,
        draw,
        form,
        title=_("Read quotas from a file"),
        lede=_("The file that other tools for civic lotteries write: feature, value, min, max."),
        submit_label=_("Read the file"),
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def reply_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Upload replies that were collected elsewhere; the next page says what the file would do."""
    draw = own_draw(request, pk)
    require_can(request, "import_replies", draw)
    form = ReplyFileForm(posted(request), uploaded(request))
    if form.is_valid():
        data = form.cleaned_data["table"]
        if attempt(form, lambda: services.keep_replies(draw, data=data, by=request.user)):
            return redirect("lottery:reply_file_check", pk=pk)
    context = {
        "draw": draw,
        "form": form,
        "columns": [_("Column"), _("What stands in it")],
        "rows": _column_rows(draw),
        "breadcrumbs": _crumbs(draw),
    }
    return render(request, "lottery/reply_file.html", context, status=422 if form.errors else 200)


def _crumbs(draw: Draw) -> list[tuple[str, str]]:
    return [(_("Draws"), reverse("lottery:office")), (draw.title, reverse("lottery:cockpit", args=[draw.pk]))]


def _column_rows(draw: Draw) -> list[list[str]]:
    """The columns a file may have for this draw, each with what is expected in it."""
    asked = [
        (one.name, _("%(feature)s: %(values)s") % {"feature": one.label, "values": _values(one)})
        for one in services.feature_tables(draw)
        if one.is_asked
    ]
    agreed = _("“ja” only where this person agreed to: “%(text)s”")
    words = [
        ("id / code", _("whose reply it is: the pseudonym, or the code of the letter")),
        ("consent", agreed % {"text": consents.DRAW[consents.DRAW_VERSION]}),
        *asked,
        ("wants", _("“nein” for a no; without this column everybody in the file says yes")),
        ("research", agreed % {"text": consents.RESEARCH[consents.RESEARCH_VERSION]}),
        ("email, phone, needs, helper_name", _("may be missing or empty")),
        (
            "given_name, family_name, street, postal_code, town",
            _("of those whose letter the registration office posted itself; their other features too"),
        ),
    ]
    return [[name, text] for name, text in words]


def _values(feature: Any) -> str:
    return ", ".join(dict.fromkeys(value.label for value in feature.values))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def reply_file_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the file that waits would do, and every line that cannot be used; then all of it is entered or nothing."""
    draw = own_draw(request, pk)
    require_can(request, "import_replies", draw)
    file = services.kept_replies(draw)
    if file is None:
        return redirect("lottery:reply_file", pk=pk)
    form = SeenFileForm(posted(request), initial={"sha256": file.sha256})
    try:
        if form.is_valid():
            seen = form.cleaned_data["sha256"]
            entered = len(services.import_replies(draw, sha256=seen, by=request.user).rows)
            words = ngettext("%(count)s reply is entered.", "%(count)s replies are entered.", entered)
            return done(request, draw, words % {"count": entered})
        preview = services.preview_replies(draw, file=file, by=request.user)
    except services.SampleRefused:  # somebody replied since the page was shown: it is shown anew
        preview = services.preview_replies(draw, file=file, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("lottery:reply_file", pk=pk)
    meanings = _meanings(draw)
    context = {
        "draw": draw,
        "form": SeenFileForm(initial={"sha256": file.sha256}),
        "preview": preview,
        "problems": _lines(preview.problems),
        "columns": [_("Column of the file"), _("is read as")],
        "rows": [[column, meanings[name]] for name, column in preview.columns.items()],
        "breadcrumbs": [*_crumbs(draw), (_("Replies from a file"), reverse("lottery:reply_file", args=[pk]))],
    }
    return render(request, "lottery/reply_file_check.html", context, status=422 if request.method == "POST" else 200)


def _meanings(draw: Draw) -> dict[str, str]:
    """What each column is read as, in words."""
    labels: dict[str, Any] = {**COLUMN_LABELS, **REPLY_LABELS}
    return {**labels, **{one.name: one.label for one in services.feature_tables(draw)}}
