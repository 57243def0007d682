"""The seats of organised civil society beside the council's: named, appointed or declined, ended."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role, User, has_role
from accounts.requests import SignedInRequest
from accounts.views.pages import office_page
from audit.clock import today
from councils import services
from councils.forms.members import AppointForm, DeclineForm, NominationForm
from councils.models import CivilNomination, CivilSeat
from councils.views.bodies import council_or_404, office_url
from councils.views.pages import confirm_page, form_page


def may_seat(user: User) -> bool:
    """Whether `user` appoints for organised civil society; whether now is the council's state to say."""
    return has_role(user, Role.Kind.SECRETARIAT)


def _nomination(pk: int) -> CivilNomination:
    rows = CivilNomination.objects.select_related("council__organization", "organization", "person")
    return get_object_or_404(rows, pk=pk, seat=None, declined_on=None)


@office_page(may_seat)
@require_http_methods(["GET", "POST"])
def civil_nominate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter whom an organisation names."""
    council = council_or_404(pk)
    form = NominationForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: services.nominate_civil(
            council,
            organization=form.cleaned_data["organization"],
            name=form.cleaned_data["name"],
            person=form.cleaned_data["number"],
            letter=form.cleaned_data["letter"],
            by=request.user,
        ),
        done=_("Entered. Now appoint or decline."),
        to=lambda one: reverse("councils:civil_appoint", args=[one.pk]),
        title=_("Enter whom an organisation names"),
        kicker=council.organization.name,
        lede=_("Organisations of civil society send somebody who advises; they have no vote in the council."),
        submit_label=_("Enter"),
        cancel_url=office_url(council),
    )


@office_page(may_seat)
@require_http_methods(["GET", "POST"])
def civil_appoint(request: SignedInRequest, pk: int) -> HttpResponse:
    """Appoint whom an organisation named."""
    one = _nomination(pk)
    form = AppointForm(request.POST or None, initial={"begin_date": today()})
    return form_page(
        request,
        form,
        lambda: services.appoint_civil(one, by=request.user, **form.cleaned_data),
        done=_("Appointed."),
        to=office_url(one.council),
        template="councils/civil_appoint.html",
        decline_url=reverse("councils:civil_decline", args=[pk]),
        title=_("Appoint: %(name)s") % {"name": one.person or ""},
        kicker=one.organization.name,
        lede=_("Named by: %(letter)s. Whoever sits there for the organisation now leaves with it.")
        % {"letter": one.letter},
        submit_label=_("Appoint"),
        cancel_url=office_url(one.council),
    )


@office_page(may_seat)
@require_http_methods(["GET", "POST"])
def civil_decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Do not appoint whom an organisation named, with the reason."""
    one = _nomination(pk)
    form = DeclineForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: services.decline_nomination(one, by=request.user, **form.cleaned_data),
        done=_("Declined. Please tell the organisation why."),
        to=office_url(one.council),
        title=_("Do not appoint: %(name)s") % {"name": one.person or ""},
        kicker=one.organization.name,
        submit_label=_("Do not appoint"),
        is_danger=True,
        cancel_url=reverse("councils:civil_appoint", args=[pk]),
    )


@office_page(may_seat)
@require_http_methods(["GET", "POST"])
def civil_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an organisation's seat, after a question."""
    seat = get_object_or_404(CivilSeat.objects.select_related("council__organization", "organization"), pk=pk)
    return confirm_page(
        request,
        lambda: services.end_civil_seat(seat, by=request.user),
        done=_("The seat has ended."),
        to=office_url(seat.council),
        title=_("End the seat?"),
        kicker=seat.organization.name,
        lede=_("The organisation sends nobody from today on until somebody is appointed anew."),
        submit_label=_("End it today"),
    )
