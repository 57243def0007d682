"""Show that you live here: choose a way, ask for the letter, enter its code, or be found in the register."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.forms import BirthDateForm, CodeForm
from accounts.models import IdentityConflict
from accounts.permissions import is_verified_resident
from accounts.requests import SignedInRequest
from accounts.services import Outcome
from accounts.verification import METHODS, open_methods
from accounts.views.me import stations
from accounts.views.pages import attempt, carry_out


@never_cache
@login_required
@require_safe
def verify(request: SignedInRequest) -> HttpResponse:
    """The ways to be confirmed as a resident, and where I stand."""
    person = request.user.person
    if person is None:
        return redirect("accounts:me")
    context = {
        "person": person,
        "is_verified": is_verified_resident(request.user),
        "methods": open_methods(),
        "code": services.open_code(person),
        "stations": stations(request),
        "has_conflict": IdentityConflict.objects.filter(claimed=person, state=IdentityConflict.State.OPEN).exists(),
    }
    return render(request, "accounts/me_verify.html", context)


@never_cache
@login_required
def verify_letter(request: SignedInRequest) -> HttpResponse:
    """Enter the code of a letter; also for a login that nobody stands behind, when the letter was written at the desk."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        outcome = attempt(form, lambda: services.redeem_code(request.user, **form.cleaned_data))
        if outcome and is_settled(request, form, outcome):
            return redirect("accounts:me")
    person = request.user.person
    context = {"form": form, "person": person, "code": services.open_code(person)}
    return render(request, "accounts/me_verify_letter.html", context)


def is_settled(request: SignedInRequest, form: forms.Form, outcome: Outcome) -> bool:
    """Whether the attempt is over, with its message on the next page; else the form says what was wrong."""
    if outcome in (Outcome.WRONG, Outcome.UNKNOWN, Outcome.LOCKED):
        form.add_error(None, outcome.label)
        return False
    level = messages.SUCCESS if outcome == Outcome.VERIFIED else messages.WARNING
    messages.add_message(request, level, outcome.label)
    return True


@login_required
@require_POST
def letter_request(request: SignedInRequest) -> HttpResponse:
    """Have a letter sent to my address."""
    person = request.user.person
    if person is None:
        return redirect("accounts:me")
    done = _("A letter is on its way to you. It arrives in about three days.")
    carry_out(request, lambda: services.request_code(person, by=request.user), done)
    return redirect("accounts:verify_letter" if person.has_address else "accounts:me_edit")


@never_cache
@login_required
def verify_register(request: SignedInRequest) -> HttpResponse:
    """Be found in the imported extract of the register."""
    if request.user.person is None:
        return redirect("accounts:me")
    if METHODS["register"] not in open_methods():
        return redirect("accounts:verify")
    form = BirthDateForm(request.POST or None)
    if request.method == "POST":
        outcome = attempt(form, lambda: services.match_register(request.user, **form.cleaned_data))
        if outcome and is_settled(request, form, outcome):
            return redirect("accounts:me")
    return render(request, "accounts/me_verify_register.html", {"form": form, "person": request.user.person})


@login_required
@require_POST
@reauthentication_required
def verify_provider(request: SignedInRequest) -> HttpResponse:
    """Take over what a connected identity provider says."""
    if request.user.person is None:
        return redirect("accounts:me")
    claims = services.claims_of(request.user)
    if not claims:
        messages.error(request, _("No identity provider with a sufficient level of assurance is connected."))
        return redirect("accounts:verify")
    outcome = services.accept_claim(request.user, claims[0])
    messages.add_message(request, messages.SUCCESS if outcome == Outcome.VERIFIED else messages.ERROR, outcome.label)
    return redirect("accounts:me" if outcome == Outcome.VERIFIED else "accounts:verify")
