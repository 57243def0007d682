"""Read in an extract of the register: what was taken in, and which lines were not."""

import datetime

from django.http import HttpResponse
from django.shortcuts import render

from accounts import services
from accounts.forms import RegisterImportForm
from accounts.models import RegisterMatch
from accounts.permissions import may_import_register
from accounts.requests import SignedInRequest
from accounts.verification.extract import COLUMNS, Extract, ExtractError
from accounts.views.pages import attempt, office_page
from audit.clock import today

SHOWN_LINES = 100


@office_page(may_import_register)
def register_import(request: SignedInRequest) -> HttpResponse:
    """The form, and after it the report by line. The file itself is not kept."""
    in_half_a_year = today() + datetime.timedelta(days=180)
    form = RegisterImportForm(request.POST or None, request.FILES or None, initial={"delete_on": in_half_a_year})
    extract = None
    if request.method == "POST":
        try:
            extract = attempt(form, lambda: take_in(request, form))
        except ExtractError as error:
            form.add_error("file", str(error))
    context = {
        "form": RegisterImportForm(initial={"delete_on": in_half_a_year}) if extract else form,
        "extract": extract,
        "errors": extract.errors[:SHOWN_LINES] if extract else [],
        "kept": RegisterMatch.objects.count(),
        "head": ";".join(COLUMNS),
    }
    return render(request, "accounts/register_import.html", context)


def take_in(request: SignedInRequest, form: RegisterImportForm) -> Extract:
    """Hand the file's bytes to the service."""
    return services.import_register(
        form.cleaned_data["file"], delete_on=form.cleaned_data["delete_on"], by=request.user
    )
