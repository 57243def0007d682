"""A seal keeps both profiles, is confirmed by programs that are not ours, and shows every later change."""

import datetime
import io
import subprocess
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from documents import pdf, seals
from documents.tests import verapdf
from documents.tests.pdf_samples import DECISION, PAGE

AT = datetime.datetime(2026, 6, 19, 18, 30, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def key() -> seals.SealKey:
    return seals.make_test_seal("Stadt Aachen", at=AT)


@pytest.fixture(scope="module")
def sealed(key: seals.SealKey) -> bytes:
    return seals.seal_pdf(pdf.render("decision", DECISION), key=key, at=AT, reason="Empfehlung 2026/14")


def test_a_seal_tells_who_when_and_that_nothing_was_changed(sealed: bytes, key: seals.SealKey) -> None:
    (found,) = seals.check_seals(sealed, roots=[key.chain[0]])
    assert (found.signer, found.sealed_at) == ("Testsiegel Stadt Aachen", AT)
    assert (found.is_intact, found.is_trusted, found.is_whole, found.is_test) == (True, True, True, True)
    assert key.is_test


def test_a_sealed_file_begins_with_the_unsealed_one(sealed: bytes) -> None:
    assert sealed.startswith(pdf.render("decision", DECISION))


def test_a_sealed_file_passes_both_profiles_and_one_without_the_line_end_does_not(
    sealed: bytes, key: seals.SealKey, tmp_path: Path
) -> None:
    class Lenient(bytes):
        def endswith(self, *_: object) -> bool:
            return True

    broken = seals.seal_pdf(Lenient(pdf.render("page", PAGE)[:-1]), key=key, at=AT)
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    (tmp_path / "broken.pdf").write_bytes(broken)
    found = verapdf.faults(tmp_path / "sealed.pdf", tmp_path / "broken.pdf")
    assert found["sealed.pdf"] == {"PDFA_3_A": [], "PDFUA_1": []}
    assert any(fault.startswith("6.1.9") for fault in found["broken.pdf"]["PDFA_3_A"])


def test_poppler_confirms_the_seal(sealed: bytes, tmp_path: Path) -> None:
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    done = subprocess.run(["pdfsig", "-nocert", tmp_path / "sealed.pdf"], capture_output=True, text=True, check=False)
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout
    assert "ETSI.CAdES.detached" in done.stdout


def test_openssl_confirms_the_seal_and_its_authority(sealed: bytes, key: seals.SealKey, tmp_path: Path) -> None:
    (seal,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    first, first_length, second, second_length = (int(part) for part in seal.byte_range)
    content = sealed[first : first + first_length] + sealed[second : second + second_length]
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "seal.der").write_bytes(seal.pkcs7_content)
    (tmp_path / "root.pem").write_bytes(key.chain[0])
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-in", "seal.der", "-content", "content"]
    command += ["-CAfile", "root.pem", "-purpose", "any", "-attime", str(int(AT.timestamp())), "-out", "/dev/null"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "CMS Verification successful" in done.stderr) == (0, True), done.stderr
    (tmp_path / "content").write_bytes(content[:-1])
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("position", [700, 20_000, 50_000])
def test_a_changed_byte_is_found(sealed: bytes, key: seals.SealKey, position: int) -> None:
    changed = bytearray(sealed)
    changed[position] ^= 1
    try:
        is_confirmed = seals.check_seals(bytes(changed), roots=[key.chain[0]])[0].is_intact
    except seals.SealError:  # the change broke the file itself
        is_confirmed = False
    assert not is_confirmed


def test_something_added_after_the_seal_is_found(sealed: bytes, key: seals.SealKey) -> None:
    (found,) = seals.check_seals(sealed + b"%more\n", roots=[key.chain[0]])
    assert (found.is_intact, found.is_whole) == (True, False)


def test_a_seal_of_another_authority_is_intact_but_not_trusted(sealed: bytes) -> None:
    other = seals.make_test_seal("Stadt Aachen", at=AT)
    (found,) = seals.check_seals(sealed, roots=[other.chain[0]])
    assert (found.is_intact, found.is_trusted) == (True, False)


def test_a_seal_outside_its_validity_is_not_trusted(key: seals.SealKey) -> None:
    late = AT + datetime.timedelta(days=365 * 20)
    sealed = seals.seal_pdf(pdf.render("page", PAGE), key=key, at=late)
    (found,) = seals.check_seals(sealed, roots=[key.chain[0]])
    assert (found.is_intact, found.is_trusted) == (True, False)


def test_a_file_without_seal_has_no_findings() -> None:
    assert seals.check_seals(pdf.render("page", PAGE), roots=[]) == []


@pytest.mark.parametrize("file", [b"", b"no PDF at all\n%%EOF\n", b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\n"])
def test_what_is_no_pdf_is_neither_sealed_nor_checked(file: bytes, key: seals.SealKey) -> None:
    with pytest.raises(seals.SealError):
        seals.seal_pdf(file, key=key, at=AT)
    with pytest.raises(seals.SealError):
        seals.check_seals(file, roots=[])


def test_a_sealed_file_is_not_sealed_again(sealed: bytes, key: seals.SealKey) -> None:
    with pytest.raises(seals.SealError):
        seals.seal_pdf(sealed, key=key, at=AT)


def test_a_key_does_not_show_in_logs(key: seals.SealKey) -> None:
    assert "PRIVATE" not in repr(key)
