"""A full hall votes and raises its hands at one moment: everything is stored once, and the wall follows."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_160_members_vote_and_raise_hands_within_three_seconds_and_nothing_is_lost():
    """With a crowd of viewers beside; how fast it is on a quiet machine the benchmark says."""
    command = [sys.executable, "-m", "benchmarks.sessions", "--members", "160", "--seconds", "3", "--viewers", "500"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    figures = json.loads(done.stdout)
    for name in ("ballots", "voters", "hands", "speakers"):
        assert figures[name] == 160, figures
    assert figures["failed"] == figures["views_failed"] == 0, figures
    assert figures["projector_behind"] <= 10, figures
