"""The people of the journeys: signing in, second factors, mail that arrives, letters that are printed."""

import base64
import email
import email.policy
import hashlib
import hmac
import re
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from portal.demo.city import PASSWORD, TOTP_SECRET
from tests.journeys.browser import Visitor
from tests.journeys.stack import Stack

SECRETARY = "geschaeftsstelle@auenstadt.example"
SECOND = "geschaeftsstelle2@auenstadt.example"
CLERK = "schalter@auenstadt.example"
OFFICER = "los@auenstadt.example"
AUDITOR = "pruefung@auenstadt.example"
EDITOR = "redaktion@auenstadt.example"
FACILITATOR = "moderation@auenstadt.example"
HOLDINGS = "beteiligungen@auenstadt.example"
BOARD = "gremien@stadtwerke.example"
PERIOD = 30
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")
"""The code of a letter as it is printed (Crockford's base 32)."""


def totp(secret: str, counter: int) -> str:
    """The six digits of RFC 6238 for a period of 30 s."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class Authenticator:
    """The app on a phone. Each code works once, so that the next one has to be waited for."""

    def __init__(self, secret: str) -> None:
        self.secret, self.used = secret, 0

    def code(self) -> str:
        """A code that was not used yet and stays good for a few seconds."""
        while (now := time.time()) // PERIOD <= self.used or now % PERIOD > PERIOD - 4:
            time.sleep(0.2)
        self.used = int(now // PERIOD)
        return totp(self.secret, self.used)


class City:
    """The running city with a browser: who visits it, what it mails, what it prints."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack, self.browser = stack, browser
        self.sessions: dict[str, str] = {}
        self.authenticators: dict[str, Authenticator] = {}
        self.visitors: list[Visitor] = []

    def visitor(self, name: str, *, kind: type[Visitor] = Visitor, **options: Any) -> Any:
        """Somebody new at a browser; `leave_all` looks at what went wrong."""
        made = kind(self.browser, self.stack.url, name=name, **options)
        self.visitors.append(made)
        return made

    def scene(self, name: str, *arguments: str) -> dict[str, Any]:
        """Something that happens off stage (tests/journeys/scenes.py)."""
        return self.stack.scene(name, *arguments)

    def open_vote(self) -> str:
        """The title of what is voted on today."""
        return self.stack.query("SELECT title FROM voting_vote WHERE state = 'casting' ORDER BY id")[0][0]

    def member(self) -> str:
        """The login of a member who is on the roll of the open vote and has not voted."""
        return self.stack.query(
            """SELECT u.email FROM voting_rollentry e JOIN voting_vote v ON v.id = e.vote_id
               JOIN accounts_user u ON u.person_id = e.person_id LEFT JOIN voting_openballot b ON b.entry_id = e.id
               WHERE v.title = %s AND b.id IS NULL AND NOT e.is_excluded ORDER BY u.id""",
            [self.open_vote()],
        )[0][0]

    def waiting_decision(self) -> dict[str, Any]:
        """A decision whose organ owes an answer (`title`), and the login of that organ's secretary (`login`)."""
        waiting = self.scene("boards")["waiting"]
        assert waiting, "no decision waits for an answer any more"
        return waiting[0]

    def answers(self, number: str) -> int:
        """How many answers of boards are stored under the number of a resolution."""
        return self.stack.value("SELECT count(*) FROM decisions_statement WHERE resolution_number = %s", [number])

    def topic(self, stage: str = "support") -> str:
        """The title of a proposal of this stage."""
        return self.stack.query("SELECT title FROM proposals_proposal WHERE stage = %s ORDER BY id DESC", [stage])[0][0]

    def resident(self, place: int = 0) -> str:
        """The login of a verified resident without an office."""
        return self.stack.value(
            """SELECT u.email FROM accounts_user u JOIN accounts_person p ON p.id = u.person_id
               WHERE p.verified_until > current_date AND u.email LIKE 'leserin%%'
               AND NOT EXISTS (SELECT FROM accounts_role r WHERE r.person_id = p.id) ORDER BY u.id LIMIT 1 OFFSET %s""",
            [place],
        )

    def new_login(self, name: str) -> str:
        """An address nobody has used yet."""
        count = self.stack.value("SELECT count(*) FROM accounts_user")
        return f"{name}{count}@beispiel.example"

    def person(self, login: str) -> dict[str, Any]:
        """The row of the person behind a login."""
        columns = "uuid", "given_name", "family_name", "verified_until", "channel"
        selected = ", ".join(f"p.{column}" for column in columns)
        [row] = self.stack.query(
            f"SELECT {selected} FROM accounts_person p JOIN accounts_user u ON u.person_id = p.id WHERE u.email = %s",  # noqa: S608
            [login],
        )
        return dict(zip(columns, row, strict=True))

    def signed_in(self, login: str, name: str, **options: Any) -> Any:
        """Somebody who is signed in already: the sign-in happens once for all journeys, its cookies are used again."""
        if login not in self.sessions:
            first = self.visitor(name)
            self.sign_in(first, login)
            self.sessions[login] = first.storage()
        return self.visitor(name, storage=self.sessions[login], **options)

    def sign_in(self, visitor: Visitor, login: str, password: str = PASSWORD) -> None:
        """Through the page, with the second factor where the login has one."""
        visitor.go("/konto/login/")
        visitor.fill(login=login, password=password)
        visitor.press("Sign In")
        if "/2fa/" in visitor.page.url:
            visitor.fill(code=self.authenticator(login).code())
            visitor.press("Sign In")
        expect(visitor.page.locator("header a[href='/konto/logout/']")).to_have_count(1)

    def authenticator(self, login: str) -> Authenticator:
        """The app of a login; the demo's offices all have the same key."""
        return self.authenticators.setdefault(login, Authenticator(TOTP_SECRET))

    def prove_again(self, visitor: Visitor, password: str = PASSWORD) -> None:
        """Where the page asks once more who one is, say so."""
        if "reauthenticate" in visitor.page.url:
            visitor.fill(password=password)
            visitor.send()

    def mail(self, to: str, about: str, *, seconds: float = 60) -> str:
        """The words of the newest mail to an address whose subject has these words; waits until it is sent."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for text in reversed(self.stack.mails()):
                for raw in reversed(re.split(r"(?m)^-{79}$", text)):
                    message = email.message_from_string(raw.strip(), policy=email.policy.default)
                    if message["To"] == to and about in str(message["Subject"]):
                        body = message.get_body(("plain",))
                        return body.get_content() if body else ""
            time.sleep(0.3)
        raise AssertionError(f"No mail about “{about}” to {to} within {seconds} s")

    def print_letters(self, secretary: Visitor, folder: Path) -> list[str]:
        """What waits is printed by the secretariat, batch by batch, and downloaded; the text of every page."""
        secretary.go("/geschaeftsstelle/briefe/")
        pages: list[str] = []
        while secretary.page.locator("form[action$='/drucken/']").count():
            before = self.batches()
            secretary.press("Print up to 250 letters into one PDF")
            number = self.wait_for_batch(before)
            answer = secretary.context.request.get(f"/geschaeftsstelle/briefe/{number}.pdf")
            assert answer.ok and answer.body().startswith(b"%PDF"), f"batch {number} answered {answer.status}"
            file = folder / f"batch-{number}.pdf"
            file.write_bytes(answer.body())
            pages += pdf_pages(file)
            secretary.go("/geschaeftsstelle/briefe/")
        return pages

    def batches(self) -> int:
        return self.stack.value("SELECT coalesce(max(id), 0) FROM accounts_letterbatch")

    def wait_for_batch(self, after: int, seconds: float = 90) -> int:
        """The number of the batch made after another, when it is printed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            rows = self.stack.query("SELECT id FROM accounts_letterbatch WHERE id > %s AND file_sha256 <> ''", [after])
            if rows:
                return rows[0][0]
            time.sleep(0.3)
        raise AssertionError(f"The letters were not printed within {seconds} s")

    def leave_all(self) -> None:
        """Everybody goes. Errors: AssertionError with all that went wrong."""
        troubles = []
        for visitor in self.visitors:
            try:
                visitor.leave()
            except AssertionError as error:
                troubles.append(f"{visitor.name}: {error}")
        self.visitors.clear()
        assert not troubles, "\n".join(troubles)


def pdf_pages(file: Path) -> list[str]:
    """The text of each page, as poppler reads it. Errors: FileNotFoundError where poppler-utils is missing."""
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]
