"""The draw cockpit: where a draw stands, who has to do what next, and the pages of each step."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from audit.clock import today
from audit.models import Job
from audit.services import Refused, label
from documents.models import File
from lottery import services, way
from lottery.cockpit import stamping, stepper
from lottery.forms import InviteForm, OpenDrawForm, ReasonForm, TableForm
from lottery.models import Draw, DrawApproval, Invitation
from lottery.permissions import can, can_open, can_read_pool, can_run
from lottery.pool import pool_open
from lottery.services.stamping import KIND

State = Draw.State


def own_draw(request: SignedInRequest, pk: int) -> Draw:
    """The draw, for those who run or check it; nobody else gets near."""
    if not can_run(request.user):
        raise PermissionDenied
    return get_object_or_404(Draw.objects.light().select_related("council__organization"), pk=pk, deleted_at=None)


def posted(request: SignedInRequest) -> Any:
    """What was sent, also when it is nothing; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def uploaded(request: SignedInRequest) -> Any:
    """The files that were sent; None for a page that is only opened."""
    return request.FILES if request.method == "POST" else None


def require_can(request: SignedInRequest, action: str, draw: Draw) -> None:
    """403 unless role and stage open `action`."""
    if not can(request.user, action, draw):
        raise PermissionDenied


@login_required
@require_safe
def office(request: SignedInRequest) -> HttpResponse:
    """All draws, for their officers and auditors."""
    if not can_run(request.user):
        raise PermissionDenied
    draws = Draw.objects.light().select_related("council__organization").filter(deleted_at=None).order_by("-pk")[:25]
    context = {
        "title": _("Draws"),
        "lede": _("Each draw with what comes next. Nothing that weighs is done by one person alone."),
        "columns": [_("Draw"), _("Council"), _("State")],
        "rows": [
            [
                {"text": draw.title, "url": reverse("lottery:cockpit", args=[draw.pk])},
                draw.council.organization.name,
                draw.get_state_display(),
            ]
            for draw in draws
        ],
        "action_url": reverse("lottery:draw_open") if can_open(request.user) else "",
        "action_label": _("Open a draw"),
        "notice": _renewal_notice(request),
    }
    return render(request, "components/backoffice_list.html", context)


def _renewal_notice(request: SignedInRequest) -> dict[str, str] | None:
    """That seats of a renewal wait for their draw, for those who may open it."""
    council = services.councils_in_renewal().first() if can_open(request.user) else None
    if council is None:
        return None
    return {
        "title": _("Seats wait for their draw"),
        "text": _("%(council)s renews a part of its seats.") % {"council": council.organization.name},
        "url": reverse("lottery:renewal_open"),
        "link": _("Draw the seats of a renewal"),
    }


@login_required
@require_safe
def cockpit(request: SignedInRequest, pk: int) -> HttpResponse:
    """One draw: its stations, the next step, signatures, letters, work in progress. Auditors see no names."""
    draw = own_draw(request, pk)
    reads_pool = can_read_pool(request.user)
    plan, is_sealed = stepper(draw), way.has_reached(draw, State.COMMITTED)
    context = {
        "draw": draw,
        "next": _before_the_post(request, draw, plan) or _next_step(request, draw),
        "reads_pool": reads_pool,
        "enters_replies": can(request.user, "enter_reply", draw),
        "confirms": can(request.user, "confirm", draw),
        "prints": can(request.user, "print_letters", draw) and draw.state != State.INVITED,
        "reopens": can(request.user, "reopen_quotas", draw),
        "edits_quotas": can(request.user, "edit_quotas", draw),
        "names_outsiders": can(request.user, "name_outsiders", draw),
        "is_sealed": is_sealed,
        "opens_record": can(request.user, "open_record", draw),
        "signatures": DrawApproval.objects.filter(draw=draw, is_void=False).select_related("by").order_by("id"),
        "jobs": Job.objects.filter(subject=label(draw)).exclude(kind=KIND).order_by("-id")[:3],
        "stamping": stamping(draw) if is_sealed else None,
        "asks_stamp": can(request.user, "ask_stamp", draw),
        "files": File.objects.filter(owner=label(draw)).order_by("id") if reads_pool else [],
        "letters_due": services.count_due(draw) if reads_pool else 0,
        "counts": _counts(draw) if reads_pool else [],
        "today": today(),
        **plan,
        "plans": can(request.user, "describe_register", draw),
        "edits_letter": can(request.user, "edit_letter", draw),
        "adds_codes": can(request.user, "add_codes", draw),
        "rehearses": can_open(request.user) and draw.sample_size == 0 and draw.features.exists(),
        "contacts": can(request.user, "contact", draw),
        "imports_replies": can(request.user, "import_replies", draw),
        "sends_postcards": can(request.user, "send_postcards", draw),
    }
    return render(request, "lottery/cockpit.html", context)


