"""Deleting what is known about the sample: non-responders first, all others when the draw is over."""

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from audit.clock import clock, today
from audit.models import Job
from audit.services import record
from lottery.models import Draw, Invitation, Opening, ReplyCheck
from lottery.pool import pool_open

State = Invitation.State
BEFORE_THE_CLOSE = (Draw.State.DRAFT, Draw.State.SAMPLE_IMPORTED, Draw.State.INVITED)


def purge_draws() -> int:
    """Blank every row whose time is over; how many. Runs daily, and again without effect.

    Once replies are closed: those who did not reply or said no. Once every seat is held: those not drawn, and who
    withdrew, and with them what opens the record: it stays verifiable in its public view. On the draw's date (the end of the term), or when it was annulled: everybody.
    """
    draws = Draw.objects.filter(purged_at__isnull=True).exclude(state__in=BEFORE_THE_CLOSE).light()
    return sum(_purge_draw(draw) for draw in draws) + _purge_half_imports()


@pool_open()
def _purge_half_imports() -> int:
    """Rows that an import left which was interrupted and given up: the draw has no sample, so nobody may be in it."""
    open_jobs = Job.objects.filter(kind="lottery.import_sample", state__in=[Job.State.WAITING, Job.State.RUNNING])
    busy = [int(subject.rpartition(":")[2]) for subject in open_jobs.values_list("subject", flat=True)]
    rows = Invitation.objects.filter(draw__state=Draw.State.DRAFT, draw__sample_size=0).exclude(draw__in=busy)
    return rows.delete()[0]


@pool_open()
def _purge_draw(draw: Draw) -> int:
    over = Q(state__in=[State.INVITED, State.DECLINED])
    if draw.state == Draw.State.CONFIRMED:
        over |= Q(state=State.NOT_SELECTED) | Q(state=State.WITHDRAWN, seat_number__isnull=True)
    is_final = draw.state == Draw.State.ANNULLED or (draw.purge_on is not None and draw.purge_on < today())
    rows = Invitation.objects.filter(draw=draw).exclude(state=State.PURGED)
    count = blank(rows if is_final else rows.filter(over))
    if is_final or (draw.state == Draw.State.CONFIRMED and count):
        Opening.objects.filter(draw=draw).delete()
        Draw.objects.filter(pk=draw.pk).update(commitment_salt="")
    if is_final:
        Draw.objects.filter(pk=draw.pk).update(purged_at=clock(), pool_salt="")
    if count or is_final:
        record("draw.purged", draw, rows=count, is_final=is_final)
    return count


def blank(rows: QuerySet[Invitation]) -> int:
    """Take everything personal out of `rows`; number and pseudonym stay, so that the record stays whole."""
    ReplyCheck.objects.filter(invitation__in=rows).delete()
    return rows.update(
        given_name="",
        family_name="",
        street="",
        postal_code="",
        town="",
        district=None,
        birth_date=None,
        identity_hash="",
        household_hash="",
        code="",
        research_version="",
        helper_name="",
        call_asked_at=None,
        reminded_at=None,
        returned_at=None,
        postcard_at=None,
        earlier_hash="",
        is_to_visit=False,
        features={},
        email="",
        phone="",
        needs="",
        consent_version="",
        channel="",
        entered_by=None,
        replied_at=None,
        person=None,
        confirm_until=None,
        accepted_at=None,
        chance=None,
        listed=None,
        code_hash=Concat(Value("purged:"), Cast("pk", CharField())),
        state=State.PURGED,
    )
