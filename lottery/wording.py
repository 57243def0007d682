"""The words of a draw's letters as they stand, and whether both offices signed them. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from audit.canonical import digest
from lottery.models import Draw, DrawApproval, LetterText
from lottery.stages import SIGNING_ROLES

KINDS = {
    LetterText.Kind.INVITATION: "invitation_sent",
    LetterText.Kind.REMINDER: "invitation_reminder",
    LetterText.Kind.POSTCARD: "invitation_waiting",
}


@dataclass(frozen=True)
class Words:
    """The subject, the text (paragraphs with an empty line between), and who signs the letter."""

    subject: str
    text: str
    signer_name: str = ""
    signer_role: str = ""


def words_of(draw: Draw, kind: str = LetterText.Kind.INVITATION) -> Words:
    """The words of a letter: as edited, else the portal's own."""
    found = LetterText.objects.filter(draw=draw, kind=kind).first()
    if found:
        return Words(found.subject, found.text, found.signer_name, found.signer_role)
    event = KINDS[LetterText.Kind(kind)]
    context = {"draw": draw, "council": draw.council}
    with translation.override(settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"emails/{event}.subject.txt", context).split())
        return Words(subject, render_to_string(f"emails/{event}.txt", context).strip())


def letter_content(draw: Draw, words: Words | None = None) -> dict[str, Any]:
    """What is signed of a letter."""
    words = words or words_of(draw)
    return {"draw": str(draw.public_id), "subject": words.subject, "text": words.text, "signer": words.signer_name}


def digest_of_letter(draw: Draw, words: Words) -> str:
    """The hash of a letter's content, for words that are at hand already."""
    return digest(letter_content(draw, words))


def version_of(draw: Draw) -> str:
    """A short name of the text as it stands, so that a picture of it can be kept."""
    return digest(letter_content(draw))[:12]


def is_letter_signed(draw: Draw) -> bool:
    """Whether both offices signed the letter as it stands now."""
    rows = DrawApproval.objects.filter(draw=draw, step="letter", is_void=False)
    roles = set(rows.filter(content_hash=digest(letter_content(draw))).values_list("role", flat=True))
    return roles == set(SIGNING_ROLES)
