"""Board seats at the office: who is sent, mandates, reports; and what the desk enters for somebody without a login."""

from typing import Any

from django.contrib import messages
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
from audit.services import Refused
from councils import services
from councils.forms.companies import DelegateForm, MandateForm
from councils.models import BoardMandate, BoardReport, BoardSeat, Delegate
from councils.permissions import may
from councils.services.reports import is_awaited
from councils.views.pages import form_page

SHOWN = 25


def may_see(user: User) -> bool:
    """Whether `user` works with board seats at an office."""
    return may(user, "manage_board_seats") or may(user, "enter_for_delegates")


def seat_or_404(pk: int) -> BoardSeat:
    """The seat with what its pages name."""
    rows = BoardSeat.objects.filter(deleted_at__isnull=True).select_related(
        "organ__organization", "organ__company__organization", "council__organization", "organization"
    )
    return get_object_or_404(rows, pk=pk)


@office_page(may_see)
@require_safe
def board_seat(request: SignedInRequest, pk: int) -> HttpResponse:
    """A board seat's card: holder, mandates, reports. Closed files are not opened from here."""
    seat = seat_or_404(pk)
    holder = seat.delegates.current().select_related("person").first()
    context = {
        "title": _("Seat %(number)s in %(organ)s") % {"number": seat.number, "organ": seat.organ.organization.name},
        "kicker": seat.organ.company.organization.name,
        "lede": _(
            "Who is sent, what the council asks for, which reports are due. The closed files are the delegate's."
        ),
        "breadcrumbs": [(_("Companies: master data"), reverse("councils:company_office_list"))],
        "facts": [
            (_("Who sends"), seat.sender),
            (_("Kind of seat"), seat.get_kind_display()),
            (_("Document that gives the seat"), f"{seat.basis_document}, {date_format(seat.basis_date)}"),
            (_("Held by"), str(holder.person) if holder else _("nobody at the moment")),
            *([(_("Until"), date_format(holder.until))] if holder else []),
            *([(_("Confidentiality declared"), _declared(holder))] if holder else []),
        ],
        "sections": [_mandates(request.user, seat), _reports(seat), _holders(seat)],
        "actions": _actions(request.user, seat, holder),
    }
    return render(request, "components/backoffice_detail.html", context)


def _declared(holder: Delegate) -> str:
    return date_format(holder.confidential_on) if holder.confidential_on else _("not yet")


def _mandates(user: User, seat: BoardSeat) -> dict[str, Any]:
    rows = seat.mandates.visible_to(user).select_related("sitting").order_by("-sitting__date")[:SHOWN]
    return {
        "title": _("Mandates of the council"),
        "columns": [_("Sitting"), _("On which matter"), _("Resolution of the council")],
        "rows": [[date_format(one.sitting.date), _matter(user, one), one.reference] for one in rows],
    }


def _matter(user: User, mandate: BoardMandate) -> Any:
    """The matter, with the way to note how was voted once the sitting is over."""
    if mandate.sitting.date > today() or not may(user, "enter_for_delegates"):
        return mandate.title
    return {"text": mandate.title, "url": reverse("councils:mandate_note", args=[mandate.pk])}


def _reports(seat: BoardSeat) -> dict[str, Any]:
    day = today()
    rows = seat.reports.select_related("sitting").order_by("-sitting__date")[:SHOWN]
    return {
        "title": _("Reports in public words"),
        "columns": [_("Sitting"), _("Due on"), _("State")],
        "rows": [
            [
                {
                    "text": date_format(one.sitting.date),
                    "url": one.get_absolute_url()
                    if one.given_on
                    else reverse("councils:board_report_write", args=[one.pk]),
                },
                date_format(one.due_on),
                {"text": report_state(one, day), "tone": report_tone(one, day)},
            ]
            for one in rows
        ],
    }


def report_state(report: BoardReport, day: Any) -> str:
    """A report's state in a word."""
    if report.given_on:
        return _("given")
    return _("awaited") if is_awaited(report, day) else _("due")


def report_tone(report: BoardReport, day: Any) -> str:
    """Its tone for a tag."""
    if report.given_on:
        return "done"
    return "late" if is_awaited(report, day) else "now"


