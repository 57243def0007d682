"""One city and one browser for all journeys; both end with the last journey.

They end there and not with the test run: as long as Playwright runs, Django takes the process for asynchronous and
refuses every query of the tests that come after.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browser import Visitor, clear_screenshots, launch
from tests.journeys.people import SECRETARY, City
from tests.journeys.stack import Stack, from_seed

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything that needs a browser takes its time."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium; the tests fail without it."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """The demo city, running; at the end nothing of it may be left."""
    running = from_seed()
    try:
        running.start()
        yield running
    finally:
        running.remove()


@pytest.fixture(scope="package")
def whole_city(stack: Stack, chromium: Browser) -> City:
    """The city as one of its visitors sees it."""
    return City(stack, chromium)


@pytest.fixture
def city(whole_city: City, request: pytest.FixtureRequest) -> Iterator[City]:
    """The city for one journey: afterwards every visitor leaves, and what went wrong in a browser fails the test."""
    clear_screenshots(request.node.name)
    yield whole_city
    whole_city.leave_all()


@pytest.fixture
def secretary(city: City, request: pytest.FixtureRequest) -> Visitor:
    """The secretariat at its desk."""
    return city.signed_in(SECRETARY, request.node.name)
