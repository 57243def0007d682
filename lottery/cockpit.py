"""What the cockpit shows of a draw: the way with its dates, who signs, what it costs, the letter."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.clock import today
from audit.models import Job
from lottery import services, way
from lottery.models import Draw, DrawApproval, RegisterSample
from lottery.plan import AUDITOR, COUNCIL, OFFICER, Planned, dates_before, postage
from lottery.services.stamping import last_job, proves_order
from lottery.stages import ACTIONS

State = Draw.State
SIGNED_AS = {"letter": "letter", "release": "release", "quotas": "quotas", "seal": "commitment"}
"""Steps of the plan that two sign, with the name of the signature."""


def stepper(draw: Draw) -> dict[str, Any]:
    """The plan of a draw for its cockpit."""
    register = services.register_of(draw)
    signed = _signed(draw)
    words = services.words_of(draw)
    is_letter_signed = len(signed.get(f"letter {services.digest_of_letter(draw, words)}", ())) == 2
    planned = dates_before(register.first_sitting, _done(draw, register, is_letter_signed), today())
    letters = draw.sample_size or 3_500
    cost = postage(letters, register.postage_cents)
    return {
        "register": register,
        "steps": [_shown(one, draw, signed.get(SIGNED_AS.get(one.step.key, ""), set())) for one in planned],
        "cost": {key: value / 100 for key, value in cost.items() if key != "count"} | {"count": cost["count"]},
        "cost_letters": letters,
        "is_estimate": not draw.sample_size,
        "letter_version": services.digest_of_letter(draw, words)[:12],
        "is_letter_signed": is_letter_signed,
    }


def _signed(draw: Draw) -> dict[str, set[str]]:
    """The roles that have signed each step, and each content of a step."""
    found: dict[str, set[str]] = {}
    rows = DrawApproval.objects.filter(draw=draw, is_void=False)
    for step, content, role in rows.values_list("step", "content_hash", "role"):
        found.setdefault(step, set()).add(role)
        found.setdefault(f"{step} {content}", set()).add(role)
    return found


def _done(draw: Draw, register: RegisterSample, is_letter_signed: bool) -> set[str]:
    reached = {
        "register": State.SAMPLE_IMPORTED,
        "close": State.RESPONSE_CLOSED,
        "quotas": State.QUOTAS_FROZEN,
        "seal": State.COMMITTED,
        "number": State.RANDOMNESS_RECORDED,
        "confirm": State.CONFIRMED,
    }
    done = {key for key, state in reached.items() if way.has_reached(draw, state)}
    done |= {"resolution"} if register.resolution else set()
    done |= {"release", "post"} if register.released_at else set()
    done |= {"letter"} if is_letter_signed else set()
    dates = way.dates_of(draw)
    done |= {"reminder"} if "draw.reminded" in dates or "close" in done else set()
    # A card that was not sent before the number is no longer due: the letter with the result says more.
    return done | ({"postcard"} if "postcards.sent" in dates or "number" in done else set())


def _shown(planned: Planned, draw: Draw, signed: set[str]) -> dict[str, Any]:
    names = {
        OFFICER: pgettext("signature", "draw officer"),
        AUDITOR: pgettext("signature", "auditor"),
        COUNCIL: pgettext("signature", "city council"),
    }
    step = planned.step
    return {
        "title": _(step.title),
        "text": _(step.text),
        "date": planned.date,
        "state": "done" if planned.is_done else "now" if planned.is_next else "open",
        "is_late": planned.is_late,
        "signers": [{"name": names[role], "has_signed": planned.is_done or role in signed} for role in step.signs],
        "url": _address(step.key, draw),
    }


def _address(key: str, draw: Draw) -> str:
    pages = {"letter": "letter", "post": "response"}
    if "send_postcards" in ACTIONS[State(draw.state)]:
        pages["postcard"] = "postcards"
    return reverse(f"lottery:{pages[key]}", args=[draw.pk]) if key in pages else ""


def stamping(draw: Draw) -> dict[str, Any] | None:
    """How the time stamp on the seal stands, plainly; None where nobody was to be asked for one."""
    stamp = services.stamp_of(draw)
    if stamp is not None:
        return {"stamp": stamp, "is_late": not proves_order(draw, stamp)}
    job = last_job(draw)
    if job is None:
        return {"is_missing": True} if settings.TIME_STAMP_URL and not services.is_rehearsal(draw) else None
    kind, _colon, detail = job.error.partition(": ")
    words = {
        "Unreachable": _("The authority did not answer as it should."),
        "Declined": _("The authority declined."),
        "Unproven": _("What the authority sent proves nothing."),
    }
    return {
        "job": job,
        "is_missing": job.state == Job.State.FAILED,
        "trouble": words.get(kind, _("Something went wrong here.") if job.error else ""),
        "detail": detail if kind in words else job.error,
    }
