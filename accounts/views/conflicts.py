"""Doubtful identities: two records side by side, and a clerk's decision whether they are one human."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import services
from accounts.forms import ConflictForm
from accounts.models import IdentityConflict, Person, Role, User
from accounts.permissions import is_at_desk
from accounts.requests import SignedInRequest
from accounts.stages import is_open
from accounts.verification import METHODS
from accounts.views.me import field_label, shown
from accounts.views.pages import attempt, office_page, page_by_key
from audit.clock import local_date

FACTS = ["given_name", "family_name", "street", "postal_code", "town", "phone", "verified_until", "created_at"]
TONES = {"open": "now", "same": "done", "different": "done"}


@office_page(is_at_desk)
@require_safe
def conflicts(request: SignedInRequest) -> HttpResponse:
    """Which records seem to be one human, and what was decided."""
    found, next_key = page_by_key(IdentityConflict.objects.select_related("claimed"), request.GET.get("vor"))
    context = {
        "title": _("Doubtful identities"),
        "lede": _("Two records carry the same details. Look at both and decide whether they are one human."),
        "columns": [_("Person"), _("Way"), _("Day"), _("State")],
        "rows": [
            [
                {"text": str(one.claimed), "url": reverse("accounts:conflict_detail", args=[one.pk])},
                METHODS[one.method].title if one.method in METHODS else one.method,
                date_format(local_date(one.created_at)),
                {"text": one.get_state_display(), "tone": TONES[one.state]},
            ]
            for one in found
        ],
        "empty_title": _("No identity is in doubt"),
        "empty_text": _("When somebody is verified whom the portal seems to know already, it is shown here."),
        "next_url": f"?vor={next_key}" if next_key else "",
    }
    return render(request, "components/backoffice_list.html", context)


@office_page(is_at_desk)
def conflict_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both records side by side, and the decision."""
    conflict = get_object_or_404(IdentityConflict.objects.select_related("claimed", "existing", "decided_by"), pk=pk)
    people = [conflict.claimed, conflict.existing]
    logins = {user.person_id: user for user in User.objects.filter(person__in=people)}
    can_decide = is_open("confirm", conflict.state) and request.user.person_id not in [person.pk for person in people]
    form = ConflictForm(request.POST or None, conflict=conflict, logins=logins) if can_decide else None
    if request.method == "POST" and form is not None and attempt(form, lambda: decide(request, conflict, form, logins)):
        messages.success(request, _("Decided. Those concerned get a message."))
        return redirect("accounts:conflicts")
    roles = Role.objects.current().filter(person__in=people).select_related("organization")
    held: dict[int, list[str]] = {}
    for role in roles:
        held.setdefault(role.person_id, []).append(str(role))
    context = {
        "conflict": conflict,
        "form": form,
        "columns": [_("Field"), _("Record A (new)"), _("Record B (known before)")],
        "rows": compared(people, logins, held),
        "cards": [reverse("accounts:person_detail", args=[person.uuid]) for person in people if not person.erased_at],
        "breadcrumbs": [(_("Doubtful identities"), reverse("accounts:conflicts"))],
    }
    return render(request, "accounts/conflict_detail.html", context)


def decide(
    request: SignedInRequest, conflict: IdentityConflict, form: ConflictForm, logins: dict[int, User]
) -> IdentityConflict:
    """Carry out what the form says."""
    decision = form.cleaned_data["decision"]
    login = next((user for user in logins.values() if str(user.pk) == form.cleaned_data.get("login")), None)
    return services.decide_conflict(
        conflict,
        is_same=decision != "different",
        keep={"claimed": conflict.claimed, "existing": conflict.existing}.get(decision),
        login=login,
        by=request.user,
    )


def compared(people: list[Person], logins: dict[int, User], held: dict[int, list[str]]) -> list[list[Any]]:
    """Each field of both records in one row."""
    rows: list[list[Any]] = [[field_label(name), *(shown(person, name) or "–" for person in people)] for name in FACTS]
    rows.append([_("Login"), *(_("yes") if person.pk in logins else _("no") for person in people)])
    rows.append([_("Roles"), *(", ".join(held.get(person.pk, [])) or "–" for person in people)])
    return rows
