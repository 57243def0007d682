"""Whether somebody is named in public: the words one agrees to, and taking it back. By oneself, or from a signed sheet."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Person
from accounts.permissions import is_at_desk
from accounts.requests import SignedInRequest
from accounts.views.pages import carry_out, office_page
from councils import services


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def name_consent(request: SignedInRequest) -> HttpResponse:
    """The own name; whoever has not said who they are does so first."""
    if request.user.person is None:
        return redirect("accounts:me")
    return _page(request, request.user.person)


@office_page(is_at_desk)
@require_http_methods(["GET", "POST"])
def name_enter(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Somebody else's, entered at the desk from a signed sheet."""
    return _page(request, get_object_or_404(Person, uuid=uuid, erased_at__isnull=True))


def _page(request: SignedInRequest, person: Person) -> HttpResponse:
    if request.method == "POST":
        if request.POST.get("name") == "show":
            carry_out(
                request, lambda: services.consent_to_name(person, by=request.user), _("The name is shown in public.")
            )
        else:
            carry_out(
                request, lambda: services.withdraw_name(person, by=request.user), _("The name is no longer shown.")
            )
        return redirect(request.path)
    is_own = request.user.person_id == person.pk
    context = {
        "title": _("Show my name") if is_own else _("Show the name: %(name)s") % {"name": person},
        "lede": _("In public you are a seat or “a resident”. Here you decide whether your name stands beside it.")
        if is_own
        else _("Only with the signed sheet before you."),
        "words": services.consent_words(),
        "is_shown": person.name_is_public,
    }
    return render(request, "councils/name_consent.html", context)
