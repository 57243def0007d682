"""From the quotas to the panels: two signatures, and the computation of the fairest chances."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import holders_now, require_now
from audit.canonical import digest
from audit.clock import clock
from audit.jobs import start_job
from audit.models import Job
from audit.services import label, record, require
from lottery import record as published
from lottery.algorithms.classes import find_classes
from lottery.algorithms.drawing import STEPS, Lottery, draw_lottery
from lottery.algorithms.feasibility import Infeasible, require_feasible
from lottery.algorithms.problem import InputError, Problem
from lottery.models import Draw, DrawApproval, Invitation, Opening
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.preparation import locked, new_salt
from lottery.services.quotas import curves_of
from lottery.stages import SIGNING_ROLES
from lottery.volunteers import Table, Volunteer, explain, problem_of, volunteers

TOLD_EVERY = 0.5
"""Seconds between two words about the progress of a computation."""

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
    pool, table = volunteers(draw), published.quota_table(draw)
    require_same_pool(draw, pool)
    problem = _checked(draw, pool, table)
    try:
        require_feasible(problem, find_classes(problem))
    except Infeasible as error:
        require(False, _("No panel can meet these quotas. %(problem)s") % {"problem": explain(error, table)})
    if sign(draw, step="quotas", content_hash=digest(published.quota_content(draw, table)), by=by):
        draw.state, draw.problem = State.QUOTAS_FROZEN, ""
        draw.save(update_fields=["state", "problem"])
        record("quotas.frozen", draw, by=by)
    return draw


def _checked(draw: Draw, pool: Sequence[Volunteer], table: Table) -> Problem:
    """The draw as a problem; refused where pool and quotas do not fit together."""
    try:
        return problem_of(draw, pool, table)
    except InputError as error:
        message = _("Quotas and pool do not fit together: %(problem)s") % {"problem": str(error)[:300]}
        require(False, message)
        raise


def require_same_pool(draw: Draw, pool: Sequence[Volunteer]) -> None:
    require(
        published.pool_hash(draw, list(pool)) == draw.pool_hash,
        _("The pool is not the one with which replies were closed. Nothing was drawn; please tell the auditor."),
    )


def require_frozen(draw: Draw, table: Table) -> None:
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
def compute_panel(draw: Draw, *, by: User, panels: int | None = None) -> Job:
    """Start the job that computes the panels. It may run twice and finds the same ones.

    `panels` is a power of ten; without it 1,000, or 10,000 where the smallest chance is below 2 %.
    """
    draw = locked(draw)
    require(can(by, "compute", draw) and draw.state == State.QUOTAS_FROZEN)
    require(
        panels is None or (panels >= 10 and str(panels).strip("0") == "1"),
        _("The number of panels is 10, 100, 1,000 or 10,000."),
    )
    draw.state, draw.commitment_salt, draw.problem = State.COMPUTING, new_salt(), ""
    draw.save(update_fields=["state", "commitment_salt", "problem"])
    record("panels.started", draw, by=by, panels=panels or 0, algorithm=draw.algorithm)
    return start_job("lottery.compute", subject=label(draw), total=STEPS, draw=draw.pk, panels=panels)


def run_computation(
    draw: Draw, *, panels: int | None = None, tell: Callable[[int, int], None] = lambda done, total: None
) -> Draw:
    """Compute and keep the panels, without a lock while it computes; finished already, it changes nothing.

    Everything follows from pool, quotas, method and the salt that was set when the job was started: a worker that
    was killed is replaced by another one that finds the same bytes. Quotas that no panel meets go back to their
    officers, with the reason on the draw.
    """
    draw = Draw.objects.select_related("council__organization").get(pk=draw.pk)
    if draw.state != State.COMPUTING:
        return draw
    pool, table = volunteers(draw), published.quota_table(draw)
    require_same_pool(draw, pool)
    require_frozen(draw, table)
    seed = digest({"salt": draw.commitment_salt, **published.quota_content(draw, table)})
    problem = _checked(draw, pool, table)
    try:
        found = draw_lottery(problem, algorithm=draw.algorithm, panels=panels, seed=seed, progress=_seldom(tell))
    except Infeasible as error:
        with translation.override(settings.LANGUAGE_CODE):
            return _keep_problem(draw, explain(error, table))
    return _keep_panels(draw, found, table)


def _seldom(tell: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Pass progress on twice a second: each word is a write, and the proof that this worker is alive."""
    last = [monotonic()]

    def report(done: int, total: int) -> None:
        if done == total or monotonic() - last[0] >= TOLD_EVERY:
            last[0] = monotonic()
            tell(done, total)

    return report


@transaction.atomic
def _keep_problem(draw: Draw, problem: str) -> Draw:
    draw = locked(draw)
    if draw.state == State.COMPUTING:
        draw.problem, draw.state = problem, State.QUOTAS_FROZEN
        draw.save(update_fields=["problem", "state"])
        record("panels.infeasible", draw)
    return draw


@pool_open()
def _keep_panels(draw: Draw, lottery: Lottery, table: Table) -> Draw:
    """The sealed record on the draw, everybody's chance on their row."""
    sealed, openings = published.seal(draw, lottery, table)
    shown = curves_of(draw, table, lottery.classes, {lottery.algorithm: lottery.mixture.stated_chances})
    draw = locked(draw)
    if draw.state != State.COMPUTING:
        return draw
    draw.sealed, draw.panel_count = sealed, len(lottery.panels)
    draw.chances, draw.state = sealed["committed"]["chances"], State.PANELS_READY
    draw.simulation = {**(draw.simulation or {"objectives": []}), **shown}
    draw.save(update_fields=["sealed", "simulation", "panel_count", "chances", "state"])
    Opening.objects.update_or_create(draw=draw, defaults={"content": openings})
    rows = list(Invitation.objects.filter(draw=draw, pseudonym__in=lottery.problem.ids).only("pseudonym"))
    place = {name: number for number, name in enumerate(lottery.problem.ids)}
    for row in rows:
        number = place[row.pseudonym]
        row.chance = Decimal(f"{lottery.chances[number]:.12f}")
        row.listed = round(float(lottery.listed[number]) * draw.panel_count)
    Invitation.objects.bulk_update(rows, ["chance", "listed"], batch_size=500)
    record("panels.computed", draw, panels=draw.panel_count, **draw.chances)
    return draw
