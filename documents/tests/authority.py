"""A time stamping authority of one's own: keys and certificates by openssl, answers over HTTP by `openssl ts -reply`."""

import contextlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from asn1crypto import tsp

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[loose]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = timeStamping
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
"""

Answer = Callable[["Authority", bytes], tuple[int, bytes]]


class Authority:
    """Root, a certificate authority below it, and below that the certificate that stamps. `asked` keeps what came in."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.asked, self.headers = folder, list[bytes](), list[dict[str, str]]()
        (folder / "ts.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._issue("root", "/O=Amt/CN=Wurzel", "ca", by="root")
        self._issue("middle", "/O=Amt/CN=Zwischenstelle", "ca", by="root")
        self._issue("tsa", "/O=Zeitstelle Test/CN=Stempel 1", "stamping", by="middle")
        (folder / "chain.pem").write_bytes((folder / "tsa.pem").read_bytes() + (folder / "middle.pem").read_bytes())

    @property
    def root(self) -> bytes:
        return (self.folder / "root.pem").read_bytes()

    def _issue(self, name: str, subject: str, extensions: str, *, by: str) -> None:
        kind = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"] if extensions == "ca" else ["RSA"]
        self._openssl("genpkey", "-algorithm", *kind, "-out", f"{name}.key")
        self._openssl(
            "req", "-new", "-config", "ts.cnf", "-key", f"{name}.key", "-subj", subject, "-out", f"{name}.csr"
        )
        signer = ["-signkey", "root.key"] if by == name else ["-CA", f"{by}.pem", "-CAkey", f"{by}.key"]
        serial = ["-set_serial", str(len(list(self.folder.glob("*.pem"))) + 1)]
        form = ["-days", "30", "-extfile", "ts.cnf", "-extensions", extensions, "-out", f"{name}.pem"]
        self._openssl("x509", "-req", "-in", f"{name}.csr", *signer, *serial, *form)

    def issue_loose(self) -> None:
        """A certificate whose use for time stamps is not marked critical, against RFC 3161."""
        self._issue("loose", "/CN=Lose", "loose", by="middle")

    def _openssl(self, *command: str) -> None:
        subprocess.run(["openssl", *command], cwd=self.folder, check=True, capture_output=True)

    def reply(self, query: bytes) -> bytes:
        """What `openssl ts -reply` answers."""
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl("ts", "-reply", "-config", "ts.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr")
        return (self.folder / "reply.tsr").read_bytes()


def good(authority: Authority, query: bytes) -> tuple[int, bytes]:
    return 200, authority.reply(query)


def wrong_nonce(authority: Authority, query: bytes) -> tuple[int, bytes]:
    asked = tsp.TimeStampReq.load(query)
    asked["nonce"] = asked["nonce"].native ^ 1
    return 200, authority.reply(asked.dump())


def without_nonce(authority: Authority, query: bytes) -> tuple[int, bytes]:
    asked = tsp.TimeStampReq.load(query)
    del asked["nonce"]
    return 200, authority.reply(asked.dump())


def over_other_bytes(authority: Authority, query: bytes) -> tuple[int, bytes]:
    asked = tsp.TimeStampReq.load(query)
    asked["message_imprint"]["hashed_message"] = bytes(32)
    return 200, authority.reply(asked.dump(force=True))


def changed_afterwards(authority: Authority, query: bytes) -> tuple[int, bytes]:
    """The time it states is another one than the one it signed."""
    found = bytearray(authority.reply(query))
    at = found.index(b"\x18\x0f20") + 4
    found[at] ^= 1
    return 200, bytes(found)


def declined(authority: Authority, query: bytes) -> tuple[int, bytes]:
    """It stamps under no such policy."""
    asked = tsp.TimeStampReq.load(query)
    asked["req_policy"] = "1.2.3.4.9"
    return 200, authority.reply(asked.dump(force=True))


def broken(_authority: Authority, _query: bytes) -> tuple[int, bytes]:
    return 500, b"out of order"


def no_answer_of_the_protocol(_authority: Authority, _query: bytes) -> tuple[int, bytes]:
    return 200, b"<html>Welcome to the free WLAN</html>"


def too_long(_authority: Authority, _query: bytes) -> tuple[int, bytes]:
    return 200, bytes(200_000)


@contextlib.contextmanager
def serving(authority: Authority, *answers: Answer) -> Iterator[str]:
    """The address of the authority; each request gets the next of `answers`, the last one again and again."""
    turn = iter(answers)
    last = [answers[0]]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(query)
            authority.headers.append(dict(self.headers))
            last[0] = next(turn, last[0])
            status, body = last[0](authority, query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
