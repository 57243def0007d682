"""A hall and its viewers: `./run python -m benchmarks.sessions [--members 160] [--viewers 2000] [--seconds 3]`.

Fills a database of its own with a council in session and serves the portal with gunicorn (two workers, four threads
each, as `./run` does). Then, from this process:

* every member votes and raises a hand within `--seconds`, while a projector asks for its fragment every second: all of
  it must be stored once, and at no moment may the projector miss a vote that was answered more than two seconds before;
* viewers ask for the fragment every five seconds for ten, in an open loop: each request has its time, however slow the
  ones before it were; the time it took is counted from that moment.

The client runs on the same cores, so a figure is worse than that of a server alone; the load of the machine before the
run stands beside the figures. Exits with 1 over the budget. `tests/test_hall_load.py` asks the same of a test database.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.lines import Burst, Line, crowd, get, post

ROOT = Path(__file__).resolve().parent.parent
FOLLOWS_WITHIN = 2.0
POLL = 5.0
LASTS = 10.0
VOTE_P95, VIEW_P95 = 1.2, 0.5
CAST = re.compile(r"([\d.]+) von [\d.]+ haben abgestimmt")
MORE_HANDS = re.compile(r"und noch ([\d.]+)")


@dataclass
class Hall:
    """What a client needs: the addresses, and a session cookie for every member."""

    meeting: int
    item: int
    sessions: list[str]

    @property
    def fragment(self) -> str:
        return f"/sitzungen/{self.meeting}/stand/"


def prepare() -> None:
    """Django and the tables, in a database that has none yet."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def fill(members: int) -> Hall:
    """A council of `members`, all of them in the room and signed in; an item called and its vote open."""
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
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@dataclass
class Watched:
    """What a projector saw: when (monotonic seconds), how many votes, how many hands beyond the six it names."""

    seen: list[tuple[float, int]] = field(default_factory=list)
    hands: int = 0

    def behind(self, answered: list[float]) -> float:
        """The longest time that a vote had been answered while a picture did not show it yet."""
        ordered = sorted(answered)
        late = [at - ordered[shown] for at, shown in self.seen if shown < len(ordered) and ordered[shown] < at]
        if not self.seen or self.seen[-1][1] < len(ordered):
            return 999.0
        return max(late, default=0.0)


async def project(port: int, hall: Hall, wanted: int, watched: Watched) -> None:
    """Ask for the fragment every second, as the page does, until it shows all votes and hands; two minutes at most."""
    line, until, tag, body = Line(port), time.monotonic() + 120, b"", ""
    while time.monotonic() < until:
        began = time.monotonic()
        answer = await line.ask(get(hall.fragment, tag=tag))
        if answer.status == 200:
            tag, body = answer.tag, answer.body.decode()
        cast, hands = CAST.search(body), MORE_HANDS.search(body)
        watched.seen.append((time.monotonic(), int(cast[1].replace(".", "")) if cast else 0))
        watched.hands = body.count('class="stage__hand') + (int(hands[1].replace(".", "")) if hands else 0)
        if watched.seen[-1][1] == watched.hands == wanted:
            break
        await asyncio.sleep(max(0.0, began + 1 - time.monotonic()))
    line.close()


async def storm(port: int, hall: Hall, seconds: float) -> tuple[Burst, Watched, list[float]]:
    """Every member votes, then raises a hand, within `seconds`; when each vote was answered."""
    members, answered, watched = len(hall.sessions), [], Watched()
    token = secrets.token_hex(16)

    async def act(number: int) -> bool:
        line, session = Line(port), hall.sessions[number]
        choice, side = ("yes", "no", "abstain")[number % 3], ("pro", "contra", "neutral")[number % 3]
        vote = f"/sitzungen/punkte/{hall.item}/abstimmung/"
        voted = await line.ask(post(vote, f"choice={choice}", session=session, token=token))
        if voted.status == 302:
            answered.append(time.monotonic())
        hand = f"/sitzungen/{hall.meeting}/wortmeldung/"
        raised = await line.ask(post(hand, f"hand={side}", session=session, token=token))
        line.close()
        return (voted.status, raised.status) == (302, 302)

    projector = asyncio.create_task(project(port, hall, members, watched))
    burst = await crowd(members, seconds, act)
    await projector
    return burst, watched, answered


async def watch(port: int, hall: Hall, viewers: int) -> Burst:
    """`viewers` who poll for ten seconds, each over a connection of its own that the server may close in between."""
    lines, tags = [Line(port) for _ in range(viewers)], [b""] * viewers

    async def ask(number: int) -> bool:
        viewer = number % viewers
        answer = await lines[viewer].ask(get(hall.fragment, tag=tags[viewer]))
        tags[viewer] = answer.tag or tags[viewer]
        return answer.status in (200, 304)

    burst = await crowd(int(viewers * LASTS / POLL), LASTS, ask)
    for line in lines:
        line.close()
    return burst


async def warm(port: int, hall: Hall) -> None:
    """Both workers have loaded what a first request loads."""
    lines = [Line(port) for _ in range(8)]
    for _ in range(3):
        await asyncio.gather(*(line.ask(get(hall.fragment)) for line in lines))
        page = f"/sitzungen/{hall.meeting}/redeliste/"
        await asyncio.gather(*(line.ask(get(page)) for line in lines))
    for line in lines:
        line.close()


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


async def attend(port: int, hall: Hall, viewers: int, seconds: float) -> dict[str, float]:
    """The storm and the viewers; the figures of both, without those of the database."""
    load = os.getloadavg()[0]
    await warm(port, hall)
    burst, watched, answered = await storm(port, hall, seconds)
    viewing = await watch(port, hall, viewers) if viewers else Burst()
    return {
        "load_before": round(load, 2),
        "members": len(hall.sessions),
        "seconds": seconds,
        "failed": burst.failed,
        "answered": len(answered),
        "act_p95": round(burst.p95, 3),
        "projector_behind": round(watched.behind(answered), 3),
        "hands_shown": watched.hands,
        "views": len(viewing.seconds),
        "views_failed": viewing.failed,
        "view_p95": round(viewing.p95, 4),
        "views_a_second": round(len(viewing.seconds) / LASTS, 1),
    }


def run(members: int, viewers: int, seconds: float) -> dict[str, float]:
    """All of it once; the figures."""
    from portal import development

    with development.temporary() as url:
        environment = {"DATABASE_URL": url, "ALLMENDE_DEVELOPMENT": "1", "DJANGO_SETTINGS_MODULE": "portal.settings"}
        os.environ.update(environment)
        prepare()
        hall = fill(members)
        with served(environment) as port:
            figures = asyncio.run(attend(port, hall, viewers, seconds))
        return figures | stored(hall)


def is_right(figures: dict[str, float]) -> bool:
    """Whether everything was stored once: figures of correctness, which hold on any machine."""
    names = ("ballots", "voters", "hands", "speakers", "answered", "hands_shown")
    one_each = {figures[name] for name in names} == {figures["members"]}
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
