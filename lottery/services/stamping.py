"""The time stamp on the seal: asked of an authority outside the house where one is configured. The draw never waits for it.

What is stamped is the commitment itself: the SHA-256 that outsiders get by mail is the hash in the request, so that
whoever has the mail can check the stamp.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock
from audit.jobs import retry_job, start_job
from audit.models import Job
from audit.services import label, record, require
from documents.timestamps import Stamp, Unproven, ask
from lottery.algorithms.leaves import committed_bytes
from lottery.checks.stamp import wrong_stamp
from lottery.models import Draw, TimeStamp
from lottery.permissions import can
from lottery.services.preparation import locked
from lottery.services.rehearsal import is_rehearsal
from lottery.sources import moment_of

KIND = "lottery.stamp"


def start_stamping(draw: Draw) -> Job | None:
    """Have the authority asked, in the transaction of the second signature; not for a rehearsal."""
    if not settings.TIME_STAMP_URL or is_rehearsal(draw):
        return None
    return start_job(KIND, subject=label(draw), draw=draw.pk)


def run_stamping(draw: Draw) -> TimeStamp:
    """Ask the authority and keep what it signed, without a lock while it answers. NoStamp says why there is none."""
    kept = TimeStamp.objects.filter(draw=draw).first()
    if kept is not None:
        return kept
    document = _stamped_bytes(draw)
    digest, certificates = hashlib.sha256(document).digest(), _certificates()
    stamp = ask(digest, address=settings.TIME_STAMP_URL, certificates=certificates)
    faults = wrong_stamp(stamp.response, digest.hex())
    if faults:
        raise Unproven("; ".join(faults))  # the record would carry it, and its verifier could not read it
    return _keep(draw, stamp, document, certificates)


def _stamped_bytes(draw: Draw) -> bytes:
    parts = Draw.objects.annotate(parts=KeyTransform("parts", "sealed")).values_list("parts", flat=True).get(pk=draw.pk)
    document = committed_bytes(parts)
    require(hashlib.sha256(document).hexdigest() == draw.commitment, _("This is not what was committed to."))
    return document


def _certificates() -> bytes:
    try:
        return Path(settings.TIME_STAMP_CERTIFICATES).read_bytes()
    except OSError as error:
        raise Unproven(f"the file of certificates cannot be read: {error.strerror}") from None


@transaction.atomic
def _keep(draw: Draw, stamp: Stamp, document: bytes, certificates: bytes) -> TimeStamp:
    locked(draw)
    kept, is_new = TimeStamp.objects.get_or_create(
        draw=draw,
        defaults={
            "at": stamp.at,
            "authority": stamp.authority,
            "response": stamp.response,
            "document": document,
            "certificates": certificates.decode("ascii", "replace"),
            "kept_at": clock(),
        },
    )
    if is_new:
        token = hashlib.sha256(stamp.response).hexdigest()
        record("commitment.stamped", draw, authority=stamp.authority, stamped_at=stamp.at.isoformat(), token=token)
    return kept


@transaction.atomic
def ask_again(draw: Draw, *, by: User) -> Job:
    """Have the authority asked once more after its last attempt failed, or for the first time where it came later."""
    draw = locked(draw)
    require(can(by, "ask_stamp", draw))
    require(not is_rehearsal(draw))
    require(bool(settings.TIME_STAMP_URL), _("No time stamping authority is configured."))
    require(not TimeStamp.objects.filter(draw=draw).exists(), _("The seal has its time stamp."))
    job = last_job(draw)
    record("stamp.asked_again", draw, by=by)
    if job is None:
        return start_job(KIND, subject=label(draw), draw=draw.pk)
    return retry_job(job)


def last_job(draw: Draw) -> Job | None:
    """The job that asks for the stamp of this draw, if it was ever started."""
    return Job.objects.filter(kind=KIND, subject=label(draw)).order_by("-id").first()


def stamp_of(draw: Draw) -> TimeStamp | None:
    """The time stamp on the seal, if there is one."""
    return TimeStamp.objects.filter(draw=draw).first()


def proves_order(draw: Draw, stamp: TimeStamp) -> bool:
    """Whether the stamp is from before the first moment at which anything of the number could be known."""
    return stamp.at < min(moment_of(source) for source in (draw.source or {})["sources"])


def command_of(draw: Draw, stamp: TimeStamp) -> str:
    """What checks the stamp without us. `-attime`: certificates run out, and the stamp must be checkable for ever."""
    return (
        f"openssl ts -verify -digest {draw.commitment} -in commitment.tsr -CAfile authority.pem"
        f" -attime {int(stamp.at.timestamp())}"
    )
