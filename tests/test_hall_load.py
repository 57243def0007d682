"""A full hall votes and raises its hands at one moment: everything is stored once, and the wall follows within seconds.

The real server on a port of its own (gunicorn, two workers of four threads) on the database of the test; the crowd is
`benchmarks/lines.py`. Nothing here forgives: one lost or doubled vote fails, and so does a wall that at any moment does
not show a vote answered more than two seconds before. How fast the answers themselves come, a loaded machine decides;
those figures are printed and bounded where a hall would give up.
"""

import asyncio
import os
import re
import subprocess
import sys

import pytest
from django.db import connection

from benchmarks.sessions import FOLLOWS_WITHIN, ROOT, attend, fill, served, stored

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MEMBERS = 160
NOBODY_WAITS_LONGER = 15.0


@pytest.fixture
def environment():
    """That of a server on the test's database, with the settings of a running city and not those of tests."""
    url = re.sub(r"/[^/?]*(\?|$)", rf"/{connection.settings_dict['NAME']}\1", os.environ["DATABASE_URL"])
    found = {name: value for name, value in os.environ.items() if name != "ALLMENDE_TESTING"}
    found |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings", "ALLMENDE_TESTING": "0"}
    subprocess.run([sys.executable, "manage.py", "createcachetable"], cwd=ROOT, env=found, check=True, timeout=120)
    return found


@pytest.mark.parametrize(("seconds", "viewers"), [(10, 0), (3, 0)])
def test_160_members_vote_and_raise_hands_and_nothing_is_lost_or_doubled(environment, seconds, viewers):
    hall = fill(MEMBERS)
    with served(environment) as port:
        figures = asyncio.run(attend(port, hall, viewers, seconds))
    figures |= stored(hall)
    print(figures)
    for name in ("answered", "ballots", "voters", "hands", "speakers", "hands_shown"):
        assert figures[name] == MEMBERS, (name, figures)
    assert figures["failed"] == 0, figures
    assert figures["projector_behind"] <= FOLLOWS_WITHIN, figures
    assert figures["act_p95"] <= NOBODY_WAITS_LONGER, figures


def test_two_thousand_viewers_are_answered_from_one_drawing(environment):
    hall = fill(3)
    with served(environment) as port:
        figures = asyncio.run(attend(port, hall, 2_000, 1))
    print(figures)
    assert (figures["views"], figures["views_failed"]) == (4_000, 0), figures
    assert figures["view_p95"] <= NOBODY_WAITS_LONGER, figures
