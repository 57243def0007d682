"""From class counts to people: who of a class sits on which of the listed panels, in balanced turns.

Everybody of a class gets the same number of turns, give or take one. The order of turns comes from the seed by
SHA-256 and nothing else. Two of one household never sit together: where a household pattern occurs more than once, its
households are dealt to the seats by an equitable edge colouring.
"""

import hashlib
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from lottery.algorithms.classes import Classes, Group
from lottery.algorithms.weights import PanelList


def seat_people(
    classes: Classes, listed: PanelList, households: np.ndarray, ids: Sequence[str], seed: str
) -> np.ndarray:
    """Panels × size: the indexes of each panel's people, ascending.

    `households` is one number per person, `ids` name them for the seed's order.
    """
    rank = _ranks(ids, seed)
    panel_of, class_of = _seats(listed)
    people = np.zeros(len(panel_of), dtype=np.int64)
    shared = {int(index) for group in classes.groups if group.households > 1 for index in group.classes}
    turns = [_turns(members, households, rank) for members in classes.members]
    order = np.argsort(class_of, kind="stable")
    bounds = np.searchsorted(class_of[order], np.arange(len(classes) + 1))
    for index in range(len(classes)):
        own = order[bounds[index] : bounds[index + 1]]
        if index not in shared:
            people[own] = turns[index][np.arange(len(own)) % len(turns[index])]
    for group in classes.groups:
        if group.households > 1:
            own = np.sort(np.concatenate([order[bounds[at] : bounds[at + 1]] for at in group.classes.tolist()]))
            _seat_group(group, classes, households, rank, (own, panel_of, class_of, people))
    if classes.merged:
        seats_of = np.split(order, bounds[1:-1])
        _part(people.reshape(len(listed), classes.size), households, class_of, seats_of, turns)
    seated = people[np.argsort(panel_of, kind="stable")].reshape(len(listed), classes.size)
    return np.sort(seated, axis=1)


def _ranks(ids: Sequence[str], seed: str) -> np.ndarray:
    """Each person's place in the seed's order."""
    keys = [hashlib.sha256(f"{seed}\n{name}".encode()).digest() for name in ids]
    rank = np.zeros(len(ids), dtype=np.int64)
    rank[sorted(range(len(ids)), key=lambda person: (keys[person], ids[person]))] = np.arange(len(ids))
    return rank


def _seats(listed: PanelList) -> tuple[np.ndarray, np.ndarray]:
    """Panel and class of every seat on the list, panel by panel."""
    panel_of = np.repeat(np.arange(len(listed)), [int(counts.sum()) for counts in listed.counts])
    class_of = np.concatenate(
        [np.repeat(places, counts) for places, counts in zip(listed.places, listed.counts, strict=True)]
    )
    return panel_of, class_of


