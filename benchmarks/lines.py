"""A crowd of browsers in one thread: kept connections, cookies prepared before, and no more work than bytes need.

A client in threads takes so much of a machine's two cores that it measures itself. Here each browser is a connection
(asyncio), a request is bytes that were put together beforehand, and of an answer the status, the tag and the length are
read. `Burst` keeps how long each request took from the moment it was due.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TAG = re.compile(rb'\r\netag: *("[^"]*")', re.IGNORECASE)
ENOUGH = 60
"""Seconds after which an answer is taken for lost."""


@dataclass
class Answer:
    """What came back: status, tag, body."""

    status: int
    tag: bytes
    body: bytes


@dataclass
class Burst:
    """How a crowd was served: seconds of each request from the moment it was due, answers that were no success."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def p95(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


class Line:
    """One browser's connection to the server, opened when needed and again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a request and read its answer. A kept connection that was closed is opened once more, as browsers do."""
        is_kept = self.writer is not None
        try:
            return await asyncio.wait_for(self._ask(request), ENOUGH)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            if not is_kept:
                raise
            return await asyncio.wait_for(self._ask(request), ENOUGH)

    async def _ask(self, request: bytes) -> Answer:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = LENGTH.search(head)
        body = await self.reader.readexactly(int(length[1])) if length and status != 304 else b""
        tag = TAG.search(head)
        if b"connection: close" in head.lower():
            self.close()
        return Answer(status, tag[1] if tag else b"", body)

    def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            with contextlib.suppress(OSError):
                self.writer.close()
        self.reader = self.writer = None


def get(path: str, *, tag: bytes = b"") -> bytes:
    """The bytes of a GET; with the tag of what the browser has."""
    known = b"If-None-Match: " + tag + b"\r\n" if tag else b""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: de\r\n".encode() + known + b"\r\n"


def post(path: str, body: str, *, session: str, token: str) -> bytes:
    """The bytes of a form sent by whoever has this session."""
    head = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"Cookie: sessionid={session}; csrftoken={token}",
        f"X-CSRFToken: {token}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


async def crowd(count: int, within: float, act: Callable[[int], Awaitable[bool]]) -> Burst:
    """`act` of each of `count`, due evenly over `within` seconds however slow the ones before (an open loop)."""
    burst, began = Burst(), time.monotonic()

    async def one(number: int) -> None:
        due = began + within * number / count
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        try:
            is_good = await act(number)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            is_good = False
        burst.seconds.append(time.monotonic() - due)
        burst.failed += not is_good

    await asyncio.gather(*(one(number) for number in range(count)))
    return burst
