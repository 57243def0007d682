"""Storing and serving private files. Who may read one is decided by the app it belongs to, before it calls here."""

import datetime
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _

from audit.clock import clock, today
from audit.services import Refused
from documents.models import File

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.db.models import QuerySet

SHOWN_IN_THE_BROWSER = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp"})


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash lie, below the private root."""
    return Path(settings.PRIVATE_ROOT) / sha256[:2] / sha256


def store_file(
    data: bytes,
    *,
    name: str,
    media_type: str,
    owner: str,
    is_public: bool = False,
    delete_on: datetime.date | None = None,
) -> File:
    """Keep `data` under its hash and return its row; the same bytes are stored once.

    The file is complete on disk before the row exists, so a crash leaves at most a file nobody points to,
    which the purge removes.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    target = path_of(sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = target.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o600)
        part.replace(target)
    return File.objects.create(
        sha256=sha256,
        name=name[:200],
        media_type=media_type,
        size=len(data),
        owner=owner,
        is_public=is_public,
        created_at=clock(),
        delete_on=delete_on,
    )


def accept_upload(uploaded: "UploadedFile", *, owner: str, delete_on: datetime.date | None = None) -> File:
    """Check an uploaded file and store it; Refused says in the user's language what is wrong with it."""
    from documents.checks import UploadRefused, check_upload

    try:
        checked = check_upload(uploaded, uploaded.name or "")
    except UploadRefused as refusal:
        raise Refused(_(refusal.message)) from refusal
    uploaded.seek(0)
    return store_file(
        uploaded.read(), name=checked.safe_name, media_type=checked.media_type, owner=owner, delete_on=delete_on
    )


def read_file(file: File) -> bytes:
    """The bytes of a stored file."""
    return path_of(file.sha256).read_bytes()


def serve_file(request: HttpRequest, file: File) -> FileResponse:
    """The file as an answer: shown where it is harmless, downloaded otherwise, never sniffed, never cached by others."""
    response = FileResponse(path_of(file.sha256).open("rb"), content_type=file.media_type)
    is_shown = file.media_type in SHOWN_IN_THE_BROWSER
    response["Content-Disposition"] = content_disposition_header(not is_shown, file.name) or "inline"
    response["ETag"] = quote_etag(file.sha256)
    response["Cache-Control"] = "public, max-age=86400" if file.is_public else "private, no-store"
    if file.media_type != "application/pdf":  # browsers show no PDF in a sandbox
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def discard_file(file: File) -> None:
    """A file that must not be read any more: closed to everybody now, destroyed by the next purge."""
    File.objects.filter(pk=file.pk).update(is_public=False, delete_on=today() - datetime.timedelta(days=1))


def purge_files() -> int:
    """Delete rows past their date, and bytes no row points to any more; how many rows were deleted."""
    return delete_files(File.objects.filter(delete_on__lt=today()))


def delete_files(files: "QuerySet[File]") -> int:
    """Delete the rows `files`, and the bytes that no other row points to; how many rows. Who may is the caller's."""
    hashes = set(files.values_list("sha256", flat=True))
    count = files.delete()[0]
    still_used = set(File.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    for sha256 in hashes - still_used:
        path_of(sha256).unlink(missing_ok=True)
    return count
