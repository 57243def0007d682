"""The delegate's own pages: seats, the closed file of each sitting, papers, how was voted, the report."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, User, has_role
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt
from audit.clock import today
from audit.services import label
from councils import services
from councils.forms.companies import FileForm, NoteVoteForm, PaperForm, ReportForm
from councils.models import BoardFile, BoardMandate, BoardPaper, BoardReport, BoardSeat, Delegate, Sitting
from councils.permissions import may, may_as_delegate, may_fill_file
from councils.views.boards import back_from_declaring, report_state, report_tone
from councils.views.pages import form_page
from documents.services import accept_upload, serve_file

SHOWN = 12


@never_cache
@login_required
@require_safe
def delegate_seats(request: SignedInRequest) -> HttpResponse:
    """The seats I hold, or those of my organ as its secretary: coming sittings, files, reports that are due."""
    held = list(_held(request.user))
    seats = [delegate.seat for delegate in held] or list(_secretarys(request.user))
    if not seats:
        raise PermissionDenied
    day = today()
    own = {delegate.seat_id: delegate for delegate in held}
    context = {"rows": [_seat_row(seat, own.get(seat.pk), day) for seat in seats], "today": day}
    return render(request, "councils/delegate_seats.html", context)


def _held(user: User) -> Any:
    rows = Delegate.objects.current().filter(person=user.person_id, seat__deleted_at__isnull=True)
    return rows.select_related(
        "seat__organ__organization", "seat__organ__company__organization", "seat__council__organization"
    )


def _secretarys(user: User) -> Any:
    if not has_role(user, Role.Kind.BOARD_SECRETARY):
        return BoardSeat.objects.none()
    where = Role.objects.current().filter(person=user.person_id, kind=Role.Kind.BOARD_SECRETARY)
    organizations = where.values("organization")
    rows = BoardSeat.objects.filter(deleted_at__isnull=True).select_related(
        "organ__organization", "organ__company__organization", "council__organization"
    )
    return (
        rows.filter(organ__organization__in=organizations) | rows.filter(organ__company__organization__in=organizations)
    )[:SHOWN]


def _seat_row(seat: BoardSeat, delegate: Delegate | None, day: Any) -> dict[str, Any]:
    coming = seat.organ.sittings.filter(date__gte=day).order_by("date")[:3]
    past = seat.organ.sittings.filter(date__lt=day).order_by("-date")[:3]
    reports = seat.reports.filter(delegate=delegate).select_related("sitting")[:SHOWN] if delegate else []
    return {
        "seat": seat,
        "delegate": delegate,
        "sittings": [*coming, *past],
        "reports": [{"report": one, "word": report_state(one, day), "tone": report_tone(one, day)} for one in reports],
    }


@login_required
@require_POST
def confidentiality_declare(request: SignedInRequest, pk: int) -> HttpResponse:
    """The delegate declares; or the desk enters the signed sheet."""
    delegate = get_object_or_404(Delegate.objects.select_related("seat", "person"), pk=pk)
    if not (may_as_delegate(request.user, delegate) or may(request.user, "enter_for_delegates")):
        raise Http404
    services.declare_confidentiality(delegate, by=request.user)
    return back_from_declaring(request, delegate)


@login_required
@require_POST
def board_file_open(request: SignedInRequest, seat: int, sitting: int) -> HttpResponse:
    """Open the file of a sitting, made when it is first needed."""
    found = get_object_or_404(BoardSeat.objects.select_related("organ__company__organization"), pk=seat)
    if not may_fill_file(request.user, found):
        raise Http404
    file = services.open_file(
        found, sitting=get_object_or_404(Sitting, pk=sitting, organ=found.organ_id), by=request.user
    )
    return redirect(file)


def _file(request: HttpRequest, pk: int) -> BoardFile:
    rows = BoardFile.objects.visible_to(request.user).select_related(
        "seat__organ__organization", "seat__organ__company__organization", "sitting"
    )
    return get_object_or_404(rows, pk=pk)


def _undeclared(user: Any, file: BoardFile) -> Delegate | None:
    """The delegate behind `user` who has not declared confidentiality yet."""
    held = Delegate.objects.current().filter(seat=file.seat_id, person=user.person_id)
    return held.filter(confidential_on__isnull=True).first()


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def board_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The closed file of a sitting. Nothing of it is shown before confidentiality is declared."""
    file = _file(request, pk)
    if delegate := _undeclared(request.user, file):
        return render(request, "councils/board_file_closed.html", {"file": file, "delegate": delegate})
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and attempt(form, lambda: _add_paper(request, file, form)):
        return redirect(file)
    own = Delegate.objects.current().filter(seat=file.seat_id, person=request.user.person_id).first()
    context = {
        "file": file,
        "form": form,
        "papers": file.papers.select_related("document"),
        "mandates": BoardMandate.objects.filter(seat=file.seat_id, sitting=file.sitting_id) if own else [],
        "can_note": own is not None and file.sitting.date <= today(),
        "report": BoardReport.objects.filter(seat=file.seat_id, sitting=file.sitting_id).first(),
        "today": today(),
    }
    return render(request, "councils/board_file.html", context, status=422 if form.errors else 200)


