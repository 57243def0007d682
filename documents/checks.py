"""What may be uploaded: a short list of types, each recognised by its bytes and by its name, and both must agree.

Only headers and directories are read, nothing is decoded, and archives are unpacked into a counter; so a hostile file
costs milliseconds. No Django here: a refusal carries a code and an English sentence, which the caller translates.
"""

import hashlib
import re
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from documents.archives import EXECUTABLE_NAME, check_office, zip_end
from documents.refusals import UploadRefused

__all__ = ["MAX_BYTES", "CheckedFile", "UploadRefused", "check_upload", "safe_name"]

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_SIDE = 16_000
MAX_NAME = 150


@dataclass(frozen=True)
class CheckedFile:
    """What is known of an accepted file. `is_download_only`: a browser would run what is in it, so never show it."""

    sha256: str
    media_type: str
    safe_name: str
    size: int
    is_download_only: bool = False


@dataclass(frozen=True)
class Kind:
    """A type of file: its media type and the check of its bytes, which raises UploadRefused."""

    media_type: str
    check: Callable[[bytes], None]
    is_download_only: bool = False


def check_upload(source: bytes | IO[bytes], filename: str, *, max_bytes: int = MAX_BYTES) -> CheckedFile:
    """Accept a file or raise UploadRefused. At most `max_bytes` + 1 bytes of a stream are read; it is left at its end."""
    name = safe_name(filename)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if EXECUTABLE_NAME.fullmatch(extension):
        raise UploadRefused("executable")
    if extension not in KINDS:
        raise UploadRefused("type")
    data = read_limited(source, max_bytes)
    if not data:
        raise UploadRefused("empty")
    if data.startswith(EXECUTABLE_STARTS) or (data.startswith(b"MZ") and b"\x00" in data[:256]):
        raise UploadRefused("executable")
    kind = KINDS[extension]
    kind.check(data)
    return CheckedFile(hashlib.sha256(data).hexdigest(), kind.media_type, name, len(data), kind.is_download_only)


def read_limited(source: bytes | IO[bytes], max_bytes: int) -> bytes:
    """The whole source, or UploadRefused as soon as it is known to be larger than `max_bytes`."""
    if isinstance(source, bytes):
        data = source
    else:
        if (getattr(source, "size", None) or 0) > max_bytes:
            raise UploadRefused("too_large")
        data = b""
        while len(data) <= max_bytes and (piece := source.read(max_bytes + 1 - len(data))):
            data += piece
    if len(data) > max_bytes:
        raise UploadRefused("too_large")
    return data


# --- Names ------------------------------------------------------------------------------------------------------------

EXECUTABLE_STARTS = (
    b"\x7fELF",
    b"#!/",
    b"#! /",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
WINDOWS_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def safe_name(filename: str) -> str:
    """The name, composed (NFC), without outer blanks; UploadRefused for paths, controls and direction marks."""
    name = unicodedata.normalize("NFC", filename).strip()
    if not name or len(name) > MAX_NAME or name.startswith(".") or name.endswith("."):
        raise UploadRefused("name")
    if re.search(r'[/\\:*?"<>|]', name) or WINDOWS_DEVICES.match(name):
        raise UploadRefused("name")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for char in name):
        raise UploadRefused("name")
    return name


# --- A second file inside ---------------------------------------------------------------------------------------------

FOREIGN_HEADS = re.compile(rb"(?i)%PDF-|<!doctype\s+html|<html[\s>]|<script[\s>]|<svg[\s>]|<\?php")


def refuse_foreign_head(data: bytes) -> None:
    """Readers of PDF and HTML look for their first words anywhere in the first kilobyte."""
    if FOREIGN_HEADS.search(data, 0, 1024):
        raise UploadRefused("polyglot")


def refuse_archive_tail(data: bytes) -> None:
    """Archives are read from their end: a directory of entries there makes a ZIP of any file."""
    if zip_end(data) is not None:
        raise UploadRefused("polyglot")


# --- PDF and pictures -------------------------------------------------------------------------------------------------


def check_pdf(data: bytes) -> None:
    """Begins with its header, ends with its end mark, nothing but blanks behind."""
    if not re.match(rb"%PDF-[12]\.\d", data):
        raise UploadRefused("polyglot" if b"%PDF-" in data[:1024] else "mismatch")
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise UploadRefused("damaged")
    if data[end + 5 :].strip(b"\r\n\t \x00"):
        raise UploadRefused("polyglot")
    refuse_archive_tail(data)


