"""A hall and its viewers: `./run python -m benchmarks.sessions [--members 160] [--viewers 2000] [--seconds 3]`.

Fills a database of its own with a council in session and serves the portal with gunicorn (two workers, four threads
each, as `./run` does). Then, from this process:

* every member votes and raises a hand within `--seconds`, while a projector asks for its fragment every second: all of
  it must be stored once, and the projector must show it within two seconds of the last answer;
* viewers ask for the fragment every five seconds for ten, in an open loop: each request has its time, however slow the
  ones before it were; the time it took is counted from that moment.

The client runs on the same cores, so a figure is worse than that of a server alone. Exits with 1 over the budget.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLLOWS_WITHIN = 2.0
POLL = 5.0
LASTS = 10.0
VOTE_P95, VIEW_P95 = 1.2, 0.5


@dataclass
class Hall:
    """What a client needs: the addresses, and a session cookie for every member."""

    meeting: int
    item: int
    sessions: list[str]


@dataclass
class Burst:
    """How a crowd was served: seconds of each request from the moment it was due, answers that were no success."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def p95(self) -> float:
        ordered = sorted(self.seconds)
        return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


def fill(members: int) -> Hall:
    """A council of `members`, all of them in the room and signed in; an item called and its vote open."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from django.test import Client

    from accounts.models import Role
    from accounts.tests.factories import CityFactory, user_with_role
    from councils.tests.factories import CouncilFactory
    from meetings.services import call_item, open_vote
    from meetings.tests.factories import item_of, session

    CityFactory()
    office = user_with_role(Role.Kind.SECRETARIAT)
    meeting, users = session(present=members, council=CouncilFactory(seat_count=members), by=office)
    item = item_of(meeting, by=office)
    call_item(item, by=office)
    open_vote(item, by=office)
    keys = []
    for user in users:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        keys.append(str(client.session.session_key))
    return Hall(meeting.pk, item.pk, keys)


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[int]:
    """The portal as `./run` serves it: its port; stopped afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}"]
    command += ["--no-control-socket", "--backlog", "2048"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def crowd(count: int, within: float, act: Callable[[int], bool]) -> Burst:
    """`act` of each of `count`, spread evenly over `within` seconds, each in a thread of its own that waits its time."""
    burst, lock, began = Burst(), threading.Lock(), time.monotonic()

    def one(number: int) -> None:
        due = began + within * number / count
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            is_good = act(number)
        except OSError:
            is_good = False
        with lock:
            burst.seconds.append(time.monotonic() - due)
            burst.failed += not is_good

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return burst


def posts(port: int, hall: Hall) -> Callable[[int], bool]:
    """What a member does: a vote, then a hand. True if both were answered with the way to the next page."""

    def act(number: int) -> bool:
        token = secrets.token_hex(16)
        headers = {
            "Host": "localhost",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={hall.sessions[number]}; csrftoken={token}",
            "X-CSRFToken": token,
        }
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        choice, side = ("yes", "no", "abstain")[number % 3], ("pro", "contra", "neutral")[number % 3]
        paths = {
            f"/sitzungen/punkte/{hall.item}/abstimmung/": f"choice={choice}",
            f"/sitzungen/{hall.meeting}/wortmeldung/": f"hand={side}",
        }
        statuses = []
        for path, body in paths.items():
            client.request("POST", path, body=body, headers=headers)
            answer = client.getresponse()
            answer.read()
            statuses.append(answer.status)
        client.close()
        return statuses == [302, 302]

    return act


class Projector(threading.Thread):
    """Asks for the fragment every second, as the page does, and notes when it first shows that all have voted."""

    def __init__(self, port: int, meeting: int, wanted: int) -> None:
        super().__init__()
        self.address, self.port, self.wanted = f"/sitzungen/{meeting}/stand/", port, wanted
        self.seen_at = 0.0
        self.until = time.monotonic() + 120

    def run(self) -> None:
        while not self.seen_at and time.monotonic() < self.until:
            began = time.monotonic()
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            client.request("GET", self.address, headers={"Host": "localhost", "Accept-Language": "de"})
            words = client.getresponse().read().decode()
            client.close()
            found = re.search(r"([\d.]+) von [\d.]+ haben abgestimmt", words)
            if found and int(found[1].replace(".", "")) == self.wanted:
                self.seen_at = time.monotonic()
            time.sleep(max(0.0, began + 1 - time.monotonic()))


def watch(port: int, meeting: int, viewers: int) -> Burst:
    """`viewers` who poll for ten seconds over kept connections, as browsers keep them; each knows the last tag."""
    kept, tags = threading.local(), {}
    address = f"/sitzungen/{meeting}/stand/"

    def ask(number: int) -> bool:
        if not hasattr(kept, "client"):
            kept.client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        viewer = number % viewers
        headers = {"Host": "localhost", "Accept-Language": "de"}
        if viewer in tags:
            headers["If-None-Match"] = tags[viewer]
        try:
            kept.client.request("GET", address, headers=headers)
            answer = kept.client.getresponse()
        except (OSError, http.client.HTTPException):  # the server closed a kept connection: as browsers do, once more
            kept.client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            kept.client.request("GET", address, headers=headers)
            answer = kept.client.getresponse()
        answer.read()
        tags[viewer] = answer.headers.get("ETag", "")
        return answer.status in (200, 304)

    return open_loop(int(viewers * LASTS / POLL), LASTS, ask)


def open_loop(count: int, within: float, act: Callable[[int], bool], hands: int = 48) -> Burst:
    """`count` requests due evenly over `within` seconds, served by `hands` threads that take the next one due."""
    burst, lock, began, following = Burst(), threading.Lock(), time.monotonic(), iter(range(count))

    def work() -> None:
        while True:
            with lock:
                number = next(following, None)
            if number is None:
                return
            due = began + within * number / count
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                is_good = act(number)
            except (OSError, http.client.HTTPException):
                is_good = False
            with lock:
                burst.seconds.append(time.monotonic() - due)
                burst.failed += not is_good

    threads = [threading.Thread(target=work) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return burst


def stored(hall: Hall) -> dict[str, int]:
    """What the database holds: ballots and members who cast one, hands and members who raised one."""
    from meetings.models import AgendaItem, Speech
    from voting.models import OpenBallot

    vote = AgendaItem.objects.get(pk=hall.item).vote
    ballots = OpenBallot.objects.filter(entry__vote=vote)
    speeches = Speech.objects.filter(meeting=hall.meeting)
    return {
        "ballots": ballots.count(),
        "voters": ballots.values("entry__person").distinct().count(),
        "hands": speeches.count(),
        "speakers": speeches.values("membership").distinct().count(),
    }


def run(members: int, viewers: int, seconds: float) -> dict[str, float]:
    """All of it once; the figures."""
    from portal import development

    with development.temporary() as url:
        environment = {"DATABASE_URL": url, "ALLMENDE_DEVELOPMENT": "1", "DJANGO_SETTINGS_MODULE": "portal.settings"}
        os.environ.update(environment)
        hall = fill(members)
        with served(environment) as port:
            open_loop(20, 1, lambda _n: bool(watch_once(port, hall.meeting)))
            projector = Projector(port, hall.meeting, members)
            projector.start()
            burst = crowd(members, seconds, posts(port, hall))
            finished = time.monotonic()
            projector.join()
            viewing = watch(port, hall.meeting, viewers) if viewers else Burst()
        kept = stored(hall)
    return {
        "members": members,
        "seconds": seconds,
        "failed": burst.failed,
        "act_p95": round(burst.p95, 3),
        "projector_behind": round(max(0.0, projector.seen_at - finished), 3) if projector.seen_at else 999.0,
        **kept,
        "views": len(viewing.seconds),
        "views_failed": viewing.failed,
        "view_p95": round(viewing.p95, 4),
        "views_a_second": round(len(viewing.seconds) / LASTS, 1),
    }


def watch_once(port: int, meeting: int) -> int:
    """One request that warms a worker."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    client.request("GET", f"/sitzungen/{meeting}/stand/", headers={"Host": "localhost", "Accept-Language": "de"})
    answer = client.getresponse()
    answer.read()
    return answer.status


def is_right(figures: dict[str, float]) -> bool:
    """Whether everything was stored once: figures of correctness, which hold on any machine."""
    one_each = {figures[name] for name in ("ballots", "voters", "hands", "speakers")} == {figures["members"]}
    return one_each and not figures["failed"] and not figures["views_failed"]


def is_fast(figures: dict[str, float]) -> bool:
    """Whether the budget of a quiet machine with two cores is kept."""
    return (
        figures["projector_behind"] <= FOLLOWS_WITHIN
        and figures["act_p95"] <= 2 * VOTE_P95
        and figures["view_p95"] <= VIEW_P95
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--members", type=int, default=160)
    arguments.add_argument("--viewers", type=int, default=2_000)
    arguments.add_argument("--seconds", type=float, default=3.0)
    chosen = arguments.parse_args()
    figures = run(chosen.members, chosen.viewers, chosen.seconds)
    print(json.dumps(figures, indent=1))
    return 0 if is_right(figures) and is_fast(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
