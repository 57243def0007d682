"""The words of the letter: edited by the draw officer, held to one page, signed by both offices before it is printed."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.canonical import digest
from audit.clock import clock
from audit.services import record, require
from lottery.models import Draw, LetterText
from lottery.permissions import can
from lottery.services.drawing import sign
from lottery.services.preparation import locked
from lottery.wording import Words, letter_content

MOST_WORDS = 180
FIRST = "Sie wurden ausgelost."
"""With this sentence every invitation begins; it is German, as the letter is."""


def count_words(text: str) -> int:
    """How many words a text has; figures count, signs do not."""
    return len(re.findall(r"\w[\w’'.\-]*", text))


@transaction.atomic
def edit_letter(draw: Draw, *, words: Words, by: User, kind: str = LetterText.Kind.INVITATION) -> LetterText:
    """Keep the words of a letter. The invitation begins with its sentence, has at most 180 words, and fits one page.

    Signatures under another text count no longer.
    """
    draw = locked(draw)
    require(can(by, "edit_letter", draw))
    text = words.text.replace("\r\n", "\n").strip()
    require(bool(words.subject.strip()) and bool(text), _("Subject and text cannot be empty."))
    require(
        count_words(text) <= MOST_WORDS,
        _("The letter has %(count)s words. It may have %(most)s.") % {"count": count_words(text), "most": MOST_WORDS},
    )
    require(
        kind != LetterText.Kind.INVITATION or text.startswith(FIRST),
        _("The letter begins with “%(first)s”, so that everybody knows at once what it is.") % {"first": FIRST},
    )
    values = {"subject": words.subject.strip()[:120], "text": text, "changed_at": clock()}
    values |= {"signer_name": words.signer_name.strip(), "signer_role": words.signer_role.strip()}
    edited, _is_new = LetterText.objects.update_or_create(draw=draw, kind=kind, defaults=values)
    record("letter.edited", draw, by=by, kind=kind, sha256=digest(letter_content(draw)))
    return edited


@transaction.atomic
def sign_letter(draw: Draw, *, by: User) -> bool:
    """Sign the letter as it stands; whether both offices have signed it now."""
    draw = locked(draw)
    require(can(by, "sign_letter", draw))
    return sign(draw, step="letter", content_hash=digest(letter_content(draw)), by=by)
