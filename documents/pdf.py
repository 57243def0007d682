"""Papers from data: PDF/A-3a and PDF/UA-1 in one file, with the data attached, the same bytes on every run.

The templates under `typst/` are ours; what comes from outside reaches them as JSON and is placed as text, so a name
like `#panic()` is printed as it stands. No Django here, no clock, no network: `date` in the data is the file's date.
"""

import calendar
import datetime
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from audit.canonical import canonical_json

FOLDER = Path(__file__).resolve().parent / "typst"
STANDARDS: "list[typst.PDFStandard]" = ["a-3a", "ua-1"]
REQUIRED = {
    "letter": ("city.name", "date", "sender.name", "recipient.lines", "subject", "body"),
    "reply_card": ("city.name", "date", "sender.name", "sender.lines", "title", "reply"),
    "page": ("city.name", "date", "title"),
    "decision": (
        (
            "city.name",
            "date",
            "council",
            "kind",
            "number",
            "decided_on",
            "title",
            "asked",
            "addressees",
            "vote",
            "reasons",
        )
    ),
    "minutes": ("city.name", "date", "council", "title", "held_on", "attendance", "items"),
    "statute": ("city.name", "date", "title", "sections"),
}
"""What each template cannot do without; the whole shape of the data is told in docs/documents.md."""

LANGUAGES = ("de", "en", "de-ls")
SIZES = {"de": 11.0, "en": 11.0, "de-ls": 14.0}
LARGE_PRINT = 16.0
SHARES = (1.0, 0.955, 0.91)
DEFAULT_COLOUR = "#1d4f73"
NO_GLYPH = "▯"
LINE_LIMIT = 48
ADDRESS_LINES = 6  # DIN 5008: the address zone of the window


class DataError(ValueError):
    """The data lacks something that the template needs, or says what it must not say."""


class RenderError(RuntimeError):
    """The typesetter refused the document; the message is its own."""


def render(
    template: str, data: Mapping[str, Any], *, attachments: Mapping[str, bytes] | None = None, language: str = "de"
) -> bytes:
    """One document as PDF/A-3a + PDF/UA-1, ending in a newline so that a seal can be appended to it.

    The data travels in the file as canonical JSON named `<template>.json`; `attachments` adds files by name, and one
    of that name takes the data's place. Raises DataError for incomplete data, RenderError from the typesetter.
    """
    files = {f"{template}.json": canonical_json(dict(data))} | dict(attachments or {})
    return typeset(template, [data], title=title_of(data), files=files, language=language)


def typeset(
    template: str,
    documents: Sequence[Mapping[str, Any]],
    *,
    title: str,
    files: Mapping[str, bytes] | None = None,
    language: str = "de",
) -> bytes:
    """Any number of documents of one template, each on its own pages, bound into one PDF dated as the first."""
    payload = payload_of(template, documents, title=title, files=files or {}, language=language)
    return compiled(payload, timestamp_of(documents[0]))


def compiled(payload: str, timestamp: int) -> bytes:
    """The PDF of a payload (see `payload_of`), created at `timestamp` (seconds since 1970)."""
    try:
        pdf = typst.compile(
            FOLDER / "main.typ",
            root=FOLDER,
            font_paths=fonts(),
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=timestamp,
            sys_inputs={"payload": payload},
        )
    except typst.TypstError as error:
        raise RenderError(error.message) from error
    return pdf + b"\n"  # without it the first object of an appended revision would stand on the line of %%EOF


def payload_of(
    template: str,
    documents: Sequence[Mapping[str, Any]],
    *,
    title: str,
    files: Mapping[str, bytes] | None = None,
    language: str = "de",
    shares: Sequence[float] = SHARES,
    counted: bool = True,
) -> str:
    """The JSON that `typst/main.typ` reads: the documents in printable form and all that is computed for them.

    `shares` are the sizes of type to try, as parts of the usual one; `counted` says whether pages bear numbers.
    """
    if template not in REQUIRED:
        raise DataError(f"there is no template {template!r}")
    if language not in LANGUAGES:
        raise DataError(f"there are no labels in {language!r}")
    for data in documents:
        check_data(template, data)
    printed = [printable(data) for data in documents]
    mask = common_mask(printed)
    payload = {
        "template": template,
        "title": printable(title),
        "author": printed[0]["city"]["name"],
        "description": printed[0].get("council", ""),
        "keywords": [],
        "lang": language.split("-")[0],
        "labels": labels(language),
        "files": [attachment(name, content) for name, content in sorted((files or {}).items())],
        "shares": list(shares),
        "counted": counted,
        "documents": [entry_of(data, language, mask) for data in printed],
    }
    return json.dumps(payload, ensure_ascii=False)


