"""What the portal keeps about me, what for, and how I change it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import services
from accounts.forms import IntroduceForm, OwnDataForm
from accounts.models import Message, Person, Role
from accounts.permissions import is_verified_resident
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt
from audit.clock import local_date
from audit.personal import Personal

SHOWN_MESSAGES = 25


@never_cache
@login_required
def me(request: SignedInRequest) -> HttpResponse:
    """My data, my offices, my messages; for a login that nobody stands behind yet: who are you?"""
    person = request.user.person
    if person is None:
        return introduce(request)
    context = {
        "person": person,
        "is_verified": is_verified_resident(request.user),
        "groups": data_groups(person),
        "roles": Role.objects.filter(person=person).select_related("organization").order_by("-begin_date"),
        "messages_to_me": Message.objects.filter(person=person).defer("letter", "html")[:SHOWN_MESSAGES],
    }
    return render(request, "accounts/me_detail.html", context)


def introduce(request: SignedInRequest) -> HttpResponse:
    """The form „who are you?“, and on to the first verification."""
    form = IntroduceForm(request.POST or None)
    if request.method == "POST" and attempt(form, lambda: services.link_login(request.user, **form.cleaned_data)):
        messages.success(request, _("Thank you. One step is left: confirm that you live here."))
        return redirect("accounts:verify")
    return render(request, "accounts/me_introduce.html", {"form": form, "stations": stations(request)})


def stations(request: SignedInRequest) -> list[dict[str, str]]:
    """From the login to the vote, as a line with stations."""
    is_known, is_verified = request.user.person is not None, is_verified_resident(request.user)
    return [
        {"title": _("Login"), "state": "done"},
        {"title": _("Who you are"), "state": "done" if is_known else "now"},
        {"title": _("Confirm that you live here"), "state": "done" if is_verified else "now" if is_known else "open"},
        {"title": _("Propose, support, vote"), "state": "now" if is_verified else "open"},
    ]


@never_cache
@login_required
def me_edit(request: SignedInRequest) -> HttpResponse:
    """Change what may be changed by oneself; a new address brings a new letter."""
    person = request.user.person
    if person is None:
        return redirect("accounts:me")
    form = OwnDataForm(request.POST or None, instance=person, user=request.user)
    if request.method == "POST" and attempt(
        form, lambda: services.update_person(person, by=request.user, **form.changes())
    ):
        messages.success(request, _("Your data has been saved."))
        return redirect("accounts:me")
    context = {"form": form, "person": person, "is_verified": is_verified_resident(request.user)}
    return render(request, "accounts/me_edit.html", context)


def data_groups(person: Person) -> list[dict[str, Any]]:
    """What `Person` keeps, grouped by the purpose each field declares: `declared` (Personal) and `facts` (pairs)."""
    groups: dict[Personal, list[tuple[Any, str]]] = {}
    for name, declared in Person.personal.items():
        groups.setdefault(declared, []).append((field_label(name), shown(person, name)))
    return [{"declared": declared, "facts": [pair for pair in facts if pair[1]]} for declared, facts in groups.items()]


def field_label(name: str) -> str:
    """What a field of `Person` is called."""
    return capfirst(str(getattr(Person._meta.get_field(name), "verbose_name", name)))


def shown(row: Model, name: str) -> str:
    """The value of a field as people read it; empty when nothing is kept."""
    value = getattr(row, name)
    if name == "identity_hash":
        return _("kept, cannot be read back") if value else ""
    if name == "language":
        return str(dict(settings.LANGUAGES).get(value, value))
    if display := getattr(row, f"get_{name}_display", None):
        return str(display())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "year"):
        return date_format(local_date(value) if hasattr(value, "hour") else value, "DATE_FORMAT")
    return str(value) if value else ""
