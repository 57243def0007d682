"""Papers from data: PDF/A-3a and PDF/UA-1 in one file, with the data attached, the same bytes on every run.

The templates under `typst/` are ours; what comes from outside reaches them as JSON and is placed as text, so a name
like `#panic()` is printed as it stands. No Django here, no clock, no network: `date` in the data is the file's date.
"""

import calendar
import datetime
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import segno
import typst

from audit.canonical import canonical_json
from documents.glyphs import FOLDER, STANDARDS, fonts, printable

_ALWAYS = ("city.name", "date")
REQUIRED = {
    "letter": (*_ALWAYS, "sender.name", "recipient.lines", "subject", "body"),
    "reply_card": (*_ALWAYS, "sender.name", "sender.lines", "title", "reply"),
    "page": (*_ALWAYS, "title"),
    "decision": (
        *_ALWAYS,
        "title",
        "council",
        "kind",
        "number",
        "decided_on",
        "asked",
        "addressees",
        "vote",
        "reasons",
    ),
    "minutes": (*_ALWAYS, "title", "council", "held_on", "attendance", "items"),
    "statute": (*_ALWAYS, "title", "sections"),
}
"""What each template cannot do without; the whole shape of the data is told in docs/documents.md."""

LANGUAGES = ("de", "en", "de-ls")
SIZES = {"de": 11.0, "en": 11.0, "de-ls": 14.0}
LARGE_PRINT = 16.0
SHARES = (1.0, 0.955, 0.91)
DEFAULT_COLOUR = "#1d4f73"
REFERENCE_LINES = 4
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
    data = without_closed_items(data) if template == "minutes" else data
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


def picture(template: str, data: Mapping[str, Any], *, language: str = "de", width: int = 1000) -> bytes:
    """The first page of a document as PNG, about `width` pixels wide: a facsimile for the screen."""
    payload = payload_of(template, [data], title=title_of(data), language=language)
    try:
        pages = typst.compile(
            FOLDER / "main.typ",
            root=FOLDER,
            font_paths=fonts(),
            format="png",
            ppi=width / 210 * 25.4,
            sys_inputs={"payload": payload},
        )
    except typst.TypstError as error:
        raise RenderError(error.message) from error
    return pages[0] if isinstance(pages, list) else pages


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
    if template == "letter" and len(data.get("reference", ())) > REFERENCE_LINES:
        raise DataError(f"letter: the information block takes {REFERENCE_LINES} references")


def check_basis(data: Mapping[str, Any]) -> None:
    """Refuse the word "Weisung" without the recorded resolution of the elected council (its date and agenda item)."""
    for addressee in data["addressees"]:
        basis = addressee["basis"]
        instructs = basis["kind"] == "instruction" or data["kind"] == "instruction"
        if instructs and not (basis.get("date") and basis.get("item")):
            raise DataError(f"decision: no instruction to {addressee['organ']} without the council's resolution")


def without_closed_items(data: Mapping[str, Any]) -> dict[str, Any]:
    """Minutes whose closed items keep number and title only: what is not printed must not be attached either."""
    items = [
        {"number": item["number"], "title": item["title"], "closed": True} if item.get("closed") else item
        for item in data.get("items", ())
    ]
    return {**data, "items": items}


# --- Labels, colours, codes --------------------------------------------------------------------------------------------


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
