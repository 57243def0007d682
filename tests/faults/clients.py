"""People who go on working while things break: plain HTTP, every answer written down."""

import hashlib
import http.client
import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

TOKEN = "t" * 32
"""A CSRF secret that the client chose itself, in cookie and form, as the double submit allows."""


class Client:
    """One login at one browser."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port = port
        self.cookie = f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and redirect target (or body). Errors: OSError, HTTPException when nobody answers to the end."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        headers = {"Cookie": self.cookie, "Accept-Language": "de"}
        body = None
        if data is not None:
            body = urlencode({**data, "csrfmiddlewaretoken": TOKEN})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return answer.status, answer.headers.get("Location", "") or text
        finally:
            connection.close()


@dataclass
class Books:
    """What was asked for and what was acknowledged, act by act; each act has a name of its own."""

    acknowledged: dict[str, Any] = field(default_factory=dict)
    unclear: dict[str, Any] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    choices: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, name: str, value: Any, is_clear: bool) -> None:
        with self.lock:
            (self.acknowledged if is_clear else self.unclear)[f"{kind}:{name}"] = value

    def count(self) -> int:
        with self.lock:
            return len(self.acknowledged)

    def of(self, kind: str, *, unclear: bool = False) -> dict[str, Any]:
        """The acts of one kind by their names."""
        chosen = self.unclear if unclear else self.acknowledged
        return {name.removeprefix(f"{kind}:"): value for name, value in chosen.items() if name.startswith(f"{kind}:")}


class Crowd:
    """Threads that comment, support, vote and send letters until they are told to stop."""

    def __init__(self, port: int, people: dict[str, Any]) -> None:
        self.port, self.people, self.books = port, people, Books()
        self.is_over = threading.Event()
        self.numbers = itertools.count(1)
        acts: list[Callable[[], Iterator[None]]] = [self.comments, self.supports, self.votes, self.letters]
        self.threads = [threading.Thread(target=self.play, args=[act], daemon=True) for act in acts]

    def __enter__(self) -> "Crowd":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive(), "a client hangs"

    def play(self, act: Callable[[], Iterator[None]]) -> None:
        """Act after act, a moment of thought between them; `is_over` ends it."""
        for _done in act():
            if self.is_over.wait(0.12):
                return

    def post(self, kind: str, name: str, value: Any, session: str, path: str, data: dict[str, str]) -> bool | None:
        """True: acknowledged (a redirect). False: refused. None: nobody knows."""
        try:
            status, where = Client(self.port, session).ask("POST", path, data)
        except (OSError, http.client.HTTPException):
            self.books.note(kind, name, value, False)
            return None
        if status == 302 and "/konto/" not in where:
            self.books.note(kind, name, value, True)
            return True
        if status >= 500:
            self.books.note(kind, name, value, False)
            return None
        self.books.refused[f"{kind} {status}"] += 1
        return False

    def insist(self, kind: str, name: str, value: Any, session: str, path: str, data: dict[str, str]) -> bool:
        """What may be sent twice is sent until somebody answers, as people do."""
        while not self.is_over.is_set():
            done = self.post(kind, name, value, session, path, data)
            if done is not None:
                return done
            time.sleep(0.3)
        return False

    def comments(self) -> Iterator[None]:
        """Each comment once, with words of its own; what was not acknowledged is not sent again."""
        for number in itertools.count():
            session = self.people["talkers"][number % len(self.people["talkers"])]
            text = f"Beitrag {next(self.numbers)} {hashlib.sha256(str(number).encode()).hexdigest()[:12]}"
            self.post("comment", text, None, session, f"/vorschlaege/{self.people['topic']}/beitrag/", {"text": text})
            yield

    def supports(self) -> Iterator[None]:
        """Everybody supports everything once."""
        for proposal, (person, session) in itertools.product(self.people["supportable"], self.people["residents"]):
            name = f"{proposal}/{person}"
            path = f"/vorschlaege/{proposal}/unterstuetzen/"
            self.insist("support", name, (proposal, person), session, path, {"action": "support"})
            yield

    def votes(self) -> Iterator[None]:
        """Members vote and change their minds."""
        for turn in itertools.count():
            for member, session in self.people["members"]:
                choice = ("yes", "no", "abstain")[int(hashlib.sha256(f"{turn}/{member}".encode()).hexdigest(), 16) % 3]
                done = self.post("vote", f"{member}/{turn}", choice, session, self.people["vote"], {"choice": choice})
                with self.books.lock:
                    self.books.choices.setdefault(str(member), []).append((choice, done is True))
                yield

    def letters(self) -> Iterator[None]:
        """The desk sends codes by letter; every few letters the batch is printed by the worker."""
        clerk = self.people["clerk"]
        for number, person in enumerate(self.people["addressees"]):
            self.post("letter", person, None, clerk, f"/personen/{person}/brief/", {})
            yield
            if number % 2:
                self.post("batch", str(number), None, clerk, "/geschaeftsstelle/briefe/drucken/", {})
                yield


def words_of(page: str) -> str:
    """The words of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
