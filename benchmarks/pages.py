"""What each page costs beside the floor, in one run: `./run python -m benchmarks.pages [--proposals 10000]`.

Fills a database of its own, serves floor and portal with gunicorn (two workers each, one after the other) and asks
every page a few hundred times from this process. CPU is that of the workers (user and system, from /proc), so the
client beside them does not count. The ratio is the floor's CPU to the page's; `at least` is the budget.

Every page is measured twice: rendered anew each time (`PAGE_CACHE=0`), and as readers who are not signed in get it
while nothing is written, from the memory of the process (`portal.page_cache`).
"""

import argparse
import contextlib
import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WARM_UP, REQUESTS = 20, 150
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Page:
    """A page, the budget of its ratio to the floor (as 1 : n) and of its bytes after gzip."""

    name: str
    path: str
    at_most: float
    kilobytes: float
    is_signed_in: bool = False


@dataclass(frozen=True)
class Cost:
    """CPU of the workers in milliseconds a request, requests a second from one client, kB after gzip."""

    cpu: float
    rate: float
    kilobytes: float


def fill(proposals: int, comments: int) -> dict[str, int]:
    """A council, its companies, `proposals` proposals and `comments` comments, 50 of them on the newest."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from accounts.tests.factories import CityFactory, ResidentFactory
    from audit.clock import clock
    from councils.tests.factories import CouncilFactory
    from proposals.models import Comment
    from proposals.tests.factories import proposals_of

    CityFactory()
    made = proposals_of(CouncilFactory(), proposals)
    author, now = ResidentFactory(), clock()
    Comment.objects.bulk_create(
        Comment(
            proposal=made[-1] if n < 50 else made[n % len(made)],
            author=author,
            author_label=f"Stimme {n % 40}",
            text="Das hilft auch meiner Straße, wenn es bezahlbar bleibt. " * 2,
            created_at=now,
            modified_at=now,
        )
        for n in range(comments)
    )
    return {"newest": made[-1].pk}


@contextlib.contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """gunicorn with two workers: its port and its pid; stopped afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--no-control-socket",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def cpu_of_workers(master: int) -> float:
    """Seconds of CPU that the workers of `master` have used so far."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return (
        sum(sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for pid in children)
        / TICKS
    )


def measure(port: int, master: int, path: str, cookie: str = "") -> Cost:
    """What a request of `path` costs, after a warm-up."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": "localhost", "Accept-Encoding": "gzip", **({"Cookie": cookie} if cookie else {})}
    size = 0
    for number in range(WARM_UP + REQUESTS):
        if number == WARM_UP:
            began, cpu = time.perf_counter(), cpu_of_workers(master)
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
        size = len(body) if answer.headers.get("Content-Encoding") == "gzip" else len(gzip.compress(body))
    passed = time.perf_counter() - began
    return Cost((cpu_of_workers(master) - cpu) / REQUESTS * 1000, REQUESTS / passed, size / 1024)


def pages(newest: int) -> list[Page]:
    """Every kind of page, with the budgets of docs/testing.md."""
    return [
        Page("start", "/", 5, 10),
        Page("list of proposals", "/vorschlaege/", 9, 10),
        Page("search and filter", "/vorschlaege/?q=Vorschlag", 12, 10),
        Page("proposal with 50 comments", f"/vorschlaege/{newest}/", 15, 25),
        Page("list of decisions", "/beschluesse/", 9, 10),
        Page("companies", "/rat/unternehmen/", 9, 10),
        Page("imprint", "/impressum/", 5, 10),
    ]


KEPT = 2
"""The budget of a page from memory, as 1 : n."""


def report(floor: Cost, rows: list[tuple[Page, Cost]], heading: str) -> bool:
    """Print the table; whether every page is within its budgets."""
    print(f"{heading:28}{'CPU ms':>8}{'req/s':>8}{'kB gzip':>9}{'ratio':>9}{'at least':>10}")
    print(f"{'floor':28}{floor.cpu:8.2f}{floor.rate:8.0f}{floor.kilobytes:9.1f}{'1/1.0':>9}")
    is_good = True
    for page, cost in rows:
        ratio = cost.cpu / floor.cpu
        is_within = ratio <= page.at_most and cost.kilobytes <= page.kilobytes
        is_good &= is_within
        print(
            f"{page.name:28}{cost.cpu:8.2f}{cost.rate:8.0f}{cost.kilobytes:9.1f}{f'1/{ratio:.1f}':>9}"
            f"{f'1/{page.at_most:g}':>10}{'' if is_within else '  OVER'}"
        )
    return is_good


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--proposals", type=int, default=10_000)
    arguments.add_argument("--comments", type=int, default=20_000)
    chosen = arguments.parse_args()
    from portal import development

    with development.temporary() as url:
        environment = {"DATABASE_URL": url, "ALLMENDE_DEVELOPMENT": "1", "DJANGO_SETTINGS_MODULE": "portal.settings"}
        os.environ.update(environment)
        newest = fill(chosen.proposals, chosen.comments)["newest"]
        with served("benchmarks.floor:application", environment) as (port, master):
            floor = measure(port, master, f"/{newest}/")
        with served("portal.wsgi", {**environment, "PAGE_CACHE": "0"}) as (port, master):
            rendered = [(page, measure(port, master, page.path)) for page in pages(newest)]
        with served("portal.wsgi", environment) as (port, master):
            kept = [(replace(page, at_most=KEPT), measure(port, master, page.path)) for page in pages(newest)]
    are_good = report(floor, rendered, "rendered anew"), report(floor, kept, "from memory")
    return 0 if all(are_good) else 1


if __name__ == "__main__":
    sys.exit(main())
