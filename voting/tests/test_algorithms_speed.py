"""A million ballots in memory are counted within the limits (CPU seconds of one core, not of the clock on the wall)."""

import pytest

from benchmarks.counts import OPTIONS, PLAIN, RANKED, ballots, measure
from voting.algorithms.irv import irv
from voting.algorithms.plurality import plurality
from voting.algorithms.schulze import schulze
from voting.algorithms.stv import stv


@pytest.mark.slow
def test_a_million_ballots_are_counted_in_time():
    made = ballots()
    counts = {
        "plurality": (PLAIN, lambda: plurality(made["plain"], OPTIONS)),
        "irv": (RANKED, lambda: irv(made["orders"], OPTIONS)),
        "schulze": (RANKED, lambda: schulze(made["orders"], OPTIONS)),
        "stv": (RANKED, lambda: stv(made["orders"], OPTIONS, seats=4)),
    }
    rows = [measure(name, limit, count) for name, (limit, count) in counts.items()]
    assert [row for row in rows if not row["kept"]] == []
    assert all(row["winners"] for row in rows)
