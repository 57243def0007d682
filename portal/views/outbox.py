"""The outbox as the secretariat sees it: mails that failed, letters to print and post, calls to make."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import letters, outbox
from accounts.filters_outbox import MessageFilter
from accounts.models import LetterBatch, Message, Person, Role, User, has_role
from accounts.requests import SignedInRequest
from audit.services import Refused
from documents.models import File
from documents.services import serve_file
from portal.paging import page_links

STATE_TONES = {Message.State.FAILED: "late", Message.State.BOUNCED: "late", Message.State.QUEUED: "now"}


def _require_office(user: User) -> None:
    if not has_role(user, Role.Kind.SECRETARIAT, Role.Kind.CLERK):
        raise PermissionDenied


@login_required
@require_safe
def message_list(request: SignedInRequest) -> HttpResponse:
    """Every message, newest first; by way and state."""
    _require_office(request.user)
    found = MessageFilter(request.GET, Message.objects.select_related("person", "organization").order_by("-id"))
    page = Paginator(found.qs, 25).get_page(request.GET.get("seite"))
    context = {
        "title": _("Outbox"),
        "lede": _("Mails, letters and calls: what was sent, what waits, what failed."),
        "filter_form": found.form,
        "columns": [_("Subject"), _("To"), _("By"), _("State"), _("Since")],
        "rows": [_message_row(message) for message in page],
        **page_links(page, request.GET),
    }
    return render(request, "components/backoffice_list.html", context)


def _message_row(message: Message) -> list[Any]:
    return [
        {"text": message.subject, "url": reverse("portal:message_detail", args=[message.pk])},
        _recipient(message),
        message.get_channel_display(),
        {"text": message.get_state_display(), "tone": STATE_TONES.get(Message.State(message.state), "")},
        date_format(message.created_at, "SHORT_DATETIME_FORMAT"),
    ]


def _recipient(message: Message) -> str:
    return str(message.person or message.organization or message.email)


@login_required
@require_safe
def message_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message with its words: what to say on the phone, what went wrong."""
    _require_office(request.user)
    message = get_object_or_404(Message.objects.select_related("person", "organization"), pk=pk)
    facts = [(_("To"), _recipient(message)), (_("By"), message.get_channel_display())]
    if message.channel == Person.Channel.PHONE and message.person:
        facts += [(_("Phone"), message.person.phone), (_("Helped by"), message.person.helper_name or "–")]
    context = {
        "title": message.subject,
        "message": message,
        "tag_label": message.get_state_display(),
        "facts": facts,
        "actions": _actions(message),
        "is_sealed": _is_sealed(message),
    }
    return render(request, "portal/message_detail.html", context)


def _is_sealed(message: Message) -> bool:
    """Whether the words are the recipient's alone: mails about a login hold links that confirm or open it."""
    is_to_a_login = message.person_id is None and message.organization_id is None
    return is_to_a_login or message.event.startswith(("account", "mfa"))


def _actions(message: Message) -> list[dict[str, str]]:
    if message.state == Message.State.FAILED:
        return [{"label": _("Send again"), "action": reverse("portal:message_retry", args=[message.pk])}]
    if message.state == Message.State.QUEUED and message.channel == Person.Channel.PHONE:
        return [{"label": _("I have told them"), "action": reverse("portal:message_told", args=[message.pk])}]
    return []


@login_required
@require_POST
def message_told(request: SignedInRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    return _do(request, lambda m: outbox.note_phone_call(m, by=request.user), pk, _("The call is noted."))


@login_required
@require_POST
def message_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    return _do(
        request, lambda m: outbox.retry_message(m, by=request.user), pk, _("The message waits to be sent again.")
    )


def _do(request: SignedInRequest, act: Callable[[Message], object], pk: int, done: str) -> HttpResponse:
    try:
        act(get_object_or_404(Message, pk=pk))
        messages.success(request, done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:message_detail", pk=pk)


@login_required
@require_safe
def batch_list(request: SignedInRequest) -> HttpResponse:
    """Batches of letters, newest first: print, download, note the day of posting."""
    _require_office(request.user)
    page = Paginator(LetterBatch.objects.order_by("-id"), 25).get_page(request.GET.get("seite"))
    context = {
        "title": _("Letters"),
        "lede": _("Print what waits, fold, post, and note the day."),
        "waiting": letters.waiting_letters().count(),
        "columns": [_("Batch"), {"label": _("Letters"), "is_number": True}, _("Made"), _("Posted")],
        "rows": [_batch_row(batch) for batch in page],
        "unposted": [batch for batch in page if batch.file_sha256 and batch.posted_on is None],
        **page_links(page),
    }
    return render(request, "portal/batch_list.html", context)


def _batch_row(batch: LetterBatch) -> list[Any]:
    name = _("Batch %(number)s") % {"number": batch.pk}
    is_ready = bool(batch.file_sha256)
    return [
        {"text": name, "url": reverse("portal:batch_pdf", args=[batch.pk])} if is_ready else name,
        batch.count if is_ready else _("being printed"),
        date_format(batch.created_at, "SHORT_DATETIME_FORMAT"),
        date_format(batch.posted_on) if batch.posted_on else "–",
    ]


@login_required
@require_POST
def batch_request(request: SignedInRequest) -> HttpResponse:
    _require_office(request.user)
    try:
        letters.request_batch(by=request.user)
        messages.success(request, _("The letters are being printed into a PDF. This page shows when it is ready."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:batch_list")


@login_required
@require_safe
def batch_pdf(request: SignedInRequest, pk: int) -> FileResponse:
    _require_office(request.user)
    batch = get_object_or_404(LetterBatch.objects.exclude(file_sha256=""), pk=pk)
    return serve_file(request, get_object_or_404(File, owner=f"letterbatch:{batch.pk}"))


@login_required
@require_POST
def batch_posted(request: SignedInRequest, pk: int) -> HttpResponse:
    _require_office(request.user)
    try:
        letters.note_posted(get_object_or_404(LetterBatch, pk=pk), by=request.user)
        messages.success(request, _("The day of posting is noted."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:batch_list")
