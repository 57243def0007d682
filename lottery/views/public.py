"""What everyone sees: draws, how each goes, its record; and the reply with the code of a letter, without an account."""

from typing import Any

from django.db.models.fields.json import KeyTransform
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.canonical import canonical_json
from audit.services import Refused
from documents.services import serve_file
from lottery import hall, services, way
from lottery import record as published
from lottery.models import Draw, DrawApproval, Invitation, RegisterSample
from lottery.pool import pool_open
from lottery.reply_forms import CodeForm, ReplyForm, invitation_for, token_for
from lottery.services.letters import fill
from lottery.services.outsiders import groups
from lottery.services.register import root_of
from lottery.services.stamping import command_of, last_job, proves_order

ROWS = 25
STAMP_FILES = ("time_stamp__response", "time_stamp__document", "time_stamp__certificates")


@require_safe
def draw_list(request: HttpRequest) -> HttpResponse:
    """All draws, the newest first; a council has few in a decade, so one page holds them."""
    draws = Draw.objects.visible_to(request.user).light().select_related("council__organization").order_by("-pk")[:ROWS]
    rows = [{"draw": draw, "lede": way.lede(draw)} for draw in draws]
    return render(request, "lottery/draw_list.html", {"rows": rows})


@require_safe
def draw_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A draw from the register to the seat, with what proves each step. Totals and pseudonyms, nobody's features."""
    parts = {"panel": part("drawn", "panel"), "ranking": part("drawn", "ranking", "order")}
    draws = Draw.objects.visible_to(request.user).light().annotate(**parts)
    draws = draws.select_related("council__organization", "time_stamp").defer(*STAMP_FILES)
    draw: Any = get_object_or_404(draws, pk=pk)  # with the parts of the record
    register = services.register_of(draw)
    counts = published.counts_by_value(draw, draw.panel["counts"]) if draw.panel else None
    members = draw.panel["members"] if draw.panel else []
    seated = set(members)
    is_committed = way.has_reached(draw, Draw.State.COMMITTED)
    events = way.events_of(draw)
    context = {
        "draw": draw,
        "lede": way.lede(draw),
        "simulation": Draw.objects.values_list("simulation", flat=True).get(pk=pk) if is_committed else None,
        "stations": way.stations(draw, {name: at for name, at, _facts in events}),
        "features": way.shares(draw, counts),
        "is_frozen": way.has_reached(draw, Draw.State.QUOTAS_FROZEN),
        "is_committed": is_committed,
        "panel": members,
        "alternates": [one for one in draw.ranking or [] if one not in seated][: 3 * draw.size],
        "panel_total": draw.panel_count,
        "witnesses": draw.witnesses.splitlines(),
        "signatures": _signatures(draw),
        "seats": _seats(draw),
        **(_stamp(draw) if is_committed else {}),
        "custody": services.custody_figures((name, facts) for name, _at, facts in events),
        "register": register,
        "root": root_of(register.frame),
    }
    return render(request, "lottery/draw_detail.html", context)


def part(*keys: str) -> KeyTransform:
    """A part of the record, without reading all of it."""
    found: Any = "record"
    for key in keys:
        found = KeyTransform(key, found)
    return found


def _signatures(draw: Draw) -> list[dict[str, Any]]:
    """Who signed in which office, without names, by step."""
    rows = DrawApproval.objects.filter(draw=draw, is_void=False).order_by("id").values("step", "role", "at")
    steps = {
        "letter": _("The letter"),
        "release": _("Codes of the letters"),
        "quotas": _("Quotas"),
        "commitment": _("Sealed panels"),
        "certify": _("The record checked"),
    }
    roles = {"draw_officer": pgettext("signature", "draw officer"), "auditor": pgettext("signature", "auditor")}
    return [{"step": steps[row["step"]], "role": roles[row["role"]], "at": row["at"]} for row in rows]


def _stamp(draw: Draw) -> dict[str, Any]:
    """The time stamp on the seal with what checks it, or that there is none (yet)."""
    stamp = getattr(draw, "time_stamp", None)
    if stamp is None:
        job = last_job(draw) if draw.state == Draw.State.COMMITTED else None
        return {"stamp_is_awaited": job is not None and job.finished_at is None}
    return {"stamp": stamp, "stamp_is_late": not proves_order(draw, stamp), "stamp_command": command_of(draw, stamp)}


def _seats(draw: Draw) -> list[dict[str, Any]]:
    """The drawn seats as chairs: offered, or taken. Number and state alone leave the pool."""
    if not draw.panel:  # type: ignore[attr-defined]
        return []
    states = {Invitation.State.SELECTED: "drawn", Invitation.State.CONFIRMED: "active"}
    rows = Invitation.objects.filter(draw=draw, seat_number__isnull=False).values_list("seat_number", "state")
    with pool_open():
        found = list(rows)
    return [{"number": number, "state": states.get(Invitation.State(state), "vacant")} for number, state in found]