def _holders(seat: BoardSeat) -> dict[str, Any]:
    rows = seat.delegates.select_related("person").order_by("-begin_date")[:SHOWN]
    return {
        "title": _("Who was sent"),
        "columns": [_("Person"), _("From"), _("Until"), _("By which resolution")],
        "rows": [
            [
                str(one.person),
                date_format(one.begin_date),
                date_format(one.end_date) if one.end_date else "",
                one.election_reference,
            ]
            for one in rows
        ],
    }


def _actions(user: User, seat: BoardSeat, holder: Delegate | None) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = []
    if may(user, "manage_board_seats") and holder is None:
        actions.append({"label": _("Note who is sent"), "url": reverse("councils:delegate_send", args=[seat.pk])})
    if may(user, "give_mandate") and seat.sends == BoardSeat.Sends.COUNCIL:
        actions.append({"label": _("Enter a mandate"), "url": reverse("councils:mandate_give", args=[seat.pk])})
    if holder is not None and holder.confidential_on is None and may(user, "enter_for_delegates"):
        actions.append(
            {
                "label": _("Enter the signed declaration"),
                "action": reverse("councils:confidentiality_declare", args=[holder.pk]),
                "kind": "secondary",
                "hint": _("Only with the signed sheet before you."),
            }
        )
    if may(user, "manage_board_seats") and holder is not None:
        actions.append(
            {
                "label": _("End the delegation today"),
                "action": reverse("councils:delegate_recall", args=[holder.pk]),
                "kind": "secondary",
                "is_danger": True,
                "hint": _("The closed files no longer open from then on."),
            }
        )
    return actions


@office_page(lambda user: may(user, "manage_board_seats"))
@require_http_methods(["GET", "POST"])
def delegate_send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whom the sender sends."""
    seat = seat_or_404(pk)
    form = DelegateForm(request.POST or None, seat=seat, initial={"begin_date": today()})

    def sent() -> Any:
        person = form.chosen
        if person is None:
            raise Refused(_("Nobody has this number."))
        return services.send_delegate(
            seat,
            person=person,
            begin_date=form.cleaned_data["begin_date"],
            election_reference=form.cleaned_data["election_reference"],
            by=request.user,
        )

    return form_page(
        request,
        form,
        sent,
        done=_("Noted. The person has been told."),
        to=reverse("councils:board_seat", args=[pk]),
        title=_("Note who is sent"),
        kicker=str(seat.organ),
        lede=_("The council elects its delegate; here you note whom, and by which resolution."),
        submit_label=_("Note it"),
        cancel_url=reverse("councils:board_seat", args=[pk]),
    )


@office_page(lambda user: may(user, "manage_board_seats"))
@require_POST
def delegate_recall(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a delegation today: the sender called the delegate back."""
    delegate = get_object_or_404(Delegate, pk=pk)
    carry_out(
        request,
        lambda: services.end_delegation(
            delegate, reason=Delegate.EndReason.RECALLED, end_date=today(), by=request.user
        ),
        _("The delegation has ended."),
    )
    return redirect("councils:board_seat", delegate.seat_id)


@office_page(lambda user: may(user, "give_mandate"))
@require_http_methods(["GET", "POST"])
def mandate_give(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the council asks for in a sitting to come."""
    seat = seat_or_404(pk)
    sittings = seat.organ.sittings.filter(date__gte=today()).select_related("organ__organization").order_by("date")
    form = MandateForm(request.POST or None, sittings=sittings)
    return form_page(
        request,
        form,
        lambda: services.give_mandate(seat, by=request.user, **form.cleaned_data),
        done=_("The mandate is noted, and the delegate has been told."),
        to=reverse("councils:board_seat", args=[pk]),
        title=_("Enter a mandate"),
        kicker=str(seat.organ),
        lede=_("What the council decided to ask of its delegate, with the resolution that says so."),
        submit_label=_("Note the mandate"),
        cancel_url=reverse("councils:board_seat", args=[pk]),
    )


def back_from_declaring(request: SignedInRequest, delegate: Delegate) -> HttpResponse:
    """Where one goes after a declaration: the delegate to the own seats, the desk to the seat's card."""
    messages.success(request, _("The declaration is noted. The files open now."))
    if request.user.person_id == delegate.person_id:
        return redirect("councils:delegate_seats")
    return redirect("councils:board_seat", delegate.seat_id)
