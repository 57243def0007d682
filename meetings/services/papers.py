"""Papers for an item: handed in with their first page filled, taken back."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock
from audit.services import record, require
from documents.models import File
from documents.services import accept_upload
from meetings.models import AgendaItem, Paper
from meetings.services.rows import locked

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

WORDS_A_PAGE = 250


@transaction.atomic
def add_paper(
    item: AgendaItem,
    *,
    title: str,
    asked: str,
    choices: str,
    dissent: str,
    text: str = "",
    is_public: bool = True,
    upload: "UploadedFile | None" = None,
    file: File | None = None,
    pages: int = 0,
    by: User,
) -> Paper:
    """Add a paper to an item. Its first page is complete or refused; `pages` are those of the file, for reading time.

    On an item that is not public a paper is never public. The file is private unless the paper is public.
    """
    meeting = locked(item.meeting, "add_paper", by)
    item = meeting.items.get(pk=item.pk)
    words = {"title": title, "asked": asked, "choices": choices, "dissent": dissent, "text": text}
    words = {name: value.strip() for name, value in words.items()}
    is_filled = all(words[name] for name in ("title", "asked", "choices", "dissent"))
    require(is_filled, _("The first page says what is asked, which choices there are and who disagrees."))
    is_public = is_public and item.is_public
    paper = Paper.objects.create(item=item, is_public=is_public, file_words=pages * WORDS_A_PAGE, **words)
    if upload is not None:
        file = accept_upload(upload, owner=f"paper:{paper.pk}")
    if file is not None:
        paper.file = file
        File.objects.filter(pk=file.pk).update(is_public=is_public)
        paper.save(update_fields=["file"])
    record("paper.added", meeting, by=by, paper=paper.pk, item=item.pk, is_public=is_public)
    return paper


@transaction.atomic
def withdraw_paper(paper: Paper, *, by: User) -> None:
    """Take a paper back; its address answers that there is nothing, and its file is no longer served."""
    meeting = locked(paper.item.meeting, "add_paper", by)
    paper = Paper.objects.select_for_update().get(pk=paper.pk, deleted_at__isnull=True)
    paper.deleted_at = clock()
    paper.save(update_fields=["deleted_at"])
    record("paper.withdrawn", meeting, by=by, paper=paper.pk)