def _turns(members: np.ndarray, households: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """The class's people in the order of their turns: one of every household, then the second of every household …

    As many as a panel takes then follow each other without two of one household among them.
    """
    homes: dict[int, list[int]] = {}
    for person in sorted(members.tolist(), key=lambda one: rank[one]):
        homes.setdefault(int(households[person]), []).append(person)
    rounds = max(len(home) for home in homes.values())
    return np.array([home[turn] for turn in range(rounds) for home in homes.values() if turn < len(home)])


def _seat_group(
    group: Group,
    classes: Classes,
    households: np.ndarray,
    rank: np.ndarray,
    seats: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Seat the people of a household pattern that several households share; writes into the seats' people,
    at the `own` seats.

    Seats are edges between panels and classes, households are colours: a colouring in which each panel and each class
    has all colours equally often, give or take one, puts at most one seat of a panel into a household and gives each
    household's people the same number of turns.
    """
    own, panel_of, class_of, people = seats
    edges = list(zip(panel_of[own].tolist(), (-1 - class_of[own]).tolist(), strict=True))
    colours = equitable_colouring(edges, group.households)
    for index in group.classes.tolist():
        homes: dict[int, list[int]] = {}
        for person in sorted(classes.members[index].tolist(), key=lambda one: rank[one]):
            homes.setdefault(int(households[person]), []).append(person)
        rooms = [homes[home] for home in sorted(homes)]
        turns = [0] * len(rooms)
        for seat, colour in zip(own.tolist(), colours, strict=True):
            if class_of[seat] == index:
                people[seat] = rooms[colour][turns[colour] % len(rooms[colour])]
                turns[colour] += 1


def _part(
    panels: np.ndarray,
    households: np.ndarray,
    class_of: np.ndarray,
    seats_of: Sequence[np.ndarray],
    turns: Sequence[np.ndarray],
) -> None:
    """Part those who live together: who comes second to a panel takes the seat of one of the same class on another one.

    Everybody keeps as many seats. On a short list there may be no such seat; then one of the class takes this one who has
    fewer. `panels` (panels × size) is changed; `seats_of` and `turns` are each class's seats and people.
    """
    size = panels.shape[1]
    people = panels.reshape(-1)  # a view: the seats, panel by panel
    for number in np.flatnonzero(_meet(households[panels])).tolist():
        homes = households[panels[number]].tolist()
        for place in [place for place in range(size) if homes[place] in homes[:place]]:
            seat = number * size + place
            own = seats_of[class_of[seat]]
            for other in np.roll(own, -int(np.searchsorted(own, seat))).tolist():
                here, there = households[panels[number]], households[panels[other // size]]
                if households[people[other]] not in here and homes[place] not in there:
                    people[[seat, other]] = people[[other, seat]]
                    break
            else:
                people[seat] = _spare(people, seat, households[panels[number]], turns[class_of[seat]], households)
            homes[place] = int(households[people[seat]])


def _spare(people: np.ndarray, seat: int, here: np.ndarray, turns: np.ndarray, households: np.ndarray) -> int:
    """Who of a class, in the order of turns, has fewer than the one at `seat` and lives with nobody `here`; else that one."""
    counts = np.bincount(people, minlength=len(households))
    free = turns[(counts[turns] < counts[people[seat]]) & ~np.isin(households[turns], here)]
    return int(free[0]) if len(free) else int(people[seat])


def _meet(homes: np.ndarray) -> np.ndarray:
    """Per panel (a row of its members' households) whether two members share one."""
    return np.any(np.diff(np.sort(homes, axis=1), axis=1) == 0, axis=1)


def equitable_colouring(edges: Sequence[tuple[int, int]], colours: int) -> list[int]:
    """A colour for each edge of a bipartite multigraph so that at each vertex no two colours differ by more than one.

    Such a colouring always exists (de Werra, "Equitable colorations of graphs", 1971): two colours are evened out by
    walking their edges in trails and alternating. The two ends of an edge must have different names.
    """
    colour = [number % colours for number in range(len(edges))]
    changed = True
    while changed:
        changed = False
        for first, second in combinations(range(colours), 2):
            own = [number for number, at in enumerate(colour) if at in (first, second)]
            if _is_uneven([edges[number] for number in own], [colour[number] == first for number in own]):
                for number, is_first in zip(own, _alternate([edges[number] for number in own]), strict=True):
                    colour[number] = first if is_first else second
                changed = True
    return colour


def _is_uneven(edges: Sequence[tuple[int, int]], is_first: Sequence[bool]) -> bool:
    balance: dict[int, int] = {}
    for ends, first in zip(edges, is_first, strict=True):
        for end in ends:
            balance[end] = balance.get(end, 0) + (1 if first else -1)
    return any(abs(value) > 1 for value in balance.values())


def _alternate(edges: Sequence[tuple[int, int]]) -> list[bool]:
    """Split the edges in two so that every vertex has half of its edges, give or take one, in each part."""
    at: dict[int, list[int]] = {}
    for number, ends in enumerate(edges):
        for end in ends:
            at.setdefault(end, []).append(number)
    is_first = [False] * len(edges)
    used = [False] * len(edges)
    odd = [vertex for vertex, own in at.items() if len(own) % 2]
    for start in [*odd, *at]:
        vertex, first = start, True
        while True:
            own = at[vertex]
            while own and used[own[-1]]:
                own.pop()
            if not own:
                break
            number = own.pop()
            used[number] = True
            is_first[number] = first
            first = not first
            vertex = edges[number][0] + edges[number][1] - vertex
    return is_first
