"""The minutes of a meeting: read, noted beside, laid before the members, objected to, approved, as a paper."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person
from accounts.requests import SignedInRequest
from accounts.views.pages import attempt, carry_out
from audit.services import require
from documents.services import serve_file
from meetings import services
from meetings.models import AgendaItem, Meeting, Minutes, Objection, Promise
from meetings.permissions import can, can_object, sees_closed
from meetings.record_forms import NoteForm, ObjectionDecisionForm, ObjectionForm, OutcomeForm, PromiseForm
from meetings.services.chronicle import chronicle_of
from meetings.services.heard import as_blocks
from meetings.views.public import find_meeting
from meetings.views.votes import find_item
from proposals.acting import Acting, acting_in, date_of


def find_minutes(request: HttpRequest, pk: int) -> tuple[Meeting, Minutes | None]:
    """Meeting and minutes of an address: approved ones for everybody, before that for the council alone (404)."""
    meeting = find_meeting(request, pk)
    minutes = Minutes.objects.filter(meeting=meeting).select_related("file", "closed_file").first()
    if minutes is not None:
        minutes.meeting = meeting
    is_public = minutes is not None and minutes.state == Minutes.State.APPROVED
    if not is_public and not sees_closed(request.user, meeting.council):  # type: ignore[arg-type]
        raise Http404
    return meeting, minutes


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as they stand; a POST begins them. Whoever writes them finds the way to each remark."""
    acting = acting_in(request)
    meeting, minutes = find_minutes(request, pk)
    may_write = can(acting.user, "write_minutes", meeting)
    if request.method == "POST":
        require(may_write)
        services.begin_minutes(meeting, by=acting.user)
        return redirect("meetings:minutes", meeting.pk)
    if minutes is None and not may_write:
        raise Http404
    context: dict[str, Any] = {"meeting": meeting, "minutes": minutes, "may_write": may_write, "acting": acting}
    if minutes is not None:
        context |= _told(request, minutes, acting)
    return render(request, "meetings/minutes_detail.html", context)


def _told(request: HttpRequest, minutes: Minutes, acting: Acting) -> dict[str, Any]:
    meeting, user = minutes.meeting, acting.user
    may_see = sees_closed(user, meeting.council)
    is_approved = minutes.state == Minutes.State.APPROVED
    content = minutes.content or chronicle_of(minutes, date=date_of(user))
    closed = minutes.closed_content or {"items": []}
    if may_see and not is_approved:
        closed = chronicle_of(minutes, is_closed_part=True, date=date_of(user))
    keys = {str(order): pk for pk, order in meeting.items.values_list("pk", "order")}
    return {
        "content": content,
        "beside": _heard(content),
        "items": [_item(one, keys) for one in content["items"]],
        "closed_items": [_item(one, keys) for one in closed["items"]] if may_see else [],
        "may_note": can(user, "write_minutes", meeting) and not is_approved,
        "may_object": _may_object(acting, minutes),
        "objections": minutes.objections.select_related("membership__seat") if may_see else [],
        "approving": _approving(request, minutes),
        "may_see": may_see,
    }


def _heard(told: dict[str, Any]) -> list[Any]:
    """Who was heard, in the language of the minutes."""
    with translation.override(settings.LANGUAGE_CODE):
        return as_blocks(told)


def _item(one: dict[str, Any], keys: dict[str, int]) -> dict[str, Any]:
    told = one.get("resolutions", []) + one.get("motions", [])
    return {**one, "heard": _heard(one), "told": [_with_bars(row) for row in told], "pk": keys.get(one["number"])}


WORDS = {"yes": lambda: _("Yes"), "no": lambda: _("No"), "abstain": lambda: _("Abstentions")}


def _with_bars(row: dict[str, Any]) -> dict[str, Any]:
    if "vote" not in row:
        return row
    options = row["vote"]["options"]
    bars = [
        {
            "label": WORDS[one["label"]]() if one["label"] in WORDS else one["label"],
            "value": one["count"],
            "tone": one["label"] if one["label"] in WORDS else "",
        }
        for one in options
    ]
    return {**row, "bars": bars}


def _may_object(acting: Acting, minutes: Minutes) -> bool:
    person = acting.person
    return (
        minutes.state == Minutes.State.LAID and person is not None and can_object(acting.user, minutes.meeting, person)
    )


def _approving(request: HttpRequest, minutes: Minutes) -> Meeting | None:
    """The later session in which the reader could note that the minutes are approved, if there is one."""
    if minutes.state != Minutes.State.LAID:
        return None
    later = Meeting.objects.filter(
        council=minutes.meeting.council_id, state=Meeting.State.OPEN, starts_at__gt=minutes.meeting.starts_at
    )
    found = later.select_related("council__organization").order_by("starts_at").first()
    user: Any = request.user
    return found if found is not None and can(user, "approve_minutes", found) else None


def _form_page(
    request: SignedInRequest, form: forms.Form, act: Callable[[], Any], *, done: str, to: str, **context: Any
) -> HttpResponse:
    """A form of the back office: carried out and gone back to `to`, or shown again."""
    if request.method == "POST":

        def tried() -> bool:
            act()
            return True

        if attempt(form, tried):
            messages.success(request, done)
            return redirect(to)
    context |= {"form": form, "cancel_url": to}
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


