"""Herding: a sequence of real panels whose running average stays as close as it can to the target chances.

Each class is owed its expected seats every time and pays one for every seat it gets; the next panel goes to the classes
to which most is owed, as far as quotas allow (Welling, "Herding dynamical weights to learn", ICML 2009; it is the
Frank–Wolfe method with equal steps). The panel is found without a linear program: prices on the quota rows from a few
Newton steps on the smoothed dual, whole numbers by the fractions that are left, then swaps of two people until every
quota holds. Where swaps get stuck the integer program decides.

Only panels on the target's face are made: a row that the target meets with equality is met with equality by each.
"""

import numpy as np

from lottery.algorithms.exact import Target, tight_rows
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.repair import Bounds, Face, repair
from lottery.algorithms.rounding import round_seats
from lottery.algorithms.weights import PanelList

FRONT = 8  # times the seats: how many classes are looked at for one panel
GOLDEN = 0.6180339887498949  # its multiples fill the unit interval evenly
WIDTH = 0.1  # half-width of the ramp in which the smoothed dual gives out a fraction of a seat
STEPS = 4  # of prices, at most, for one panel
PUSH = 1.5  # seats
HAIR = 1e-12
GRID = 2.0**20  # prices are rounded to its multiples, so that the last bits of a matrix product decide nothing


