"""Which seats a partial renewal frees: decided by the seat's number alone, so that nobody chooses who goes.

Seats are in three groups by their number: 1, 4, 7 … are group 0, 2, 5, 8 … group 1, 3, 6, 9 … group 2. Renewals take
the groups in turn. A third frees one group, two thirds two, all three; none frees no seat before the term ends.
"""

from collections.abc import Iterable

GROUPS = 3


def group_of(number: int) -> int:
    """The group (0 to 2) of the seat with this number (from 1)."""
    return (number - 1) % GROUPS


def groups_due(freed_before: Iterable[int], thirds: int) -> list[int]:
    """The `thirds` (0 to 3) groups that are next, after `freed_before` (the groups of all renewals so far, in order).

    Those freed least often go first, among them the lowest: with one third a year a seat is drawn anew every third.
    """
    counts = [0] * GROUPS
    for group in freed_before:
        counts[group] += 1
    return sorted(sorted(range(GROUPS), key=lambda group: (counts[group], group))[:thirds])


def seats_due(seat_count: int, groups: Iterable[int]) -> list[int]:
    """The numbers of the seats in `groups` of a council with `seat_count` seats."""
    wanted = set(groups)
    return [number for number in range(1, seat_count + 1) if group_of(number) in wanted]
