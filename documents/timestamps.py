"""Time stamps by RFC 3161: an authority outside the house signs that a hash was there at a moment.

The request carries the hash alone, a number used once, and the wish for the signer's certificate. The answer is believed
only if it names this hash and this number and is signed by a certificate for time stamps and for nothing else, which
leads to one of the city's own list of roots. Knows no draw and no settings.
"""

import asyncio
import base64
import datetime
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from asn1crypto import cms, core, tsp
from asn1crypto import pem as asn1_pem
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

TIMEOUT = 10
"""Seconds that an authority may stay silent."""

MOST = 100_000
"""Bytes of an answer; real ones have some thousand, certificates included."""

GRANTED = ("granted", "granted_with_mods")


class Answer(core.Sequence):
    """TimeStampResp; asn1crypto's own cannot read one that declines, which has no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class NoStamp(Exception):
    """No time stamp was had; the text says why, without the authority's address (a password may stand in it)."""


class Unreachable(NoStamp):
    """The authority did not answer, or not with an answer of the protocol."""


class Declined(NoStamp):
    """The authority answered that it gives no stamp."""


class Unproven(NoStamp):
    """The answer is not a stamp on this hash by an authority the city knows."""


@dataclass(frozen=True)
class Stamp:
    """`response` is the whole answer as it came (DER, TimeStampResp); `at` and `authority` are what it says."""

    response: bytes
    at: datetime.datetime
    authority: str


def read_certificates(text: bytes) -> list[asn1_x509.Certificate]:
    """The certificates of a PEM file. ValueError: there is none, or no root (signed by itself) among them."""
    found = [asn1_x509.Certificate.load(der) for _kind, _headers, der in asn1_pem.unarmor(text, multiple=True)]
    if not any(one.self_signed in ("yes", "maybe") for one in found):
        raise ValueError("no root certificate, signed by itself, is among them")
    return found


def ask(digest: bytes, *, address: str, certificates: bytes) -> Stamp:
    """A checked time stamp on a SHA-256 by the authority at `address`; NoStamp says why there is none."""
    nonce = secrets.randbits(63) | 1 << 62
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest}
    query = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return check(_post(address, query.dump()), digest=digest, nonce=nonce, certificates=certificates)


def _post(address: str, query: bytes) -> bytes:
    try:
        with urlopen(_request(address, query), timeout=TIMEOUT) as answer:  # noqa: S310  (http or https, as checked)
            found: bytes = answer.read(MOST + 1)
    except HTTPError as error:
        raise Unreachable(f"HTTP {error.code}") from None
    except (OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {getattr(error, 'reason', '')}"[:200]) from None
    if len(found) > MOST:
        raise Unreachable("the answer is too long")
    return found


def _request(address: str, query: bytes) -> Request:
    """A name and password in the address become a header: the address itself is never sent or shown."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address of the authority is no http or https address")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return Request(plain, data=query, headers=headers)  # noqa: S310


def check(response: bytes, *, digest: bytes, nonce: int, certificates: bytes) -> Stamp:
    """What an answer says, if it is a stamp on `digest` that leads to one of the `certificates` (PEM)."""
    try:
        return _checked(response, digest, nonce, read_certificates(certificates))
    except SignatureValidationError as error:
        raise Unproven(f"the signature cannot be checked: {error}"[:300]) from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:  # asn1crypto reads late
        raise Unproven(f"the answer cannot be read: {error}"[:300]) from error


def _checked(response: bytes, digest: bytes, nonce: int, known: list[asn1_x509.Certificate]) -> Stamp:
    answer = Answer.load(response, strict=True)
    status = answer["status"]["status"].native
    if status not in GRANTED:
        words = " ".join(answer["status"]["status_string"].native or [])
        raise Declined(f"{status}: {words}"[:200])
    signed = answer["time_stamp_token"]["content"]
    info = signed["encap_content_info"]["content"].parsed
    if info["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256":
        raise Unproven("the stamp is by another kind of hash")
    if info["message_imprint"]["hashed_message"].native != digest:
        raise Unproven("the stamp is on another hash")
    if info["nonce"].native != nonce:
        raise Unproven("the stamp answers another request")
    at = info["gen_time"].native
    signer = _verified(signed, digest, at, known)
    return Stamp(response, at, _name_of(signer))


def _verified(
    signed: Any, digest: bytes, at: datetime.datetime, known: list[asn1_x509.Certificate]
) -> asn1_x509.Certificate:
    """The certificate that signed; Unproven unless it may, was valid at `at`, and leads to a root of the list."""
    roots = [one for one in known if one.self_signed in ("yes", "maybe")]
    others = [one for one in known if one not in roots]
    context = ValidationContext(trust_roots=roots, other_certs=others, moment=at, allow_fetching=False)
    found = asyncio.run(validate_tst_signed_data(signed, context, lambda _kind: digest))
    signer: asn1_x509.Certificate = found["signing_cert"]
    if not found["intact"] or not found["valid"]:
        raise Unproven("the signature is not that of the certificate")
    if found["trust_problem_indic"] is not None or found["validation_path"] is None:
        raise Unproven("the certificate does not lead to a root of the list, or was not valid at that time")
    usage = signer.extended_key_usage_value
    if usage is None or usage.native != ["time_stamping"] or "extended_key_usage" not in signer.critical_extensions:
        raise Unproven("the certificate is not one for time stamps alone")  # RFC 3161, 2.3
    return signer


def _name_of(certificate: asn1_x509.Certificate) -> str:
    """The signer as people know it: name and organisation."""
    subject = certificate.subject.native
    parts = [subject.get("common_name"), subject.get("organization_name")]
    words = [part if isinstance(part, str) else ", ".join(part) for part in parts if part]
    return ", ".join(dict.fromkeys(words))[:300] or certificate.subject.human_friendly[:300]
