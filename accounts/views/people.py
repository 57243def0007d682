"""The desk: find people, note them, change how they are reached, verify them, send them their code."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.filters import PersonFilter
from accounts.forms import DeskContactForm, DeskPersonForm, DeskVerificationForm
from accounts.models import Person
from accounts.permissions import is_at_desk
from accounts.requests import SignedInRequest
from accounts.services import Outcome
from accounts.views.cards import person_card
from accounts.views.pages import PAGE_SIZE, attempt, carry_out, office_page
from audit.clock import today


def find_person(request: SignedInRequest, uuid: Any) -> Person:
    """The person of an address, among those whom the user may open; 404 for anybody else."""
    return get_object_or_404(Person.objects.visible_to(request.user).select_related("district"), uuid=uuid)


@office_page(is_at_desk)
def person_list(request: SignedInRequest) -> HttpResponse:
    """People by name, 25 at a time. A search is a POST, so that no name stands in an address."""
    people = Person.objects.visible_to(request.user).order_by(Lower("family_name"), Lower("given_name"), "pk")
    data = request.POST if request.method == "POST" else None
    found = PersonFilter(data, people)
    rows, next_after = page_by_name(found.qs, (data or request.GET).get("after"))
    context = {"filter": found, "people": rows, "next_after": next_after, "is_search": data is not None}
    return render(request, "accounts/person_list.html", context | {"now": today()})


def page_by_name(people: QuerySet, after: str | None) -> tuple[list[Person], str]:
    """Up to 25 people after the one with the uuid `after`; and the uuid to go on with, empty at the end."""
    names = {"family": Lower("family_name"), "given": Lower("given_name")}
    last = Person.objects.filter(uuid=UUID(after)).values_list(*names.values(), "pk") if is_uuid(after) else None
    if last:
        family, given, pk = last[0]
        later = Q(family__gt=family) | Q(given__gt=given) | Q(given=given, pk__gt=pk)
        people = people.alias(**names).filter(later, family__gte=family)
    columns = ("uuid", "given_name", "family_name", "street", "postal_code", "town", "channel", "verified_until")
    rows = list(people.only(*columns)[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], str(rows[PAGE_SIZE - 1].uuid) if len(rows) > PAGE_SIZE else ""


def is_uuid(text: str | None) -> bool:
    """Whether an address or a form names a uuid at all."""
    try:
        UUID(text or "")
    except ValueError:
        return False
    return True


@office_page(is_at_desk)
def person_new(request: SignedInRequest) -> HttpResponse:
    """Note somebody who has no login."""
    form = DeskPersonForm(request.POST or None)
    if request.method == "POST":
        person = attempt(form, lambda: services.register_person(by=request.user, **form.changes()))
        if person:
            messages.success(request, _("The person is noted."))
            return redirect("accounts:person_detail", person.uuid)
    context = {
        "title": _("Note a person"),
        "lede": _("Somebody without a login takes part through you. Look first whether they are noted already."),
        "form": form,
        "submit_label": _("Note"),
        "cancel_url": reverse("accounts:person_list"),
    }
    return render(request, "accounts/person_form.html", context)


@office_page(is_at_desk)
@require_safe
def person_detail(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """Master data, offices, messages, calls, and what can be done for this person."""
    person = find_person(request, uuid)
    return render(request, "accounts/person_detail.html", person_card(request, person))


@office_page(is_at_desk)
def person_edit(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """Change what one clerk may change; what has been confirmed leads to the correction by two."""
    person = find_person(request, uuid)
    is_confirmed = person.verified_until is not None or person.identity_hash is not None
    form = (DeskContactForm if is_confirmed else DeskPersonForm)(request.POST or None, instance=person)
    if request.method == "POST" and attempt(
        form, lambda: services.update_person(person, by=request.user, **form.changes())
    ):
        messages.success(request, _("The data is saved."))
        return redirect("accounts:person_detail", person.uuid)
    correct = _("Name, address and district have been confirmed; they are corrected by two.")
    context = {
        "title": _("Change: %(person)s") % {"person": person},
        "lede": correct if is_confirmed else _("Nothing of this has been confirmed yet."),
        "form": form,
        "submit_label": _("Save"),
        "cancel_url": reverse("accounts:person_detail", args=[person.uuid]),
        "correction_url": reverse("accounts:correction_new", args=[person.uuid]) if is_confirmed else "",
    }
    return render(request, "accounts/person_form.html", context)


@office_page(is_at_desk)
def person_verify(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """Confirm from a document that the person in front of the desk lives here."""
    person = find_person(request, uuid)
    form = DeskVerificationForm(request.POST or None)
    if request.method == "POST":
        outcome = attempt(form, lambda: services.verify_at_desk(person, by=request.user, **form.cleaned_data))
        if outcome:
            is_done = outcome == Outcome.VERIFIED
            conflict = _(
                "Somebody with these details is known already. Another clerk decides under “Doubtful identities”."
            )
            messages.add_message(
                request,
                messages.SUCCESS if is_done else messages.WARNING,
                _("It is confirmed that this person lives here.") if is_done else conflict,
            )
            return redirect("accounts:person_detail", person.uuid)
    context = {
        "title": _("Confirm as resident: %(person)s") % {"person": person},
        "lede": _("Compare name and address with the document. Neither a copy nor a number of it is kept."),
        "facts": [(_("Name"), str(person)), (_("Address"), person.address or _("missing"))],
        "form": form,
        "submit_label": _("I have seen the document"),
        "cancel_url": reverse("accounts:person_detail", args=[person.uuid]),
    }
    return render(request, "accounts/person_form.html", context)


@office_page(is_at_desk)
@require_POST
def person_letter(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """Send this person a letter with a code."""
    person = find_person(request, uuid)
    done = _("The letter with the code waits to be printed.")
    carry_out(request, lambda: services.request_code(person, by=request.user), done)
    return redirect("accounts:person_detail", person.uuid)
