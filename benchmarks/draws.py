"""Measures the draw on fresh synthetic city pools, alone or against `sortition-algorithms` on the same files.

    python benchmarks/draws.py                          every instance once
    python benchmarks/draws.py --only 2000/200 --pools 10
    python benchmarks/draws.py --reference              ours and the reference in turn, with ratios
    python benchmarks/draws.py --hard tiny families --only 300/30      pools of the kinds in benchmarks/hard.py

CPU is that of the whole command in a process of its own, reading and writing included, on one core. Each result is
checked from the files alone: every panel against quotas, size and households; the list against the probabilities; the
minimum against the reference's. `sortition-algorithms` (GPL-3) is measured and never imported by the portal; its leximin
needs Gurobi and runs as far as Gurobi's free licence goes.
"""

import argparse
import csv
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.hard import KINDS, make_hard_pool

ROOT = Path(__file__).resolve().parent.parent
INFEASIBLE = 3  # exit code of the command where no panel meets the quotas
SAME = 1e-6  # chances that differ by less count as equal
FEATURES = ("gender", "age", "education", "migration", "district", "household", "work")
VALUES = {
    "gender": ["female", "male", "diverse"],
    "age": ["16-29", "30-44", "45-59", "60-74", "75+"],
    "education": ["none or lower", "middle", "upper", "degree"],
    "migration": ["none", "one-sided", "own or both"],
    "district": ["Mitte", "Nord", "Ost", "Süd", "West", "Hafen", "Berg"],
    "household": ["one", "two", "three", "four or more"],
    "work": ["employed", "part-time", "self-employed", "in education", "not working"],
}
INSTANCES = {
    "300/30": (300, 30, 5, False),
    "600/80": (600, 80, 5, False),
    "1200/100": (1200, 100, 5, False),
    "2000/200": (2000, 200, 5, False),
    "2000/200 six": (2000, 200, 6, False),
    "600/80 households": (600, 80, 5, True),
    "1200/100 households": (1200, 100, 5, True),
    "2000/200 households": (2000, 200, 5, True),
    "300/30 seven": (300, 30, 7, False),
    "1727/110 seven": (1727, 110, 7, False),
    "2000/200 seven": (2000, 200, 7, False),
    "10000/160 households": (10000, 160, 5, True),
    "10000/160": (10000, 160, 5, False),
    "50000/160": (50000, 160, 5, False),
    "50000/160 six": (50000, 160, 6, False),
    "50000/160 seven": (50000, 160, 7, False),
    "50000/160 households": (50000, 160, 5, True),
}
BY_AGE = {
    "education": [[15, 25, 40, 20], [15, 25, 28, 32], [25, 32, 20, 23], [38, 30, 14, 18], [50, 28, 10, 12]],
    "migration": [[60, 10, 30], [62, 8, 30], [68, 6, 26], [80, 5, 15], [88, 4, 8]],
    "household": [[30, 25, 20, 25], [25, 30, 20, 25], [25, 35, 20, 20], [35, 50, 10, 5], [50, 45, 4, 1]],
    "work": [[35, 15, 10, 35, 5], [60, 20, 8, 5, 7], [60, 20, 8, 0, 12], [12, 10, 3, 0, 75], [1, 2, 2, 0, 95]],
}
FLAT = {"gender": [505, 490, 5], "age": [20, 25, 24, 20, 11], "district": [28, 20, 14, 12, 11, 9, 6]}
# Who replies: older, better educated, without migration history, from the better-off districts.
REPLIES = {
    "gender": [1.0, 1.05, 1.0],
    "age": [0.5, 0.8, 1.1, 1.5, 0.9],
    "education": [0.45, 0.7, 1.3, 2.4],
    "migration": [1.2, 0.8, 0.5],
    "district": [1.2, 1.0, 0.9, 0.8, 1.1, 0.7, 1.0],
}


def make_pool(folder: Path, people: int, size: int, features: int, households: bool, seed: int) -> None:
    """Write categories.csv and respondents.csv of a synthetic city; quotas are a seat around the population's share."""
    generator = np.random.default_rng(seed)
    names = FEATURES[:features]
    city = _city(generator, 12 * people)
    weight = np.prod([np.array(odds)[city[name]] for name, odds in REPLIES.items()], axis=0)
    replied = generator.choice(12 * people, people, replace=False, p=weight / weight.sum())
    rows = [["category", "feature", "min", "max"]]
    for name in names:
        for value, label in enumerate(VALUES[name]):
            share = float((city[name] == value).mean()) * size
            available = int((city[name][replied] == value).sum())
            least = min(max(int(np.floor(share)) - 1, 0), available)
            rows.append([name, label, str(least), str(int(np.ceil(share)) + 1)])
    _write(folder / "categories.csv", rows)
    homes = _homes(generator, people) if households else np.arange(people)
    table = [["id", *names, "street", "city"]]
    for number, person in enumerate(replied.tolist()):
        answers = [VALUES[name][city[name][person]] for name in names]
        table.append([f"p{number:05d}", *answers, f"Straße {homes[number]}", "Musterstadt"])
    _write(folder / "respondents.csv", table)


