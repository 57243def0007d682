"""The outbox as the secretariat sees it: mails that failed, letters to print and post, calls to make."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import letters, outbox
from accounts.filters_outbox import MessageFilter
from accounts.models import LetterBatch, Message, Role, User, has_role
from audit.services import Refused
from documents.models import File
from documents.services import serve_file


def _require_office(user: User) -> None:
    if not has_role(user, Role.Kind.SECRETARIAT, Role.Kind.CLERK):
        raise PermissionDenied


@login_required
def message_list(request: HttpRequest) -> HttpResponse:
    _require_office(request.user)
    found = MessageFilter(request.GET, Message.objects.select_related("person", "organization").order_by("-id"))
    page = Paginator(found.qs, 25).get_page(request.GET.get("seite"))
    context = {"filter": found, "page": page, "waiting_letters": letters.waiting_letters().count()}
    return render(request, "portal/message_list.html", context)


@login_required
def message_detail(request: HttpRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    message = get_object_or_404(Message.objects.select_related("person", "organization"), pk=pk)
    return render(request, "portal/message_detail.html", {"message": message})


@login_required
@require_POST
def message_told(request: HttpRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    return _do(request, lambda m: outbox.note_phone_call(m, by=request.user), pk, _("The call is noted."))


@login_required
@require_POST
def message_retry(request: HttpRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    return _do(
        request, lambda m: outbox.retry_message(m, by=request.user), pk, _("The message waits to be sent again.")
    )


def _do(request: HttpRequest, act, pk: int, done: str) -> HttpResponse:  # type: ignore[no-untyped-def]
    try:
        act(get_object_or_404(Message, pk=pk))
        messages.success(request, done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:message_detail", pk=pk)


@login_required
def batch_list(request: HttpRequest) -> HttpResponse:
    _require_office(request.user)
    page = Paginator(LetterBatch.objects.order_by("-id"), 25).get_page(request.GET.get("seite"))
    return render(request, "portal/batch_list.html", {"page": page, "waiting": letters.waiting_letters().count()})


@login_required
@require_POST
def batch_request(request: HttpRequest) -> HttpResponse:
    _require_office(request.user)
    try:
        letters.request_batch(by=request.user)
        messages.success(request, _("The letters are being printed into a PDF. This page shows when it is ready."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:batch_list")


@login_required
def batch_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    batch = get_object_or_404(LetterBatch.objects.exclude(file_sha256=""), pk=pk)
    return serve_file(request, get_object_or_404(File, owner=f"letterbatch:{batch.pk}"))


@login_required
@require_POST
def batch_posted(request: HttpRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    try:
        letters.note_posted(get_object_or_404(LetterBatch, pk=pk), by=request.user)
        messages.success(request, _("The day of posting is noted."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:batch_list")
