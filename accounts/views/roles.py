"""Roles, granted and ended by two: the list, the question, the answer of the second person."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.forms import RoleRequestForm
from accounts.models import RoleRequest
from accounts.permissions import may_change_roles, may_read_roles
from accounts.requests import SignedInRequest
from accounts.stages import is_open
from accounts.views.pages import attempt, carry_out, office_page, page_by_key
from accounts.views.people import find_person
from audit.clock import local_date, today

TONES = {"open": "now", "confirmed": "done", "refused": "refused"}


@office_page(may_read_roles)
@require_safe
def role_requests(request: SignedInRequest) -> HttpResponse:
    """What was asked, by whom, and what became of it; open ones first on the page of tasks."""
    found, next_key = page_by_key(
        RoleRequest.objects.select_related("person", "organization", "requested_by"), request.GET.get("vor")
    )
    context = {
        "title": _("Roles, by two"),
        "lede": _("One of the secretariat asks for a role to be granted or ended, another confirms it."),
        "columns": [_("Role"), _("Person"), _("Where"), _("Day"), _("Asked by"), _("State")],
        "rows": [
            [
                {"text": title_of(one), "url": reverse("accounts:role_request_detail", args=[one.pk])},
                str(one.person),
                one.organization.name,
                date_format(one.date),
                str(one.requested_by),
                {"text": one.get_state_display(), "tone": TONES[one.state]},
            ]
            for one in found
        ],
        "empty_title": _("No role has been asked for yet"),
        "empty_text": _("Open a person's card and choose “Grant or end a role”."),
        "next_url": f"?vor={next_key}" if next_key else "",
    }
    return render(request, "components/backoffice_list.html", context)


@office_page(may_change_roles)
def role_request_new(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """Ask that this person be given a role, or that it end."""
    person = find_person(request, uuid)
    form = RoleRequestForm(request.POST or None, initial={"date": today()})
    if request.method == "POST":
        asked = attempt(form, lambda: services.request_role(person, by=request.user, **form.cleaned_data))
        if asked:
            return redirect("accounts:role_request_detail", asked.pk)
    context = {
        "title": _("Grant or end a role: %(person)s") % {"person": person},
        "lede": _("Nothing changes until a second person of the secretariat has confirmed it."),
        "form": form,
        "submit_label": _("Ask for it"),
        "cancel_url": reverse("accounts:person_detail", args=[person.uuid]),
    }
    return render(request, "components/backoffice_form.html", context)


@office_page(may_read_roles)
@require_safe
def role_request_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is asked; the second person finds the two buttons here."""
    rows = RoleRequest.objects.select_related("person", "organization", "requested_by", "decided_by")
    asked = get_object_or_404(rows, pk=pk)
    is_second = request.user.person_id not in (asked.requested_by_id, asked.person_id)
    can_decide = is_open("confirm", asked.state) and may_change_roles(request.user) and is_second
    waits = _("This waits for a second person of the secretariat: not the one who asked, not the one concerned.")
    context = {
        "title": title_of(asked),
        "lede": _("Check person, role, place and day. It takes effect at once and is kept for good.")
        if can_decide
        else (waits if is_open("confirm", asked.state) else _("This has been decided.")),
        "tag_label": asked.get_state_display(),
        "tag_tone": TONES[asked.state],
        "breadcrumbs": [(_("Roles, by two"), reverse("accounts:role_requests"))],
        "facts": [
            (_("Person"), str(asked.person)),
            (_("What"), asked.get_action_display()),
            (_("Role"), asked.get_kind_display()),
            (_("Where"), asked.organization.name),
            (_("First day") if asked.action == RoleRequest.Action.GRANT else _("Last day"), date_format(asked.date)),
            (_("Reason"), asked.reason),
            (_("Asked by"), f"{asked.requested_by}, {date_format(local_date(asked.created_at))}"),
            *([(_("Confirmed or refused by"), str(asked.decided_by))] if asked.decided_by else []),
        ],
        "actions": decisions("accounts:role_request", asked.pk) if can_decide else [],
    }
    return render(request, "components/backoffice_detail.html", context)


def title_of(asked: RoleRequest) -> str:
    """What is asked, in words."""
    words = _("Grant: %(role)s") if asked.action == RoleRequest.Action.GRANT else _("End: %(role)s")
    return words % {"role": asked.get_kind_display()}


def decisions(prefix: str, pk: int) -> list[dict[str, Any]]:
    """The two buttons of the second person; also for corrections."""
    return [
        {
            "label": _("Confirm"),
            "action": reverse(f"{prefix}_confirm", args=[pk]),
            "hint": _("You are asked for your password first."),
        },
        {"label": _("Refuse"), "action": reverse(f"{prefix}_refuse", args=[pk]), "kind": "secondary"},
    ]


@office_page(may_change_roles)
@require_POST
@reauthentication_required
def role_request_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm as the second person, freshly signed in."""
    asked = get_object_or_404(RoleRequest, pk=pk)
    carry_out(request, lambda: services.confirm_role_request(asked, by=request.user), _("Confirmed. It is in effect."))
    return redirect("accounts:role_request_detail", pk)


@office_page(may_change_roles)
@require_POST
@reauthentication_required
def role_request_refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuse as the second person."""
    asked = get_object_or_404(RoleRequest, pk=pk)
    carry_out(request, lambda: services.refuse_role_request(asked, by=request.user), _("Refused. Nothing changes."))
    return redirect("accounts:role_request_detail", pk)
