"""Nash: the greatest product of everybody's chances, over the relaxation.

maximise Σ people_c · log x_c over class seats x. A primal–dual interior-point method (Nesterov and Todd's family; the
normal equations have one row per quota, so a step costs a matrix of 30 to 400 rows), then Newton's method on the rows
found tight, which brings the point onto its faces to the last digits.
"""

from fractions import Fraction

import numpy as np

from lottery.algorithms.exact import Target
from lottery.algorithms.leximin import leximin
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.solver import INFINITY, Model

STEPS = 120
CLOSE = 1e-10  # mean complementarity, per person of a class, at which the tight rows are plain to see


def nash(polytope: Polytope) -> Target:
    """The point of greatest Nash welfare among people who can be seated at all; raises NoPoint if there is none."""
    start = leximin(polytope)
    people, limit = polytope.classes.people, polytope.classes.limit
    can = start.chances > 1e-12
    tight, always = _always_tight(polytope, can)
    seats = np.where(always, limit, 0).astype(float)
    free = can & ~always
    if free.any():
        settled = polytope.matrix @ seats
        low, high = polytope.low - settled, polytope.high - settled
        low, high = np.where(tight == 1, high, low), np.where(tight == -1, low, high)
        bounds = low, high, limit[free].astype(float)
        expected = start.expected(people)[free]
        seats[free] = _Interior(polytope.matrix[:, free], bounds, people[free].astype(float), expected).solve()
    levels = tuple(Fraction(value) for value in (np.clip(seats, 0.0, limit) / people).tolist())
    return Target(np.arange(len(people)), levels, exact=False)