def entry_of(data: dict[str, Any], language: str, mask: int | None) -> dict[str, Any]:
    """One document beside what depends on its city and on its reader: colours, crest, size of type in points."""
    city = data["city"]
    accent = readable_colour(city.get("colour") or DEFAULT_COLOUR)
    return {
        "data": data,
        "qr": {url: qr_svg(url, mask) for url in dict.fromkeys(urls_of(data))},
        "size": LARGE_PRINT if data.get("large_print") else SIZES[language],
        "accent": accent,
        "soft": mixed(accent, 0.08),
        "crest": city.get("crest") or None,
        "initial": city.get("initial") or city["name"].removeprefix("Stadt ")[:1].upper(),
    }


# --- Checks of the data -----------------------------------------------------------------------------------------------


def title_of(data: Mapping[str, Any]) -> str:
    """The title a reader's window shows: the paper's title or the letter's subject."""
    return str(data.get("title") or data.get("subject") or "")


def timestamp_of(data: Mapping[str, Any]) -> int:
    """Seconds since 1970 at midnight UTC of the document's ISO `date`: the creation date inside the file."""
    try:
        return calendar.timegm(datetime.date.fromisoformat(str(data["date"])[:10]).timetuple())
    except ValueError as error:
        raise DataError(f"date: {data['date']!r} is no ISO date") from error


def check_data(template: str, data: Mapping[str, Any]) -> None:
    """DataError, naming the key, unless the template's needs are met; see also `check_basis`."""
    for path in REQUIRED[template]:
        value: Any = data
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None:
            raise DataError(f"{template}: {path} is missing")
    if template == "decision":
        check_basis(data)
    if template == "letter" and not 1 <= len(data["recipient"]["lines"]) <= ADDRESS_LINES:
        raise DataError(f"letter: the window takes 1 to {ADDRESS_LINES} lines of address")


def check_basis(data: Mapping[str, Any]) -> None:
    """Refuse the word "Weisung" without the recorded resolution of the elected council (its date and agenda item)."""
    for addressee in data["addressees"]:
        basis = addressee["basis"]
        instructs = basis["kind"] == "instruction" or data["kind"] == "instruction"
        if instructs and not (basis.get("date") and basis.get("item")):
            raise DataError(f"decision: no instruction to {addressee['organ']} without the council's resolution")


# --- Text that can be printed -----------------------------------------------------------------------------------------

_COMMON = r"\n -~\u00a0-\u024f\u0386-\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1ea0-\u1ef9"
_COMMON += r"\u2012-\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2190-\u2193\u2212"
_RARE_WORD = re.compile(rf"[^\s{_COMMON}]|\S*[^\s{_COMMON}]\S*")
_LONG_WORD = re.compile(rf"\S{{{LINE_LIMIT},}}")
_DRAWINGS = frozenset({"crest", "signature_svg"})


