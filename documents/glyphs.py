"""Which characters can be printed: the fonts we set with, and texts brought into a form that they can set.

PDF/A and PDF/UA forbid a character without a glyph, so one name in an unforeseen script would stop a whole batch.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).resolve().parent / "typst"
STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
NO_GLYPH = "▯"
LINE_LIMIT = 72
"""Characters of a word that fit a line of 165 mm; a longer one is given places to break."""


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Our fonts and those inside the wheel; never the machine's, which differ from one to the next."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FOLDER / "fonts"])


_COMMON = r"\n -~\u00a0-\u024f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1ea0-\u1ef9"
_COMMON += r"\u2012-\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2190-\u2193\u2212"
_RARE_WORD = re.compile(rf"\S*[^\s{_COMMON}]\S*")
_RARE_SPACE = re.compile(r"[^\S\n \u00a0\u2009\u202f]")
_LONG_WORD = re.compile(rf"\S{{{LINE_LIMIT},}}")
_DRAWINGS = frozenset({"crest", "signature_svg"})
_ADDRESSES = frozenset({"url", "verify_url"})


def printable(value: Any) -> Any:
    """A copy of plain data in which every text can be set: composed (NFC), without control or direction marks.

    What no font has becomes ▯, so that one name cannot stop a batch of letters; the attached JSON keeps the original.
    """
    if isinstance(value, str):
        return _LONG_WORD.sub(_breakable, _printable_text(value))
    if isinstance(value, Mapping):
        return {key: _printable_item(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value


def _printable_item(key: str, item: Any) -> Any:
    """Drawings stay as they are; web addresses get no places to break, for they end in links and QR codes."""
    if key in _DRAWINGS:
        return item
    return _printable_text(item) if key in _ADDRESSES and isinstance(item, str) else printable(item)


def unprintable(value: Any) -> list[str]:
    """The texts in `value` of which some character is printed as ▯: for the clerk to see before posting."""
    return [text for text in texts_of(value) if NO_GLYPH in _printable_text(text) and NO_GLYPH not in text]


def texts_of(value: Any) -> Iterator[str]:
    """Every text in plain data, drawings excepted."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _DRAWINGS:
                yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


def _printable_text(text: str) -> str:
    text = unicodedata.normalize("NFC", _RARE_SPACE.sub(" ", text.replace("\r\n", "\n")))
    if not text.isprintable():
        text = "".join(char for char in text if char == "\n" or not _is_forbidden(char))
    return _RARE_WORD.sub(lambda found: _settable(found.group()), text)


def _is_forbidden(char: str) -> bool:
    """Controls, direction marks (they make a text read otherwise than it is) and halves of characters."""
    category = unicodedata.category(char)
    return category in ("Cc", "Cs") or (category == "Cf" and char not in "\u00ad\u200c\u200d")


def _breakable(found: re.Match[str]) -> str:
    """A word longer than the line with places to break it, so that it does not leave the sheet."""
    word = found.group()
    return "\u200b".join(word[start : start + 24] for start in range(0, len(word), 24))


@lru_cache(maxsize=8192)
def _settable(word: str) -> str:
    while word and unicodedata.category(word[0]).startswith("M"):
        word = word[1:]  # a mark without a letter would sit on the blank before it
    if _has_glyphs(word):
        return word
    kept = "".join(char if char.isascii() or _has_glyphs(char) else NO_GLYPH for char in word)
    return kept if _has_glyphs(kept) else "".join(char if char.isascii() else NO_GLYPH for char in word)


_PROBE = b"""
#set document(title: "-")
#set text(font: "Fira Sans", lang: "de")
#par(sys.inputs.text)
#par("x " + sys.inputs.text)
#par(strong("x " + sys.inputs.text))
"""


@lru_cache(maxsize=8192)
def _has_glyphs(text: str) -> bool:
    """Whether the fonts can set `text` by the rules of PDF/A and PDF/UA: asked of the typesetter itself (2 ms).

    Which font stands in for a missing glyph depends on what is before it, hence alone and after a letter.
    """
    try:
        typst.compile(_PROBE, font_paths=fonts(), format="pdf", pdf_standards=STANDARDS, sys_inputs={"text": text})
    except typst.TypstError:
        return False
    return True
