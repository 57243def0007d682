"""Attacks on the published record: who guesses hidden features of volunteers better than from the published totals?

    python benchmarks/attacks.py                          pools of 367 for 56 seats, 5 to 7 features
    python benchmarks/attacks.py --opened 0 2 5 10 20 59  how the advantage grows with the panels that are opened
    python benchmarks/attacks.py record.json openings.json

Each attack gets the public record alone ("visible features" also sex and age of the seated, whom it is told by
pseudonym, which the portal never does) and guesses a value for every feature of everybody. The openings only count how often
it is right. The *baseline* guesses from the published totals: for members of the drawn panel the commonest value of the
panel, for the others the commonest of the rest of the pool. `gain` is percentage points above it, for one feature of one
record, over all volunteers and ("seated") over the drawn panel alone; one record may be luck, so the mean over many
numbers is given as well.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import highspy
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.draws import make_pool
from lottery.algorithms.drawing import draw_lottery
from lottery.algorithms.opening import open_record
from lottery.algorithms.reading import read_files
from lottery.algorithms.record import build_record

Json = dict[str, Any]
LIMIT = 5.0  # points an attack may be better than the totals
SECONDS = 3.0  # for one integer program
VISIBLE = 2  # features that anybody sees of a seated person: sex and age


class Published:
    """The public record as numbers: `seats` panels × people (0/1), the drawn one first; `counts` panels × values."""

    def __init__(self, record: Json):
        committed, drawn = record["committed"], record["drawn"]
        self.quotas = committed["quotas"]
        self.size = committed["method"]["size"]
        self.people = len(committed["pool"])
        at = {name: place for place, name in enumerate(committed["pool"])}
        panels = [drawn["panel"], *drawn["opened"]]
        self.seats = np.zeros((len(panels), self.people))
        for number, panel in enumerate(panels):
            self.seats[number, [at[name] for name in panel["members"]]] = 1.0
        self.counts = np.array([panel["counts"] for panel in panels], dtype=float)
        self.totals = np.array(committed["totals"]["counts"], dtype=float)
        names = list(dict.fromkeys(quota["feature"] for quota in self.quotas))
        self.features = [[i for i, quota in enumerate(self.quotas) if quota["feature"] == name] for name in names]

    @property
    def is_drawn(self) -> np.ndarray:
        return self.seats[0] > 0

    def best(self, scores: np.ndarray) -> np.ndarray:
        """People × features: the value with the best score (people × values)."""
        return np.array([[own[i] for i in scores[:, own].argmax(axis=1)] for own in self.features]).T

    @property
    def prior(self) -> np.ndarray:
        """People × values: the shares that the totals give, apart for the drawn and the others."""
        inside = self.counts[0] / self.size
        outside = (self.totals - self.counts[0]) / (self.people - self.size)
        return np.where(self.is_drawn[:, None], inside, outside)


def from_totals(published: Published) -> np.ndarray:
    """The baseline."""
    return published.best(published.prior)


def least_squares(published: Published) -> np.ndarray:
    """The solution of all equations that is nearest to the prior shares."""
    return published.best(_solution(published))


def _solution(published: Published, start: np.ndarray | None = None) -> np.ndarray:
    start = published.prior if start is None else start
    matrix = np.vstack([published.seats, np.ones(published.people)])
    sums = np.vstack([published.counts, published.totals])
    return start + np.linalg.pinv(matrix) @ (sums - matrix @ start)


def equal_chances(published: Published) -> np.ndarray:
    """Who is on many of the opened panels has a rare value: a straight line through what the sums give by frequency."""
    often = published.seats.sum(axis=0)
    basis = np.vstack([np.ones(published.people), often, published.is_drawn])
    sums = np.vstack([published.totals, published.counts.sum(axis=0), published.counts[0]])
    return published.best(basis.T @ np.linalg.lstsq(basis @ basis.T, sums, rcond=None)[0])


def bayes(published: Published) -> np.ndarray:
    """Chances as the quotas ask for: a value that the pool has too few of is drawn more often."""
    return published.best(_likely(published, {}))


def combined(published: Published) -> np.ndarray:
    """The likelihood of `bayes`, corrected so that it meets all published sums."""
    return published.best(_solution(published, _likely(published, {})))


def _likely(published: Published, visible: dict[int, dict[int, int]]) -> np.ndarray:
    """People × values: the probability of each value given how often somebody is on the opened panels."""
    share = np.array([(quota["min"] + quota["max"]) / 2 for quota in published.quotas]) / published.size
    needed = share / np.maximum(published.totals / published.people, 1e-9)
    often, panels = published.seats[1:].sum(axis=0), len(published.seats) - 1
    start = np.full(published.people, published.size / published.people)
    for person, seen in visible.items():
        start[person] *= np.prod([needed[value] for value in seen.values()])
    chance = np.clip(start[:, None] * needed[None, :], 1e-6, 1 - 1e-6)
    odds = chance ** often[:, None] * (1 - chance) ** (panels - often)[:, None] * published.prior
    for own in published.features:
        odds[:, own] /= np.maximum(odds[:, own].sum(axis=1, keepdims=True), 1e-300)
    return odds


def integer_program(published: Published) -> np.ndarray:
    """One assignment of whole values that meets every published total, as near to the least squares as there is."""
    scores = _solution(published)
    guess = np.zeros((published.people, len(published.features)), dtype=int)
    for column, own in enumerate(published.features):
        values = _assign(published, scores[:, own], own)
        guess[:, column] = np.array(own)[values.argmax(axis=1)]
    return guess


def _assign(published: Published, scores: np.ndarray, own: list[int]) -> np.ndarray:
    """People × values of one feature; the relaxation's where no whole one is found in time."""
    people, values = scores.shape
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", SECONDS)
    x = [
        [highs.addVariable(0, 1, -scores[i, v], highspy.HighsVarType.kInteger) for v in range(values)]
        for i in range(people)
    ]
    for row in x:
        highs.addConstr(sum(row[1:], row[0]) == 1)
    rows = [*zip(published.seats, published.counts[:, own], strict=True), (np.ones(people), published.totals[own])]
    for members, counts in rows:
        for v in range(values):
            highs.addConstr(highs.qsum(x[i][v] for i in np.flatnonzero(members)) == counts[v])
    highs.run()
    found = np.array(highs.getSolution().col_value)
    return found.reshape(people, values) if len(found) == people * values else scores


