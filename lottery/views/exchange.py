"""Quotas and pool as the field's CSV files, for draw officers; each export is recorded."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from lottery import services
from lottery.forms import QuotaFileForm
from lottery.services.exchange import InputError
from lottery.views.officer import attempt, form_page, own_draw, posted, require_can, uploaded


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
