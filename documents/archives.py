"""Office files are ZIP archives: whether one is whole, alone in its file, and unpacks to no more than a document.

Each entry is unpacked into a counter, never to a disk, and the directory's figures are not believed.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from documents.refusals import UploadRefused

MAX_ENTRIES = 3_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 250
"""Office files shrink to a tenth, tables of zeros to a hundredth; deflate itself ends at 1,032."""
FEED = 16 * 1024
PIECE = 1024 * 1024

EXECUTABLE_NAME = re.compile(
    r"(?i)(exe|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|sh|bash|py|pl|php|phtml|cgi|app|dmg|apk|deb|rpm|lnk|reg"
    r"|dll|so|html?|xhtml|shtml|mht|mhtml|swf|docm|xlsm|pptm|dotm|xltm|xlam)"
)
"""Endings of names that some machine runs, or a browser interprets, when one opens the file."""


def zip_end(data: bytes) -> int | None:
    """Where a ZIP's end record starts whose comment reaches to, or past, the end of the data; else None."""
    start = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if start < 0 or start + 22 > len(data):
        return None
    entries, _size, offset = struct.unpack_from("<HII", data, start + 10)
    return start if entries and offset < start else None


def check_office(data: bytes, marker: str, content: bytes | None) -> None:
    """A ZIP from first byte to last that holds `marker` (beginning with `content`) and nothing dangerous."""
    if not data.startswith(b"PK\x03\x04"):
        raise UploadRefused("mismatch")
    entries = directory_of(data)
    for entry in entries:
        refuse_entry(entry)
    refuse_bomb(data, entries)
    names = {entry.filename for entry in entries}
    if marker not in names:
        raise UploadRefused("mismatch")
    if any(re.search(r"(?i)vbaProject\.bin$|^Basic/|^Scripts/", name) for name in names):
        raise UploadRefused("macro")
    for entry in entries:
        unpacked = inspect_entry(data, entry)
        if content is not None and entry.filename == marker and unpacked.strip() != content:
            raise UploadRefused("mismatch")


def directory_of(data: bytes) -> list[zipfile.ZipInfo]:
    """The entries of an archive that starts at the first byte and ends at the last."""
    end = zip_end(data)
    if end is None:
        raise UploadRefused("damaged")
    if end + 22 + int.from_bytes(data[end + 20 : end + 22], "little") != len(data):
        raise UploadRefused("polyglot")
    if int.from_bytes(data[end + 10 : end + 12], "little") > MAX_ENTRIES:
        raise UploadRefused("bomb")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise UploadRefused("damaged") from error
    if not entries or min(entry.header_offset for entry in entries) != 0:
        raise UploadRefused("polyglot")
    return entries


def refuse_entry(entry: zipfile.ZipInfo) -> None:
    """A path out of the archive, a link, a locked entry, an unusual packing, a program."""
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or re.search(r"[\x00-\x1f\\]|^\w:", name):
        raise UploadRefused("unsafe_path")
    if entry.external_attr >> 16 & 0o170000 == 0o120000:
        raise UploadRefused("unsafe_path")
    if entry.flag_bits & 0x1:
        raise UploadRefused("encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UploadRefused("damaged")
    if EXECUTABLE_NAME.fullmatch(name.rpartition(".")[2]):
        raise UploadRefused("executable")


def refuse_bomb(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """By what the directory announces: sizes, ratio, and entries that share the same packed bytes."""
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or packed > len(data):
        raise UploadRefused("bomb")
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data) + 1024 * 1024:
        raise UploadRefused("bomb")


def inspect_entry(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """The first bytes of an entry, after all of it has been unpacked into a counter and looked at for entities."""
    head, tail, count = b"", b"", 0
    is_markup = entry.filename.lower().endswith((".xml", ".rels", ".rdf"))
    for piece in unpack(data, entry):
        count += len(piece)
        if count > entry.file_size:
            raise UploadRefused("bomb")
        head = head or piece[:256]
        if is_markup and b"<!ENTITY" in tail + piece:
            raise UploadRefused("entities")
        tail = piece[-8:]
    if count != entry.file_size:
        raise UploadRefused("damaged")
    return head


def unpack(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """An entry in pieces of at most PIECE bytes, by its local header, whatever size the directory tells."""
    packed = packed_bytes(data, entry)
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    stream = zlib.decompressobj(-15)
    try:
        for start in range(0, len(packed), FEED):
            waiting = packed[start : start + FEED]
            while waiting and not stream.eof:
                yield stream.decompress(waiting, PIECE)
                waiting = stream.unconsumed_tail
        yield stream.flush()
    except zlib.error as error:
        raise UploadRefused("damaged") from error


def packed_bytes(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    """The packed bytes of an entry, whose local header must tell the same name as the directory."""
    start = entry.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or len(data) < start + 30:
        raise UploadRefused("damaged")
    name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
    name = data[start + 30 : start + 30 + name_length]
    if name != entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"):
        raise UploadRefused("unsafe_path")
    start += 30 + name_length + extra_length
    return data[start : start + entry.compress_size]
