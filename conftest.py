"""Fixtures of every app's tests."""

from contextlib import contextmanager

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase

ALONE = (
    "tests/faults/test_kill.py",
    "tests/test_hall_load.py",
    "tests/test_run_demo.py",
    "voting/tests/test_algorithms_speed.py",
)
"""Tests that take the time: how soon something is back, how many a second, how long a count."""
WHOLE = (
    "tests/test_budgets.py",
    "tests/journeys/test_wcag.py",
    "tests/journeys/",
    "tests/faults/",
    "tests/test_run_",
)
"""Tests that start whole cities and servers; in this order (within pytest-django's, databases first), the longest early."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `./run test` runs after the rest; also what flushes the database, which takes what migrations put there."""
    places = {}
    for item in items:
        marked = item.get_closest_marker("django_db")
        place = next((number for number, start in enumerate(WHOLE) if item.nodeid.startswith(start)), None)
        if item.nodeid.startswith(ALONE):
            item.add_marker("alone")
        elif place is not None or (marked is not None and marked.kwargs.get("transaction")):
            item.add_marker("whole")
            places[item] = len(WHOLE) if place is None else place
    items.sort(key=lambda item: places.get(item, -1))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The flush between transactional tests truncates; the chain of events refuses that everywhere else."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS audit_event_is_not_truncated ON audit_event")


@contextmanager
def pool_for_the_flush():
    """Between transactional tests the pool is emptied too: outside of a transaction, as the role that owns it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', session_user || '_pool', false)")
        cursor.execute("SET search_path TO public, pool")
        yield
        cursor.execute("RESET ROLE; RESET search_path")


@pytest.fixture(scope="session", autouse=True)
def flush_reaches_the_pool():
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # the stubs lack it

    def with_pool(case):
        with pool_for_the_flush():
            teardown(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", with_pool)
        yield


@pytest.fixture(autouse=True)
def empty_caches():
    for cache in caches.all(initialized_only=True):
        cache.clear()