def check_png(data: bytes) -> None:
    """Walks the chunks by their lengths: header first, end last, nothing behind (PNG, third edition, 5.3)."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise UploadRefused("mismatch")
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise UploadRefused("damaged")
    refuse_pixels(*struct.unpack_from(">II", data, 16))
    position = 8
    while position + 12 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        name = data[position + 4 : position + 8]
        position += 12 + length
        if name == b"IEND":
            break
    else:
        raise UploadRefused("damaged")
    if position != len(data):
        raise UploadRefused("polyglot" if position < len(data) else "damaged")
    refuse_foreign_head(data)


def check_jpeg(data: bytes) -> None:
    """Walks the segments up to the frame header, which holds the size (ITU T.81, B.2.2).

    Phones append previews and films of their own after the picture, so what follows is only refused as an archive.
    """
    if not data.startswith(b"\xff\xd8\xff"):
        raise UploadRefused("mismatch")
    position = 2
    while position + 9 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 5)
            refuse_pixels(width, height)
            refuse_foreign_head(data)
            refuse_archive_tail(data)
            return
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    raise UploadRefused("damaged")


JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_webp(data: bytes) -> None:
    """A RIFF of exactly the announced length; its first chunk holds the size (RFC 9649, 2.4 to 2.7)."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise UploadRefused("mismatch")
    if len(data) < 30:
        raise UploadRefused("damaged")
    announced = int.from_bytes(data[4:8], "little") + 8
    if announced != len(data):
        raise UploadRefused("polyglot" if announced < len(data) else "damaged")
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", data, 26))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8X":
        width, height = (int.from_bytes(data[start : start + 3], "little") + 1 for start in (24, 27))
    else:
        raise UploadRefused("damaged")
    refuse_pixels(width, height)
    refuse_foreign_head(data)
    refuse_archive_tail(data)


def refuse_pixels(width: int, height: int) -> None:
    """A few bytes can announce a picture that fills the memory of whoever opens it."""
    if not width or not height:
        raise UploadRefused("damaged")
    if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
        raise UploadRefused("pixels")


# --- Text -------------------------------------------------------------------------------------------------------------


def check_text(data: bytes) -> None:
    """UTF-8, or the Windows and Latin-1 of old tables; no control characters but tab and line ends, no markup page."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]", data):
        raise UploadRefused("mismatch")
    if re.match(rb"(?i)(\xef\xbb\xbf)?\s*(%PDF-|<!doctype|<html|<script|<svg|<\?xml|<\?php|GIF8|\{\\rtf)", data):
        raise UploadRefused("mismatch")
    refuse_archive_tail(data)


def check_svg(data: bytes) -> None:
    """Well-formed XML with the root `svg`, without entities. It may hold scripts, hence download only."""
    refuse_archive_tail(data)
    root: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, _attributes: dict[str, str]) -> None:
        if not root:
            root.append(name)

    def refuse(*_: object) -> None:
        raise UploadRefused("entities")

    parser.StartElementHandler = begin
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UploadRefused("damaged" if root else "mismatch") from error
    if root[0] not in ("svg", "http://www.w3.org/2000/svg svg"):
        raise UploadRefused("mismatch")


# --- What is accepted --------------------------------------------------------------------------------------------------


def office(marker: str, content: bytes | None = None) -> Callable[[bytes], None]:
    """The check for an office format told by one entry of its archive."""
    return lambda data: check_office(data, marker, content)


OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."

KINDS = {
    "pdf": Kind("application/pdf", check_pdf),
    "png": Kind("image/png", check_png),
    "jpg": Kind("image/jpeg", check_jpeg),
    "jpeg": Kind("image/jpeg", check_jpeg),
    "webp": Kind("image/webp", check_webp),
    "svg": Kind("image/svg+xml", check_svg, is_download_only=True),
    "docx": Kind(OOXML + "wordprocessingml.document", office("word/document.xml"), is_download_only=True),
    "xlsx": Kind(OOXML + "spreadsheetml.sheet", office("xl/workbook.xml"), is_download_only=True),
    "odt": Kind(ODF + "text", office("mimetype", (ODF + "text").encode()), is_download_only=True),
    "ods": Kind(ODF + "spreadsheet", office("mimetype", (ODF + "spreadsheet").encode()), is_download_only=True),
    "txt": Kind("text/plain", check_text),
    "csv": Kind("text/csv", check_text),
    "md": Kind("text/markdown", check_text),
}
