"""Printing letters: 250 at a time, each batch with its codes in one transaction; a second run goes on where it ended."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.letters import paragraphs
from accounts.models import City
from audit.clock import today
from audit.personal import years
from audit.services import label, record
from documents.letters import render_batch
from documents.models import File
from documents.services import store_file
from lottery.codes import hash_of, new_code
from lottery.models import Draw, Invitation
from lottery.pool import pool_open
from lottery.services.preparation import count_due, due_letters, locked

BATCH = 250
KEPT_YEARS = 1
"""Printed letters hold names and codes; they are deleted with the outbox's letters."""


def print_letters(draw: Draw, *, tell: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Print every letter that is due into files for the printer; `tell` hears how many are done of how many."""
    total, done = count_due(draw), 0
    while count := _print_batch(draw):
        done += count
        tell(done, max(total, done))
    return done


@pool_open()
def _print_batch(draw: Draw) -> int:
    """One file with up to 250 letters. Codes live in this transaction and on paper, nowhere else."""
    draw = locked(draw)
    rows = list(due_letters(draw).select_for_update(of=("self",))[:BATCH])
    if not rows:
        return 0
    city = City.objects.get()
    codes = {row.pk: new_code() for row in rows}
    with translation.override(settings.LANGUAGE_CODE):
        letters = [letter_data(row, draw, city, codes[row.pk]) for row in rows]
    printed = render_batch("letter", letters, title=draw.title)
    number = File.objects.filter(owner=label(draw)).count() + 1
    store_file(
        printed.pdf,
        name=f"briefe-{draw.pk}-{number:03d}.pdf",
        media_type="application/pdf",
        owner=label(draw),
        delete_on=years(KEPT_YEARS, today()),
    )
    for row in rows:
        row.letter = row.state
        if row.state == Invitation.State.INVITED:
            row.code_hash = hash_of(codes[row.pk])
    Invitation.objects.bulk_update(rows, ["letter", "code_hash"])
    record("letters.printed", draw, count=len(rows), sha256=printed.sha256)
    return len(rows)


def letter_data(invitation: Invitation, draw: Draw, city: City, code: str) -> dict[str, Any]:
    """What the letter template needs; the words stand in templates/emails, one text for each state."""
    event = {"invited": "invitation_sent"}.get(invitation.state, f"draw_{invitation.state}")
    context = {"invitation": invitation, "draw": draw, "city": city, "council": draw.council}
    subject = " ".join(render_to_string(f"emails/{event}.subject.txt", context).split())
    text = render_to_string(f"emails/{event}.txt", context)
    return {
        "city": {"name": city.name, "colour": city.colour},
        "date": today().isoformat(),
        "sender": {
            "name": city.authority,
            "lines": [city.street, city.postal_town],
            "phone": city.phone,
            "email": city.email,
        },
        "endorsement": [_("Personal")],
        "recipient": {
            "lines": [
                f"{invitation.given_name} {invitation.family_name}",
                invitation.street,
                f"{invitation.postal_code} {invitation.town}",
            ]
        },
        "subject": subject,
        "body": paragraphs(text),
        "authentic": _("Call the city and ask: %(phone)s. We never ask for money or bank details.")
        % {"phone": city.phone},
        **(_reply_parts(draw, code) if invitation.state == Invitation.State.INVITED else {}),
    }


def _reply_parts(draw: Draw, code: str) -> dict[str, Any]:
    """Code, address and reply strip. The address carries the code behind #, which no server ever sees."""
    url = settings.PUBLIC_URL.rstrip("/") + reverse("lottery:reply")
    assert draw.reply_until is not None  # noqa: S101  (set before letters are printed)
    by = draw.reply_until.isoformat()
    return {
        "code": {
            "value": code,
            "url": f"{url}#{code}",
            "hint": _("Answer in 90 seconds on the internet, or with the strip below."),
        },
        "reply": {
            "lead": _("Would you like to take part?"),
            "by": by,
            "code": code,
            "url": f"{url}#{code}",
        },
    }
