"""Plain text that people write: its lengths, its cleaning, its paragraphs. No Django, no clock."""

import re
import unicodedata
from dataclasses import dataclass

TITLE_LENGTH = 120
TEXT_LENGTH = 10_000
REASONS_LENGTH = 5_000
COMMENT_LENGTH = 3_000
EXPLANATION_LENGTH = 2_000
"""Most characters of each kind of text."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a version: its number from 1 is its anchor, for the text of a version never changes."""

    number: int
    text: str

    @property
    def anchor(self) -> str:
        return f"absatz-{self.number}"


def plain(text: str) -> str:
    """`text` as it is kept: composed characters, line feeds only, no control characters, no blank ends.

    Characters that turn the direction of writing are taken out, for they can make a text read as it is not written.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(
        char for char in kept if char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ).strip()


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a plain text, parted by empty lines."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text)]
    return [Paragraph(number, part) for number, part in enumerate(filter(None, parts), start=1)]
