"""Changed records are found and the fault is named; consistent forgeries are exposed by what lies outside the record.

An insider who holds everything can make a record that agrees with itself: every hash, seal and total is computed anew.
No program that reads the record alone can find that. Each kind of forgery here says what does, or that nothing does; the
table in docs/verify.md says the same.
"""

import copy
import functools

import pytest

from audit.canonical import digest
from lottery import custody
from lottery.algorithms.commitments import Seals, encode
from lottery.algorithms.drawing import draw_lottery
from lottery.algorithms.leaves import commitment_of, leaf, part_hashes
from lottery.algorithms.opening import blinding_of, open_record, open_totals, place_of, volunteer_opening
from lottery.algorithms.problem import Quota, build_problem
from lottery.algorithms.record import build_record
from lottery.algorithms.rowproofs import prove_rows
from lottery.tests import mutations
from lottery.tests.dice import Dice
from lottery.tests.test_record import sealed, small_draw
from lottery.verify import verify

NUMBER = "42"
KEYS = ("feature", "value", "min", "max")


@functools.cache
def as_published():
    """The small draw with no further panel opened, as is the default."""
    return build_record(small_draw(), "secret")


@functools.cache
def honest():
    """A drawn record, and the three files that can come with it."""
    record, openings = sealed()
    drawn = open_record(record, openings, [NUMBER], {"witnesses": ["A", "B"], "place": "Rathaus"})
    volunteer = volunteer_opening(drawn, openings, drawn["committed"]["pool"][3])
    return drawn, {"auditor": openings, "volunteer": volunteer, "proofs": prove_rows(record, openings)}


def wrongly_judged(change, seed, turns):
    """What the verifier said to the changes that it let through or called something else; and how many there were."""
    found = [change(Dice(f"{seed} {turn}")) for turn in range(turns)]
    changes = [fault for fault in found if fault != "same"]
    assert len(changes) > turns / 2
    return [fault for fault in changes if fault]


def change_of_the_record(dice):
    return mutations.of_the_record(honest()[0], None, dice)


def change_of(view):
    record, files = honest()
    return lambda dice: mutations.of_an_opening(record, files[view], dice)


class TestMutations:
    @pytest.mark.parametrize("view", [None, "auditor", "volunteer", "proofs"])
    def test_the_honest_one_holds(self, view):
        record, files = honest()
        assert verify(record, files.get(view)).faults == []

    def test_some_changes_of_the_record_are_found_and_named(self):
        assert wrongly_judged(change_of_the_record, "record", 60) == []

    @pytest.mark.parametrize("view", ["auditor", "volunteer"])
    def test_some_changes_of_openings_are_found_and_named(self, view):
        assert wrongly_judged(change_of(view), view, 30) == []

    @pytest.mark.slow
    def test_a_thousand_changes_of_the_record_are_found_and_named(self):
        assert wrongly_judged(change_of_the_record, "record", 1000) == []

    @pytest.mark.slow
    @pytest.mark.parametrize(("view", "turns"), [("auditor", 300), ("volunteer", 700), ("proofs", 30)])
    def test_a_thousand_changes_of_openings_are_found_and_named(self, view, turns):
        assert wrongly_judged(change_of(view), view, turns) == []


# Consistent forgeries


def reseal(record, openings):
    """Everything computed anew from the openings, as somebody inside can."""
    committed, secret = record["committed"], openings["secret"]
    quotas = [(quota["feature"], quota["value"]) for quota in committed["quotas"]]
    features = list(dict.fromkeys(feature for feature, _value in quotas))
    values = [row["values"] for row in openings["rows"]]
    rows = [[quotas.index(pair) for pair in zip(features, row, strict=True)] for row in values]
    blindings = [blinding_of(secret, name, row) for name, row in zip(committed["pool"], values, strict=True)]
    people = range(len(rows))
    committed["seals"] = [encode(point) for point in Seals(quotas).seal_rows(rows, blindings)]
    committed["leaves"] = [leaf(secret, "person", at, place_of(openings, at)) for at in people]
    panels = [leaf(secret, "panel", number, panel) for number, panel in enumerate(openings["panels"])]
    committed["panels"]["leaves"] = panels
    committed["proof"] = leaf(secret, "proof", 0, openings["proof"])
    committed["totals"] = open_totals(record, openings, people)
    record["parts"] = part_hashes(committed)
    record["commitment"] = openings["commitment"] = commitment_of(record["parts"])


