"""The two hundred people of `test_canaries` are in no message to a worker, in no result and in nothing that is cached.

The work of a draw goes through a real Redis: each key is read while messages wait, while one is being worked on, and after
the pages were opened on which draw officers see everybody.
"""

import datetime
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import current_app
from django.core.cache import cache
from django.urls import reverse

from audit.clock import clock, set_clock, today
from lottery import services
from lottery.models import Draw
from lottery.services import staging
from lottery.tests.factories import features, rows_of
from lottery.tests.queue import CACHE, deliveries, do, queued_into, redis_server, texts_in
from lottery.tests.test_canaries import COUNT, MARKS, NEST, CanaryStage, answer_text, canary_csv, found_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MARK = MARKS[COUNT + 7]
PLANTED = "lottery.tests.planted"
Work = Callable[[Callable[[], Any]], list[str]]


@pytest.fixture
def socket(settings: Any) -> Iterator[Path]:
    with redis_server() as place, queued_into(current_app, place):
        address = f"unix://{place}?db={CACHE}"
        backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}
        settings.CACHES = {**settings.CACHES, "default": backend}
        yield place


def found_at(socket: Path) -> list[tuple[str, str]]:
    """Where a canary is: key and mark."""
    return [(key, mark) for key, text in texts_in(socket).items() for mark in found_in(text)]


@pytest.fixture
def work(socket: Path, django_capture_on_commit_callbacks: Any) -> Work:
    """Do something that sends tasks, and then those; all of Redis is read before each and while it is held."""

    def worked(begin: Callable[[], Any]) -> list[str]:
        with django_capture_on_commit_callbacks(execute=True):
            begin()
        waiting = texts_in(socket)
        assert found_at(socket) == []
        done = []
        for message in deliveries(current_app):
            held = texts_in(socket)
            assert any(key.startswith("0:unacked") for key in held) and waiting
            done.append(do(current_app, message))
            assert found_at(socket) == []
        return done

    return worked


class InvitedStage(CanaryStage):
    """A draw whose letters were sent already, through the queue."""

    def invited(self) -> "InvitedStage":
        self.fresh()
        return self


def test_the_work_of_a_draw_puts_nobody_into_the_queue(work: Work, socket: Path):
    stage = InvitedStage(size=6)
    draw, officer = stage.draw, stage.officer
    services.define_features(draw, features=[*features(), NEST], by=officer)
    staging.keep(draw, data=canary_csv(), by=officer)
    assert work(lambda: staging.start_import(draw, columns={}, by=officer)) == ["lottery.import_sample"]
    assert len(rows_of(draw=draw)) == COUNT
    stage.fresh().signed()
    until = today() + datetime.timedelta(days=21)
    sent = work(lambda: services.send_invitations(stage.draw, reply_until=until, by=officer))
    assert sent == ["lottery.print_letters"]
    work(stage.replied)
    work(lambda: services.ask_call(stage.rows()[0], phone="0999-0000", by=officer))
    set_clock(clock() + datetime.timedelta(days=22))
    services.close_replies(stage.draw, by=officer)
    assert work(lambda: services.simulate(stage.draw, by=officer)) == ["lottery.simulate"]
    for signer in (officer, stage.auditor):
        services.freeze_quotas(stage.draw, by=signer)
    assert work(lambda: services.compute_panel(stage.draw, by=officer, panels=10)) == ["lottery.compute"]
    assert stage.fresh().draw.state == Draw.State.PANELS_READY
    work(stage.seal)
    work(stage.read_number)
    work(lambda: services.select(stage.draw, by=officer))
    assert work(lambda: services.print_again(stage.draw, by=officer)) == ["lottery.print_letters"]
    work(lambda: services.decline_response(stage.rows("selected")[0], by=officer))
    work(services.settle_vacancies)
    assert found_at(socket) == []
    assert current_app.conf.task_ignore_result and not current_app.conf.result_backend


def test_pages_that_show_everybody_leave_nobody_in_the_cache(socket: Path, client: Any):
    stage = CanaryStage(size=6).replied()
    client.force_login(stage.officer)
    at = {name: reverse(f"lottery:{name}", args=[stage.draw.pk]) for name in ("replies", "phone", "response", "visits")}
    shown = answer_text(client.get(at["replies"])) + answer_text(client.post(at["phone"], {"q": "Kanarienname7x"}))
    assert found_in(shown)
    for place in (*at.values(), stage.draw.get_absolute_url(), reverse("lottery:letter_picture", args=[stage.draw.pk])):
        assert client.get(place).status_code == 200
    assert any(key.startswith(f"{CACHE}:") for key in texts_in(socket))
    assert found_at(socket) == []


def test_the_search_finds_whoever_is_planted(socket: Path):
    """In a message that waits, in one that is held, in its arguments by name, in a result, in the cache, packed too."""

    def keys() -> set[str]:
        return {key for key, mark in found_at(socket) if mark == MARK}

    assert keys() == set()
    for given in ({"args": [1, {"name": MARK}]}, {"kwargs": {"who": MARK}}):
        current_app.send_task(PLANTED, **given)
        assert keys() == {"0:celery"}
        for _message in deliveries(current_app):
            assert keys() == {"0:unacked"}
        assert keys() == set()
    with redis.Redis(unix_socket_path=str(socket)) as client:
        client.hset("celery-task-meta-1", "result", json.dumps({"result": MARK}))
        assert keys() == {"0:celery-task-meta-1"}
        client.delete("celery-task-meta-1")
    cache.set("planted", {"page": [MARK]})
    assert keys() == {f"{CACHE}::1:planted"}
    cache.set("planted", gzip.compress(json.dumps({"result": MARK}).encode()))
    assert keys() == {f"{CACHE}::1:planted"}
    cache.delete("planted")
    cache.set(MARK, 1)
    assert keys() == {f"{CACHE}::1:{MARK}"}