def _city(generator: np.random.Generator, people: int) -> dict[str, np.ndarray]:
    city = {name: generator.choice(len(odds), people, p=np.array(odds) / sum(odds)) for name, odds in FLAT.items()}
    for name, table in BY_AGE.items():
        ends = np.cumsum(np.array(table) / np.sum(table, axis=1, keepdims=True), axis=1)
        column = (generator.random(people)[:, None] > ends[city["age"]]).sum(axis=1)
        city[name] = np.minimum(column, len(table[0]) - 1)
    return city


def _homes(generator: np.random.Generator, people: int) -> np.ndarray:
    """A third of the people share an address with one other."""
    homes = np.arange(people)
    shuffled = generator.permutation(people)
    pairs = people // 6
    homes[shuffled[:pairs]] = homes[shuffled[pairs : 2 * pairs]]
    return homes


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def measured(command: list[str], limit: float | None = None) -> tuple[float, bool]:
    """CPU seconds (user and system) of a command on one core, and whether it ended before the limit (seconds)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    ended = True
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=limit
        )
        if done.returncode not in (0, INFEASIBLE):
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    except subprocess.TimeoutExpired:
        ended = False
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended


def run_ours(folder: Path, size: int, households: bool, algorithm: str = "leximin") -> float:
    """CPU seconds of the command on the folder's files; quotas that no panel meets end it early."""
    command = [sys.executable, "-m", "lottery.draw", "--quotas", str(folder / "categories.csv")]
    command += ["--pool", str(folder / "respondents.csv"), "--size", str(size), "--algorithm", algorithm]
    command += ["--address", "street", "city"] if households else []
    return measured([*command, "--out", str(folder / "out")])[0]


