"""When an answer is due: counted in sittings, at the latest after six months."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.algorithms.deadlines import add_months, answer_due, overdue_level

DAY = datetime.date(2026, 5, 4)


def sitting(date: str, closes: str) -> tuple[datetime.date, datetime.date]:
    return datetime.date.fromisoformat(date), datetime.date.fromisoformat(closes)


@pytest.mark.parametrize(
    ("sittings", "due", "index"),
    [
        ([], "2026-11-04", None),
        ([sitting("2026-06-10", "2026-05-27")], "2026-06-10", 0),
        ([sitting("2026-06-10", "2026-05-25")], "2026-06-10", 0),  # closes exactly three weeks after delivery
        ([sitting("2026-06-10", "2026-05-24")], "2026-11-04", None),  # a day too early
        ([sitting("2026-05-12", "2026-05-05"), sitting("2026-09-01", "2026-08-18")], "2026-09-01", 1),
        ([sitting("2026-11-04", "2026-10-21")], "2026-11-04", 0),  # on the last day
        ([sitting("2026-11-05", "2026-10-22")], "2026-11-04", None),  # a day too late
        ([sitting("2026-10-01", "2026-09-01"), sitting("2026-07-01", "2026-06-20")], "2026-07-01", 1),
    ],
)
def test_the_first_sitting_whose_agenda_is_still_open_sets_the_date(sittings, due, index):
    assert answer_due(DAY, sittings, weeks=3, months=6) == (datetime.date.fromisoformat(due), index)


@pytest.mark.parametrize(
    ("date", "months", "expected"),
    [("2026-08-31", 6, "2027-02-28"), ("2027-08-31", 6, "2028-02-29"), ("2026-12-15", 1, "2027-01-15")],
)
def test_months_end_with_the_month(date, months, expected):
    assert add_months(datetime.date.fromisoformat(date), months) == datetime.date.fromisoformat(expected)


@given(
    st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 40)), max_size=8),
)
def test_a_date_is_never_later_than_six_months_and_never_before_the_organ_had_three_weeks(day, offsets):
    sittings = [
        (day + datetime.timedelta(days=days), day + datetime.timedelta(days=max(0, days - before)))
        for days, before in offsets
    ]
    due, index = answer_due(day, sittings, weeks=3, months=6)
    assert day + datetime.timedelta(weeks=3) <= due <= add_months(day, 6)
    assert index is None or sittings[index][0] == due


@pytest.mark.parametrize(("days", "level"), [(0, 0), (1, 1), (6, 1), (7, 2), (13, 2), (14, 3), (28, 4), (400, 4)])
def test_levels_follow_from_the_days_gone_by(days, level):
    assert overdue_level(DAY, DAY + datetime.timedelta(days=days), (1, 7, 14, 28)) == level
