"""Corrections of what has been confirmed: entered by one clerk, confirmed by another."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.forms import CorrectionForm
from accounts.models import Municipality, PersonCorrection
from accounts.permissions import is_at_desk
from accounts.requests import SignedInRequest
from accounts.stages import is_open
from accounts.views.me import field_label
from accounts.views.pages import attempt, carry_out, office_page, page_by_key
from accounts.views.people import find_person
from accounts.views.roles import TONES, decisions
from audit.clock import local_date
from audit.services import Refused


@office_page(is_at_desk)
@require_safe
def corrections(request: SignedInRequest) -> HttpResponse:
    """What was entered, by whom, and what became of it."""
    rows = PersonCorrection.objects.select_related("person", "entered_by").defer("changes")
    found, next_key = page_by_key(rows, request.GET.get("vor"))
    context = {
        "title": _("Corrections, by two"),
        "lede": _("What has been confirmed about a person is changed by two: one enters it, another confirms it."),
        "columns": [_("Person"), _("Reason"), _("Entered by"), _("Day"), _("State")],
        "rows": [
            [
                {"text": str(one.person), "url": reverse("accounts:correction_detail", args=[one.pk])},
                one.reason,
                str(one.entered_by),
                date_format(local_date(one.created_at)),
                {"text": one.get_state_display(), "tone": TONES[one.state]},
            ]
            for one in found
        ],
        "empty_title": _("No correction has been entered yet"),
        "empty_text": _("Open a person's card and choose “Change”."),
        "next_url": f"?vor={next_key}" if next_key else "",
    }
    return render(request, "components/backoffice_list.html", context)


@office_page(is_at_desk)
def correction_new(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """Enter what a document shows."""
    person = find_person(request, uuid)
    form = CorrectionForm(request.POST or None, instance=person)
    if request.method == "POST":
        entered = attempt(
            form,
            lambda: services.request_correction(
                person,
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
                birth_date=form.cleaned_data["birth_date"],
                by=request.user,
            ),
        )
        if entered:
            return redirect("accounts:correction_detail", entered.pk)
    context = {
        "title": _("Correct: %(person)s") % {"person": person},
        "lede": _("Change what the document shows differently. Nothing changes until a second clerk has confirmed it."),
        "form": form,
        "submit_label": _("Enter the correction"),
        "cancel_url": reverse("accounts:person_detail", args=[person.uuid]),
    }
    return render(request, "components/backoffice_form.html", context)


@office_page(is_at_desk)
@require_safe
def correction_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Old beside new; the second clerk finds the two buttons here."""
    rows = PersonCorrection.objects.select_related("person", "entered_by", "decided_by")
    entered = get_object_or_404(rows, pk=pk)
    is_second = request.user.person_id not in (entered.entered_by_id, entered.person_id)
    can_decide = is_open("confirm", entered.state) and is_second
    waits = _("This waits for a second clerk: not the one who entered it, not the one concerned.")
    context = {
        "title": _("Correction: %(person)s") % {"person": entered.person},
        "lede": _("Compare with the document, then confirm or refuse.")
        if can_decide
        else (waits if is_open("confirm", entered.state) else _("This has been decided.")),
        "tag_label": entered.get_state_display(),
        "tag_tone": TONES[entered.state],
        "breadcrumbs": [(_("Corrections, by two"), reverse("accounts:corrections"))],
        "facts": [
            (_("Reason"), entered.reason),
            (_("Entered by"), f"{entered.entered_by}, {date_format(local_date(entered.created_at))}"),
            *([(_("Confirmed or refused by"), str(entered.decided_by))] if entered.decided_by else []),
        ],
        "sections": [
            {
                "title": _("What changes"),
                "columns": [_("Field"), _("so far"), _("new")],
                "rows": changed_rows(entered.changes),
            }
        ],
        "actions": decisions("accounts:correction", entered.pk) if can_decide else [],
    }
    return render(request, "components/backoffice_detail.html", context)


def changed_rows(changes: dict[str, dict[str, Any]]) -> list[list[str]]:
    """Field, old, new in words; of the identity's hash only that it changes."""
    pks = [pk for pk in changes.get("district", {}).values() if pk]
    districts = Municipality.objects.in_bulk(pks) if pks else {}
    rows = []
    for name, change in changes.items():
        old, new = change["old"], change["new"]
        if name == "district":
            old, new = districts.get(old), districts.get(new)
        if name == "identity_hash":
            old, new = "", _("made anew")
        rows.append([field_label(name), str(old or "–"), str(new or "–")])
    return rows


@office_page(is_at_desk)
@require_POST
@reauthentication_required
def correction_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm as the second clerk; an identity that somebody else has leads to the doubtful ones."""
    entered = get_object_or_404(PersonCorrection, pk=pk)
    try:
        done = services.confirm_correction(entered, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, _("Confirmed. The data is corrected."))
        else:
            messages.warning(request, _("Somebody else is known under this name and date of birth: decide that first."))
            return redirect("accounts:conflicts")
    return redirect("accounts:correction_detail", pk)


@office_page(is_at_desk)
@require_POST
@reauthentication_required
def correction_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuse as the second clerk."""
    entered = get_object_or_404(PersonCorrection, pk=pk)
    carry_out(request, lambda: services.refuse_correction(entered, by=request.user), _("Refused. Nothing changes."))
    return redirect("accounts:correction_detail", pk)
