"""From fractions of seats to whole ones near them, before swaps make quotas hold."""

import numpy as np

from lottery.algorithms.repair import UNLIMITED, Bounds, Face, weigh


def round_seats(face: Face, merit: np.ndarray, fill: np.ndarray, bounds: Bounds) -> np.ndarray:
    """Whole seats near the fill: the largest fractions first while their rows have room, then what quotas lack."""
    seats = np.floor(fill)
    face.trim_groups(seats, merit)
    open_seats = int(face.seats - seats.sum())
    if open_seats < 0:
        taken = np.flatnonzero(seats > 0)
        seats[taken[np.argsort(merit[taken] - seats[taken], kind="stable")[:-open_seats]]] -= 1
        return seats
    candidates = np.flatnonzero(fill > seats)
    candidates = candidates[np.argsort(seats[candidates] - fill[candidates], kind="stable")]
    sums, room = face.counts(seats), face.room(seats)
    given = _give_in_order(face, candidates, bounds[1] - sums, room, open_seats)
    seats[given] += 1
    _fill_up(face, seats, merit, bounds, room, open_seats - len(given))
    return seats


def _give_in_order(
    face: Face, candidates: np.ndarray, row_room: np.ndarray, room: np.ndarray, open_seats: int
) -> list[int]:
    """A seat to each candidate in turn whose rows and household pattern still have room; changes `room`."""
    left, rooms, groups = [*row_room.tolist(), UNLIMITED], room.tolist(), face.group[candidates].tolist()
    # Most are refused, so that has to cost least: one bit a row, set where it is full.
    full = sum(1 << row for row, seats in enumerate(left) if seats <= 0)
    places = face.places[:, candidates]
    wide = places if len(left) < 64 else places.astype(object)
    rows_of = places.T.tolist()
    given: list[int] = []
    for at, rows in enumerate((1 << wide).sum(axis=0).tolist()):
        if rows & full or rooms[groups[at]] <= 0:
            continue
        if len(given) == open_seats:
            break
        for row in rows_of[at]:
            left[row] -= 1
            if left[row] <= 0:
                full |= 1 << row
        rooms[groups[at]] -= groups[at] >= 0
        given.append(at)
    room[:] = rooms
    return candidates[given].tolist()


def _fill_up(
    face: Face, seats: np.ndarray, merit: np.ndarray, bounds: Bounds, room: np.ndarray, open_seats: int
) -> None:
    """The open seats one by one to who brings most rows to their bounds, then to most merit; changes `seats`."""
    (low, high), sums = bounds, face.counts(seats)
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
        for row in np.flatnonzero(face.matrix[index]).tolist():
            sums[row] += 1
            now = float(sums[row] < low[row]) - float(sums[row] >= high[row])
            if now != gain[row]:
                lacking += (now - gain[row]) * face.matrix[:, row]
                gain[row] = now
