"""Pages before the letters are in the post: plan, frame, sample, the letter, and the two signatures that release it."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import City
from accounts.requests import SignedInRequest
from documents import pdf
from documents.models import File
from documents.services import read_file
from lottery import services
from lottery.features import read_rows
from lottery.forms import SampleForm, _lines
from lottery.imports import columns_of
from lottery.models import Draw, DrawApproval
from lottery.permissions import can, roles_to_sign
from lottery.preparation_forms import CodesForm, ColumnsForm, FrameForm, LetterForm, PlanForm
from lottery.services import staging
from lottery.services.checking import least_checked
from lottery.services.letters import proof_data
from lottery.services.preparation import decoded
from lottery.services.register import root_of
from lottery.views.officer import attempt, done, form_page, own_draw, posted, require_can, uploaded
from lottery.views.signing import EmptyForm

SHOWN = 5


@login_required
@require_http_methods(["GET", "POST"])
def register(request: SignedInRequest, pk: int) -> HttpResponse:
    """The plan: resolution, first sitting, route, basis, postage."""
    draw = own_draw(request, pk)
    require_can(request, "describe_register", draw)
    now = services.register_of(draw)
    initial = {name: getattr(now, name) for name in ("resolution", "first_sitting", "route", "office", "check_percent")}
    initial["check_percent"] = max(now.check_percent, least_checked(draw.council))
    initial |= {"legal_basis": draw.legal_basis, "postage": f"{now.postage_cents / 100:.2f}"}
    form = PlanForm(posted(request), initial=initial)
    if form.is_valid() and attempt(form, lambda: services.describe_register(draw, plan=form.plan, by=request.user)):
        return done(request, draw, _("The plan is kept. All dates follow from it."))
    return form_page(
        request,
        draw,
        form,
        title=_("Plan of the draw"),
        lede=_("What the cockpit counts with. You can change it until the letters are printed."),
        submit_label=_("Keep the plan"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def frame(request: SignedInRequest, pk: int) -> HttpResponse:
    """The registration office's commitment, the public number, and whom no letter reaches."""
    draw = own_draw(request, pk)
    if not (can(request.user, "describe_register", draw) or _may_release(request, draw)):
        raise PermissionDenied
    form = FrameForm(posted(request), uploaded(request))
    if form.is_valid():
        data = form.cleaned_data
        facts = {"blocked": data["blocked"] or 0, "unaddressed": data["unaddressed"] or 0}
        if attempt(
            form,
            lambda: services.enter_frame(draw, frame=data["frame"], number=data["number"], by=request.user, **facts),
        ):
            return done(request, draw, _("The commitment is entered."))
    return form_page(
        request,
        draw,
        form,
        title=_("Commitment of the registration office"),
        lede=_("The office fixes its register before anybody knows the number. It is published with two signatures."),
        submit_label=_("Enter"),
    )


def _may_release(request: SignedInRequest, draw: Draw) -> bool:
    return can(request.user, "release_letters", draw) and "draw_officer" in roles_to_sign(request.user)


@login_required
@require_http_methods(["GET", "POST"])
def codes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Invitations without addresses: for letters the office posts, for people without a registered address."""
    draw = own_draw(request, pk)
    require_can(request, "add_codes", draw)
    form = CodesForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: services.add_codes(draw, by=request.user, **data)):
            return done(request, draw, _("The invitations are made. Names and addresses arrive only with a reply."))
    return form_page(
        request,
        draw,
        form,
        title=_("Letters without addresses"),
        lede=_("Each gets a number and a code. Who answers tells us name and address; of all others we know nothing."),
        submit_label=_("Make the invitations"),
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sample(request: SignedInRequest, pk: int) -> HttpResponse:
    """Upload the rows of the registration office; the next page shows how they are understood."""
    draw = own_draw(request, pk)
    require_can(request, "import_sample", draw)
    form = SampleForm(posted(request), uploaded(request))
    if form.is_valid() and attempt(form, lambda: staging.keep(draw, data=form.cleaned_data["sample"], by=request.user)):
        return redirect("lottery:columns", pk=pk)
    return form_page(
        request,
        draw,
        form,
        title=_("Import the sample"),
        lede=_("The rows that the registration office drew. You see them before anything is imported."),
        submit_label=_("Upload"),
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which column is which, the first rows, and every line that cannot be used; then all of them or none."""
    draw = own_draw(request, pk)
    require_can(request, "import_sample", draw)
    file = staging.kept(draw)
    if file is None:
        return redirect("lottery:sample", pk=pk)
    data = read_file(file)
    rows = read_rows(decoded(data))
    head = list(rows[0][1]) if rows else []
    given = request.POST if request.method == "POST" else {}
    found = _found(draw, rows, given)
    form = ColumnsForm(posted(request), draw=draw, head=head, found=found)
    problems: list[str] = []
    if form.is_valid():
        problems = _lines(staging.problems_in(draw, data, form.columns))
        if not problems and attempt(form, lambda: staging.start_import(draw, columns=form.columns, by=request.user)):
            return done(request, draw, _("The sample is being imported. You may leave the page."))
    context = {
        "draw": draw,
        "form": form,
        "count": len(rows),
        "head": head,
        "rows": [[_shown(name, row) for name in head] for _line, row in rows[:SHOWN]],
        "problems": problems,
        "breadcrumbs": [(_("Draws"), reverse("lottery:office")), (draw.title, reverse("lottery:cockpit", args=[pk]))],
    }
    return render(request, "lottery/columns.html", context, status=422 if problems or form.errors else 200)