def visible_features(published: Published, truth: np.ndarray) -> np.ndarray:
    """Sex and age of the seated are seen; the rest from how often somebody with these is drawn, and the totals."""
    seen = {i: dict(enumerate(truth[i, :VISIBLE].tolist())) for i in np.flatnonzero(published.is_drawn).tolist()}
    guess = published.best(_solution(published, _likely(published, seen)))
    guess[published.is_drawn, :VISIBLE] = truth[published.is_drawn, :VISIBLE]
    return guess


def gains(record: Json, truth: np.ndarray, attacks: list[str]) -> dict[tuple[str, int], float]:
    """Points above the baseline by attack and feature; what is visible does not count as guessed."""
    published = Published(record)
    base = (from_totals(published) == truth).mean(axis=0)
    seated = published.is_drawn
    base_seated = (from_totals(published) == truth)[seated].mean(axis=0)
    found = {}
    for name in attacks:
        attack = ATTACKS[name]
        guess = attack(published, truth) if name == "visible features" else attack(published)
        right = (guess == truth).mean(axis=0)
        first = VISIBLE if name == "visible features" else 0
        for feature in range(first, len(right)):
            found[name, feature] = 100 * float(right[feature] - base[feature])
        right = (guess == truth)[seated].mean(axis=0)
        for feature in range(first, len(right)):
            found[name + ", seated", feature] = 100 * float(right[feature] - base_seated[feature])
    return found


ATTACKS: dict[str, Any] = {
    "least squares": least_squares,
    "equal chances": equal_chances,
    "bayes": bayes,
    "combined": combined,
    "visible features": visible_features,
    "integer program": integer_program,
}


def truth_of(record: Json, openings: Json) -> np.ndarray:
    """People × features: the value everybody really has."""
    place = {(quota["feature"], quota["value"]): i for i, quota in enumerate(record["committed"]["quotas"])}
    features = list(dict.fromkeys(quota["feature"] for quota in record["committed"]["quotas"]))
    return np.array([[place[pair] for pair in zip(features, row["values"], strict=True)] for row in openings["rows"]])


def with_opened(record: Json, count: int) -> Json:
    """The record as it would be with another number of opened panels; its hashes are left alone."""
    committed = {**record["committed"], "method": {**record["committed"]["method"], "opened": count}}
    return {**record, "committed": committed}


def measure(record: Json, openings: Json, opened: int, numbers: int, attacks: list[str]) -> dict[str, np.ndarray]:
    """By attack: numbers × features of gains, each for a record drawn by another number."""
    truth, found = truth_of(record, openings), defaultdict(list)
    panels, digits = record["committed"]["panels"]["count"], record["committed"]["panels"]["digits"]
    for turn in range(numbers):
        number = f"{(turn * 379 + 137) % panels:0{digits}d}"
        drawn = open_record(with_opened(record, opened), openings, [number])
        result = gains(drawn, truth, attacks)
        for name in dict.fromkeys(attack for attack, _feature in result):
            found[name].append([gain for (attack, _feature), gain in result.items() if attack == name])
    return {name: np.array(rows) for name, rows in found.items()}


def city(features: int, seed: int, people: int = 367, size: int = 56) -> tuple[Json, Json]:
    """A synthetic pool with its record."""
    with tempfile.TemporaryDirectory() as folder:
        make_pool(Path(folder), people, size, features, False, seed)
        problem = read_files(Path(folder) / "categories.csv", Path(folder) / "respondents.csv", size=size)
        return build_record(draw_lottery(problem), f"secret {features} {seed}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, help="record.json openings.json of a draw with its number")
    parser.add_argument("--opened", nargs="+", type=int, help="default: as many as the record says")
    parser.add_argument("--pools", type=int, default=2, help="synthetic pools for each number of features")
    parser.add_argument("--numbers", type=int, default=20, help="public numbers tried on each pool")
    parser.add_argument("--attacks", nargs="+", choices=ATTACKS, default=list(ATTACKS))
    options = parser.parse_args()
    if options.files:
        record, openings = (json.loads(path.read_text()) for path in options.files)
        cities = [(f"{len(record['committed']['pool'])}", record, openings)]
    else:
        cities = [(f"{f} features, {seed}", *city(f, seed)) for f in (5, 6, 7) for seed in range(1, options.pools + 1)]
    print("opened  pool           attack             mean   worst feature's mean   worst single record")
    worst = 0.0
    for name, record, openings in cities:
        for opened in options.opened or [record["committed"]["method"]["opened"]]:
            for attack, rows in measure(record, openings, opened, options.numbers, options.attacks).items():
                by_feature = rows.mean(axis=0)
                print(
                    f"{opened:6d}  {name:14s} {attack:16s} {rows.mean():6.2f} {by_feature.max():10.2f} {rows.max():22.2f}",
                    flush=True,
                )
                worst = max(worst, by_feature.max())
    print(f"best attack on one feature: {worst:.2f} points above the totals (limit {LIMIT})")
    return 1 if worst > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