@pool_open()
def _counts(draw: Draw) -> list[tuple[str, int]]:
    found = dict(Invitation.objects.filter(draw=draw).values_list("state").annotate(Count("pk")).order_by())
    return [(str(label_), found[state]) for state, label_ in Invitation.State.choices if state in found]


def _next_step(request: SignedInRequest, draw: Draw) -> dict[str, Any] | None:
    """What this user can do next: words, button and address; None where somebody else's turn it is."""
    steps = {
        "define_features": (
            _("Set the features"),
            _("Which features shall the council share with the city?"),
            "features",
        ),
        "send_invitations": (_("Send the letters"), _("Everyone in the sample gets a letter with a code."), "invite"),
        "close_replies": (_("Close the replies"), _("After the last day the pool is frozen."), "close"),
        "edit_quotas": (_("Set and sign the quotas"), _("Draw officer and auditor sign the same table."), "quotas"),
        "sign_quotas": (_("Sign the quotas"), _("Draw officer and auditor sign the same table."), "freeze"),
        "compute": (
            _("Compute the panels"),
            _("The fairest chances for everybody, and the list of panels that give them."),
            "compute",
        ),
        "sign_commitment": (_("Seal the panels"), _("Both sign a hash of pool, quotas and panels."), "commit"),
        "record_randomness": (_("Enter the number"), _("Drawn in public, before named witnesses."), "number"),
        "select": (_("Let the number choose"), _("The panel follows from the number; nobody decides."), "select"),
        "certify": (_("Certify the record"), _("Check the record with the verifier, then sign."), "certify"),
        "confirm": (_("Confirm seats"), _("Phone or write to those drawn; enter what they say."), "confirmations"),
    }
    if can(request.user, "import_sample", draw) and draw.features.exists():
        words = (_("Import the sample"), _("The rows the registration office drew. All or none."), "sample")
        return dict(zip(("label", "text", "url"), (*words[:2], reverse("lottery:sample", args=[draw.pk])), strict=True))
    is_answering = draw.state == State.INVITED and draw.reply_until is not None and today() <= draw.reply_until
    if draw.state == State.COMPUTING or is_answering:
        return None
    for action, (title, text, name) in steps.items():
        if can(request.user, action, draw):
            return {"label": title, "text": text, "url": reverse(f"lottery:{name}", args=[draw.pk])}
    return None


def _before_the_post(request: SignedInRequest, draw: Draw, plan: dict[str, Any]) -> dict[str, Any] | None:
    """The two signatures that come before a letter leaves the house, and the office's commitment."""
    user = request.user
    if can(user, "sign_letter", draw) and not plan["is_letter_signed"]:
        words = (_("Sign the letter"), _("Draw officer and auditor sign the text that is printed."), "letter")
    elif can(user, "release_letters", draw) and plan["register"].released_at is None:
        register = plan["register"]
        if register.frame or register.is_rehearsal:
            words = (
                _("Release the letters"),
                _("Both sign the hashes of all codes. Then the letters go out."),
                "release",
            )
        else:
            words = (
                _("Enter the commitment"),
                _("The registration office’s file, before the letters are released."),
                "frame",
            )
            if not can(user, "enter_reply", draw):
                return None
    else:
        return None
    title, text, name = words
    return {"label": title, "text": text, "url": reverse(f"lottery:{name}", args=[draw.pk])}


def form_page(request: SignedInRequest, draw: Draw | None, form: Any, **words: Any) -> HttpResponse:
    """A form of the back office with the way back to the cockpit."""
    crumbs = [(_("Draws"), reverse("lottery:office"))]
    if draw is not None:
        crumbs.append((draw.title, reverse("lottery:cockpit", args=[draw.pk])))
    context = {"form": form, "breadcrumbs": crumbs, "cancel_url": crumbs[-1][1], **words}
    return render(request, "components/backoffice_form.html", context, status=422 if form.errors else 200)


def done(request: SignedInRequest, draw: Draw, message: str) -> HttpResponse:
    """Back to the cockpit, saying what was done."""
    messages.success(request, message)
    return redirect("lottery:cockpit", pk=draw.pk)


def attempt(form: Any, act: Callable[[], Any]) -> bool:
    """Whether `act` went through; a refusal becomes an error of the form."""
    try:
        act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