def _add_paper(request: SignedInRequest, file: BoardFile, form: PaperForm) -> BoardPaper:
    document = accept_upload(form.cleaned_data["document"], owner=label(file))
    return services.add_paper(file, title=form.cleaned_data["title"], document=document, by=request.user)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def board_file_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agenda, and what may be told outside."""
    file = _file(request, pk)
    if _undeclared(request.user, file):
        return redirect(file)
    form = FileForm(request.POST or None, initial={"agenda": file.agenda, "outside": file.outside})
    return form_page(
        request,
        form,
        lambda: services.fill_file(file, by=request.user, **form.cleaned_data),
        done=_("The file is saved."),
        to=file.get_absolute_url(),
        title=_("Agenda, and what may be told outside"),
        kicker=file.seat.organ.organization.name,
        submit_label=_("Save"),
        cancel_url=file.get_absolute_url(),
    )


@never_cache
@login_required
@require_safe
def board_paper(request: SignedInRequest, pk: int) -> FileResponse:
    """The bytes of a paper, to those alone who may open its file and have declared confidentiality."""
    paper = get_object_or_404(BoardPaper.objects.select_related("document", "file"), pk=pk)
    file = _file(request, paper.file_id)
    if _undeclared(request.user, file):
        raise Http404
    return serve_file(request, paper.document)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def mandate_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """How the delegate voted on the matter of a mandate."""
    mandate = get_object_or_404(BoardMandate.objects.select_related("seat", "sitting"), pk=pk)
    delegate = get_object_or_404(Delegate.objects.current().select_related("person"), seat=mandate.seat_id)
    if not (may_as_delegate(request.user, delegate) or may(request.user, "enter_for_delegates")):
        raise Http404
    is_own = delegate.person_id == request.user.person_id
    form = NoteVoteForm(request.POST or None)
    back = reverse("councils:delegate_seats") if is_own else reverse("councils:board_seat", args=[mandate.seat_id])
    return form_page(
        request,
        form,
        lambda: services.note_vote(mandate, delegate=delegate, by=request.user, **form.cleaned_data),
        done=_("Noted in the closed file."),
        to=back,
        title=mandate.title,
        kicker=_("How was voted"),
        lede=mandate.text,
        submit_label=_("Note it"),
        cancel_url=back,
    )


@login_required
@require_http_methods(["GET", "POST"])
def board_report_write(request: SignedInRequest, pk: int) -> HttpResponse:
    """The report in public words: by the delegate, or dictated at the desk."""
    rows = BoardReport.objects.select_related("delegate__person", "sitting", "seat__organ__organization")
    report = get_object_or_404(rows.filter(deleted_at__isnull=True, given_on__isnull=True), pk=pk)
    is_own = report.delegate.person_id == request.user.person_id
    if not (is_own or may(request.user, "enter_for_delegates")):
        raise Http404
    form = ReportForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: services.give_report(report, text=form.cleaned_data["text"], by=request.user),
        done=_("The report is published."),
        to=report.get_absolute_url(),
        title=_("Report in public words"),
        kicker=report.seat.organ.organization.name,
        lede=_("On the sitting of %(date)s, due on %(due)s.")
        % {"date": _date(report.sitting.date), "due": _date(report.due_on)},
        warning=_("Once published, the report stays as it is."),
        submit_label=_("Publish the report"),
        cancel_url="",
    )


def _date(value: Any) -> str:
    from django.utils.formats import date_format

    return date_format(value)


@require_safe
def board_report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report that has been given, to read and to link to."""
    rows = (
        BoardReport.objects.visible_to(request.user)
        .filter(given_on__isnull=False)
        .select_related(
            "seat__organ__organization",
            "seat__organ__company__organization",
            "seat__council__organization",
            "seat__organization",
            "sitting",
        )
    )
    report = get_object_or_404(rows, pk=pk)
    return render(request, "councils/board_report.html", {"report": report, "today": today()})