class World:
    """What exists outside the record of an honest draw, and what a forger then publishes.

    `mailed` is the commitment that outsiders got; `frozen` the quotas as published; `number` what the witnesses saw;
    `people` what each volunteer knows of themselves; `invented` pseudonyms behind which there is nobody.
    """

    def __init__(self, dice):
        self.dice = dice
        self.record, self.openings = copy.deepcopy(as_published())
        self.record["committed"]["method"]["pseudonyms"] = "given"
        reseal(self.record, self.openings)
        self.mailed, self.number, self.published_number = self.record["commitment"], NUMBER, NUMBER
        self.frozen = digest(self.record["committed"]["quotas"])
        self.people = {
            name: row["values"]
            for name, row in zip(self.record["committed"]["pool"], self.openings["rows"], strict=True)
        }
        self.invented = set()

    @property
    def pool(self):
        return self.record["committed"]["pool"]

    def forge(self, *, mailed):
        """Make all hashes anew; `mailed` says that the forgery came before the commitment left the house."""
        reseal(self.record, self.openings)
        if mailed:
            self.mailed = self.record["commitment"]

    def publish(self):
        self.drawn = open_record(self.record, self.openings, [self.published_number], {})

    def evidence(self):
        """Everything outside the record that contradicts it."""
        found = set()
        if self.drawn["commitment"] != self.mailed:
            found.add("mailed commitment")
        if digest(self.drawn["committed"]["quotas"]) != self.frozen:
            found.add("published quotas")
        if self.drawn["drawn"]["values"] != [self.number]:
            found.add("source of randomness")
        if any(self._is_wronged(name) for name in self.people):
            found.add("volunteer's letter")
        if verify(self.drawn, self.openings).faults:
            found.add("auditor's view")
        if not found and self._differs_when_run_again():
            found.add("signed program")
        met = custody.people_to_meet(len(self.pool), max(len(self.invented), 1))
        if self.invented & set(custody.chosen_people(self.pool, self.drawn["commitment"], "6 aus 49", met)):
            found.add("custody audit")
        return found

    def _is_wronged(self, name):
        """Whether somebody who really volunteered is missing or sees a row that is not the own."""
        return name not in self.pool or self.openings["rows"][self.pool.index(name)]["values"] != self.people[name]

    def _differs_when_run_again(self):
        """The released program on the opened rows; its optimum is unique, whoever runs it."""
        quotas = [Quota(*(q[key] for key in KEYS)) for q in self.record["committed"]["quotas"]]
        rows = self.openings["rows"]
        problem = build_problem(
            size=self.record["committed"]["method"]["size"],
            quotas=quotas,
            ids=self.pool,
            values=[row["values"] for row in rows],
            addresses=[[str(row["household"])] for row in rows],
        )
        again = draw_lottery(problem, panels=len(self.openings["panels"]))
        return any(abs(float(row["chance"]) - chance) > 1e-6 for row, chance in zip(rows, again.chances, strict=True))


def another_number(world):
    world.published_number = f"{(int(NUMBER) + 1 + world.dice.below(98)) % 100:02d}"


def friends_in_the_drawn_panel(world):
    """A panel with friends is put where the number, known by now, points."""
    panels = world.openings["panels"]
    other = (int(NUMBER) + 1 + world.dice.below(98)) % 100
    panels[int(NUMBER)], panels[other] = panels[other], panels[int(NUMBER)]
    world.forge(mailed=False)


def secret_changed_afterwards(world):
    world.openings["secret"] = f"other {world.dice.below(10**9)}"
    world.forge(mailed=False)


def quotas_widened(world):
    quota = world.dice.one_of(world.record["committed"]["quotas"])
    quota["max"] += 1
    world.forge(mailed=True)


def features_of_a_volunteer_changed(world):
    """Somebody is sealed as older or younger, before anything leaves the house."""
    drawn = world.openings["panels"][int(NUMBER)]
    row = world.openings["rows"][world.dice.one_of([at for at in range(60) if at not in drawn])]
    row["values"] = [row["values"][0], "alt" if row["values"][1] != "alt" else "jung", row["values"][2]]
    world.forge(mailed=True)


def volunteer_replaced(world):
    """Somebody is left out, and an invented person put in with the same features."""
    at = world.dice.below(len(world.pool))
    world.pool[at] = world.pool[at][:-1] + ("0" if world.pool[at][-1] != "0" else "1")
    world.forge(mailed=True)


def people_invented(world):
    """Entries behind which there is nobody, from the beginning: an honest draw from a false pool."""
    size = 8
    for _ in range(size):
        name = world.dice.one_of(sorted(set(world.people)))
        world.invented.add(name)
        del world.people[name]
    world.forge(mailed=True)


