"""A target's face, and the swaps that turn a nearly valid panel on it into a valid one."""

from collections import deque
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lottery.algorithms.polytope import Polytope
from lottery.algorithms.solver import INFINITY

LEAVING, JOINING = 50, 100  # how many candidates a swap is chosen from
PATIENCE = 60  # swaps after which a panel is given up
TABU = 12  # how long a swapped person may not be swapped back
UNLIMITED = 1 << 30
UNSHARED = 0.01  # seats by which what is owed to a feature's rows may differ from the seats there are


@dataclass(frozen=True)
class Face:
    """The free classes (neither never nor always seated), F of them, and the rows that bind them.

    `matrix` (F × rows) has the quotas and the household limits met with equality, entries 0 and 1; `cut_matrix`
    (cuts × F) the cuts met with equality, any whole numbers. `low` and `high` leave out what `base`, the always seated,
    count for.
    Household limits that the target does not meet with equality are `group` (one number per class, -1: none) with
    `group_room` places. `features` are the rows of each feature: their sums make up `seats`. `places` are the
    rows of each class, one per feature and its household limit (len(low), which is no row, where none binds).
    """

    free: np.ndarray
    base: np.ndarray
    expected: np.ndarray
    limit: np.ndarray
    matrix: np.ndarray
    low: np.ndarray
    high: np.ndarray
    cut_matrix: np.ndarray
    cut_value: np.ndarray
    group: np.ndarray
    group_room: np.ndarray
    features: tuple[np.ndarray, ...]
    seats: int
    places: np.ndarray

    def __len__(self) -> int:
        return len(self.free)

    @classmethod
    def of(cls, polytope: Polytope, expected: np.ndarray, sides: np.ndarray) -> "Face":
        """The face of the point `expected` (seats per class); `sides` as from `exact.tight_rows`."""
        classes = polytope.classes
        free = np.flatnonzero((expected > 1e-12) & (expected < classes.limit - 1e-12))
        base = np.where(expected >= classes.limit - 1e-12, classes.limit, 0).astype(float)
        quotas, groups = len(classes.lower), len(classes.groups)
        tight = sides != 0
        in_groups = np.arange(quotas + 1, quotas + 1 + groups)
        in_cuts = np.arange(quotas + 1 + groups, len(polytope.low))
        rows = np.concatenate([np.arange(quotas), in_groups[tight[in_groups]]])
        cuts = in_cuts[tight[in_cuts]]
        settled = polytope.matrix @ base
        low = np.where(sides[rows] >= 1, polytope.high[rows], polytope.low[rows]) - settled[rows]
        high = np.where((sides[rows] == -1) | (sides[rows] == 2), polytope.low[rows], polytope.high[rows])
        loose = np.where(tight[in_groups], -1, np.arange(groups)) if groups else np.zeros(0, dtype=np.int64)
        group_of = classes.group_of[free]
        binding = np.append(np.where(tight[in_groups], quotas - 1 + np.cumsum(tight[in_groups]), len(rows)), len(rows))
        return cls(
            free=free,
            base=base,
            expected=expected[free],
            limit=classes.limit[free].astype(float),
            matrix=np.ascontiguousarray(polytope.matrix[np.ix_(rows, free)].T),
            low=low,
            high=high - settled[rows],
            cut_matrix=np.ascontiguousarray(polytope.matrix[np.ix_(cuts, free)]),
            cut_value=polytope.high[cuts] - settled[cuts],
            group=np.where(group_of >= 0, loose[group_of], -1) if groups else group_of,
            group_room=polytope.high[in_groups] - settled[in_groups],
            features=tuple(np.unique(column) for column in classes.values.T),
            seats=int(classes.size - base.sum()),
            places=np.vstack([classes.values[free].T, binding[group_of]]),
        )

    def among(self, columns: np.ndarray) -> "Face":
        """The face on which, of the free classes, only those at these places may be given seats."""
        own = self.group[columns]
        groups = np.unique(own[own >= 0])
        return replace(
            self,
            free=self.free[columns],
            expected=self.expected[columns],
            limit=self.limit[columns],
            matrix=self.matrix[columns],
            cut_matrix=self.cut_matrix.take(columns, axis=1),
            group=np.where(own >= 0, np.searchsorted(groups, own), -1),
            group_room=self.group_room[groups],
            places=self.places.take(columns, axis=1),
        )

    @cached_property
    def narrow(self) -> np.ndarray:
        """`matrix` at half the width, for products with small whole numbers, which stay exact."""
        return self.matrix.astype(np.float32)

    @cached_property
    def group_list(self) -> list[int]:
        return self.group.tolist()

    def sums(self, seats: np.ndarray) -> np.ndarray:
        return seats @ self.matrix

    def counts(self, seats: np.ndarray) -> np.ndarray:
        """As `sums`, for seats that most classes have none of."""
        taken = np.flatnonzero(seats)
        return seats[taken] @ self.matrix[taken]

    def prices_of(self, prices: np.ndarray) -> np.ndarray:
        """Per class the sum of its rows' prices (exact for prices on a binary grid, so the order of adding is free)."""
        return np.append(prices, 0.0)[self.places].sum(axis=0)

    def due(self, raw: np.ndarray) -> np.ndarray:
        """What is owed to each row (`raw`), within its bounds; what a row cannot get goes to the feature's others."""
        due = np.minimum(np.maximum(raw, self.low), self.high)
        for rows in self.features:
            if abs(self.seats - due[rows].sum()) > UNSHARED:
                due[rows] = share_out(raw[rows], self.low[rows], self.high[rows], self.seats)
        return due

    def room(self, seats: np.ndarray) -> np.ndarray:
        """Places left per household limit; the last entry, which group -1 points to, is without limit."""
        inside = np.flatnonzero((self.group >= 0) & (seats > 0))
        used = np.bincount(self.group[inside], weights=seats[inside], minlength=len(self.group_room))
        return np.append(self.group_room - used, UNLIMITED)

    def is_full(self, room: np.ndarray) -> np.ndarray:
        return room[self.group] <= 0

    def trim_groups(self, seats: np.ndarray, merit: np.ndarray) -> None:
        """Take seats from household patterns with too many, least merit first."""
        if not len(self.group_room):
            return
        room = self.room(seats)
        for group in np.flatnonzero(room < 0).tolist():
            for _ in range(int(-room[group])):
                taken = np.flatnonzero((self.group == group) & (seats > 0))
                seats[taken[np.argmin(merit[taken] - seats[taken])]] -= 1

    def whole(self, seats: np.ndarray) -> np.ndarray:
        """Counts of all classes from those of the free ones."""
        panel = self.base.copy()
        panel[self.free] = seats
        return panel

    def by_integer_program(self, polytope: Polytope, worth: np.ndarray) -> np.ndarray | None:
        """The panel on the face that is worth most (`worth` per free class), None if the face has none."""
        count = len(polytope.classes)
        model = polytope.model(integer=True)
        upper = self.base.copy()
        upper[self.free] = self.limit
        model.set_column_bounds(np.arange(count), self.base, upper)
        for rows, low, high in (
            (self.matrix.T, self.low, self.high),
            (self.cut_matrix, self.cut_value, self.cut_value),
        ):
            for row, least, most in zip(rows, low, high, strict=True):
                columns = np.flatnonzero(row)
                model.add_row(max(least, -INFINITY), most, self.free[columns], row[columns])
        costs = np.zeros(count)
        costs[self.free] = worth
        model.set_costs(costs)
        found = model.solve()
        return None if found is None else np.rint(found.values[self.free])


