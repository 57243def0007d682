"""The demo's processes: database, web, worker. Started in order, brought back when one dies, stopped together."""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from portal.development import places, postgres
from portal.development.places import ROOT, Trouble

NEEDED_MEGABYTES = 500
WAIT_SECONDS = 90
GRACE_SECONDS = 5
RESET = ("postgres", "private", "media", "mail", "queue", "queue-control", "celerybeat-schedule")
"""What `--reset` deletes in var/."""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal; not an Exception, so that nothing on the way swallows it."""


def say(text: str) -> None:
    """Tell what is going on, at once; a terminal that was closed must not keep us from stopping properly."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stays open until the end


class Service:
    """A process that is brought back when it dies; it and its children form a session of their own."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.log = places.var_folder() / "log" / f"{name}.log"
        self.process: subprocess.Popen | None = None
        self.failures = 0
        self.started_at = self.due_at = 0.0

    def start(self) -> None:
        """Start the process; what it prints goes to var/log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=postgres.die_with_parent(signal.SIGTERM),
            )
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """Start it again if it has died; at once the first time, then after a pause that grows to 5 s."""
        now = time.monotonic()
        if self.process is not None and self.has_ended():
            self.clear()
            self.failures = 0 if now - self.started_at > 30 else self.failures + 1
            self.due_at = now + (min(5.0, 0.5 * 2**self.failures) if self.failures > 1 else 0)
            say(f"• {self.name} ended and is started again (see {self.log})")
        if self.process is None and now >= self.due_at:
            self.start()

    def has_ended(self) -> bool:
        """Whether the process is dead; it is not reaped yet, so that its number still names its session."""
        assert self.process is not None  # noqa: S101 - callers have started it
        flags = os.WEXITED | os.WNOWAIT | os.WNOHANG
        return self.process.returncode is not None or os.waitid(os.P_PID, self.process.pid, flags) is not None

    def clear(self) -> None:
        """End what is left of its session (children of a killed process keep its port and its tasks), and reap it."""
        if self.process is not None:
            if self.process.returncode is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def stop_services(services: list[Service]) -> None:
    """SIGTERM to all, a few seconds to finish what they do, then the rest of their sessions is killed."""
    for service in services:
        if service.process is not None and not service.has_ended():
            service.process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(s.process is not None and not s.has_ended() for s in services):
        time.sleep(0.05)
    for service in services:
        service.clear()


