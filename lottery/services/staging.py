"""The file of the registration office between upload and import: kept apart, read twice, gone the same day."""

from collections.abc import Callable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import today
from audit.jobs import start_job
from audit.models import Job
from audit.services import label, record, require
from documents.models import File
from documents.services import delete_files, read_file, store_file
from lottery.features import FeatureTable, Problem, TableError
from lottery.imports import wanted_columns
from lottery.models import Draw, Invitation
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.preparation import checked_sample, finish_import, invitations_of, locked, rows_in

CHUNK = 1_000


def _owner(draw: Draw) -> str:
    return f"sample:{draw.pk}"


@transaction.atomic
def keep(draw: Draw, *, data: bytes, by: User) -> File:
    """Keep an uploaded file until it is imported, at most until the end of the day."""
    draw = locked(draw)
    require(can(by, "import_sample", draw))
    require(draw.features.exists(), _("Set the features first: they say which columns are needed."))
    file = keep_upload(data, name="stichprobe.csv", owner=_owner(draw))
    record("sample.uploaded", draw, by=by, sha256=file.sha256)
    return file


def kept(draw: Draw) -> File | None:
    """The file that waits."""
    return kept_upload(_owner(draw))


def problems_in(draw: Draw, data: bytes, columns: Mapping[str, str]) -> Sequence[Problem]:
    """Every line that cannot be used."""
    try:
        rows_in(draw, data, columns)
    except TableError as error:
        return error.problems
    return []


def guess(head: Mapping[str, str], features: Sequence[FeatureTable]) -> dict[str, str]:
    """The columns whose heads are known, where some are not."""
    wanted = wanted_columns(features)
    return {name: found for name, known in wanted.items() if (found := next((one for one in known if one in head), ""))}


@transaction.atomic
def start_import(draw: Draw, *, columns: Mapping[str, str], by: User) -> Job:
    """Start the job that imports the file that waits; all of it or nothing."""
    draw = locked(draw)
    require(can(by, "import_sample", draw))
    file = kept(draw)
    require(file is not None, _("Upload the file first."))
    assert file is not None and by.pk  # noqa: S101  (for the type checker)
    return start_job(
        "lottery.import_sample", subject=label(draw), draw=draw.pk, file=file.pk, columns=dict(columns), by=by.pk
    )


def run_import(
    draw: Draw, *, file: File, columns: Mapping[str, str], by: User, tell: Callable[[int, int], None]
) -> Draw:
    """Import the file, a thousand rows at a time, so that everybody sees how far it is; it may run twice.

    Until the last rows stand the draw has no sample: what an interrupted run left is deleted by the next.
    """
    data = read_file(file)
    with pool_open():
        draw, rows = checked_sample(draw, data=data, by=by, columns=columns)
        Invitation.objects.filter(draw=draw).delete()
    made = invitations_of(draw, rows)
    for start in range(0, len(made), CHUNK):
        with pool_open():
            locked(draw)
            Invitation.objects.bulk_create(made[start : start + CHUNK])
        tell(min(start + CHUNK, len(made)), len(made))
    with pool_open():
        draw, rows = checked_sample(draw, data=data, by=by, columns=columns)
        require(Invitation.objects.filter(draw=draw).count() == len(rows), _("Two imports met; please start again."))
        draw = finish_import(draw, data=data, count=len(rows), by=by)
        forget_uploads(_owner(draw))
    return draw


def keep_upload(data: bytes, *, name: str, owner: str) -> File:
    """Keep a CSV that waits to be imported, at most until the end of the day; it takes the place of earlier ones."""
    File.objects.filter(owner=owner).update(delete_on=today())
    return store_file(data, name=name, media_type="text/csv", owner=owner, delete_on=today())


def kept_upload(owner: str) -> File | None:
    """The file that waits, the newest."""
    return File.objects.filter(owner=owner).order_by("-pk").first()


def forget_uploads(owner: str) -> None:
    """Delete files that were imported, with their bytes, once the import stands.

    The row alone would not do: the purge looks for rows, and people's names would lie on the disk for ever.
    """
    transaction.on_commit(lambda: delete_files(File.objects.filter(owner=owner)) and None)
