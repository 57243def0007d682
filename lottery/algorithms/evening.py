"""Evens out a list of panels: exchanges inside panels until every class has its due of seats over the list.

Three kinds keep all quotas: one person for another where quotas have play; two people for two others who together have
the same values (one from each of the two for every feature), which works on the tightest face; and, where these get stuck,
a whole panel for another one that the integer program finds.

It ends. Let Φ be the sum over the classes of (seats given − seats due)². Every exchange lessens Φ by at least 2 · LEAST and
nothing raises it: there are at most Φ / (2 · LEAST) exchanges from where it starts. A class is given up at most once,
HOPELESS of them in all, and the integer program is asked at most PROGRAMS + TRIED times. What it does not promise is that
every class then has its due: a list that strays by more than two places is told by `drawing.Lottery.astray`.
"""

import numpy as np

from lottery.algorithms.classes import Classes
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.replacing import Replacer
from lottery.algorithms.weights import PanelList, Panels

AIM = 1.0 - 1e-9  # seats over the whole list by which a class may miss its due
LEAST = 1e-3  # half of what an exchange must take off the sum of squares
AT_ONCE = 25  # partners looked at together
OTHERS, PANELS = 200, 80  # how many partners and panels are looked through for one class
HOPELESS = 40  # classes that may be given up before swaps of members end
PROGRAMS, TRIED = 40, 6  # integer programs in all, and how many panels are tried before that is given up
POLISHING = 8  # of the programs may be asked for a list that keeps its promise already


def even_out(polytope: Polytope, listed: PanelList, expected: np.ndarray) -> None:
    """Exchange members until no class misses len(listed) · expected by a seat, or nothing helps; changes `listed`."""
    evener = _Evener(polytope.classes, listed, expected)
    evener.exchange_members()
    if not evener.is_even:
        replacer = Replacer(polytope, expected)
        while not evener.is_even and replacer.asked < (POLISHING if evener.keeps_its_promise else PROGRAMS):
            if not evener.exchange_panel(replacer):
                break
            evener.exchange_members()