def addresses(port: int) -> list[str]:
    """The addresses of `localhost` to listen on, as gunicorn takes them. Errors: Trouble if the port is taken."""
    found = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                probe.listen()
        except PermissionError:
            raise Trouble(f"Port {port} needs root; choose another: ./run demo --port 8001") from None
        except OSError as error:
            if family == socket.AF_INET6 and error.errno not in (98, 48):  # EADDRINUSE on Linux, BSD
                continue  # a machine without IPv6
            raise Trouble(f"Port {port} is in use; choose another: ./run demo --port {port + 1}") from None
        found.append(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return found


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """One demo per checkout: two would bring back each other's processes."""
    with open(places.var_folder() / "demo.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("The demo of this folder is running already: stop it first (Ctrl-C where it runs).") from None
        yield


def check_disk() -> None:
    """Errors: Trouble if the disk of var/ is too full for the demo's data."""
    free = shutil.disk_usage(places.var_folder()).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        raise Trouble(
            f"The disk is full: {places.var_folder()} has {free} MB left, the demo needs {NEEDED_MEGABYTES} MB. "
            "Free some space."
        )


def check_environment(*, reset: bool) -> None:
    """Errors: Trouble if the demo would play in a database that may be someone's real one, or delete one."""
    if not os.environ.get("DATABASE_URL"):
        return
    if os.environ.get("ALLMENDE_DEVELOPMENT") != "1":
        raise Trouble(
            "DATABASE_URL is set, as in production; for a database of its own: env -u DATABASE_URL ./run demo"
        )
    if reset:
        raise Trouble("--reset deletes the embedded database only: unset DATABASE_URL, or empty that one yourself.")


def make_folders(*, reset: bool) -> None:
    """The folders of var/ that the processes expect; with `reset` without what was in them."""
    var = places.var_folder()
    if reset:
        say("• Deleting the data of the demo …")
        postgres.remove(places.data_folder())
        for name in RESET:
            path = var / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    for name in ("private", "media", "mail", "queue", "queue-control", "log"):
        (var / name).mkdir(mode=0o700, exist_ok=True)
    for log in (var / "log").glob("*.log"):
        if log.stat().st_size > 5_000_000:
            log.replace(log.with_suffix(".log.1"))


def run_step(arguments: list[str], environment: dict[str, str]) -> None:
    """Run one command of the start and pass on what it prints. Errors: Trouble if it fails."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=postgres.die_with_parent(signal.SIGTERM),
    )
    try:
        status = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    if status != 0:
        if shutil.disk_usage(places.var_folder()).free < 50_000_000:
            raise Trouble(f"The disk that holds {places.var_folder()} is full: free some space and start again.")
        raise Trouble(
            f"'{Path(sys.executable).name} {' '.join(arguments)}' failed (status {status}); the reason is above."
        )


def wait_for_page(port: int, web: Service) -> None:
    """Until the start page answers. Errors: Trouble with the end of the log if it does not, or only with errors."""
    deadline = time.monotonic() + WAIT_SECONDS
    errors = 0
    while (status := page_status(port)) is None or status >= 500:
        web.look_after()
        errors += status is not None
        if errors > 10 or web.failures > 2 or time.monotonic() > deadline:
            tail = "\n".join(web.log.read_text(errors="replace").splitlines()[-15:])
            raise Trouble(f"The page does not answer; the end of {web.log}:\n{tail}")
        time.sleep(0.1 if status is None else 1)


def page_status(port: int) -> int | None:
    """The HTTP status of the start page; None while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def logins_file() -> Path:
    """Where the demo's logins are kept from the preparation until the page is there."""
    return places.var_folder() / "log" / "logins.txt"


def services_of(port: int, binds: list[str], environment: dict[str, str]) -> list[Service]:
    """The web server and the worker with its clock."""
    schedule = str(places.var_folder() / "celerybeat-schedule")
    web = ["gunicorn", "portal.wsgi", "--no-control-socket", "--workers", "2", "--threads", "4"]
    web += ["--graceful-timeout", "5", *(part for bind in binds for part in ("--bind", bind))]
    worker = ["celery", "-A", "portal", "worker", "-B", "-c", "1", "-s", schedule, "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    return [
        Service("web", [sys.executable, "-m", *web], environment),
        Service("worker", [sys.executable, "-m", *worker], environment),
    ]


def raise_stopped(number: int, frame: FrameType | None) -> None:
    """Signal handler: leave through the `finally` blocks, and let nothing interrupt these."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stopped


def demo(*, port: int, reset: bool) -> int:
    """Play the demo until it is stopped; returns the exit status. Errors: Trouble."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, raise_stopped)
    try:
        places.var_folder().mkdir(parents=True, exist_ok=True)
        with only_one():
            binds = addresses(port)
            check_disk()
            check_environment(reset=reset)
            make_folders(reset=reset)
            play(port, binds)
    except Stopped:
        say("• Stopped.")
    return 0


def play(port: int, binds: list[str]) -> None:
    """Start everything in order, watch it, and stop it in the reverse order."""
    folder = None if os.environ.get("DATABASE_URL") else places.data_folder()
    environment = {**os.environ, "ALLMENDE_DEVELOPMENT": "1", "PUBLIC_URL": f"http://localhost:{port}"}
    environment |= {"ALLMENDE_SUPERVISED": "1", "PYTHONUNBUFFERED": "1"}
    services = services_of(port, binds, environment)
    try:
        if folder is not None:
            say("• Starting PostgreSQL …")
            postgres.start(folder)
        say("• Preparing the database, languages and the demo's city …")
        run_step(["-m", "portal.development.seed", str(logins_file())], environment)
        say("• Starting web and worker …")
        services[0].start()
        wait_for_page(port, services[0])
        services[1].start()  # after the page, which is what one waits for
        say(f"\n  http://localhost:{port}\n")
        say(logins_file().read_text().rstrip())
        say(f"\nCtrl-C stops it; the data stays. What the processes print: {places.var_folder() / 'log'}")
        watch(services, folder)
    finally:
        say("• Stopping …")
        stop_services(services)
        if folder is not None:
            postgres.stop(folder)


def watch(services: list[Service], folder: Path | None) -> None:
    """Bring back what dies, until a signal ends it."""
    while True:
        if folder is not None and not is_alive(folder):
            say("• The database ended and is started again")
            try:
                postgres.stop(folder)
                postgres.start(folder)
            except Trouble as trouble:
                say(f"  {trouble}")
                time.sleep(1)
        for service in services:
            service.look_after()
        time.sleep(0.2)


def is_alive(folder: Path) -> bool:
    """Whether the database runs: our own process, or (if another ./run started it) one that takes connections."""
    process = postgres.process_of(folder)
    return process.poll() is None if process is not None else postgres.is_running(folder)