class Herd:
    """The endless sequence; `owed` is what each free class is owed before the next panel, in seats.

    `owed_rows` is what the rows are owed: kept up panel by panel, since the sum over all classes takes longer. `stuck`
    counts the panels for which swaps were not enough.
    """

    def __init__(self, polytope: Polytope, target: Target):
        self.polytope = polytope
        self.face = Face.of(polytope, target.expected(polytope.classes.people), tight_rows(polytope, target))
        self.prices = np.zeros(len(self.face.low))
        self.owed = self.face.expected + self._offset()
        self.expected_rows = self.face.sums(self.face.expected)
        self.owed_rows = self.face.sums(self.owed)
        self.started = False
        self.stuck = 0

    def _offset(self) -> np.ndarray:
        """Debts spread evenly over ±½ seat and balanced over the quotas, or the first panels would all be alike."""
        face = self.face
        offset = (np.arange(1, len(face) + 1) * GOLDEN) % 1.0 - 0.5
        balance = np.linalg.lstsq(face.matrix.T @ face.matrix, offset @ face.matrix, rcond=1e-9)[0]
        return np.round((offset - face.matrix @ balance) * GRID) / GRID

    def next_panel(self, push: np.ndarray | None = None) -> np.ndarray | None:
        """Class counts of the next panel; None if the target's face holds no whole panel at all.

        `push` is added, for this panel alone, to what the free classes are owed.
        """
        owed, rows = self.owed, self.owed_rows
        if push is not None:
            push = np.round(push * GRID) / GRID
            owed, rows = owed + push, rows + self.face.sums(push)
        seats = self._seats(owed, rows)
        if seats is None:
            return None
        self.owed = self.owed + self.face.expected - seats
        self.owed_rows = self.owed_rows + self.expected_rows - self.face.counts(seats)
        return self.face.whole(seats)

    def resume(self, made: PanelList) -> None:
        """Go on as if these panels, and no others, had been made so far."""
        face = self.face
        self.owed = (1 + len(made)) * face.expected + self._offset() - made.seats()[face.free]
        self.owed_rows = face.sums(self.owed)
        self.started = False

    def pushes(self, made: PanelList) -> list[np.ndarray]:
        """What to push for so that classes and rows lie on both sides of their due in some panel each.

        Where somebody is due 1.0002 seats, thousands of panels in turn have one seat for them, and no weights can make
        up for it: the target lies a hair off the face that these panels span.
        """
        face, count = self.face, len(self.face)
        least, most = self._extremes(made)
        due = np.concatenate([face.expected, self.expected_rows])
        wanted = []
        for sign, is_beside in ((PUSH, most < due - HAIR), (-PUSH, least > due + HAIR)):
            for index in np.flatnonzero(is_beside).tolist():
                push = np.zeros(count)
                if index < count:
                    push[index] = sign
                else:
                    row = face.matrix[:, index - count]
                    push += sign * row / max(row.sum(), 1)
                wanted.append(push)
        return wanted

    def _extremes(self, made: PanelList) -> tuple[np.ndarray, np.ndarray]:
        """The least and the most seats that each free class, then each row, has in a panel."""
        face = self.face
        least = np.full(len(face) + len(face.low), np.inf)
        most = -least
        for number in range(len(made)):
            seats = made.dense(number)[face.free]
            seats = np.concatenate([seats, face.counts(seats)])
            np.minimum(least, seats, out=least)
            np.maximum(most, seats, out=most)
        return least, most

    def adrift(self) -> float:
        """The most seats that any class is owed or overpaid."""
        return float(np.abs(self.owed - self.face.expected).max(initial=0.0))

    def _seats(self, owed: np.ndarray, rows: np.ndarray) -> np.ndarray | None:
        """Seats of the free classes for the next panel, who and whose rows are owed so much."""
        face = self.face
        if face.seats == 0 or len(face) == 0:
            return np.zeros(len(face))
        due = np.round(face.due(rows) * GRID) / GRID
        if not self.started:
            self._start(owed, due)
        below, above = np.floor(due + 1e-6), np.ceil(due - 1e-6)
        for attempt, slack in enumerate((0.0, 1.0, 2.0, np.inf)):
            if attempt == 2:
                self._start(owed, due)
            bounds = np.maximum(below - slack, face.low), np.minimum(above + slack, face.high)
            columns = np.arange(len(face)) if attempt else self._front(owed)
            found = self._attempt(attempt, columns, owed[columns], due, bounds)
            if found is not None:
                seats = np.zeros(len(face))
                seats[columns] = found
                return seats
        self.stuck += 1
        return face.by_integer_program(self.polytope, owed)

    def _front(self, owed: np.ndarray) -> np.ndarray:
        """The classes of most merit at the last panel's prices, ascending: hardly anybody else comes near a seat."""
        size = FRONT * self.face.seats
        if len(self.face) <= size:
            return np.arange(len(self.face))
        merit = owed - self.face.prices_of(self.prices)
        return np.sort(np.argpartition(merit, len(merit) - size)[-size:])

    def _attempt(
        self, attempt: int, columns: np.ndarray, owed: np.ndarray, due: np.ndarray, bounds: Bounds
    ) -> np.ndarray | None:
        """Whole seats of the classes at `columns` within the rows' bounds, or None where swaps get stuck."""
        face = self.face if len(columns) == len(self.face) else self.face.among(columns)
        merit, fill = self._set_prices(face, owed, due)
        if attempt % 2:
            merit = merit + 0.3 * ((np.arange(len(face)) * GOLDEN * (attempt + 1)) % 1.0 - 0.5)
            fill = _fill(merit, face.limit, WIDTH)
        seats = round_seats(face, merit, fill, bounds)
        return repair(face, seats, merit, bounds, patience=20 + 20 * attempt)

    def _start(self, owed: np.ndarray, due: np.ndarray) -> None:
        """Walk the prices in from nothing and a wide ramp, on which Newton's method converges from anywhere."""
        face = self.face
        self.prices = np.zeros(len(face.low))
        for width in (0.5, 0.4, 0.3, 0.25):
            for _ in range(6):
                merit = owed - face.prices_of(self.prices)
                excess = face.sums(_fill(merit, face.limit, width)) - due
                self._move(np.linalg.solve(_slope(face, merit, width, 0.1), excess))
        self.started = True

    def _set_prices(self, face: Face, owed: np.ndarray, due: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Newton steps from the last panel's prices; returns each class's merit (owed less prices) and its fill."""
        best_gap, best = np.inf, (self.prices, owed, owed)
        for step in range(STEPS):
            merit = owed - face.prices_of(self.prices)
            fill = _fill(merit, face.limit, WIDTH)
            excess = face.sums(fill) - due
            gap = float(np.abs(excess).sum())
            if gap < best_gap:
                best_gap, best = gap, (self.prices, merit, fill)
            if gap < 4.0 or step == STEPS - 1:
                break
            self._move(np.linalg.solve(_slope(face, merit, WIDTH, 0.05), excess))
        self.prices = best[0]
        return best[1], best[2]

    def _move(self, change: np.ndarray) -> None:
        self.prices = np.round((self.prices + np.clip(change, -1.0, 1.0)) * GRID) / GRID


def _fill(merit: np.ndarray, limit: np.ndarray, width: float) -> np.ndarray:
    """Seats by merit: the n-th seat of a class fills as its merit passes n - ½, over a ramp of 2 · width."""
    whole = np.floor(merit)
    ramp = (merit - whole - (0.5 - width)) * (0.5 / width)
    whole += np.minimum(np.maximum(ramp, 0.0, out=ramp), 1.0, out=ramp)
    return np.minimum(np.maximum(whole, 0.0, out=whole), limit, out=whole)


def _slope(face: Face, merit: np.ndarray, width: float, damping: float) -> np.ndarray:
    """How the rows' sums fall with their prices (rows × rows), with something added to the diagonal."""
    on_ramp = np.abs(merit - np.floor(merit) - 0.5) < width
    part = face.matrix[on_ramp & (merit > 0) & (merit < face.limit)]
    slope = part.T @ part * (0.5 / width)
    diagonal = slope.reshape(-1)[:: len(slope) + 1]
    diagonal += damping * (1 + diagonal.sum() / len(slope))
    return slope