@require_safe
def letter_genuine(request: HttpRequest, pk: int) -> HttpResponse:
    """“This letter is genuine”: what it looks like, its words, and how to find out without trusting it."""
    draw = get_object_or_404(
        Draw.objects.visible_to(request.user).light().select_related("council__organization"), pk=pk
    )
    words = services.words_of(draw)
    context = {
        "draw": draw,
        "subject": fill(words.subject, draw),
        "paragraphs": [fill(part, draw) for part in words.text.split("\n\n") if part.strip()],
        "version": services.version_of(draw),
        "register": services.register_of(draw),
    }
    return render(request, "lottery/letter_genuine.html", context)


@require_safe
def letter_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The facsimile: the letter as it is printed, to nobody."""
    draw = get_object_or_404(
        Draw.objects.visible_to(request.user).light().select_related("council__organization"), pk=pk
    )
    response = HttpResponse(services.letter_picture(draw), content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_safe
def draw_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """The hashes of all codes, as both offices signed them before a letter was posted; then those that came later:
    `old > new` where a new one took the old one's place, `old + new` where a reminder brought a second one."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).light(), pk=pk)
    register = RegisterSample.objects.filter(draw=draw, released_at__isnull=False).first()
    if register is None:
        raise Http404
    later = [(" + " if both else " > ").join((old, new)) for old, new, *both in register.replaced_codes]
    lines = [register.code_hashes, *later]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="codes-{draw.pk}.txt"'
    return response


@require_safe
def draw_sample(request: HttpRequest, pk: int) -> FileResponse:
    """The registration office's record of its sample, byte for byte: whom the number chose, as places and hashes."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).light(), pk=pk)
    file = services.sample_record(draw)
    if file is None:
        raise Http404
    return serve_file(request, file)


@require_safe
def draw_hall(request: HttpRequest, pk: int) -> HttpResponse:
    """The draw for the wall of the hall, one step a page: `?schritt=` counts from the seal."""
    draws = (
        Draw.objects.visible_to(request.user)
        .light()
        .annotate(counts=part("drawn", "panel", "counts"))
        .select_related("council__organization")
    )
    draw: Any = get_object_or_404(draws, pk=pk)
    typed = request.GET.get("schritt", "")
    step = int(typed[:6]) if typed.isascii() and typed.isdigit() else 0
    scene = hall.scene(draw, step, published.counts_by_value(draw, draw.counts) if draw.counts else None)
    shown = [one["digit"] for one in scene.digits if one["digit"]]
    context = {
        "draw": draw,
        "scene": scene,
        "last": hall.last_step(draw),
        "next_try": scene.step + 1,
        "total": draw.panel_count,
        "hash_groups": groups(draw.commitment, 8),
        "spoken": _("The digits so far: %(digits)s") % {"digits": " ".join(shown)},
    }
    return render(request, "lottery/hall.html", context)


@require_safe
def draw_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The public record, byte for byte what the verifier reads."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).defer("sealed", "simulation"), pk=pk)
    if draw.record is None:
        raise Http404
    response = HttpResponse(canonical_json(draw.record), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="losverfahren-{draw.pk}.json"'
    return response


@require_safe
def draw_protocol(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of the draw as an accessible PDF."""
    draws = Draw.objects.visible_to(request.user).light().annotate(counts=part("drawn", "panel", "counts"))
    draw: Any = get_object_or_404(draws.select_related("council__organization"), pk=pk)
    if not draw.counts:
        raise Http404
    rows = [
        [f"{feature['label']}: {row['label']}", f"{row['min']}–{row['max']}", str(row["actual"])]
        for feature in way.shares(draw, published.counts_by_value(draw, draw.counts))
        for row in feature["rows"]
    ]
    response = HttpResponse(services.protocol(draw, rows), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="protokoll-{draw.pk}.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest) -> HttpResponse:
    """The code, then the questions. The code is sent once and appears in no address."""
    if request.method == "POST" and "token" in request.POST:
        return _answer(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.invitation:
        return questions(request, form.invitation)
    return render(request, "lottery/reply_code.html", {"form": form}, status=422 if form.errors else 200)


def _answer(request: HttpRequest) -> HttpResponse:
    invitation = invitation_for(request.POST["token"])
    if invitation is None:
        problem = _("The page was open for too long. Please enter the code once more.")
        return render(request, "lottery/reply_code.html", {"form": CodeForm(), "problem": problem}, status=422)
    form = ReplyForm(request.POST, draw=invitation.draw, invitation=invitation)
    if form.is_valid():
        try:
            channel = Invitation.Channel.HELPER if form.answers.helper_name else Invitation.Channel.ONLINE
            services.reply(invitation, answers=form.answers, channel=channel)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("lottery:reply_done", pk=invitation.draw_id)
    return questions(request, invitation, form)


def questions(request: HttpRequest, invitation: Invitation, form: ReplyForm | None = None) -> HttpResponse:
    """The form of one invitation: the questions alone, not a word of who was asked."""
    context = {
        "form": form or ReplyForm(draw=invitation.draw, invitation=invitation),
        "draw": invitation.draw,
        "token": token_for(invitation),
        "has_replied": invitation.state != Invitation.State.INVITED,
    }
    return render(request, "lottery/reply.html", context, status=422 if form is not None else 200)


@require_safe
def reply_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Thank you, and what happens when."""
    draw = get_object_or_404(
        Draw.objects.visible_to(request.user).light().select_related("council__organization"), pk=pk
    )
    return render(request, "lottery/reply_done.html", {"draw": draw})
