"""The secretariat's pages over companies: master data, owners, organs, calendars, key figures, board seats."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.pages import carry_out, office_page
from audit.clock import today
from councils import services
from councils.forms.companies import (
    BindingForm,
    BoardSeatForm,
    CompanyForm,
    FigureForm,
    OrganForm,
    OwnerForm,
    SittingForm,
)
from councils.models import Company, Organ, Share, Sitting, percent
from councils.paging import bounded_page
from councils.permissions import may
from councils.views.pages import form_page
from councils.wording import figure_in_words

FIGURES_SHOWN = 60
SITTINGS_SHOWN = 24


def may_manage(user: User) -> bool:
    """Whether `user` keeps the master data of companies."""
    return may(user, "manage_companies")


def _company(pk: int) -> Company:
    return get_object_or_404(Company.objects.select_related("organization").filter(deleted_at__isnull=True), pk=pk)


def _organ(pk: int) -> Organ:
    rows = Organ.objects.select_related("organization", "company__organization")
    return get_object_or_404(rows.filter(deleted_at__isnull=True, company__deleted_at__isnull=True), pk=pk)


def _url(company: Company) -> str:
    return reverse("councils:company_office", args=[company.pk])


def _company_form(
    request: SignedInRequest,
    company: Company,
    form: Any,
    act: Callable[[], Any],
    *,
    to: str | Callable[[Any], str] = "",
    **words: Any,
) -> HttpResponse:
    """A form about a company or one of its organs: it leads to the company's card, and back to it."""
    words = {"kicker": company.organization.name, "cancel_url": _url(company), **words}
    return form_page(request, form, act, to=to or _url(company), **words)


@office_page(may_manage)
@require_safe
def company_office_list(request: SignedInRequest) -> HttpResponse:
    """Every company with the number of its organs; the way to each card."""
    rows = Company.objects.filter(deleted_at__isnull=True).select_related("organization")
    page = bounded_page(request, rows.annotate(organ_count=Count("organs")).order_by("organization__name", "pk"))
    context = {
        "title": _("Companies: master data"),
        "lede": _("Owners, organs, calendars of sittings, what may bind them, and who is sent there."),
        "columns": [_("Company"), _("Legal form"), _("Sector"), {"label": _("Organs"), "is_number": True}],
        "rows": [
            [
                {"text": company.organization.name, "url": _url(company)},
                company.get_legal_form_display(),
                company.get_sector_display(),
                company.organ_count,
            ]
            for company in page.rows
        ],
        "action_url": reverse("councils:company_new"),
        "action_label": _("Enter a company"),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "components/backoffice_list.html", context)


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def company_new(request: SignedInRequest) -> HttpResponse:
    """Enter a company."""
    form = CompanyForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: services.enter_company(by=request.user, **form.cleaned_data),
        done=_("The company is entered. Now add its owners and organs."),
        to=_url,
        title=_("Enter a company"),
        lede=_("A company the city owns a part of, directly or through another."),
        submit_label=_("Enter the company"),
        cancel_url=reverse("councils:company_office_list"),
    )


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def company_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct a company's master data."""
    company = _company(pk)
    initial = {"name": company.organization.name, "website": company.organization.website}
    initial |= {name: getattr(company, name) for name in ("legal_form", "sector", "purpose")}
    form = CompanyForm(request.POST or None, initial=initial)
    return _company_form(
        request,
        company,
        form,
        lambda: services.change_company(company, by=request.user, **form.cleaned_data),
        done=_("The company is corrected."),
        title=company.organization.name,
        kicker=_("Correct master data"),
        submit_label=_("Save"),
    )