def _always_tight(polytope: Polytope, can: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that hold with equality at every point (1: at their upper, -1: at their lower bound, 0: not), and classes
    that always have all their seats. Without them the rest has an interior.

    One program finds all: the greatest sum of slacks of at most 1 each, over points scaled by any factor from 1.
    """
    matrix, low, high = polytope.matrix[:, can], polytope.low, polytope.high
    below = np.flatnonzero((low < high) & (high < INFINITY))
    above = np.flatnonzero((low < high) & (low > -INFINITY))
    equal = np.flatnonzero(low == high)
    count, slacks = matrix.shape[1], len(below) + len(above) + int(can.sum())
    rows = np.vstack([matrix[below], -matrix[above], np.eye(count)])
    sides = np.concatenate([high[below], -low[above], polytope.classes.limit[can].astype(float)])
    whole = np.vstack(
        [
            np.hstack([rows, np.eye(slacks), -sides[:, None]]),
            np.hstack([matrix[equal], np.zeros((len(equal), slacks)), -high[equal][:, None]]),
        ]
    )
    upper = np.concatenate([np.full(count, INFINITY), np.ones(slacks), [INFINITY]])
    bottom = np.concatenate([np.full(slacks, -INFINITY), np.zeros(len(equal))])
    cost = np.concatenate([np.zeros(count), np.ones(slacks), [0.0]])
    model = Model(whole, bottom, np.zeros(len(whole)), upper, cost=cost)
    model.set_column_bounds(np.array([count + slacks]), np.ones(1), np.array([INFINITY]))
    found = model.solve()
    tight, always = np.zeros(len(low), dtype=np.int64), np.zeros(len(can), dtype=bool)
    if found is not None:
        is_tight = found.values[count : count + slacks] < 0.5
        tight[below[is_tight[: len(below)]]] = 1
        tight[above[is_tight[len(below) : len(below) + len(above)]]] = -1
        always[np.flatnonzero(can)[is_tight[len(below) + len(above) :]]] = True
    return tight, always


Bounds = tuple[np.ndarray, np.ndarray, np.ndarray]


class _Interior:
    """x > 0 with equalities E x = e and inequalities G x + slack = g; multipliers y (free) and z > 0.

    `bounds` are the rows' low and high and the seats' limits; `start` is a point to begin at.
    """

    def __init__(self, matrix: np.ndarray, bounds: Bounds, people: np.ndarray, start: np.ndarray):
        low, high, limits = bounds
        used = matrix.any(axis=1)
        equal = used & (low == high)
        below, above = used & ~equal & (high < INFINITY), used & ~equal & (low > -INFINITY)
        self.people = people
        self.equal, self.sides = _independent(matrix[equal], high[equal])
        self.inner = np.vstack([matrix[below], -matrix[above]])
        self.bound = np.concatenate([high[below], -low[above], limits])
        self.seats = np.maximum(start, 1e-3 * start.max())
        self.slack = np.maximum(self.bound - self._sums(self.seats), 0.1)
        self.price = 1.0 / self.slack
        self.free = np.zeros(len(self.sides))

    def solve(self) -> np.ndarray:
        """The optimal seats."""
        for _ in range(STEPS):
            gap = self.slack @ self.price / max(len(self.slack), 1)
            residuals = self._residuals()
            off = max(np.abs(part).max(initial=0.0) for part in residuals)
            if gap < CLOSE * self.people.mean() and off < 1e-7 * self.people.max():
                break
            self._step(residuals, 0.1 * gap)
        return self._polish()

    def _residuals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        dual = -self.people / self.seats + self.equal.T @ self.free + self._spread(self.price)
        return dual, self.equal @ self.seats - self.sides, self._sums(self.seats) + self.slack - self.bound

    def _sums(self, seats: np.ndarray) -> np.ndarray:
        """G x: the inequality rows, then each class's own limit."""
        return np.concatenate([self.inner @ seats, seats])

    def _spread(self, prices: np.ndarray) -> np.ndarray:
        """Transposed G times prices."""
        return self.inner.T @ prices[: len(self.inner)] + prices[len(self.inner) :]

    def _step(self, residuals: tuple[np.ndarray, np.ndarray, np.ndarray], aim: float) -> None:
        """One Newton step towards complementarity `aim`, as far as everything stays positive."""
        dual, primal, inner = residuals
        count, ratio = len(self.inner), self.price / self.slack
        bend = self.people / self.seats**2 + ratio[count:]
        right = -dual - self._spread(ratio * inner + (aim - self.slack * self.price) / self.slack)
        rows = np.vstack([self.equal, self.inner])
        through = (rows / bend) @ rows.T
        through[np.diag_indices(len(rows))] += np.concatenate([np.full(len(self.sides), 1e-13), 1 / ratio[:count]])
        sides = rows @ (right / bend)
        sides[: len(self.sides)] += primal
        prices = np.linalg.solve(through, sides)
        free = prices[: len(self.sides)]
        seats = (right - rows.T @ prices) / bend
        slack = -inner - self._sums(seats)
        # What a row's price changes through the seats comes from the solve: the difference would cancel to nothing.
        through_seats = np.concatenate([prices[len(self.sides) :], ratio[count:] * seats])
        price = (aim - self.slack * self.price) / self.slack + ratio * inner + through_seats
        length = min(_room(self.seats, seats), _room(self.slack, slack), _room(self.price, price))
        self.seats = self.seats + length * seats
        self.slack, self.price = self.slack + length * slack, self.price + length * price
        self.free = self.free + length * free

    def _polish(self) -> np.ndarray:
        """Newton's method on the tight rows alone; the interior point's seats if that does not settle."""
        tight = self.price > self.slack
        count = len(self.inner)
        own = np.eye(len(self.seats))[tight[count:]]
        rows, sides = _independent(
            np.vstack([self.equal, self.inner[tight[:count]], own]), np.concatenate([self.sides, self.bound[tight]])
        )
        seats = self.seats.copy()
        for _ in range(30):
            through = (rows * (seats**2 / self.people)) @ rows.T
            price = np.linalg.solve(through, rows @ (2 * seats) - sides)
            ahead = 2 * seats - seats**2 / self.people * (rows.T @ price)
            settled = np.abs(ahead - seats).max() < 1e-15 * max(1.0, seats.max())
            if ahead.min() <= 0 or not np.isfinite(ahead).all():
                return self.seats
            seats = ahead
            if settled:
                break
        close = np.abs(seats - self.seats).max() < 1e-5 and np.all(self._sums(seats) <= self.bound + 1e-9)
        return seats if close else self.seats


def _room(values: np.ndarray, change: np.ndarray) -> float:
    falling = change < 0
    return min(1.0, 0.995 * float((-values[falling] / change[falling]).min(initial=2.0)))


def _independent(rows: np.ndarray, sides: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Linearly independent rows that span the given ones."""
    kept: list[int] = []
    basis = np.zeros((0, rows.shape[1]))
    for index, row in enumerate(rows):
        rest = row - basis.T @ (basis @ row)
        rest -= basis.T @ (basis @ rest)
        length = float(np.linalg.norm(rest))
        if length > 1e-9 * max(1.0, float(np.linalg.norm(row))):
            basis = np.vstack([basis, rest / length])
            kept.append(index)
    return rows[kept], sides[kept]