def _written(request: SignedInRequest, pk: int) -> tuple[Meeting, Minutes]:
    """Minutes that exist, for those who write them."""
    meeting, minutes = find_minutes(request, pk)
    require(can(request.user, "write_minutes", meeting))
    if minutes is None:
        raise Http404
    return meeting, minutes


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The secretariat's words on an item (`?item=`) or on the whole."""
    meeting, minutes = _written(request, pk)
    asked = request.GET.get("item", "")
    item: AgendaItem | None = get_object_or_404(meeting.items, pk=int(asked[:18])) if asked.isdecimal() else None
    known = minutes.notes.filter(item=item).first()
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"text": known.text if known else ""})
    return _form_page(
        request,
        form,
        lambda: services.write_note(minutes, item=item, text=form.cleaned_data["text"], by=request.user),
        done=_("The remarks are saved."),
        to=minutes.get_absolute_url(),
        title=_("Remarks in the minutes"),
        kicker=item.title if item else meeting.title,
        submit_label=_("Save"),
    )


@login_required
@require_POST
def minutes_lay(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lay the minutes before the members."""
    _meeting, minutes = _written(request, pk)
    done = _("The minutes lie before the members; each has been told.")
    carry_out(request, lambda: services.lay_before_members(minutes, by=request.user), done)
    return redirect(minutes)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection_raise(request: SignedInRequest, pk: int) -> HttpResponse:
    """A member says what is wrong; the desk enters it for one with `?person=`."""
    acting = acting_in(request)
    meeting = find_meeting(request, pk)
    minutes = Minutes.objects.filter(meeting=meeting).first()
    person = acting.person
    require(minutes is not None and person is not None and can_object(request.user, meeting, person))
    assert minutes is not None and person is not None  # noqa: S101  (for the type checker)
    objecting: Person = person
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    text = "text"
    return _form_page(
        request,
        form,
        lambda: services.object_to_minutes(minutes, person=objecting, text=form.cleaned_data[text], by=request.user),
        done=_("Your objection is with the secretariat. The answer will stand beside the minutes."),
        to=(meeting.get_absolute_url() + acting.query) if acting.is_for_another else minutes.get_absolute_url(),
        title=_("Object to the minutes"),
        kicker=meeting.title,
        submit_label=_("Send the objection"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def objection_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer an objection."""
    rows = Objection.objects.select_related("minutes__meeting__council__organization", "membership__seat")
    objection = get_object_or_404(rows, pk=pk, minutes__meeting__in=Meeting.objects.visible_to(request.user))
    require(can(request.user, "write_minutes", objection.minutes.meeting))
    form = ObjectionDecisionForm(request.POST if request.method == "POST" else None)

    def act() -> Objection:
        data = form.cleaned_data
        is_accepted = data["is_accepted"] == "yes"
        return services.decide_objection(objection, is_accepted=is_accepted, answer=data["answer"], by=request.user)

    return _form_page(
        request,
        form,
        act,
        done=_("The objection is answered."),
        to=objection.minutes.get_absolute_url(),
        title=_("Objection of %(seat)s") % {"seat": objection.membership.seat},
        kicker=objection.minutes.meeting.title,
        lede=objection.text,
        submit_label=_("Answer"),
    )


@login_required
@require_POST
def minutes_approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """The session that is on now approves the minutes; they are published."""
    meeting, minutes = find_minutes(request, pk)
    approving = _approving(request, minutes) if minutes is not None else None
    require(approving is not None)
    assert minutes is not None and approving is not None  # noqa: S101  (for the type checker)
    found: Minutes = minutes
    session: Meeting = approving
    done = _("The minutes are approved and published.")
    carry_out(request, lambda: services.approve_minutes(found, meeting=session, by=request.user), done)
    return redirect("meetings:minutes", meeting.pk)


@require_safe
def minutes_file(request: HttpRequest, pk: int) -> FileResponse:
    """The approved minutes as a paper; nothing closed is in it."""
    _meeting, minutes = find_minutes(request, pk)
    if minutes is None or minutes.file is None:
        raise Http404
    return serve_file(request, minutes.file)


@require_safe
def minutes_closed_file(request: HttpRequest, pk: int) -> FileResponse:
    """The part that is not public, for those who may read it."""
    meeting, minutes = find_minutes(request, pk)
    user: Any = request.user
    if minutes is None or minutes.closed_file is None or not sees_closed(user, meeting.council):
        raise Http404
    return serve_file(request, minutes.closed_file)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who does what by when, on an item."""
    item = find_item(request, pk)
    require(can(request.user, "note_promise", item.meeting))
    form = PromiseForm(request.POST if request.method == "POST" else None)
    return _form_page(
        request,
        form,
        lambda: services.promise(item, by=request.user, **form.cleaned_data),
        done=_("Noted: who does what by when."),
        to=item.meeting.get_absolute_url(),
        title=_("Who does what by when?"),
        kicker=item.title,
        submit_label=_("Note it"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promise_keep(request: SignedInRequest, pk: int) -> HttpResponse:
    """What became of a promise."""
    rows = Promise.objects.select_related("item__meeting__council__organization")
    row = get_object_or_404(rows, pk=pk, item__meeting__in=Meeting.objects.visible_to(request.user))
    require(can(request.user, "note_promise", row.item.meeting))
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    return _form_page(
        request,
        form,
        lambda: services.keep_promise(row, outcome=form.cleaned_data["outcome"], by=request.user),
        done=_("Noted as done."),
        to=row.item.meeting.get_absolute_url(),
        title=_("What became of it?"),
        kicker=f"{row.who}: {row.what}",
        submit_label=_("Note it"),
    )
