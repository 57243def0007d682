"""From the frozen quotas to the panel: two signatures, computation, commitment, the number, the choice."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.permissions import holders_now, require_now
from audit.canonical import digest
from audit.clock import clock, today
from audit.jobs import start_job
from audit.models import Job
from audit.personal import years
from audit.services import label, record, require
from councils.services import rules_at, vacant_seats
from lottery import record as published
from lottery.models import Draw, DrawApproval, Invitation
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.quota_draw import Infeasible, check_quotas, draw_panels, rank_alternates
from lottery.services.preparation import locked, new_salt
from lottery.stages import SIGNING_ROLES

PANELS = 1_000
"""How many panels of equal chance are computed: three digits choose one."""

State = Draw.State


def sign(draw: Draw, *, step: str, content_hash: str, by: User) -> bool:
    """Put a signature under `content_hash`; whether both offices have signed it, by two people who still hold them.

    Refused for a second signature by the same person. A signature under another content does not count, and one
    whose signer lost the office in between is void.
    """
    signed = _valid_signatures(draw, step, content_hash)
    require(by.person_id not in [one.by_id for one in signed], _("You have signed this already."))
    missing = [role for role in SIGNING_ROLES if role not in [one.role for one in signed]]
    held = [role for role in missing if holders_now([by.person_id], role)]
    require(bool(held))
    person = require_now(by, held[0])
    DrawApproval.objects.create(draw=draw, step=step, content_hash=content_hash, by=person, role=held[0], at=clock())
    record(f"{step}.signed", draw, by=by, role=held[0], content=content_hash)
    return {held[0], *(one.role for one in signed)} == set(SIGNING_ROLES)


def _valid_signatures(draw: Draw, step: str, content_hash: str) -> list[DrawApproval]:
    """The signatures under this content whose signers hold their office at this moment; all others become void."""
    valid = []
    for one in DrawApproval.objects.filter(draw=draw, step=step, content_hash=content_hash, is_void=False):
        if holders_now([one.by_id], one.role):
            valid.append(one)
        else:
            one.is_void = True
            one.save(update_fields=["is_void"])
            record(f"{step}.signature_void", draw, role=one.role, content=content_hash)
    return valid


@pool_open()
def freeze_quotas(draw: Draw, *, by: User) -> Draw:
    """Sign the quotas as they are; with the second office's signature they are frozen and published.

    Called once by the draw officer and once by the auditor. Refused if the pool is not the one that was closed.
    """
    draw = locked(draw)
    require(can(by, "sign_quotas", draw))
    pool = published.volunteers(draw)
    _require_same_pool(draw, pool)
    table = published.quota_table(draw)
    try:
        check_quotas(pool, published.bounds_of(table), draw.size)
    except Infeasible as error:
        require(False, _("No panel can meet these quotas: %(problem)s") % {"problem": _in_words(error, table)})
    if sign(draw, step="quotas", content_hash=digest(published.quota_content(draw, table)), by=by):
        draw.state, draw.problem = State.QUOTAS_FROZEN, ""
        draw.save(update_fields=["state", "problem"])
        record("quotas.frozen", draw, by=by)
    return draw


def _in_words(error: Infeasible, table: list[dict[str, Any]]) -> str:
    """Why no panel meets the quotas, with the labels people know."""
    labels = {one["feature"]: one["label"] for one in table}
    return _(error.text) % {**error.values, "feature": labels.get(error.feature, error.feature)}


def _require_same_pool(draw: Draw, pool: Sequence[Any]) -> None:
    require(
        published.pool_hash(draw, list(pool)) == draw.pool_hash,
        _("The pool is not the one with which replies were closed. Nothing was drawn; please tell the auditor."),
    )


def _require_frozen(draw: Draw, table: list[dict[str, Any]]) -> None:
    """Both signatures stand under exactly these quotas and this pool."""
    content = digest(published.quota_content(draw, table))
    signed = DrawApproval.objects.filter(draw=draw, step="quotas", content_hash=content, is_void=False)
    roles = set(signed.values_list("role", flat=True))
    require(roles == set(SIGNING_ROLES), _("The quotas are not the ones that were signed."))


@transaction.atomic
def reopen_quotas(draw: Draw, *, reason: str, by: User) -> Draw:
    """Relax quotas that no panel meets, with a recorded reason; they are signed anew by both."""
    draw = locked(draw)
    require(can(by, "reopen_quotas", draw))
    require(bool(reason.strip()), _("Say why the quotas are opened again."))
    draw.state = State.RESPONSE_CLOSED
    draw.save(update_fields=["state"])
    record("quotas.reopened", draw, by=by, reason=reason.strip()[:500])
    return draw


@transaction.atomic
def compute_panel(draw: Draw, *, by: User, panels: int = PANELS) -> Job:
    """Start the job that computes `panels` panels (a power of ten). It may run twice and finds the same ones."""
    draw = locked(draw)
    require(can(by, "compute", draw) and draw.state == State.QUOTAS_FROZEN)
    require(panels >= 10 and str(panels).strip("0") == "1", _("The number of panels is 10, 100, 1,000 or 10,000."))
    draw.state = State.COMPUTING
    draw.save(update_fields=["state"])
    record("panels.started", draw, by=by, panels=panels)
    return start_job("lottery.compute", subject=label(draw), total=panels, draw=draw.pk, panels=panels)


def run_computation(draw: Draw, *, panels: int, tell: Callable[[int], None] = lambda done: None) -> Draw:
    """Compute and keep the panels, without a lock while it computes; finished already, it changes nothing.

    Quotas that no panel meets open the quotas again, with the reason on the draw.
    """
    draw = Draw.objects.get(pk=draw.pk)
    if draw.state != State.COMPUTING:
        return draw
    pool, table = published.volunteers(draw), published.quota_table(draw)
    _require_same_pool(draw, pool)
    _require_frozen(draw, table)
    seed = digest({"pool": draw.pool_hash, "quotas": table, "size": draw.size})
    found: list[list[int]] = []
    try:
        for panel in draw_panels(pool, published.bounds_of(table), draw.size, seed=seed, count=panels):
            found.append(panel)
            if len(found) % 50 == 0:
                tell(len(found))
    except Infeasible as error:
        with translation.override(settings.LANGUAGE_CODE):
            return _keep_panels(draw, None, _in_words(error, table))
    return _keep_panels(draw, found, "")


@transaction.atomic
def _keep_panels(draw: Draw, panels: list[list[int]] | None, problem: str) -> Draw:
    draw = locked(draw)
    if draw.state != State.COMPUTING:
        return draw
    draw.panels, draw.problem = panels, problem[:300]
    draw.state = State.PANELS_READY if panels else State.QUOTAS_FROZEN
    draw.commitment_salt = new_salt() if panels else ""
    draw.save(update_fields=["panels", "problem", "state", "commitment_salt"])
    record("panels.computed" if panels else "panels.infeasible", draw, panels=len(panels or []))
    return draw


@pool_open()
def commit(draw: Draw, *, by: User, source: str = "") -> Draw:
    """Sign the commitment: a salted hash of pool, quotas and panels, and of where the number will come from.

    Called once by the draw officer, who names the `source` (a drum, lottery numbers of a date …), and once by the
    auditor. Published with the second signature, before the number exists.
    """
    draw = locked(draw)
    require(can(by, "sign_commitment", draw))
    if not draw.randomness_source:
        require(bool(source.strip()), _("Name where the number will come from, before anybody knows it."))
        draw.randomness_source = source.strip()[:300]
    pool = published.volunteers(draw)
    _require_same_pool(draw, pool)
    table = published.quota_table(draw)
    _require_frozen(draw, table)
    names = [one.pseudonym for one in pool]
    draw.commitment = digest(published.committed_content(draw, table, names))
    if sign(draw, step="commitment", content_hash=draw.commitment, by=by):
        draw.state = State.COMMITTED
        record("draw.committed", draw, by=by, commitment=draw.commitment)
    draw.save(update_fields=["randomness_source", "commitment", "state"])
    return draw


@transaction.atomic
def record_randomness(draw: Draw, *, number: str, witnesses: Sequence[str], by: User) -> Draw:
    """Enter the digits that were drawn before named witnesses (two at least). They cannot be entered twice."""
    draw = locked(draw)
    require(can(by, "record_randomness", draw))
    length = published.digits_of(len(draw.panels or []))
    number = "".join(number.split())
    require(
        len(number) == length and number.isascii() and number.isdigit(),
        _("The number has exactly %(length)s digits.") % {"length": length},
    )
    named = [" ".join(name.split()) for name in witnesses if name.strip()]
    require(len(set(named)) >= 2, _("Name at least two witnesses."))
    draw.randomness, draw.witnesses = number, "\n".join(named)
    draw.state = State.RANDOMNESS_RECORDED
    draw.save(update_fields=["randomness", "witnesses", "state"])
    record("number.recorded", draw, by=by, number=number, witnesses=len(named))
    return draw


@pool_open()
def select(draw: Draw, *, by: User) -> Draw:
    """Let the number choose the panel, rank the alternates and publish the record. Nobody decides anything here."""
    draw = locked(draw)
    require(can(by, "select", draw))
    pool = published.volunteers(draw)
    _require_same_pool(draw, pool)
    table = published.quota_table(draw)
    names = [one.pseudonym for one in pool]
    content = published.committed_content(draw, table, names)
    require(digest(content) == draw.commitment, _("This is not what was committed to. Please tell the auditor."))
    panels = draw.panels or []
    index = int(draw.randomness) % len(panels)
    panel = [names[position] for position in panels[index]]
    alternates = rank_alternates(names, panel, seed=published.alternates_seed(draw.commitment, draw.randomness))
    _assign(draw, panel, alternates)
    drawn = [one for one in pool if one.pseudonym in set(panel)]
    draw.record = _record_of(draw, content, index=index, panel=panel, alternates=alternates[: draw.size])
    draw.record["panel_counts"] = published.counts_of(drawn, table)
    draw.state = State.SELECTED
    draw.purge_on = years(rules_at(draw.council, today()).term_years, today())
    draw.save(update_fields=["record", "state", "purge_on"])
    record("draw.selected", draw, by=by, index=index, panel=digest(panel))
    start_job("lottery.print_letters", subject=label(draw), draw=draw.pk)
    return draw


def _record_of(draw: Draw, content: dict[str, Any], **drawn: Any) -> dict[str, Any]:
    """What everybody may download and check: pseudonyms, totals, hashes; no feature of anybody."""
    signed = DrawApproval.objects.filter(draw=draw, is_void=False).order_by("id")
    return {
        **content,
        "title": draw.title,
        "council": draw.council.organization.name,
        "sample": {"size": draw.sample_size, "sha256": draw.sample_hash, "legal_basis": draw.legal_basis},
        "replies": {"received": draw.response_count, "volunteered": draw.interested_count},
        "pool_counts": draw.pool_counts,
        "approvals": [
            {"step": one.step, "role": one.role, "content": one.content_hash, "at": one.at.isoformat()}
            for one in signed
        ],
        "commitment": draw.commitment,
        "number": draw.randomness,
        "witnesses": draw.witnesses.split("\n"),
        **drawn,
    }


def _assign(draw: Draw, panel: list[str], alternates: list[str]) -> None:
    """Seats to those drawn, ranks to as many alternates as there are seats, thanks to all others.

    Which pseudonym gets which seat is mixed by the secret salt: else names at seats would give pseudonyms away.
    """
    seats = list(vacant_seats(draw.council)[: draw.size].values_list("number", flat=True))
    require(len(seats) == draw.size, _("The council has fewer vacant seats than were drawn for."))
    mixed = sorted(panel, key=lambda pseudonym: digest([draw.pool_salt, pseudonym]))
    seat_of = dict(zip(mixed, seats, strict=True))
    rank_of = {pseudonym: rank for rank, pseudonym in enumerate(alternates[: draw.size], start=1)}
    until = rules_at(draw.council, today()).confirmation_weeks
    rows = list(Invitation.objects.filter(draw=draw, state=Invitation.State.INTERESTED))
    for row in rows:
        row.seat_number, row.alternate_rank = seat_of.get(row.pseudonym), rank_of.get(row.pseudonym)
        if row.seat_number:
            row.state, row.confirm_until = Invitation.State.SELECTED, today() + datetime.timedelta(weeks=until)
        elif row.alternate_rank:
            row.state = Invitation.State.ALTERNATE
        else:
            row.state, row.birth_date = Invitation.State.NOT_SELECTED, None
    fields = ["seat_number", "alternate_rank", "state", "confirm_until", "birth_date"]
    Invitation.objects.bulk_update(rows, fields, batch_size=500)


@transaction.atomic
def certify(draw: Draw, *, by: User) -> Draw:
    """The auditor signs that the record was checked: commitment, number and panel belong together."""
    draw = locked(draw)
    require(can(by, "certify", draw))
    person: Person = require_now(by, SIGNING_ROLES[1])
    DrawApproval.objects.create(
        draw=draw, step="certify", content_hash=digest(draw.record), by=person, role=SIGNING_ROLES[1], at=clock()
    )
    draw.state = State.CERTIFIED
    draw.save(update_fields=["state"])
    record("draw.certified", draw, by=by)
    return draw
