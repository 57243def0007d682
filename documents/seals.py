"""The city's seal on a PDF: PAdES baseline B-B, in an invisible field, as the last change to the file.

A visible stamp would break both PDF/A and PDF/UA. The seal tells who published a file and that nothing was changed
since; it has no trusted time of its own (that is what the transparency log is for). A key made here is a *test seal*,
named so in its certificate, and everything that shows it must say so.
"""

import datetime
import io
from dataclasses import dataclass, field

from asn1crypto import keys as asn1_keys
from asn1crypto import pem as asn1_pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Siegel"
TEST_UNIT = "Testsiegel"


class SealError(RuntimeError):
    """The file could not be sealed or read."""


@dataclass(frozen=True)
class SealKey:
    """A private key with its certificate and the certificates above it, each as PEM; the last one is the root."""

    key: bytes = field(repr=False)
    certificate: bytes
    chain: tuple[bytes, ...] = ()

    @property
    def is_test(self) -> bool:
        """Whether the certificate calls itself a test seal."""
        return is_test_certificate(_certificate(self.certificate))


@dataclass(frozen=True)
class SealFinding:
    """What one seal in a file is worth.

    `is_intact`: the sealed bytes are unchanged. `is_trusted`: the certificate leads to a trusted root and was valid
    at `sealed_at`, the time that the sealer claims. `is_whole`: nothing was added to the file after the seal.
    """

    signer: str
    sealed_at: datetime.datetime | None
    is_intact: bool
    is_trusted: bool
    is_whole: bool
    is_test: bool


class _DatedSigner(signers.PdfSigner):
    """A signer that takes the time from its caller instead of the machine."""

    def __init__(self, *arguments: object, at: datetime.datetime, **options: object):
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.at = at

    def init_signing_session(self, *arguments: object, **options: object) -> PdfSigningSession:
        session = super().init_signing_session(*arguments, **options)  # type: ignore[arg-type]
        session.system_time = self.at
        return session


def seal_pdf(pdf: bytes, *, key: SealKey, at: datetime.datetime, reason: str = "") -> bytes:
    """The file with a seal appended. `at` is the time to claim (with a time zone); `reason` is shown by PDF readers.

    The file must end in a line end, as `documents.pdf` writes it: otherwise the appended objects break PDF/A.
    Raises SealError for a file that is no PDF, is sealed already, or ends otherwise.
    """
    if not pdf.endswith(b"%%EOF\n"):
        raise SealError("the file does not end in a line of its own with its end mark")
    signer = signers.SimpleSigner(
        signing_cert=_certificate(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(asn1_pem.unarmor(key.key)[2]),
        cert_registry=SimpleCertificateStore.from_certs([_certificate(above) for above in key.chain]),
    )
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason or None,
        name=_certificate(key.certificate).subject.native.get("common_name"),
    )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        fields.append_signature_field(writer, fields.SigFieldSpec(FIELD, box=None))
        return _DatedSigner(about, signer, at=at).sign_pdf(writer).getvalue()
    except (SigningError, PdfReadError, ValueError, KeyError) as error:
        raise SealError(str(error)) from error


def check_seals(pdf: bytes, *, roots: list[bytes]) -> list[SealFinding]:
    """The seals of a file, oldest first; `roots` are the trusted root certificates as PEM. Asks nobody on the network."""
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return [_finding(seal, [_certificate(root) for root in roots]) for seal in found]
    except (PdfReadError, SignatureValidationError, ValueError) as error:
        raise SealError(str(error)) from error


def _finding(seal, roots: list[asn1_x509.Certificate]) -> SealFinding:
    moment = seal.self_reported_timestamp
    context = ValidationContext(
        trust_roots=roots, other_certs=seal.other_embedded_certs, moment=moment, allow_fetching=False
    )
    status = validate_pdf_signature(seal, signer_validation_context=context)
    return SealFinding(
        signer=seal.signer_cert.subject.native.get("common_name", ""),
        sealed_at=moment,
        is_intact=status.intact and status.valid,
        is_trusted=status.trusted,
        is_whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        is_test=is_test_certificate(seal.signer_cert),
    )


def is_test_certificate(certificate: asn1_x509.Certificate) -> bool:
    """Whether the subject's organizational unit says that this is a test seal."""
    return certificate.subject.native.get("organizational_unit_name") == TEST_UNIT


def _certificate(pem: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(asn1_pem.unarmor(pem)[2])


# --- A test seal ------------------------------------------------------------------------------------------------------


def make_test_seal(city: str, *, at: datetime.datetime, years: int = 10) -> SealKey:
    """A new key with a certificate of a test authority of its own, valid from a day before `at` for `years`."""
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(city, f"{TEST_UNIT}: Wurzel {city}")
    leaf_name = _name(city, f"{TEST_UNIT} {city}")
    period = (at - datetime.timedelta(days=1), at + datetime.timedelta(days=365 * years))
    usage = {"key_cert_sign": True, "crl_sign": True}
    root = _builder(root_name, root_name, root_key, period, usage, is_root=True).sign(root_key, hashes.SHA256())
    usage = {"digital_signature": True, "content_commitment": True}
    leaf = _builder(leaf_name, root_name, leaf_key, period, usage, is_root=False).sign(root_key, hashes.SHA256())
    return SealKey(
        key=leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate=leaf.public_bytes(serialization.Encoding.PEM),
        chain=(root.public_bytes(serialization.Encoding.PEM),),
    )


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _name(city: str, common: str) -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: "DE",
        NameOID.ORGANIZATION_NAME: city,
        NameOID.ORGANIZATIONAL_UNIT_NAME: TEST_UNIT,
        NameOID.COMMON_NAME: common[:64],
    }
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items()])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    period: tuple[datetime.datetime, datetime.datetime],
    usage: dict[str, bool],
    *,
    is_root: bool,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(period[0])
        .not_valid_after(period[1])
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(x509.KeyUsage(**dict.fromkeys(_USAGES, False) | usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
