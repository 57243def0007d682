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
from lottery.algorithms.weights import PanelList

GOLDEN = 0.6180339887498949  # its multiples fill the unit interval evenly
WIDTH = 0.2  # half-width of the ramp in which the smoothed dual gives out a fraction of a seat
STEPS = 4  # of prices, at most, for one panel
PUSH = 1.5  # seats
HAIR = 1e-12
GRID = 2.0**20  # prices are rounded to its multiples, so that the last bits of a matrix product decide nothing


class Herd:
    """The endless sequence; `owed` is what each free class is owed before the next panel, in seats.

    `stuck` counts the panels for which swaps were not enough.
    """

    def __init__(self, polytope: Polytope, target: Target):
        self.polytope = polytope
        self.face = Face.of(polytope, target.expected(polytope.classes.people), tight_rows(polytope, target))
        self.prices = np.zeros(len(self.face.low))
        self.owed = self.face.expected + self._offset()
        self.started = False
        self.stuck = 0

    def _offset(self) -> np.ndarray:
        """Debts spread evenly over ±½ seat and balanced over the quotas, or the first panels would all be alike."""
        face = self.face
        offset = (np.arange(1, len(face) + 1) * GOLDEN) % 1.0 - 0.5
        balance = np.linalg.lstsq(face.matrix @ face.matrix.T, face.matrix @ offset, rcond=1e-9)[0]
        return np.round((offset - face.matrix.T @ balance) * GRID) / GRID

    def next_panel(self, push: np.ndarray | None = None) -> np.ndarray | None:
        """Class counts of the next panel; None if the target's face holds no whole panel at all.

        `push` is added, for this panel alone, to what the free classes are owed.
        """
        owed = self.owed
        if push is not None:
            self.owed = owed + np.round(push * GRID) / GRID
        seats = self._seats()
        if seats is None:
            return None
        self.owed = owed + self.face.expected - seats
        return self.face.whole(seats)

    def pushes(self, made: PanelList) -> list[np.ndarray]:
        """What to push for so that classes and rows lie on both sides of their due in some panel each.

        Where somebody is due 1.0002 seats, thousands of panels in turn have one seat for them, and no weights can make
        up for it: the target lies a hair off the face that these panels span.
        """
        face = self.face
        panels = made.matrix()[face.free]
        wanted = []
        for seats, due, share in (
            (panels, face.expected, np.eye(len(face))),
            (
                face.matrix @ panels,
                face.sums(face.expected),
                face.matrix / np.maximum(face.matrix.sum(axis=1), 1)[:, None],
            ),
        ):
            for index in np.flatnonzero(seats.max(axis=1) < due - HAIR).tolist():
                wanted.append(PUSH * share[index])
            for index in np.flatnonzero(seats.min(axis=1) > due + HAIR).tolist():
                wanted.append(-PUSH * share[index])
        return wanted

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
        below, above = np.floor(due + 1e-6), np.ceil(due - 1e-6)
        for attempt, slack in enumerate((0.0, 1.0, 2.0, np.inf)):
            if attempt == 2:
                self._start(due)
            merit, fill = self._set_prices(due)
            if attempt % 2:
                merit = merit + 0.3 * ((np.arange(len(face)) * GOLDEN * (attempt + 1)) % 1.0 - 0.5)
                fill = self._fill(merit, WIDTH)
            bounds = np.maximum(below - slack, face.low), np.minimum(above + slack, face.high)
            seats = repair(face, self._round(merit, fill, bounds), merit, bounds, patience=20 + 20 * attempt)
            if seats is not None:
                return seats
        self.stuck += 1
        return face.by_integer_program(self.polytope, self.owed)

    def _start(self, due: np.ndarray) -> None:
        """Walk the prices in from nothing and a wide ramp, on which Newton's method converges from anywhere."""
        self.prices = np.zeros(len(self.face.low))
        for width in (0.5, 0.4, 0.3, 0.25):
            for _ in range(6):
                merit = self.owed - self.face.prices_of(self.prices)
                excess = self.face.sums(self._fill(merit, width)) - due
                self._move(np.linalg.solve(self._slope(merit, width, 0.1), excess))
        self.started = True

    def _set_prices(self, due: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Newton steps from the last panel's prices; returns each class's merit (owed less prices) and its fill."""
        face = self.face
        best_gap, best = np.inf, (self.prices, self.owed, self.owed)
        for step in range(STEPS):
            merit = self.owed - face.prices_of(self.prices)
            fill = self._fill(merit, WIDTH)
            excess = face.sums(fill) - due
            gap = float(np.abs(excess).sum())
            if gap < best_gap:
                best_gap, best = gap, (self.prices, merit, fill)
            if gap < 4.0 or step == STEPS - 1:
                break
            self._move(np.linalg.solve(self._slope(merit, WIDTH, 0.05), excess))
        self.prices = best[0]
        return best[1], best[2]

    def _fill(self, merit: np.ndarray, width: float) -> np.ndarray:
        """Seats by merit: the n-th seat of a class fills as its merit passes n - ½, over a ramp of 2 · width."""
        whole = np.floor(merit)
        ramp = (merit - whole - (0.5 - width)) * (0.5 / width)
        whole += np.minimum(np.maximum(ramp, 0.0, out=ramp), 1.0, out=ramp)
        return np.minimum(np.maximum(whole, 0.0, out=whole), self.face.limit, out=whole)

    def _slope(self, merit: np.ndarray, width: float, damping: float) -> np.ndarray:
        """How the rows' sums fall with their prices (rows × rows), with something added to the diagonal."""
        face = self.face
        on_ramp = np.abs(merit - np.floor(merit) - 0.5) < width
        part = face.transposed[on_ramp & (merit > 0) & (merit < face.limit)]
        slope = part.T @ part * (0.5 / width)
        diagonal = slope.reshape(-1)[:: len(slope) + 1]
        diagonal += damping * (1 + diagonal.sum() / len(slope))
        return slope

    def _move(self, change: np.ndarray) -> None:
        self.prices = np.round((self.prices + np.clip(change, -1.0, 1.0)) * GRID) / GRID

    def _round(self, merit: np.ndarray, fill: np.ndarray, bounds: Bounds) -> np.ndarray:
        """Whole seats near the fill: the largest fractions first while their rows have room, then what quotas lack."""
        face = self.face
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
        gain = (sums < low) * 1.0 - (sums >= high)
        lacking, worth = face.prices_of(gain), weigh(merit - seats)
        worth[(seats >= face.limit) | face.is_full(room)] = -np.inf
        for _ in range(open_seats):
            index = int((lacking + worth).argmax())
            seats[index] += 1
            group = face.group_list[index]
            room[group] -= group >= 0
            is_out = seats[index] >= face.limit[index]
            worth[index] = -np.inf if is_out else weigh(merit[index : index + 1] - seats[index])[0]
            if room[group] <= 0:
                worth[face.group == group] = -np.inf
            for row in face.row_lists[index]:
                sums[row] += 1
                now = float(sums[row] < low[row]) - float(sums[row] >= high[row])
                if now != gain[row]:
                    lacking += (now - gain[row]) * face.matrix[row]
                    gain[row] = now