def check(folder: Path, size: int, households: bool) -> dict[str, float]:
    """Read the results back and check them; returns the figures worth printing."""
    with (folder / "respondents.csv").open(encoding="utf-8") as file:
        people = {row["id"]: row for row in csv.DictReader(file)}
    with (folder / "categories.csv").open(encoding="utf-8") as file:
        quotas = [(row["category"], row["feature"], int(row["min"]), int(row["max"])) for row in csv.DictReader(file)]
    panels: dict[str, list[str]] = {}
    with (folder / "out" / "panels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            panels.setdefault(row["panel"], []).append(row["id"])
    features = list(dict.fromkeys(quota[0] for quota in quotas))
    for members in panels.values():
        assert len(set(members)) == size
        counts = Counter((feature, people[member][feature]) for member in members for feature in features)
        assert all(least <= counts[feature, value] <= most for feature, value, least, most in quotas)
        assert not households or len({people[member]["street"] for member in members}) == size
    with (folder / "out" / "chances.csv").open(encoding="utf-8") as file:
        chances = [(float(row["probability"]), float(row["listed"])) for row in csv.DictReader(file)]
    probability, listed = np.array(chances).T
    assert abs(probability.sum() - size) < 1e-6
    return {
        "panels": len(panels),
        "smallest": probability[probability > 1e-9].min(),
        "off": float(np.abs(listed - probability).max() * len(panels)),
    }


def reference(folder: Path, size: int, households: bool, algorithm: str) -> None:
    """Runs inside a process of its own: writes the sorted probabilities of the reference's distribution."""
    from sortition_algorithms import features as quotas
    from sortition_algorithms.committee_generation import find_distribution_leximin, find_distribution_maximin
    from sortition_algorithms.people import read_in_people
    from sortition_algorithms.settings import Settings

    find = {"leximin": find_distribution_leximin, "maximin": find_distribution_maximin}[algorithm]
    address = ["street", "city"] if households else []
    settings = Settings(
        id_column="id",
        columns_to_keep=[],
        check_same_address=households,
        check_same_address_columns=address,
        solver_backend="highspy",
    )
    with (folder / "categories.csv").open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        body = [{**row, "name": row["feature"]} for row in reader]
    head = ["category", "name", "min", "max"]
    collection, *_ = quotas.read_in_features(head, [{key: row[key] for key in head} for row in body])
    with (folder / "respondents.csv").open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        people, _ = read_in_people(list(reader.fieldnames or []), list(reader), collection, settings)
    committees, weights, _ = find(collection, people, size, address, "highspy")
    chances: Counter[str] = Counter()
    for committee, weight in zip(committees, weights, strict=True):
        for member in committee:
            chances[member] += weight
    found = sorted([*chances.values(), *[0.0] * (people.count - len(chances))])
    (folder / f"{algorithm}.txt").write_text("\n".join(map(repr, map(float, found))))


def leximin_order(ours: np.ndarray, theirs: np.ndarray) -> str:
    """Which of two distributions is fairer by leximin: sorted, the first place decides where what stands up to it differs.

    By more than SAME, and in sum: a solver that keeps every small chance a hair too low has more left for the large ones,
    and would win by what it took.
    """
    ours, theirs = np.sort(ours), np.sort(theirs)
    until = np.cumsum(ours) - np.cumsum(theirs)
    apart = np.flatnonzero(np.abs(until) > SAME)
    if not len(apart):
        return "equal"
    at = int(apart[0])
    return f"{'ours' if until[at] > 0 else 'THEIRS'} from place {at + 1}: {ours[at]:.6f} against {theirs[at]:.6f}"


def compare(folder: Path, name: str, people: int, size: int, households: bool, ours: float, limit: float) -> None:
    """Run the reference on the same files; print how much longer it takes and whose chances are fairer.

    Where it has not ended after `limit` seconds that is said, with the ratio it has reached by then.
    """
    with (folder / "out" / "chances.csv").open(encoding="utf-8") as file:
        own = np.array([float(row["probability"]) for row in csv.DictReader(file)])
    for algorithm in ("maximin", "leximin"):
        if algorithm == "leximin" and people > 400:
            continue
        command = [sys.executable, __file__, "--one", str(folder), str(size), str(int(households)), algorithm]
        cpu, ended = measured(command, limit)
        if not ended:
            print(f"  {name}: reference {algorithm} stopped after {cpu:.1f} s, more than {cpu / ours:.1f} times ours")
            continue
        theirs = np.array([float(line) for line in (folder / f"{algorithm}.txt").read_text().split()])
        order = leximin_order(own, theirs)
        print(
            f"  {name}: reference {algorithm} {cpu:8.1f} s, {cpu / ours:6.1f} times ours; smallest: ours {own.min():.9f}, "
            f"theirs {theirs.min():.9f}; fairer by leximin: {order}",
            flush=True,
        )
        assert own.min() >= theirs.min() - 1e-9 and "THEIRS" not in order


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=INSTANCES, default=list(INSTANCES))
    parser.add_argument("--pools", type=int, default=1, help="fresh pools per instance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--algorithm", default="leximin")
    parser.add_argument("--reference", action="store_true")
    parser.add_argument("--limit", type=float, default=900, help="seconds after which the reference is stopped")
    parser.add_argument("--hard", nargs="+", choices=KINDS, default=[], help="kinds of hard pools instead of a city's")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        folder, size, households, algorithm = options.one
        reference(Path(folder), int(size), bool(int(households)), algorithm)
        return
    for name in options.only:
        for kind in options.hard or [""]:
            times = [one_pool(name, kind, options.seed + pool, options) for pool in range(options.pools)]
            if len(times) > 1:
                print(
                    f"{name:20s} {kind} median {statistics.median(times):.2f} s, worst {max(times):.2f} s", flush=True
                )


def one_pool(name: str, kind: str, seed: int, options: argparse.Namespace) -> float:
    """Make, draw, check and print one pool, a city's or of a hard kind; CPU seconds of the command."""
    people, size, features, households = INSTANCES[name]
    households = households or kind == "families"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if kind:
            make_hard_pool(folder, people, size, features, kind, seed)
        else:
            make_pool(folder, people, size, features, households, seed)
        ours = run_ours(folder, size, households, options.algorithm)
        title = f"{name} {kind}".strip()
        if not (folder / "out").exists():
            print(f"{title:28s} {ours:6.2f} s  no panel meets the quotas", flush=True)
            return ours
        figures = check(folder, size, households)
        print(
            f"{title:28s} {ours:6.2f} s  {figures['panels']:5.0f} panels  smallest {figures['smallest']:.6f}"
            f"  list off by {figures['off']:.2f} places  load {os.getloadavg()[0]:.0f}",
            flush=True,
        )
        if options.reference:
            compare(folder, name, people, size, households, ours, options.limit)
    return ours


if __name__ == "__main__":
    main()
