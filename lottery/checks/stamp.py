"""What bare Python can check of a time stamp (RFC 3161) in a record: that it is on this commitment, and when it says.

The signature needs a library; `openssl ts -verify` checks it. Standard library only.
"""

import base64
import datetime
import re
from dataclasses import dataclass

SHA256 = bytes.fromhex("608648016503040201")
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
TST_INFO = bytes.fromhex("2a864886f70d0109100104")
INTEGER, OCTETS, OBJECT, TIME, SEQUENCE, SET, CONTEXT_0 = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31, 0xA0
"""Tags of DER (ITU-T X.690)."""

Parts = list[tuple[int, bytes]]


@dataclass(frozen=True)
class Stamped:
    """The kind of hash (object identifier), the hash, and the moment an authority states."""

    kind: bytes
    digest: bytes
    at: datetime.datetime


def stamp_of(protocol: dict[str, object]) -> bytes:
    """The answer of the authority that a record carries. ValueError: there is something else in its place."""
    text = protocol["time_stamp"]
    if not isinstance(text, str):
        raise ValueError("it is no text")
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("it has a second spelling")
    return found


def wrong_stamp(response: bytes, commitment: str) -> list[str]:
    """What is wrong with the answer as a stamp on this commitment, signature apart."""
    try:
        stamped = read_stamp(response)
    except (ValueError, IndexError) as error:
        return [f"it cannot be read: {error}"]
    if stamped.kind != SHA256:
        return ["it is on another kind of hash than SHA-256"]
    if stamped.digest.hex() != commitment:
        return [f"it is on {stamped.digest.hex()}, not on the commitment"]
    return []


def read_stamp(response: bytes) -> Stamped:
    """The statement in a TimeStampResp. ValueError or IndexError where it is none."""
    (answer,) = _parts(response, SEQUENCE)
    _status, token = _parts(answer[1], SEQUENCE, SEQUENCE)
    kind, wrapped = _parts(token[1], OBJECT, CONTEXT_0)
    (signed,) = _parts(wrapped[1], SEQUENCE)
    _version, _digests, content = _first(signed[1], INTEGER, SET, SEQUENCE)
    what, held = _parts(content[1], OBJECT, CONTEXT_0)
    if kind[1] != SIGNED_DATA or what[1] != TST_INFO:
        raise ValueError("it is no signed time stamp")
    (octets,) = _parts(held[1], OCTETS)
    (info,) = _parts(octets[1], SEQUENCE)
    _version, _policy, imprint, _serial, at = _first(info[1], INTEGER, OBJECT, SEQUENCE, INTEGER, TIME)
    algorithm, digest = _parts(imprint[1], SEQUENCE, OCTETS)
    return Stamped(_first(algorithm[1], OBJECT)[0][1], digest[1], _moment(at[1]))


def _parts(data: bytes, *tags: int) -> Parts:
    """The values that stand one after the other, which must be these and no more."""
    found = _split(data)
    if [tag for tag, _value in found] != list(tags):
        raise ValueError("it has not the parts of a time stamp")
    return found


def _first(data: bytes, *tags: int) -> Parts:
    """As `_parts`, where others may follow."""
    found = _split(data)[: len(tags)]
    if [tag for tag, _value in found] != list(tags):
        raise ValueError("it has not the parts of a time stamp")
    return found


def _split(data: bytes) -> Parts:
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:
                raise ValueError("a length in it cannot be read")
            length, at = int.from_bytes(data[at : at + count]), at + count
        if at + length > len(data):
            raise ValueError("it is cut off")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def _moment(text: bytes) -> datetime.datetime:
    """A GeneralizedTime of RFC 3161: always UTC, with or without a fraction."""
    found = re.fullmatch(rb"(\d{14})(\.\d{1,9})?Z", text)
    if found is None:
        raise ValueError("its time cannot be read")
    moment = datetime.datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=datetime.UTC)
    return moment + datetime.timedelta(seconds=float(found[2] or 0))