@office_page(may_manage)
@require_safe
def company_office(request: SignedInRequest, pk: int) -> HttpResponse:
    """A company's card: owners, organs with calendar and seats, figures, and what can be entered."""
    company = _company(pk)
    context = {
        "title": company.organization.name,
        "kicker": company.get_sector_display(),
        "lede": _("What is entered here stands on the company's public page at once."),
        "breadcrumbs": [(_("Companies: master data"), reverse("councils:company_office_list"))],
        "facts": [
            (_("Legal form"), company.get_legal_form_display()),
            (_("Sector"), company.get_sector_display()),
            (_("What it does"), company.purpose),
        ],
        "sections": [_owners(company), *_organs(company), _figures(company)],
        "actions": [
            {"label": _("Correct master data"), "url": reverse("councils:company_edit", args=[pk])},
            {"label": _("Add an owner"), "url": reverse("councils:owner_add", args=[pk])},
            {"label": _("Add an organ"), "url": reverse("councils:organ_add", args=[pk])},
            {"label": _("Enter a figure"), "url": reverse("councils:figure_add", args=[pk])},
            {"label": _("The public page"), "url": company.get_absolute_url(), "kind": "tertiary"},
        ],
    }
    return render(request, "components/backoffice_detail.html", context)


def _owners(company: Company) -> dict[str, Any]:
    shares = company.shares.select_related("owner", "owner_company__organization")
    return {
        "title": _("Owners"),
        "columns": [_("Owner"), {"label": _("Share"), "is_number": True}, _("Change")],
        "rows": [
            [
                share.owner_label,
                percent(share.basis_points),
                {"text": _("Take out"), "url": reverse("councils:owner_remove", args=[share.pk])},
            ]
            for share in shares
        ],
    }


def _organs(company: Company) -> list[dict[str, Any]]:
    """Each organ as a section: binding, next sittings, seats."""
    organs = company.organs.filter(deleted_at__isnull=True).select_related("organization")
    return [
        _organ_section(organ)
        for organ in organs.prefetch_related(
            "sittings", "board_seats__council__organization", "board_seats__organization"
        )
    ]


def _organ_section(organ: Organ) -> dict[str, Any]:
    day = today()
    coming = [date_format(one.date) for one in organ.sittings.all() if one.date >= day][:4]
    seats = [
        [
            {
                "text": _("Seat %(number)s") % {"number": seat.number},
                "url": reverse("councils:board_seat", args=[seat.pk]),
            },
            f"{seat.sender}, {seat.get_kind_display()}",
        ]
        for seat in organ.board_seats.all()
    ]
    rows: list[list[Any]] = [
        [
            {"text": _("What may bind it"), "url": reverse("councils:organ_binding", args=[organ.pk])},
            f"{organ.get_binding_display()} ({organ.binding_document})",
        ],
        [
            {"text": _("Calendar of sittings"), "url": reverse("councils:sitting_list", args=[organ.pk])},
            ", ".join(coming) or _("no sitting entered"),
        ],
        *seats,
        [{"text": _("Enter a board seat"), "url": reverse("councils:board_seat_new", args=[organ.pk])}, ""],
    ]
    return {"title": organ.organization.name, "columns": [_("What"), _("Now")], "rows": rows}


def _figures(company: Company) -> dict[str, Any]:
    figures = company.figures.order_by("name", "-year")[:FIGURES_SHOWN]
    return {
        "title": _("Key figures"),
        "columns": [_("What is counted"), _("Year"), {"label": _("Figure"), "is_number": True}, _("Document")],
        "rows": [[one.name, str(one.year), figure_in_words(one.value, one.unit), one.source] for one in figures],
    }


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def owner_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """One more owner beside those who stand there."""
    company = _company(pk)
    form = OwnerForm(request.POST or None, company=company)

    def add() -> Any:
        data = form.cleaned_data
        more = services.Owner(int(data["percent"] * 100), data["municipality"], data["company"], data["name"])
        return services.set_owners(company, owners=[*_standing(company), more], by=request.user)

    return _company_form(
        request,
        company,
        form,
        add,
        done=_("The owner is entered."),
        title=_("Add an owner"),
        lede=_("Choose one of the three and the share. A holding is a company that owns others."),
        submit_label=_("Enter the owner"),
    )


