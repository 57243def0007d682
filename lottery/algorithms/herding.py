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
from lottery.algorithms.repair import Bounds, Face, repair, weigh

GOLDEN = 0.6180339887498949  # its multiples fill the unit interval evenly
WIDTH = 0.2  # half-width of the ramp in which the smoothed dual gives out a fraction of a seat
NEWTON_STEPS = 4
GRID = 2.0**20  # prices are rounded to its multiples, so that the last bits of a matrix product decide nothing


class Herd:
    """The endless sequence; `owed` is what each free class is owed before the next panel, in seats."""

    def __init__(self, polytope: Polytope, target: Target):
        self.polytope = polytope
        self.face = Face.of(polytope, target.expected(polytope.classes.people), tight_rows(polytope, target))
        self.prices = np.zeros(len(self.face.low))
        self.owed = self.face.expected + self._offset()
        self.started = False

    def _offset(self) -> np.ndarray:
        """Debts spread evenly over ±½ seat and balanced over the quotas, or the first panels would all be alike."""
        face = self.face
        offset = (np.arange(1, len(face) + 1) * GOLDEN) % 1.0 - 0.5
        balance = np.linalg.lstsq(face.matrix @ face.matrix.T, face.matrix @ offset, rcond=1e-9)[0]
        return np.round((offset - face.matrix.T @ balance) * GRID) / GRID

    def next_panel(self) -> np.ndarray | None:
        """Class counts of the next panel; None if the target's face holds no whole panel at all."""
        seats = self._seats()
        if seats is None:
            return None
        self.owed = self.owed + self.face.expected - seats
        return self.face.whole(seats)

    def adrift(self) -> float:
        """The most seats that any class is owed or overpaid."""
        return float(np.abs(self.owed - self.face.expected).max(initial=0.0))

    def _seats(self) -> np.ndarray | None:
        face = self.face
        if face.seats == 0 or len(face) == 0:
            return np.zeros(len(face))
        due = np.round(face.due(self.owed) * GRID) / GRID
        if not self.started:
            self._start(due)
        merit = self._set_prices(due)
        below, above = np.floor(due + 1e-6), np.ceil(due - 1e-6)
        for attempt, slack in enumerate((0.0, 1.0, 2.0, np.inf, np.inf)):
            bounds = np.maximum(below - slack, face.low), np.minimum(above + slack, face.high)
            seats = repair(face, self._round(merit, bounds), merit, bounds, patience=20 + 20 * attempt)
            if seats is not None:
                return seats
            merit = merit + 0.3 * ((np.arange(len(face)) * GOLDEN * (attempt + 2)) % 1.0 - 0.5)
        return face.by_integer_program(self.polytope, self.owed)

    def _start(self, due: np.ndarray) -> None:
        """Walk the prices in from a wide ramp, on which Newton's method converges from anywhere."""
        for width in (0.5, 0.4, 0.3, 0.25):
            for _ in range(6):
                merit = self.owed - self.face.prices_of(self.prices)
                self._step(merit, self._fill(merit, width), due, width, damping=0.1)
        self.started = True

    def _set_prices(self, due: np.ndarray) -> np.ndarray:
        """Newton steps from the last panel's prices; returns each class's merit: what it is owed less its prices."""
        best, best_gap = self.prices, np.inf
        for step in range(NEWTON_STEPS):
            merit = self.owed - self.face.prices_of(self.prices)
            fill = self._fill(merit, WIDTH)
            gap = np.abs(self.face.sums(fill) - due).sum()
            if gap < best_gap:
                best, best_gap = self.prices, gap
            if gap < 4.0 or step == NEWTON_STEPS - 1:
                break
            self._step(merit, fill, due, WIDTH, damping=0.05)
        self.prices = best
        return self.owed - self.face.prices_of(best)

    def _fill(self, merit: np.ndarray, width: float) -> np.ndarray:
        """Seats by merit: the n-th seat of a class fills as its merit passes n - ½, over a ramp of 2 · width."""
        whole = np.floor(merit)
        ramp = np.clip(0.5 + (merit - whole - 0.5) / (2 * width), 0.0, 1.0)
        return np.clip(whole + ramp, 0.0, self.face.limit)

    def _step(self, merit: np.ndarray, fill: np.ndarray, due: np.ndarray, width: float, *, damping: float) -> None:
        face = self.face
        on_ramp = np.abs(merit - np.floor(merit) - 0.5) < width
        part = face.matrix[:, np.flatnonzero(on_ramp & (merit > 0) & (merit < face.limit))]
        slope = part @ part.T / (2 * width)
        slope[np.diag_indices(len(slope))] += damping * (1 + slope.trace() / len(slope))
        moved = self.prices + np.linalg.solve(slope, face.sums(fill) - due)
        self.prices = np.round(moved * GRID) / GRID

    def _round(self, merit: np.ndarray, bounds: Bounds) -> np.ndarray:
        """Whole seats near the fill: the largest fractions first while their rows have room, then what quotas lack."""
        face = self.face
        fill = self._fill(merit, WIDTH)
        seats = np.floor(fill)
        face.trim_groups(seats, merit)
        open_seats = int(face.seats - seats.sum())
        if open_seats < 0:
            taken = np.flatnonzero(seats > 0)
            seats[taken[np.argsort(merit[taken] - seats[taken], kind="stable")[:-open_seats]]] -= 1
            return seats
        candidates = np.flatnonzero(fill > seats)
        candidates = candidates[np.argsort(seats[candidates] - fill[candidates], kind="stable")]
        sums, room = face.sums(seats), face.room(seats)
        given = self._give_in_order(candidates, (bounds[1] - sums).tolist(), room, open_seats)
        seats[given] += 1
        self._fill_up(seats, merit, bounds, (face.sums(seats), room), open_seats - len(given))
        return seats

    def _give_in_order(self, candidates: np.ndarray, row_room: list, room: list, open_seats: int) -> list[int]:
        """A seat to each candidate in turn whose rows and household pattern still have room (changed in place)."""
        rows_of, group_of = self.face.row_lists, self.face.group_list
        given: list[int] = []
        for index in candidates.tolist():
            if len(given) == open_seats:
                break
            group = group_of[index]
            if room[group] <= 0:
                continue
            rows = rows_of[index]
            for row in rows:
                if row_room[row] <= 0:
                    break
            else:
                for row in rows:
                    row_room[row] -= 1
                if group >= 0:
                    room[group] -= 1
                given.append(index)
        return given

    def _fill_up(
        self,
        seats: np.ndarray,
        merit: np.ndarray,
        bounds: Bounds,
        taken: tuple[np.ndarray, list[float]],
        open_seats: int,
    ) -> None:
        face, (low, high), (sums, room) = self.face, bounds, taken
        for _ in range(open_seats):
            gain = (sums < low) * 1.0 - (sums >= high)
            score = face.prices_of(gain) + weigh(merit - seats)
            score[(seats >= face.limit) | face.is_full(room)] = -np.inf
            index = int(score.argmax())
            seats[index] += 1
            sums += face.matrix[:, index]
            group = face.group_list[index]
            room[group] -= group >= 0