def friend_on_more_panels(world):
    """A friend takes the places of somebody with the same features."""
    rows, panels = world.openings["rows"], world.openings["panels"]
    pairs = [(a, b) for a in range(60) for b in range(60) if a != b and rows[a]["values"] == rows[b]["values"]]
    friend, other = world.dice.one_of(pairs)
    for panel in panels:
        if other in panel and friend not in panel:
            panel[panel.index(other)] = friend
            panel.sort()
    world.forge(mailed=True)


def sealed_panel_breaks_a_quota(world):
    """Panels that break quotas hide among those that are not opened."""
    panels = world.openings["panels"]
    number = (int(NUMBER) + 1 + world.dice.below(98)) % 100
    sexes = [row["values"][0] for row in world.openings["rows"]]
    leaving = next(at for at in panels[number] if sexes[at] == "f")
    joining = next(at for at in range(60) if sexes[at] == "m" and at not in panels[number])
    panels[number] = sorted({*panels[number], joining} - {leaving})
    world.forge(mailed=True)


def chances_misstated(world):
    """A chance is written down higher than it is."""
    row = world.dice.one_of(world.openings["rows"])
    row["chance"] = f"{float(row['chance']) + 0.05:.12f}"
    world.forge(mailed=True)


def weaker_algorithm(world):
    """The list is nash's, the record says leximin."""
    problem = small_draw().problem
    lottery = draw_lottery(problem, algorithm="nash", panels=100)
    world.record, world.openings = build_record(lottery, f"secret {world.dice.below(10**9)}")
    world.record["committed"]["method"].update(algorithm="leximin", pseudonyms="given")
    world.people = dict(zip(world.pool, [row["values"] for row in world.openings["rows"]], strict=True))
    world.forge(mailed=True)


def false_answer(world):
    """A volunteer lies about the own area; office, letter and auditor see the same lie, and nobody is wronged by it."""
    drawn = world.openings["panels"][int(NUMBER)]
    at = world.dice.one_of([at for at in range(60) if at not in drawn])
    values = world.openings["rows"][at]["values"]
    values[2] = "Nord" if values[2] == "Süd" else "Süd"
    world.people[world.pool[at]] = list(values)
    rows = [[str(row["household"]), *row["values"]] for row in world.openings["rows"]]
    quotas = [Quota(*(q[key] for key in KEYS)) for q in world.record["committed"]["quotas"]]
    homes, answers = [row[:1] for row in rows], [row[1:] for row in rows]
    problem = build_problem(size=12, quotas=quotas, ids=world.pool, values=answers, addresses=homes)
    world.record, world.openings = build_record(draw_lottery(problem, panels=100), "secret", pseudonyms=world.pool)
    world.forge(mailed=True)


def secret_tried_until_it_suits(world):
    """Many secrets are tried before the seal, for the one in which a friend has one place of the list more."""
    world.openings["secret"] = f"try {world.dice.below(10**9)}"
    world.forge(mailed=True)


FORGERIES = [
    (another_number, {"source of randomness"}),
    (friends_in_the_drawn_panel, {"mailed commitment"}),
    (secret_changed_afterwards, {"mailed commitment"}),
    (quotas_widened, {"published quotas"}),
    (features_of_a_volunteer_changed, {"volunteer's letter"}),
    (volunteer_replaced, {"volunteer's letter"}),
    (friend_on_more_panels, {"auditor's view"}),
    (sealed_panel_breaks_a_quota, {"auditor's view"}),
    (chances_misstated, {"auditor's view"}),
    (weaker_algorithm, {"auditor's view", "signed program"}),
    (false_answer, set()),
    (secret_tried_until_it_suits, set()),
]


class TestConsistentForgeries:
    @pytest.mark.slow
    @pytest.mark.parametrize(("forge", "exposed_by"), FORGERIES)
    @pytest.mark.parametrize("seed", range(8))
    def test_each_agrees_with_itself_and_is_exposed_from_outside_or_not_at_all(self, forge, exposed_by, seed):
        world = World(Dice(f"{forge.__name__} {seed}"))
        forge(world)
        world.publish()
        assert verify(world.drawn).faults == []
        found = world.evidence()
        assert exposed_by & found if exposed_by else not found

    def test_invented_people_are_met_at_the_stated_rate(self):
        missed = 0
        for seed in range(8):
            world = World(Dice(f"invented {seed}"))
            people_invented(world)
            world.publish()
            assert verify(world.drawn).faults == []
            found = world.evidence()
            assert found <= {"custody audit"}
            missed += not found
        assert missed <= 1

    def test_there_are_a_hundred(self):
        assert len(FORGERIES) * 8 + 8 >= 100
