"""Printing letters: 250 at a time, each batch with its codes in one transaction; a second run goes on where it ended."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.letters import paragraphs
from accounts.models import City
from audit.canonical import digest
from audit.clock import today
from audit.personal import years
from audit.services import label, record
from documents.letters import JobLine, job_sheet, render_batch
from documents.models import File
from documents.pdf import picture, render
from documents.services import store_file
from lottery.codes import hash_of, new_code
from lottery.models import Draw, Invitation, LetterText, RegisterSample
from lottery.plan import dates_before
from lottery.pool import pool_open
from lottery.services.preparation import count_due, due_letters, locked
from lottery.wording import Words, words_of

BATCH = 250
KEPT_YEARS = 1
"""Printed letters hold names and codes; they are deleted with the outbox's letters."""

SAMPLE_CODE = "0000-0000-0000-0000"
"""What stands in place of a code on a proof."""


def print_letters(draw: Draw, *, tell: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Print every letter that is due into files for the printer; `tell` hears how many are done of how many.

    The last batch brings the job sheet: the files, their sums, and on which page each letter begins.
    """
    total, done = count_due(draw), 0
    lines: list[JobLine] = []
    while line := _print_batch(draw):
        lines.append(line)
        done += len(line.keys)
        tell(done, max(total, done))
    if lines:
        _store_sheet(draw, lines)
    return done


@pool_open()
def _print_batch(draw: Draw) -> JobLine | None:
    """One file with up to 250 letters. Codes live in this transaction and on paper, nowhere else."""
    draw = locked(draw)
    rows = list(due_letters(draw).select_for_update(of=("self",))[:BATCH])
    if not rows:
        return None
    city = City.objects.get()
    codes = {row.pk: row.code or new_code() for row in rows}
    words = {kind: words_of(draw, kind) for kind in {kind_of(row) for row in rows} & set(LetterText.Kind)}
    with translation.override(settings.LANGUAGE_CODE):
        letters = [letter_data(row, draw, city, codes[row.pk], words.get(kind_of(row))) for row in rows]
    printed = render_batch("letter", letters, title=draw.title)
    number = File.objects.filter(owner=label(draw), name__startswith="briefe-").count() + 1
    name = f"briefe-{draw.pk}-{number:03d}.pdf"
    _keep(draw, printed.pdf, name)
    replaced = []
    for row in rows:
        row.letter = row.state
        if row.state == Invitation.State.INVITED:
            replaced.append(_give_code(row, codes[row.pk]))
    Invitation.objects.bulk_update(rows, ["letter", "code_hash", "code"])
    _note_replaced(draw, replaced)
    record("letters.printed", draw, count=len(rows), sha256=printed.sha256)
    return JobLine.of(name, printed, [str(row.number) for row in rows])


def _give_code(row: Invitation, code: str) -> list[str]:
    """Put the code of a new letter onto a row; the hash before and the new one, with "both" where both open the reply."""
    before, fresh = row.code_hash, hash_of(code)
    row.code_hash, row.code = fresh, ""
    return [before, fresh, *(["both"] if row.earlier_hash else [])]


def _note_replaced(draw: Draw, replaced: list[list[str]]) -> None:
    """Once the hashes of the codes are public, a new code is published beside the one it stands with or replaces."""
    register = RegisterSample.objects.select_for_update().filter(draw=draw, released_at__isnull=False).first()
    if register is not None and replaced:
        register.replaced_codes = [*register.replaced_codes, *replaced]
        register.save(update_fields=["replaced_codes"])


def _store_sheet(draw: Draw, lines: list[JobLine]) -> None:
    city = City.objects.get()
    with translation.override(settings.LANGUAGE_CODE):
        sheet = job_sheet(lines, city=_city(city), date=today().isoformat(), title=draw.title)
    number = File.objects.filter(owner=label(draw), name__startswith="auftrag-").count() + 1
    _keep(draw, sheet, f"auftrag-{draw.pk}-{number:03d}.pdf")


def _keep(draw: Draw, data: bytes, name: str) -> None:
    delete_on = years(KEPT_YEARS, today())
    store_file(data, name=name, media_type="application/pdf", owner=label(draw), delete_on=delete_on)


def _city(city: City) -> dict[str, Any]:
    return {"name": city.name, "colour": city.colour}


def kind_of(invitation: Invitation) -> str:
    """Which letter somebody in this state gets."""
    if invitation.state == Invitation.State.INVITED:
        return LetterText.Kind.REMINDER if invitation.reminded_at else LetterText.Kind.INVITATION
    if invitation.state == Invitation.State.INTERESTED:
        return LetterText.Kind.POSTCARD
    return f"draw_{invitation.state}"


def proof_data(draw: Draw, city: City, words: Words) -> dict[str, Any]:
    """The letter as it will look, to nobody: for the proof and for the page that shows what a real one looks like."""
    nobody = Invitation(
        draw=draw,
        given_name=_("Given name"),
        family_name=_("Family name"),
        street=_("Street 1"),
        postal_code="12345",
        town=city.name,
        state=Invitation.State.INVITED,
    )
    return letter_data(nobody, draw, city, SAMPLE_CODE, words)


def letter_picture(draw: Draw) -> bytes:
    """The letter as it stands, as PNG, to nobody; kept for an hour under the hash of what it shows."""
    city = City.objects.get()
    with translation.override(settings.LANGUAGE_CODE):
        data = proof_data(draw, city, words_of(draw))
    key = f"letter-picture:{digest(data)}"
    found = cache.get(key)
    if found is None:
        found = picture("letter", data)
        cache.set(key, found, 3_600)
    return found


def insert_pdf(draw: Draw) -> bytes:
    """The insert in Leichte Sprache: what the letter says, for everybody."""
    city = City.objects.get()
    with translation.override(settings.LANGUAGE_CODE):
        parts = [one for one in render_to_string("emails/invitation_easy.txt", {"city": city}).split("\n\n") if one]
        data = {
            "city": _city(city),
            "date": today().isoformat(),
            "kicker": _("In easy language"),
            "title": fill(words_of(draw).subject, draw),
            "lead": parts[0].strip(),
            "sections": [{"heading": _("What it is about"), "body": [" ".join(one.split()) for one in parts[1:]]}],
        }
    return render("page", data, language="de-ls")


def fill(text: str, draw: Draw) -> str:
    """Put what the draw knows in place of {briefe}, {plaetze}, {frist} and {auslosung}."""
    until = draw.reply_until or today()
    values = {"briefe": draw.sample_size or "…", "plaetze": draw.size, "frist": day(until) if draw.reply_until else "…"}
    if "{auslosung}" in text:  # asked of the plan only where the text has it
        values["auslosung"] = _day_of_the_draw(draw)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def _day_of_the_draw(draw: Draw) -> str:
    """When the number is drawn in public, by the plan; without a plan, that it is not fixed yet."""
    sitting = RegisterSample.objects.filter(draw=draw).values_list("first_sitting", flat=True).first()
    date = {one.step.key: one.date for one in dates_before(sitting, set(), today())}["number"]
    return _("on %(date)s") % {"date": day(date)} if date else _("on a day that we publish beforehand")


def day(value: datetime.date) -> str:
    """A date with its weekday, as letters write it."""
    return format_date(value, _("l, j F Y"))


def letter_data(
    invitation: Invitation, draw: Draw, city: City, code: str, words: Words | None = None
) -> dict[str, Any]:
    """What the letter template needs: the signed words, or the text of the state in templates/emails."""
    words = words or _words_for(invitation, draw, city)
    text = fill(words.text, draw)
    return {
        "city": _city(city),
        "date": today().isoformat(),
        "sender": {
            "name": city.authority,
            "lines": [city.street, city.postal_town],
            "phone": city.phone,
            "email": city.email,
        },
        "endorsement": [_("Personal")],
        "recipient": {"lines": _address(invitation)},
        "subject": fill(words.subject, draw),
        "body": paragraphs(text),
        "authentic": _("Call the city and ask: %(phone)s. We never ask for money or bank details.")
        % {"phone": city.phone},
        **(_signature(words)),
        **(_reply_parts(draw, code) if invitation.state == Invitation.State.INVITED else {}),
    }


def _words_for(invitation: Invitation, draw: Draw, city: City) -> Words:
    """The signed words of an invitation or reminder, else the text of the state in templates/emails."""
    kind = kind_of(invitation)
    if kind in set(LetterText.Kind):
        return words_of(draw, kind)
    context = {
        "invitation": invitation,
        "draw": draw,
        "city": city,
        "council": draw.council,
        **chance_words(invitation),
    }
    subject = " ".join(render_to_string(f"emails/{kind}.subject.txt", context).split())
    return Words(subject, render_to_string(f"emails/{kind}.txt", context))


def chance_words(invitation: Invitation) -> dict[str, Any]:
    """Somebody's chance in words, for the page and for the letter with the result; nothing before it is computed."""
    chance = float(invitation.chance or 0)
    if not chance:
        return {"chance": "", "one_in": 0, "chance_page": ""}
    page = settings.PUBLIC_URL.rstrip("/") + reverse("lottery:chance")
    return {"chance": f"{number_format(100 * chance, 2)} %", "one_in": round(1 / chance), "chance_page": page}


def _address(invitation: Invitation) -> list[str]:
    """The lines for the window; a letter that the office posts leaves them to its label."""
    if not invitation.family_name:
        return [_("Letter %(number)s") % {"number": invitation.number}]
    name = f"{invitation.given_name} {invitation.family_name}"
    return [name, invitation.street, f"{invitation.postal_code} {invitation.town}"]


def _signature(words: Words) -> dict[str, Any]:
    if not words.signer_name:
        return {}
    role = {"role": words.signer_role} if words.signer_role else {}
    return {"closing": _("Yours sincerely"), "signature": {"name": words.signer_name, **role}}


def _reply_parts(draw: Draw, code: str) -> dict[str, Any]:
    """Code, address and reply strip. The address carries the code behind #, which no server ever sees."""
    url = settings.PUBLIC_URL.rstrip("/") + reverse("lottery:reply")
    by = {"by": draw.reply_until.isoformat()} if draw.reply_until else {}  # a proof may come before the day is set
    return {
        "code": {
            "value": code,
            "url": f"{url}#{code}",
            "hint": _("Answer in 90 seconds on the internet, or with the strip below."),
        },
        "reply": {
            "lead": _("Would you like to take part?"),
            **by,
            "code": code,
            "url": f"{url}#{code}",
        },
    }
