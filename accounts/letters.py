"""Letters: what waits in the outbox for the post, printed in batches of 250 with a job sheet."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import City, LetterBatch, Message, Organization, Person, User
from audit import jobs
from audit.clock import clock, local_date, today
from audit.personal import years
from audit.services import record, require
from documents.letters import render_batch
from documents.services import store_file

MOST_IN_A_BATCH = 250


def waiting_letters() -> QuerySet[Message]:
    """Letters that nobody has printed yet, in the order of the postman."""
    return Message.objects.filter(state=Message.State.QUEUED, channel=Person.Channel.LETTER).order_by(
        "person__postal_code", "person__street", "id"
    )


def request_batch(*, by: User) -> LetterBatch:
    """Start a job that prints what waits; the page of the batch shows when it is ready."""
    with transaction.atomic():
        require(waiting_letters().exists(), _("No letter is waiting."))
        batch = LetterBatch.objects.create(created_at=clock())
        record("letter_batch.requested", batch, by=by)
        jobs.start_job("accounts.print_letters", subject=f"letterbatch:{batch.pk}", batch=batch.pk)
    return batch


@transaction.atomic
def print_batch(batch: LetterBatch) -> LetterBatch:
    """Claim up to 250 waiting letters, print them into one PDF and keep it; does nothing the second time."""
    batch = LetterBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.file_sha256:
        return batch
    letters = list(waiting_letters().select_for_update(skip_locked=True, of=("self",))[:MOST_IN_A_BATCH])
    if not letters:
        return batch
    city = City.objects.get()
    printed = render_batch(
        "letter", [letter_data(letter, city) for letter in letters], title=f"{_('Letters')} {batch.pk}"
    )
    file = store_file(
        printed.pdf,
        name=f"briefe-{batch.pk}.pdf",
        media_type="application/pdf",
        owner=f"letterbatch:{batch.pk}",
        delete_on=years(1, today()),
    )
    now = clock()
    Message.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        state=Message.State.PRINTED, sent_at=now, batch=batch
    )
    batch.count, batch.file_sha256 = len(letters), file.sha256
    batch.save()
    record("letter_batch.printed", batch, count=batch.count, sha256=file.sha256)
    return batch


def letter_data(message: Message, city: City) -> dict[str, Any]:
    """What the letter template needs (docs/documents.md); `message.letter` adds a code or reply boxes."""
    return {
        "city": {"name": city.name, "colour": city.colour},
        "date": local_date(message.created_at).isoformat(),
        "sender": {
            "name": city.authority,
            "lines": [city.street, city.postal_town],
            "phone": city.phone,
            "email": city.email,
        },
        "recipient": {"lines": address_lines(message.person or message.organization)},
        "subject": message.subject,
        "body": paragraphs(message.text),
        "authentic": _("You can check it by calling us: %(phone)s.") % {"phone": city.phone},
        **message.letter,
    }


def address_lines(to: Person | Organization | None) -> list[str]:
    """The lines of the address field."""
    if isinstance(to, Person):
        return [str(to), to.street, f"{to.postal_code} {to.town}".strip()]
    return [to.name, to.street, to.postal_town] if to else []


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text; single line breaks within one are joined."""
    return [" ".join(block.split()) for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]


@transaction.atomic
def note_posted(batch: LetterBatch, *, by: User) -> LetterBatch:
    """Note that the batch went to the post today."""
    batch = LetterBatch.objects.select_for_update().get(pk=batch.pk)
    require(bool(batch.file_sha256), _("The batch is not printed yet."))
    require(batch.posted_on is None, _("The batch was posted already."))
    batch.posted_on = today()
    batch.save()
    record("letter_batch.posted", batch, by=by)
    return batch
