"""Ordinary files pass with the right type; hostile ones are refused by name of the reason, quickly and in little memory."""

import hashlib
import io
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.checks import KINDS, UploadRefused, check_upload, safe_name
from documents.refusals import MESSAGES

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
ENTITIES = b"<!DOCTYPE d [<!ENTITY a 'b'>]><d/>"
SECONDS = 2.0
MEMORY = 48 * 1024 * 1024


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind)
    return out.getvalue()


def archive(entries: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return archive(parts | {name.replace("__", "/"): content for name, content in more.items()})


def odt(first: bytes = ODT_TYPE) -> bytes:
    return archive({"mimetype": first, "content.xml": b"<office/>"}, stored=("mimetype",))


def png_announcing(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def jpeg_announcing(width: int, height: int) -> bytes:
    plain = bytearray(picture("JPEG"))
    frame = plain.index(b"\xff\xc0")
    plain[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(plain)


def lying_archive() -> bytes:
    """A directory that tells 10 bytes of an entry which unpacks to 300 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(300)) + packer.flush()
    whole = bytearray(docx(word__media__x=b"0123456789"))
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        entry = file.getinfo("word/media/x")
        start = entry.header_offset + 30 + len("word/media/x")
        old_size, tail = entry.compress_size, entry.header_offset + 30 + len("word/media/x") + entry.compress_size
        directory = file.start_dir
    out = whole[:start] + packed + whole[tail:]
    grown = len(packed) - old_size
    record = out.index(b"PK\x01\x02", out.rindex(b"word/media/x") - 46)
    out[record + 20 : record + 24] = struct.pack("<I", len(packed))
    end = out.rindex(b"PK\x05\x06")
    out[end + 16 : end + 20] = struct.pack("<I", directory + grown)
    return bytes(out)


def overlapping_archive() -> bytes:
    """Forty directory entries that all point to the one packed megabyte of zeros."""
    whole = archive({"word/document.xml": b"<w/>", "a": bytes(1024 * 1024)})
    start = whole.index(b"PK\x01\x02")
    end = whole.rindex(b"PK\x05\x06")
    records = whole[start:end]
    last = records[records.rindex(b"PK\x01\x02") :]
    many = records + last * 40
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 42, 42, len(many), start, 0)
    return whole[:start] + many + tail


GOOD = {
    "Antwort.pdf": (PDF, "application/pdf"),
    "Ohne Zeilenende.pdf": (PDF.rstrip(), "application/pdf"),
    "Foto.png": (picture("PNG"), "image/png"),
    "Foto.jpg": (picture("JPEG"), "image/jpeg"),
    "Foto.JPEG": (picture("JPEG"), "image/jpeg"),
    "Foto.webp": (picture("WEBP"), "image/webp"),
    "Plan.svg": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    "Alter Plan.svg": (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>',
        "image/svg+xml",
    ),
    "Brief.docx": (docx(), KINDS["docx"].media_type),
    "Tabelle.xlsx": (archive({"xl/workbook.xml": b"<workbook/>"}), KINDS["xlsx"].media_type),
    "Brief.odt": (odt(), ODT_TYPE.decode()),
    "Notiz.txt": ("Grüße aus Łódź\r\n".encode(), "text/plain"),
    "Alt.csv": ("Straße;Anzahl\r\nHöfchen;3\r\n".encode("cp1252"), "text/csv"),
    "Lies mich.md": (b"# Titel\n\n<b>fett</b>\n", "text/markdown"),
}

BAD = {
    "word for picture": ("a.png", docx(), "mismatch"),
    "picture for PDF": ("a.pdf", picture("PNG"), "mismatch"),
    "archive for docx": ("a.docx", archive({"x": b"y"}), "mismatch"),
    "table for text": ("a.docx", archive({"xl/workbook.xml": b"<w/>"}), "mismatch"),
    "odt of another type": ("a.odt", odt(b"application/zip"), "mismatch"),
    "page for text": ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>", "mismatch"),
    "PDF for text": ("a.csv", PDF, "mismatch"),
    "bytes for text": ("a.txt", b"abc\x00def", "mismatch"),
    "page for drawing": ("a.svg", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "mismatch"),
    "text for drawing": ("a.svg", b"no markup", "mismatch"),
    "cut drawing": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><g>", "damaged"),
    "drawing in an odd encoding": ("a.svg", b"<?xml version='1.0' encoding='utf-7'?><svg/>", "mismatch"),
    "GIF before PDF": ("a.pdf", b"GIF89a/*" + PDF, "polyglot"),
    "page before PDF": ("a.pdf", b"<html><!--\n" + PDF, "polyglot"),
    "archive behind PDF": ("a.pdf", PDF + docx(), "polyglot"),
    "archive inside PDF's end": ("a.pdf", PDF[:-6] + docx() + b"\n%%EOF\n", "polyglot"),
    "page behind PDF": ("a.pdf", PDF + b"<script>alert(1)</script>", "polyglot"),
    "cut PDF": ("a.pdf", PDF[:20], "damaged"),
    "archive behind PNG": ("a.png", picture("PNG") + docx(), "polyglot"),
    "archive behind JPEG": ("a.jpg", picture("JPEG") + docx(), "polyglot"),
    "archive behind WebP": ("a.webp", picture("WEBP") + docx(), "polyglot"),
    "archive behind text": ("a.txt", b"abc\n" + archive({"a": b"b"}, stored=("a",)), "mismatch"),
    "PDF in JPEG's comment": ("a.jpg", b"\xff\xd8\xff\xfe\x00\x0c%PDF-1.7\n\n" + picture("JPEG")[2:], "polyglot"),
    "script in JPEG's comment": ("a.jpg", b"\xff\xd8\xff\xfe\x00\x0c<script>  " + picture("JPEG")[2:], "polyglot"),
    "page before docx": ("a.docx", b"<html>" + docx(), "mismatch"),
    "PDF behind docx": ("a.docx", docx() + PDF, "polyglot"),
    "archive before docx": ("a.docx", archive({"x": b"y"}) + docx(), "polyglot"),
    "cut PNG": ("a.png", picture("PNG")[:50], "damaged"),
    "cut JPEG": ("a.jpg", picture("JPEG")[:30], "damaged"),
    "cut WebP": ("a.webp", picture("WEBP")[:-8], "damaged"),
    "cut docx": ("a.docx", docx()[:-30], "damaged"),
    "20k × 20k PNG": ("a.png", png_announcing(20_000, 20_000), "pixels"),
    "20k × 20k JPEG": ("a.jpg", jpeg_announcing(20_000, 20_000), "pixels"),
    "9k × 9k PNG": ("a.png", png_announcing(9_000, 9_000), "pixels"),
    "no pixels": ("a.png", png_announcing(0, 5), "damaged"),
    "zip bomb": ("a.docx", docx(word__media__x=bytes(150 * 1024 * 1024)), "bomb"),
    "lying zip bomb": ("a.docx", lying_archive(), "bomb"),
    "overlapping zip bomb": ("a.docx", overlapping_archive(), "bomb"),
    "many entries": ("a.docx", archive({str(i): b"" for i in range(4_000)}), "bomb"),
    "zip slip": ("a.docx", archive({"word/document.xml": b"<w/>", "../../etc/cron.d/x": b"y"}), "unsafe_path"),
    "absolute path": ("a.xlsx", archive({"xl/workbook.xml": b"<w/>", "/etc/passwd": b"y"}), "unsafe_path"),
    "Windows path": ("a.xlsx", archive({"xl/workbook.xml": b"<w/>", "..\\..\\x": b"y"}), "unsafe_path"),
    "drive": ("a.xlsx", archive({"xl/workbook.xml": b"<w/>", "C:x": b"y"}), "unsafe_path"),
    "billion laughs": ("a.svg", b'<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><svg>&b;</svg>', "entities"),
    "entities in docx": ("a.docx", archive({"word/document.xml": ENTITIES}), "entities"),
    "macro": ("a.docx", docx(word__vbaProject__bin=b"x").replace(b"vbaProject/bin", b"vbaProject.bin"), "macro"),
    "program inside": (
        "a.docx",
        archive({"word/document.xml": b"<w/>", "word/embeddings/run.exe": b"MZ"}),
        "executable",
    ),
    "program": ("a.exe", b"MZ\x90\x00", "executable"),
    "program named PDF": ("a.pdf", b"MZ\x90\x00\x03", "executable"),
    "program named text": ("a.txt", b"\x7fELF\x02\x01", "executable"),
    "script named text": ("a.txt", b"#!/bin/sh\nrm -rf /\n", "executable"),
    "page": ("a.html", b"<html></html>", "executable"),
    "macro document": ("a.docm", docx(), "executable"),
    "unknown type": ("a.xyz", b"abc", "type"),
    "no type": ("Antwort", PDF, "type"),
    "old Word": ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "type"),
    "empty": ("a.pdf", b"", "empty"),
    "too large": ("a.txt", b"a" * (10 * 1024 * 1024 + 1), "too_large"),
}

NAMES = [
    "../a.pdf",
    "a/b.pdf",
    "..\\a.pdf",
    "C:a.pdf",
    "a\x00.pdf",
    "a\n.pdf",
    "a\u202efdp.exe",
    "a\u200b.pdf",
    "a\ufeff.pdf",
]
NAMES += [
    "",
    "   ",
    ".pdf",
    "a.",
    "nul.pdf",
    "CON",
    "a" * 200 + ".pdf",
    "a\ue000.pdf",
    "a\u2028.pdf",
    'a".pdf',
    "a<b>.pdf",
]


@pytest.mark.parametrize("name", GOOD)
def test_an_ordinary_file_is_accepted_with_its_type_and_hash(name: str) -> None:
    data, media_type = GOOD[name]
    checked = check_upload(data, name)
    assert (checked.media_type, checked.safe_name, checked.size) == (media_type, name, len(data))
    assert checked.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("case", BAD)
def test_a_hostile_file_is_refused_for_its_reason_quickly_and_in_little_memory(case: str) -> None:
    name, data, code = BAD[case]
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(UploadRefused) as refusal:
            check_upload(data, name)
        took, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refusal.value.code == code
    assert refusal.value.message == MESSAGES[code]
    assert took < SECONDS
    assert peak < MEMORY


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_that_is_no_plain_name_is_refused(name: str) -> None:
    with pytest.raises(UploadRefused) as refusal:
        safe_name(name)
    assert refusal.value.code == "name"


def test_a_name_keeps_its_letters_in_composed_form() -> None:
    assert safe_name("  Stellungnahme u\u0308ber Łódź – Иван.pdf ") == "Stellungnahme über Łódź – Иван.pdf"


def test_every_message_is_used_by_some_hostile_file() -> None:
    codes = {code for _, _, code in BAD.values()} | {"name", "encrypted"}
    assert codes == set(MESSAGES)


def test_a_locked_archive_is_refused() -> None:
    whole = bytearray(docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = whole.index(mark)
        whole[position + offset] |= 1
    with pytest.raises(UploadRefused) as refusal:
        check_upload(bytes(whole), "a.docx")
    assert refusal.value.code == "encrypted"


def test_a_directory_that_names_an_entry_otherwise_than_its_own_header_is_refused() -> None:
    whole = (
        docx(word__media__x=b"y")
        .replace(b"word/media/x", b"../../../../x", 1)
        .replace(b"../../../../x", b"../../../..x", 1)
    )
    with pytest.raises(UploadRefused) as refusal:
        check_upload(whole, "a.docx")
    assert refusal.value.code == "unsafe_path"


def test_a_stream_is_read_no_further_than_the_limit() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            piece = b"a" * min(size, 1000)
            self.given += len(piece)
            return piece

    stream = Endless()
    with pytest.raises(UploadRefused) as refusal:
        check_upload(stream, "a.txt", max_bytes=5000)
    assert (refusal.value.code, stream.given) == ("too_large", 5001)


def test_a_stream_that_tells_its_size_is_refused_unread() -> None:
    class Announced(io.BytesIO):
        size = 11 * 1024 * 1024

        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("was read")

    with pytest.raises(UploadRefused) as refusal:
        check_upload(Announced(), "a.txt")
    assert refusal.value.code == "too_large"


def test_a_stream_gives_the_same_answer_as_its_bytes() -> None:
    assert check_upload(io.BytesIO(PDF), "a.pdf") == check_upload(PDF, "a.pdf")


def test_drawings_and_office_files_are_for_download_only() -> None:
    only = {extension for extension, kind in KINDS.items() if kind.is_download_only}
    assert only == {"svg", "docx", "xlsx", "odt", "ods"}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(1, 1), (333, 77), (4000, 3000)])
def test_sizes_read_from_headers_are_those_pillow_finds(kind: str, size: tuple[int, int], monkeypatch) -> None:
    from documents import checks

    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(checks, "refuse_pixels", lambda width, height: seen.append((width, height)))
    checks.check_upload(picture(kind, size), f"a.{kind.lower()}")
    assert seen == [Image.open(io.BytesIO(picture(kind, size))).size]


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 80}], ids=["lossless", "lossy"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_every_form_of_webp_tells_its_size(mode: str, options: dict, monkeypatch) -> None:
    from documents import checks

    out = io.BytesIO()
    Image.new(mode, (321, 123), (1, 2, 3, 40)[: len(mode)]).save(out, "WEBP", **options)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(checks, "refuse_pixels", lambda width, height: seen.append((width, height)))
    checks.check_upload(out.getvalue(), "a.webp")
    assert seen == [(321, 123)]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=12)), max_size=4))
def test_no_damage_makes_the_check_stumble(name: str, damages: list[tuple[int, bytes]]) -> None:
    data = bytearray(GOOD[name][0])
    for position, piece in damages:
        start = position % (len(data) + 1)
        data[start : start + len(piece) // 2] = piece
    try:
        assert check_upload(bytes(data), name).size == len(data)
    except UploadRefused as refusal:
        assert refusal.code in MESSAGES


def test_a_large_honest_office_file_is_accepted_in_time() -> None:
    noise = hashlib.shake_256(b"noise").digest(3 * 1024 * 1024)
    text = b"<w:p>" + b"".join(b"<w:t>%d</w:t>" % number for number in range(1_500_000)) + b"</w:p>"
    whole = archive({"word/document.xml": text, "word/media/a.png": noise})
    began = time.perf_counter()
    assert check_upload(whole, "a.docx").size == len(whole)
    assert time.perf_counter() - began < SECONDS