def _standing(company: Company, *, without: int = 0) -> list[services.Owner]:
    shares = company.shares.exclude(pk=without).select_related("owner", "owner_company")
    return [services.Owner(one.basis_points, one.owner, one.owner_company, one.owner_name) for one in shares]


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def owner_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an owner out, after a question."""
    rows = Share.objects.select_related("company__organization", "owner", "owner_company__organization")
    share = get_object_or_404(rows.filter(company__deleted_at__isnull=True), pk=pk)
    company = share.company
    if request.method == "POST":
        kept = _standing(company, without=share.pk)
        carry_out(
            request, lambda: services.set_owners(company, owners=kept, by=request.user), _("The owner is taken out.")
        )
        return redirect(_url(company))
    context = {
        "title": _("Take out: %(owner)s") % {"owner": share.owner_label},
        "kicker": company.organization.name,
        "lede": _("The share of %(percent)s then belongs to nobody here until you enter it anew.")
        % {"percent": percent(share.basis_points)},
        "submit_label": _("Take out"),
        "is_danger": True,
        "cancel_url": _url(company),
    }
    return render(request, "councils/confirm.html", context)


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def organ_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """An organ with what may bind it."""
    company = _company(pk)
    form = OrganForm(request.POST or None, initial={"binding_date": today()})
    return _company_form(
        request,
        company,
        form,
        lambda: services.add_organ(company, by=request.user, **form.cleaned_data),
        done=_("The organ is entered."),
        title=_("Add an organ"),
        lede=_("What may bind an organ depends on the company's legal form; what its law does not allow is refused."),
        submit_label=_("Enter the organ"),
    )


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def organ_binding(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new basis with its document."""
    organ = _organ(pk)
    names = ("binding", "binding_document", "binding_date", "articles_reference")
    form = BindingForm(request.POST or None, initial={name: getattr(organ, name) for name in names})
    return _company_form(
        request,
        organ.company,
        form,
        lambda: services.change_binding(organ, by=request.user, **form.cleaned_data),
        done=_("The basis is entered."),
        title=organ.organization.name,
        kicker=_("What may bind it"),
        lede=_("Decisions that were sent before keep the basis they had."),
        submit_label=_("Save"),
    )


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def sitting_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The calendar of an organ, and one day more."""
    organ = _organ(pk)
    form = SittingForm(request.POST or None)
    coming = organ.sittings.filter(date__gte=today()).order_by("date")[:SITTINGS_SHOWN]
    return _company_form(
        request,
        organ.company,
        form,
        lambda: services.add_sitting(organ, by=request.user, **form.cleaned_data),
        done=_("The sitting is entered."),
        to=reverse("councils:sitting_list", args=[pk]),
        title=_("Calendar of sittings"),
        kicker=organ.organization.name,
        lede=_("Entered until now: %(dates)s")
        % {"dates": ", ".join(date_format(one.date) for one in coming) or _("no sitting entered")},
        submit_label=_("Enter the sitting"),
    )


@office_page(may_manage)
@require_POST
def sitting_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a sitting to come out of the calendar."""
    sitting = get_object_or_404(Sitting.objects.select_related("organ"), pk=pk)
    carry_out(request, lambda: services.remove_sitting(sitting, by=request.user), _("The sitting is taken out."))
    return redirect("councils:sitting_list", sitting.organ_id)


@office_page(may_manage)
@require_http_methods(["GET", "POST"])
def figure_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """A figure of a year; the same name and year corrects it."""
    company = _company(pk)
    form = FigureForm(request.POST or None, initial={"year": today().year - 1})
    return _company_form(
        request,
        company,
        form,
        lambda: services.note_figure(company, by=request.user, **form.cleaned_data),
        done=_("The figure is entered."),
        title=_("Enter a figure"),
        lede=_("The same name and year again corrects the figure."),
        submit_label=_("Enter the figure"),
    )


@office_page(lambda user: may(user, "manage_board_seats"))
@require_http_methods(["GET", "POST"])
def board_seat_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """A seat in an organ and who sends."""
    organ = _organ(pk)
    form = BoardSeatForm(request.POST or None, initial={"basis_date": today()})
    return _company_form(
        request,
        organ.company,
        form,
        lambda: services.enter_board_seat(organ, by=request.user, **form.cleaned_data),
        done=_("The seat is entered. Now note who is sent."),
        to=lambda seat: reverse("councils:board_seat", args=[seat.pk]),
        title=_("Enter a board seat"),
        kicker=organ.organization.name,
        lede=_("A seat that the council, organised civil society or the city fills, with the document that says so."),
        submit_label=_("Enter the seat"),
    )
