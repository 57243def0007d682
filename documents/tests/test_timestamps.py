"""Time stamps against an authority of one's own: what is believed, what is not, and that openssl agrees."""

import datetime
import hashlib
import subprocess

import pytest
from asn1crypto import keys, pem, tsp, x509
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents import timestamps
from documents.tests import authority as answers
from documents.tests.authority import Authority, serving

DOCUMENT = b'["allmende-draw-2",{"pool":"00"}]'
DIGEST = hashlib.sha256(DOCUMENT).digest()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def asked(office, *kinds, certificates=None):
    with serving(office, *kinds) as address:
        return timestamps.ask(DIGEST, address=address, certificates=certificates or office.root)


def test_a_good_stamp_names_time_and_authority_and_openssl_says_the_same(office, tmp_path):
    stamp = asked(office, answers.good)
    now = datetime.datetime.now(datetime.UTC)  # the authority's clock is the machine's
    assert abs(now - stamp.at) < datetime.timedelta(minutes=1)
    assert stamp.authority == "Stempel 1, Zeitstelle Test"
    (tmp_path / "commitment.tsr").write_bytes(stamp.response)
    (tmp_path / "document").write_bytes(DOCUMENT)
    command = ["openssl", "ts", "-verify", "-in", "commitment.tsr", "-CAfile", str(office.folder / "root.pem")]
    for known, is_right in (
        (["-data", "document"], True),
        (["-digest", DIGEST.hex()], True),
        (["-digest", "00" * 32], False),
    ):
        done = subprocess.run([*command, *known], cwd=tmp_path, capture_output=True)
        assert (done.returncode == 0) is is_right, done.stderr


def test_the_request_has_the_hash_a_fresh_number_and_asks_for_the_certificate(office):
    office.asked.clear()
    asked(office, answers.good)
    asked(office, answers.good)
    first, second = (tsp.TimeStampReq.load(query).native for query in office.asked)
    assert first["message_imprint"]["hashed_message"] == DIGEST and first["cert_req"] is True
    assert first["nonce"] != second["nonce"]
    assert DOCUMENT not in office.asked[0]


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        (answers.wrong_nonce, timestamps.Unproven, "another request"),
        (answers.without_nonce, timestamps.Unproven, "another request"),
        (answers.over_other_bytes, timestamps.Unproven, "another hash"),
        (answers.changed_afterwards, timestamps.Unproven, "signature"),
        (answers.declined, timestamps.Declined, "rejection: Requested policy is not supported"),
        (answers.broken, timestamps.Unreachable, "HTTP 500"),
        (answers.no_answer_of_the_protocol, timestamps.Unproven, "cannot be read"),
        (answers.too_long, timestamps.Unreachable, "too long"),
    ],
)
def test_any_other_answer_is_refused_and_says_why(office, kind, error, words):
    with pytest.raises(error, match=words):
        asked(office, kind)


def test_every_changed_byte_of_the_signed_part_is_found(office):
    query = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST},
            "nonce": 7,
            "cert_req": True,
        }
    )
    response = office.reply(query.dump())
    whole = {"digest": DIGEST, "nonce": 7, "certificates": office.root}
    assert timestamps.check(response, **whole).response == response
    info = tsp.TimeStampResp.load(response)["time_stamp_token"]["content"]["encap_content_info"][
        "content"
    ].parsed.dump()
    start = response.index(info)
    for at in range(start, start + len(info)):
        changed = bytearray(response)
        changed[at] ^= 1
        with pytest.raises(timestamps.Unproven):
            timestamps.check(bytes(changed), **whole)


def test_a_certificate_under_another_root_is_refused(office, tmp_path):
    other = Authority(tmp_path / "other")
    with pytest.raises(timestamps.Unproven, match="root"):
        asked(office, answers.good, certificates=other.root)
    assert asked(office, answers.good, certificates=other.root + office.root).authority


def test_a_certificate_that_had_expired_is_refused(office):
    with pytest.raises(timestamps.Unproven, match="valid at that time"):
        timestamps.check(stamped_by(office, "tsa", days=40), digest=DIGEST, nonce=7, certificates=office.root)


def test_a_certificate_not_marked_for_time_stamps_alone_is_refused(office):
    office.issue_loose()
    with pytest.raises(timestamps.Unproven, match="time stamps alone"):
        timestamps.check(stamped_by(office, "loose"), digest=DIGEST, nonce=7, certificates=office.root)
    assert timestamps.check(stamped_by(office, "tsa"), digest=DIGEST, nonce=7, certificates=office.root)


def stamped_by(office, name, *, days=0):
    """An answer that openssl would not give: by any certificate, at any time."""

    def der(path):
        return pem.unarmor(path.read_bytes())[2]

    certificate = x509.Certificate.load(der(office.folder / f"{name}.pem"))
    key = keys.PrivateKeyInfo.load(der(office.folder / f"{name}.key"))
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(der(office.folder / "middle.pem")))
    at = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=days)
    stamper = DummyTimeStamper(certificate, key, certs_to_embed=store, fixed_dt=at)
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": DIGEST}
    query = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": 7, "cert_req": True})
    return stamper.request_tsa_response(query).dump()


def test_nobody_there_is_said_and_the_address_is_not():
    with pytest.raises(timestamps.Unreachable) as found:
        timestamps.ask(DIGEST, address="http://name:geheim@127.0.0.1:9/tsa", certificates=b"")
    assert "geheim" not in str(found.value) and "9" not in str(found.value)
    with pytest.raises(timestamps.Unreachable, match="ValueError"):
        timestamps.ask(DIGEST, address="file:///etc/passwd", certificates=b"")


def test_a_password_in_the_address_becomes_a_header(office):
    with serving(office, answers.good) as address:
        with_login = address.replace("://", "://stadt:p%40ss@")
        timestamps.ask(DIGEST, address=with_login, certificates=office.root)
    assert office.headers[-1]["Authorization"] == "Basic c3RhZHQ6cEBzcw=="
    assert "stadt" not in office.headers[-1]["Host"]


@pytest.mark.parametrize("text", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_file_without_certificates_is_refused(text):
    with pytest.raises(ValueError):
        timestamps.read_certificates(text)


def test_a_file_without_a_root_is_refused(office):
    with pytest.raises(ValueError, match="root"):
        timestamps.read_certificates((office.folder / "middle.pem").read_bytes())