def share_out(raw: np.ndarray, low: np.ndarray, high: np.ndarray, total: float) -> np.ndarray:
    """clip(raw + shift, low, high) with the shift that makes it add up to `total` (as near as the bounds allow)."""
    bends = np.sort(np.concatenate([low - raw, high - raw]))
    sums = np.clip(raw + bends[:, None], low, high).sum(axis=1)
    return np.clip(raw + np.interp(total, sums, bends), low, high)


Bounds = tuple[np.ndarray, np.ndarray]


def repair(
    face: Face, seats: np.ndarray, merit: np.ndarray, bounds: Bounds, *, patience: int = PATIENCE
) -> np.ndarray | None:
    """Swap one seat at a time until every row is within `bounds`, best gain first, then merit; None if stuck.

    A swap takes a seat from one class and gives it to another; its gain is by how many units the rows' violations
    fall. Changes `seats`.
    """
    low, high = bounds
    sums, cut_sums = face.counts(seats), face.cut_matrix @ seats
    recent: deque[tuple[int, int]] = deque(maxlen=TABU)
    room = face.room(seats)
    for _ in range(patience):
        within = np.all(sums >= low) and np.all(sums <= high)
        if within and np.array_equal(cut_sums, face.cut_value):
            return seats
        leaver, joiner = _best_swap(face, seats, merit, bounds, (sums, cut_sums), recent, room)
        recent.append((leaver, joiner))
        seats[leaver] -= 1
        seats[joiner] += 1
        sums = sums + face.matrix[joiner] - face.matrix[leaver]
        cut_sums = cut_sums + face.cut_matrix[:, joiner] - face.cut_matrix[:, leaver]
        room[face.group_list[leaver]] += face.group_list[leaver] >= 0
        room[face.group_list[joiner]] -= face.group_list[joiner] >= 0
    return None


def _best_swap(
    face: Face,
    seats: np.ndarray,
    merit: np.ndarray,
    bounds: Bounds,
    totals: tuple[np.ndarray, np.ndarray],
    recent: deque[tuple[int, int]],
    room: np.ndarray,
) -> tuple[int, int]:
    (low, high), (sums, cut_sums) = bounds, totals
    by_leaving = (sums > high) * 1.0 - (sums <= low)
    by_joining = (sums < low) * 1.0 - (sums >= high)
    worth = weigh(merit - seats)
    both_ways = face.narrow @ np.array([by_leaving, by_joining], dtype=np.float32).T
    leave = both_ways[:, 0] - worth
    join = both_ways[:, 1] + worth
    for left, joined in recent:
        leave[joined] -= 100.0
        join[left] -= 100.0
    if len(room) > 1:
        join[face.is_full(room)] -= 1000.0
    leavers = _top(np.flatnonzero(seats > 0), leave, LEAVING)
    joiners = _top(np.flatnonzero(seats < face.limit), join, JOINING)
    # Where both have the same value the row does not change, so what was counted for it is given back.
    both = -(by_leaving + by_joining)
    gain = (face.matrix[leavers] * both) @ face.matrix[joiners].T
    gain += leave[leavers][:, None]
    gain += join[joiners]
    for row, total, value in zip(face.cut_matrix, cut_sums, face.cut_value, strict=True):
        after = total - row[leavers][:, None] + row[joiners]
        gain += abs(total - value) - np.abs(after - value)
    at = int(gain.argmax())
    return int(leavers[at // len(joiners)]), int(joiners[at % len(joiners)])


def weigh(merit: np.ndarray) -> np.ndarray:
    """Merit on the scale of a row's violation: gentle within a seat, then steep, so that no debt or gift piles up."""
    return merit - 0.8 * np.minimum(np.maximum(merit, -1.0), 1.0)


def _top(candidates: np.ndarray, score: np.ndarray, count: int) -> np.ndarray:
    if len(candidates) <= count:
        return candidates
    return np.sort(candidates[np.argpartition(score[candidates], len(candidates) - count)[-count:]])