def _shown(name: str, row: Any) -> str:
    """A cell of the preview. Codes are for the letters alone: who reads one could answer in another's name."""
    return "…" if name == "code" else row.get(name, "")


def _found(draw: Draw, rows: Any, given: Any) -> dict[str, str]:
    """The columns as far as the file's head tells them."""
    from lottery.features import TableError

    try:
        return columns_of(rows[0][1], services.feature_tables(draw), given) if rows else {}
    except TableError:
        return staging.guess(rows[0][1], services.feature_tables(draw))


@login_required
@require_http_methods(["GET", "POST"])
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """The words of the letter beside its picture; every change is seen at once as it will be printed."""
    draw = own_draw(request, pk)
    may_edit = can(request.user, "edit_letter", draw)
    words = services.words_of(draw)
    form = LetterForm(posted(request), initial=words.__dict__)
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        if form.is_valid() and attempt(form, lambda: services.edit_letter(draw, words=form.words, by=request.user)):
            messages.success(request, _("The letter is kept. Signatures under the text before it count no longer."))
            return redirect("lottery:letter", pk=pk)
    shown = form.words if form.is_bound and form.is_valid() else words
    context = {
        "draw": draw,
        "form": form if may_edit else None,
        "words": shown,
        "count": services.count_words(shown.text),
        "is_signed": services.is_letter_signed(draw),
        "signs": can(request.user, "sign_letter", draw),
        "version": services.version_of(draw),
        "breadcrumbs": [(_("Draws"), reverse("lottery:office")), (draw.title, reverse("lottery:cockpit", args=[pk]))],
    }
    return render(request, "lottery/letter.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def letter_proof(request: SignedInRequest, pk: int) -> HttpResponse:
    """The letter as PDF, as the printer gets it, to nobody."""
    draw = own_draw(request, pk)
    data = proof_data(draw, City.objects.get(), services.words_of(draw))
    response = HttpResponse(pdf.render("letter", data), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="probe-{draw.pk}.pdf"'
    return response


@login_required
@require_safe
def letter_insert(request: SignedInRequest, pk: int) -> HttpResponse:
    """The insert in Leichte Sprache as PDF: the same for everybody, printed with the letters."""
    draw = own_draw(request, pk)
    response = HttpResponse(services.insert_pdf(draw), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="leichte-sprache-{draw.pk}.pdf"'
    return response


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def letter_sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign the letter as it stands."""
    draw = own_draw(request, pk)
    require_can(request, "sign_letter", draw)
    form = EmptyForm(posted(request))
    if request.method == "POST" and attempt(form, lambda: services.sign_letter(draw, by=request.user)):
        both = services.is_letter_signed(draw)
        return done(
            request, draw, _("The letter is signed.") if both else _("You have signed. The other office is next.")
        )
    words = services.words_of(draw)
    context = {
        "title": _("Sign the letter"),
        "lede": _("You sign exactly this text. A changed text needs both signatures anew."),
        "facts": [(_("Subject"), words.subject), (_("Words"), services.count_words(words.text))],
        "paragraphs": [part for part in words.text.split("\n\n") if part],
        "submit_label": _("Sign the letter"),
    }
    return _sign(request, draw, form, "letter", context)


@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign frame and codes; then they are public and the letters may go to the post."""
    draw = own_draw(request, pk)
    require_can(request, "release_letters", draw)
    form = EmptyForm(posted(request))
    if request.method == "POST" and attempt(form, lambda: services.release_letters(draw, by=request.user)):
        is_released = services.register_of(draw).released_at is not None
        return done(
            request,
            draw,
            _("The codes are published. The letters may be posted.")
            if is_released
            else _("You have signed. The other office is next."),
        )
    now = services.register_of(draw)
    waiting = services.count_due(draw)
    context = {
        "title": _("Release the letters"),
        "lede": _("You sign what the office committed to, and the hashes of all codes. Then nobody can add a code."),
        "facts": [
            (_("Route"), now.get_route_display()),
            (_("Legal basis"), draw.legal_basis),
            (_("Root of the register"), root_of(now.frame) or "–"),
            (_("Public number of the sample"), now.number or "–"),
            (_("Letters"), draw.sample_size),
            (_("Not written to: bar on disclosure"), now.blocked_count),
            (_("Not written to: no address a letter could go to"), now.unaddressed_count),
            (_("Codes for people without a registered address"), now.unregistered_count),
            (_("Letters still being printed"), waiting),
        ],
        "paragraphs": [],
        "submit_label": _("Sign and release"),
    }
    return _sign(request, draw, form, "release", context)


def _sign(request: SignedInRequest, draw: Draw, form: EmptyForm, step: str, context: dict[str, Any]) -> HttpResponse:
    signed = DrawApproval.objects.filter(draw=draw, step=step, is_void=False).select_related("by").order_by("id")
    context |= {"draw": draw, "form": form, "signed": signed}
    return render(request, "lottery/sign_plain.html", context, status=422 if form.errors else 200)


def released_file(draw: Draw, file_pk: int) -> File:
    """A file of printed letters; those of the invitation are given out once both offices released them."""
    file = get_object_or_404(File, pk=file_pk, owner=f"draw:{draw.pk}")
    is_released = services.register_of(draw).released_at is not None
    if draw.state == Draw.State.INVITED and not is_released and not file.name.startswith("auftrag-"):
        raise PermissionDenied(_("The letters are given out once both offices have released them."))
    return file