@require_http_methods(["GET", "POST"])
def draw_open(request: SignedInRequest) -> HttpResponse:
    """Open a draw."""
    if not can_open(request.user):
        raise PermissionDenied
    form = OpenDrawForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            draw = services.open_draw(
                data["council"],
                title=data["title"],
                size=data["size"],
                legal_basis=data["legal_basis"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, draw, _("The draw is open."))
    return form_page(
        request,
        None,
        form,
        title=_("Open a draw"),
        lede=_("Seats of a council are drawn by lot among residents. Nothing is sent yet."),
        submit_label=_("Open the draw"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def features(request: SignedInRequest, pk: int) -> HttpResponse:
    """Upload the census table; quotas are proposed from it."""
    draw = own_draw(request, pk)
    require_can(request, "define_features", draw)
    form = TableForm(posted(request), uploaded(request))
    if form.is_valid() and attempt(form, lambda: services.define_features(draw, features=form.tables, by=request.user)):
        return done(request, draw, _("The features are set, and quotas proposed from the census."))
    return form_page(
        request,
        draw,
        form,
        title=_("Features and census"),
        lede=_("One line for each value, with the number of residents and the source. You can upload it again."),
        submit_label=_("Read the table"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set the last day for replies and print the letters."""
    draw = own_draw(request, pk)
    require_can(request, "send_invitations", draw)
    form = InviteForm(posted(request))
    if form.is_valid():
        until = form.cleaned_data["reply_until"]
        if attempt(form, lambda: services.send_invitations(draw, reply_until=until, by=request.user)):
            return done(request, draw, _("The letters are being printed. You may leave the page."))
    return form_page(
        request,
        draw,
        form,
        title=_("Send the letters"),
        lede=_("%(count)s letters are printed, each with a code of its own.") % {"count": draw.sample_size},
        warning=_("From now on the sample cannot be changed."),
        submit_label=_("Print the letters"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the quotas again, with a reason that is recorded."""
    draw = own_draw(request, pk)
    require_can(request, "reopen_quotas", draw)
    form = ReasonForm(posted(request))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: services.reopen_quotas(draw, reason=reason, by=request.user)):
            return done(request, draw, _("The quotas are open again. Both offices sign them anew."))
    return form_page(
        request,
        draw,
        form,
        title=_("Open the quotas again"),
        lede=draw.problem,
        warning=_("The reason is recorded, and both signatures are needed again."),
        submit_label=_("Open the quotas"),
    )


ACTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "remind": ("send_reminder", services.send_reminder),
    "postcards": ("send_postcards", services.send_postcards),
    "close": ("close_replies", services.close_replies),
    "compute": ("compute", services.compute_panel),
    "select": ("select", services.select),
    "certify": ("certify", services.certify),
    "print": ("print_letters", services.print_again),
    "stamp": ("ask_stamp", services.ask_again),
}
"""Steps that need no typing: the action they are, and the service."""


def _act_words(name: str, draw: Draw) -> dict[str, str]:
    """Title, first line, warning and button of a step that needs no typing."""
    words = {
        "close": (
            _("Close the replies"),
            _("%(count)s people want to take part.") % {"count": draw.interested_count},
            _("Afterwards nobody can reply any more, and the pool stays as it is."),
            _("Close the replies"),
        ),
        "compute": (
            _("Compute the panels"),
            _("The fairest chances, and 1,000 panels that give them (10,000 where a chance is very small)."),
            "",
            _("Compute"),
        ),
        "select": (
            _("Let the number choose"),
            _("The number is %(number)s.") % {"number": draw.randomness},
            _("The panel is published at once. It cannot be drawn again."),
            _("Publish the panel"),
        ),
        "certify": (
            _("Certify the record"),
            _("Download the record, check it with the verifier, then sign."),
            "",
            _("Sign"),
        ),
        "remind": (
            _("Print the reminder"),
            _("One letter to everybody who has not answered, with a second code. There is no further one."),
            _("The code of the first letter stays good: a card that is in the post already counts."),
            _("Print the reminder"),
        ),
        "postcards": (
            _("Print the postcard"),
            _("To everybody who said yes: thank you, when the draw is, and that they need do nothing."),
            "",
            _("Print the postcard"),
        ),
        "stamp": (
            _("Ask for the time stamp again"),
            _("The authority outside the house is asked once more to stamp the seal."),
            _("It proves something only while nobody can know the number. The draw does not wait for it."),
            _("Ask again"),
        ),
        "print": (_("Print letters"), _("To everyone whose letter is due."), "", _("Print")),
    }
    return dict(zip(("title", "lede", "warning", "submit_label"), words[name], strict=True))


@login_required
@require_http_methods(["GET", "POST"])
def act(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """A step that needs no typing: what it does, a plain warning, one button."""
    draw = own_draw(request, pk)
    action, service = ACTS[name]
    require_can(request, action, draw)
    words = _act_words(name, draw)
    if request.method == "POST":
        try:
            service(draw, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return done(request, draw, _("Done: %(step)s") % {"step": words["title"]})
    return render(request, "lottery/act.html", {"draw": draw, **words})
