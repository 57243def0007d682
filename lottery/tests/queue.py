"""A Redis of the test's own as broker and cache, and everything that lies in it, in every form it can be read."""

import base64
import binascii
import re
import shutil
import subprocess
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from celery import Celery
from kombu import pools
from kombu.message import Message

SECONDS = 20
BROKER, CACHE = 0, 1
"""Which of Redis' databases is which."""

ENCODED = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
PACKED = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""How gzip and zlib begin."""


@contextmanager
def redis_server() -> Iterator[Path]:
    """The socket of a Redis that keeps nothing on disk; stopped by its process, its folder deleted.

    The folder lies in the system's own: the path of a socket may have a hundred characters.
    """
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: apt-get install -y redis-server"
    with tempfile.TemporaryDirectory(prefix="allmende-redis-") as folder:
        socket = Path(folder) / "s"
        command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
        process = subprocess.Popen([*command, "--dir", folder], stdout=subprocess.DEVNULL)
        try:
            _wait_for(socket, process)
            yield socket
        finally:
            process.terminate()
            process.wait(SECONDS)


def _wait_for(socket: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "redis-server ended at once"
        try:
            with redis.Redis(unix_socket_path=str(socket)) as client:
                client.ping()
                return
        except redis.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("redis-server does not answer")


@contextmanager
def queued_into(app: Celery, socket: Path) -> Iterator[None]:
    """Tasks are sent as in production, into this Redis, instead of being done at once as everywhere else in the tests."""
    changed = {
        "task_always_eager": False,
        "broker_url": f"redis+socket://{socket}?virtual_host={BROKER}",
        "broker_transport_options": {"visibility_timeout": 60},
    }
    before = {name: app.conf[name] for name in changed}
    _forget_connections(app)
    app.conf.update(changed)
    try:
        yield
    finally:
        _forget_connections(app)
        app.conf.update(before)


def _forget_connections(app: Celery) -> None:
    """Pools keep the address they were made with."""
    pools.reset()
    app._pool = None  # type: ignore[attr-defined]
    app.amqp._producer_pool = None


def deliveries(app: Celery) -> Iterator[Message]:
    """What waits in the queue, one after the other, taken as a worker takes it: "unacked" until the next is asked for."""
    with app.connection_for_read() as connection, connection.channel() as channel:
        queue = app.amqp.queues[app.conf.task_default_queue](channel)
        while (message := queue.get(no_ack=False)) is not None:
            yield message
            message.ack()


def do(app: Celery, message: Message) -> str:
    """Do the task of a message here; its name."""
    arguments, named, _options = message.payload
    name = str(message.headers["task"])
    app.tasks[name](*arguments, **named)
    return name


def texts_in(socket: Path) -> dict[str, str]:
    """Every key of every database with its name and all of its values, in each form a value can be read in."""
    found = {}
    for database in range(16):
        with redis.Redis(unix_socket_path=str(socket), db=database) as client:
            for key in client.scan_iter():
                values = [key, *_values(client, key)]
                found[f"{database}:{key.decode(errors='replace')}"] = "\n".join(map(_readable, values))
    return found


def _values(client: Any, key: bytes) -> list[bytes]:
    """What stands under a key; a kind that is not known here is an error, so that nothing goes unread."""
    kind = client.type(key).decode()
    if kind == "hash":
        return [part for pair in client.hgetall(key).items() for part in pair]
    read = {
        "string": lambda: [client.get(key)],
        "list": lambda: client.lrange(key, 0, -1),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1),
    }
    return list(read[kind]())


def _readable(value: bytes, depth: int = 4) -> str:
    """The value as text, followed by what lies in it in base 64 (bodies of messages) and packed (cached pages)."""
    texts = [value.decode(errors="replace")]
    if depth:
        for piece in ENCODED.findall(value):
            try:
                texts.append(_readable(base64.b64decode(piece + b"=" * (-len(piece) % 4)), depth - 1))
            except binascii.Error:
                continue
        for start in {found for mark in PACKED if (found := value.find(mark)) >= 0}:
            try:
                texts.append(_readable(zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(value[start:]), depth - 1))
            except zlib.error:
                continue
    return "\n".join(texts)
