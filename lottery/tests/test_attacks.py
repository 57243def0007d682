"""Who has the public record alone guesses nobody's features better than from the published totals."""

import functools

import numpy as np
import pytest

from benchmarks import attacks

QUICK = [name for name in attacks.ATTACKS if name != "integer program"]


@functools.cache
def city(seed: int = 1):
    return attacks.city(5, seed, people=150, size=30)


class TestAttacks:
    @pytest.mark.parametrize("name", QUICK)
    def test_the_record_as_published_gives_nothing_beyond_the_totals(self, name):
        record, openings = city()
        assert record["committed"]["method"]["opened"] == 0
        for rows in attacks.measure(record, openings, 0, 5, [name]).values():
            assert rows.max() <= 1e-9

    @pytest.mark.slow
    def test_the_integer_program_does_not_either(self):
        """One record seats thirty, so that chance alone moves a feature by nine points; three records halve that."""
        record, openings = city()
        for rows in attacks.measure(record, openings, 0, 3, ["integer program"]).values():
            noise = 100 * np.sqrt(0.25 / (30 * len(rows)))
            assert rows.mean() <= attacks.LIMIT
            assert rows.mean(axis=0).max() <= attacks.LIMIT + 2 * noise

    def test_the_attacks_are_real_where_many_panels_are_opened(self):
        record, openings = city()
        rows = attacks.measure(record, openings, 200, 2, ["least squares"])["least squares"]
        assert rows.mean(axis=0).max() > 2 * attacks.LIMIT

    def test_one_further_panel_already_tells_about_the_seated(self):
        """In some city: which feature the seats of a second panel tell of, and how clearly, differs from pool to pool."""
        gains = [
            attacks.measure(*city(seed), 1, 20, ["least squares"])["least squares, seated"].mean(axis=0)
            for seed in (1, 2, 3)
        ]
        assert np.max(gains) > attacks.LIMIT

    def test_pseudonyms_carry_no_order(self):
        """Within the drawn and within the rest, places in the pool say nothing about a feature."""
        record, openings = city()
        truth = attacks.truth_of(record, openings)
        places = np.arange(len(truth))
        correlations = [np.corrcoef(places, column)[0, 1] for column in truth.T]
        assert np.abs(correlations).max() < 4 / np.sqrt(len(truth))