def printable(value: Any) -> Any:
    """A copy of plain data in which every text can be set: composed (NFC), without control or direction marks.

    What no font has becomes ▯, so that one name cannot stop a batch of letters; the attached JSON keeps the original.
    """
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, Mapping):
        return {key: item if key in _DRAWINGS else printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value


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
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    if not text.isprintable():
        text = "".join(char for char in text if char == "\n" or not _is_forbidden(char))
    text = _RARE_WORD.sub(lambda found: _settable(found.group()), text)
    return _LONG_WORD.sub(_breakable, text)


def _is_forbidden(char: str) -> bool:
    """Controls, direction marks (they make a text read differently than it is), surrogates, private characters."""
    category = unicodedata.category(char)
    return category in ("Cc", "Cs", "Co", "Cn") or (category == "Cf" and char not in "\u00ad\u200c\u200d")


def _breakable(found: re.Match[str]) -> str:
    """A word longer than the line with places to break it, so that it does not leave the sheet."""
    word = found.group()
    return "\u200b".join(word[start : start + 16] for start in range(0, len(word), 16))


@lru_cache(maxsize=8192)
def _settable(word: str) -> str:
    if _has_glyphs(word):
        return word
    kept = "".join(char if char.isascii() or _has_glyphs(char) else NO_GLYPH for char in word)
    return kept if _has_glyphs(kept) else "".join(char if char.isascii() else NO_GLYPH for char in word)


@lru_cache(maxsize=8192)
def _has_glyphs(text: str) -> bool:
    """Whether the fonts can set `text` by the rules of PDF/A and PDF/UA: asked of the typesetter itself (2 ms)."""
    source = b'#set document(title: "-")\n#set text(font: "Fira Sans", lang: "de")\n#sys.inputs.text'
    try:
        typst.compile(source, font_paths=fonts(), format="pdf", pdf_standards=STANDARDS, sys_inputs={"text": text})
    except typst.TypstError:
        return False
    return True


# --- Fonts, labels, colours, codes ------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Our fonts and those inside the wheel; never the machine's, which differ from one to the next."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FOLDER / "fonts"])


@lru_cache(maxsize=len(LANGUAGES))
def labels(language: str) -> dict[str, Any]:
    """The printed words of a language; Leichte Sprache falls back to German word by word."""
    known = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
    return known[language.split("-")[0]] | known[language]


def attachment(name: str, content: bytes) -> dict[str, Any]:
    """An embedded file as `main.typ` wants it: text where it is UTF-8, else a list of octets."""
    kind = {"json": "application/json", "xml": "application/xml", "csv": "text/csv", "txt": "text/plain"}
    entry = {
        "name": name,
        "relationship": "source" if name.endswith(".json") else "supplement",
        "mime_type": kind.get(name.rpartition(".")[2].lower(), "application/octet-stream"),
        "description": name,
    }
    try:
        return entry | {"text": content.decode()}
    except UnicodeDecodeError:
        return entry | {"octets": list(content)}


def urls_of(value: Any) -> Iterator[str]:
    """Every address under a key `url` or `verify_url`: each may be drawn as a QR code."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in ("url", "verify_url") and isinstance(item, str):
                yield item
            else:
                yield from urls_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from urls_of(item)


def qr_svg(url: str, mask: int | None = None) -> str:
    """A QR code (level M, without a quiet zone: the paper around it is white) as SVG, the same for the same text.

    Trying all eight masks takes most of the time, so a batch gives the one that suited its first address.
    """
    out = io.BytesIO()
    segno.make(url, error="m", micro=False, boost_error=False, mask=mask).save(
        out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return out.getvalue().decode()


def common_mask(documents: Sequence[Mapping[str, Any]]) -> int | None:
    """The QR mask for a batch; None (each code picks its own) for a single document."""
    first = next(urls_of(documents), None) if len(documents) > 1 else None
    return None if first is None else segno.make(first, error="m", micro=False, boost_error=False).mask


@dataclass(frozen=True)
class Colour:
    """Red, green, blue, each 0–255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> "Colour":
        """From `#rrggbb`; DataError for anything else."""
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
            raise DataError(f"city.colour: {text!r} is not #rrggbb")
        return cls(*(int(text[start : start + 2], 16) for start in (1, 3, 5)))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    def contrast_to_white(self) -> float:
        """WCAG 2.2 contrast ratio, 1 to 21."""
        linear = [
            c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in (self.red, self.green, self.blue)
        ]
        return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def readable_colour(text: str) -> str:
    """The city's colour, darkened in steps of 4 % until words in it reach 4.5 : 1 on white (WCAG 1.4.3), also tinted."""
    colour = Colour.parse(text)
    while colour.contrast_to_white() < 5.5:  # the boxes behind such words carry a tint of 8 %
        colour = Colour(*(int(c * 0.96) for c in (colour.red, colour.green, colour.blue)))
    return str(colour)


def mixed(text: str, share: float) -> str:
    """`share` (0–1) of the colour in white."""
    colour = Colour.parse(text)
    return str(Colour(*(round(255 - (255 - c) * share) for c in (colour.red, colour.green, colour.blue))))