class _Evener:
    """The list's row sums and surpluses (seats given less seats due), updated exchange by exchange.

    `code` numbers feature vectors so that code(a) + code(b) = code(c) + code(d) where a, b and c, d have the same
    values feature by feature.
    """

    def __init__(self, classes: Classes, listed: PanelList, expected: np.ndarray):
        self.classes, self.listed = classes, listed
        every = Panels(listed, range(len(listed)), np.ones(len(listed)))
        self.sums = every.sums(classes.values, len(classes.lower))
        owner, _counts, present, first = every.by_class
        self.holders: list[set[int]] = [set() for _ in range(len(classes))]
        for place, numbers in zip(present.tolist(), np.split(owner, first[1:]), strict=True):
            self.holders[place] = set(numbers.tolist())
        self.due = expected
        self.surplus = listed.seats() - len(listed) * expected
        self.given_up: set[int] = set()
        self.usable = (expected > 1e-12) & (expected < classes.limit - 1e-12)
        base = len(classes.lower) + 1
        self.code = [sum(value * base**at for at, value in enumerate(row)) for row in classes.values.tolist()]
        self.by_code: dict[int, list[int]] = {}
        for index, code in enumerate(self.code):
            if self.usable[index]:
                self.by_code.setdefault(code, []).append(index)

    @property
    def is_even(self) -> bool:
        return float(np.abs(self.surplus).max()) <= AIM

    @property
    def keeps_its_promise(self) -> bool:
        """Whether nobody is more than two places off, nor on no panel though due one, once the classes take turns."""
        people, due = self.classes.people, len(self.listed) * self.due
        is_near = np.abs(self.surplus) <= people + 1 - 1e-9
        return bool(np.all(is_near & ((due < people) | (due + self.surplus > people - 0.5))))

    def exchange_members(self) -> None:
        """Relieve the class that misses most until none misses a seat; who cannot be relieved is given up."""
        while len(self.given_up) < HOPELESS:
            miss = np.abs(self.surplus)
            miss[list(self.given_up)] = 0.0
            worst = int(miss.argmax())
            if miss[worst] <= AIM:
                return
            if not self.relieve(worst):
                self.given_up.add(worst)

    def exchange_panel(self, replacer: Replacer) -> bool:
        """Put one whole panel in the place of another, first of those whose members have too much; False: none helps."""
        worth = [
            self.surplus[places] @ counts for places, counts in zip(self.listed.places, self.listed.counts, strict=True)
        ]
        for number in np.argsort(-np.round(worth, 6), kind="stable")[:TRIED].tolist():
            rest = self.surplus - self.listed.dense(number)
            found = replacer.best(rest)
            if found is None:
                continue
            gain = ((rest + found) ** 2).sum() - (self.surplus**2).sum()
            if gain < -2 * LEAST and self.classes.admits(found):
                self.surplus = rest + found
                self._put(number, found)
                return True
        return False

    def relieve(self, worst: int) -> bool:
        """One exchange that lessens the class's miss and the sum of squared misses; False if none was found."""
        return self._swap_one(worst) or self._swap_two(worst)

    def _swap_one(self, worst: int) -> bool:
        over = self.surplus[worst] > 0
        others = np.argsort(self.surplus if over else -self.surplus, kind="stable")[:OTHERS]
        gains = self.surplus[others] - self.surplus[worst] if over else self.surplus[worst] - self.surplus[others]
        others = others[(gains + 1 <= -LEAST) & self.usable[others]]
        return any(self._fit_one(worst, over, others[at : at + AT_ONCE]) for at in range(0, len(others), AT_ONCE))

    def _fit_one(self, worst: int, over: bool, others: np.ndarray) -> bool:
        """Exchange one of the worst class for the first of `others` that fits, or the other way round if not `over`."""
        own = sorted(self.holders[worst])
        numbers = [own if over else sorted(self.holders[other]) for other in others.tolist()]
        partners = np.repeat(others, [len(found) for found in numbers])
        panels = np.array([number for found in numbers for number in found], dtype=np.int64)
        classes = self.classes
        leaving, joining = classes.values[[worst]], classes.values[partners]
        if not over:
            leaving, joining = joining, leaving
        may_leave = self.sums[panels[:, None], leaving] > classes.lower[leaving]
        may_join = self.sums[panels[:, None], joining] < classes.upper[joining]
        fits = np.flatnonzero(np.all((leaving == joining) | (may_leave & may_join), axis=1))
        return any(
            self._try(number, [worst] if over else [other], [other] if over else [worst])
            for number, other in zip(panels[fits].tolist(), partners[fits].tolist(), strict=True)
        )

    def _swap_two(self, worst: int) -> bool:
        if self.surplus[worst] > 0:
            numbers = sorted(self.holders[worst])[:PANELS]
            offers: dict[int, list[list[int]]] = {}
            return any(self._give_away(number, worst, offers) for number in numbers)
        step = max(len(self.listed) // PANELS, 1)
        return any(self._take_in(number, worst) for number in range(0, len(self.listed), step))

    def _give_away(self, number: int, leaver: int, offers: dict[int, list[list[int]]]) -> bool:
        """Exchange `leaver` and another member for two classes made up of their values; `offers` by partner."""
        for partner in self.listed.places[number].tolist():
            if partner == leaver or not self.usable[partner]:
                continue
            if partner not in offers:
                offers[partner] = self._offers(leaver, partner)
            if any(self._try(number, [leaver, partner], joiners) for joiners in offers[partner]):
                return True
        return False

    def _offers(self, leaver: int, partner: int) -> list[list[int]]:
        """The pairs of classes that two can be exchanged for and that lessen the squares, whatever the panel."""
        values, leavers = self.classes.values, [leaver, partner]
        mixed = np.flatnonzero(np.all((values == values[leaver]) | (values == values[partner]), axis=1) & self.usable)
        pairs = [
            [joiner, other]
            for joiner in mixed[np.argsort(self.surplus[mixed], kind="stable")].tolist()
            for other in self.by_code.get(self.code[leaver] + self.code[partner] - self.code[joiner], [])
            if joiner not in leavers and other not in leavers
        ]
        return [joiners for joiners in pairs if self._gain(leavers, joiners) < -LEAST]

    def _take_in(self, number: int, joiner: int) -> bool:
        """Exchange two members that together have the values of `joiner` for it and the class of what is left."""
        values = self.classes.values
        members = [place for place in self.listed.places[number].tolist() if self.usable[place] and place != joiner]
        members.sort(key=lambda place: -self.surplus[place])
        alike = values[members] == values[joiner]
        for at, first in enumerate(members):
            for partner in np.flatnonzero(np.all(alike | alike[at], axis=1)).tolist():
                second = members[partner]
                rest = self.code[first] + self.code[second] - self.code[joiner]
                if partner > at and self._try_rest(number, [first, second], joiner, rest):
                    return True
        return False

    def _try_rest(self, number: int, leavers: list[int], joiner: int, rest: int) -> bool:
        return any(
            self._gain(leavers, [joiner, other]) < -LEAST and self._try(number, leavers, [joiner, other])
            for other in self.by_code.get(rest, [])
            if other not in leavers and joiner not in leavers
        )

    def _gain(self, leavers: list[int], joiners: list[int]) -> float:
        """Half the change of the sum of squared misses; the leavers are two classes, the joiners may be one twice."""
        joined = sum(self.surplus[index] + 0.5 for index in joiners) + (joiners[0] == joiners[-1] and len(joiners) > 1)
        return joined - sum(self.surplus[index] - 0.5 for index in leavers)

    def _try(self, number: int, leavers: list[int], joiners: list[int]) -> bool:
        """Make the exchange in one panel if the panel stays valid."""
        panel = self.listed.dense(number)
        for index in leavers:
            panel[index] -= 1
        for index in joiners:
            panel[index] += 1
        if not self.classes.admits(panel):
            return False
        self._put(number, panel)
        for index in leavers:
            self.surplus[index] -= 1
        for index in joiners:
            self.surplus[index] += 1
        return True

    def _put(self, number: int, panel: np.ndarray) -> None:
        """Write the panel into the list, and who is on it into `holders`."""
        for place in self.listed.places[number].tolist():
            self.holders[place].discard(number)
        places = np.flatnonzero(panel).astype(np.int32)
        self.listed.places[number] = places
        self.listed.counts[number] = np.rint(panel[places]).astype(np.int32)
        self.sums[number] = self.classes.counts @ panel
        for place in places.tolist():
            self.holders[place].add(number)
