"""What the auditor checks with all openings: every row, every panel, households, chances, and that none is fairer.

Standard library only; fractions are exact.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from lottery.algorithms.commitments import Seals, decode
from lottery.algorithms.leaves import FORMAT, keyed, leaf, salt
from lottery.algorithms.opening import blinding_of
from lottery.checks.form import AUDITOR, wrong_form
from lottery.checks.optimum import Pool, bound_of, pool_of
from lottery.checks.report import Report

Json = dict[str, Any]
NONE = Fraction(1, 10**12)  # a chance up to this is none
SAME = Fraction(1, 10**6)  # chances that differ by less are the same


def check_auditor(report: Report, record: Json, openings: Json) -> None:
    """Add to the public report what the openings show."""
    report.view = "auditor"
    report.unchecked = [one for one in report.unchecked if not one.startswith("panels that were not opened")]
    committed = record["committed"]
    if not report.check("openings: form", lambda: _form(record, openings)):
        return
    pool: list[Pool] = []
    if not report.check("rows: values that the quotas know", lambda: _rows(committed, openings, pool)):
        return
    (found,) = pool
    report.check("rows: each is the one that was sealed", lambda: _seals(committed, openings, found))
    report.check("pseudonyms", lambda: _pseudonyms(report, committed, openings))
    report.check("people: chance and numbers as sealed", lambda: _people(committed, openings))
    report.check("panels: each is the one that was sealed", lambda: _panels(committed, openings))
    report.check("panels: size, households and every quota", lambda: _valid(committed, openings, found))
    report.check("chances: as the list gives them, the same for the same features", lambda: _chances(record, openings))
    report.check("proof: the one that was sealed", lambda: _proof(committed, openings))
    report.check("chances: the summary", lambda: _summary(committed, openings))
    report.check(
        "optimum: no mixture of panels has a higher smallest chance", lambda: _optimum(report, record, openings, found)
    )
    if report.stage == "drawn":
        report.check("what was published of the draw", lambda: _drawn(record, openings))
    report.unchecked.append("whether people and features are real: the custody audit meets or phones some of them")
    report.unchecked.append("whether those with chance 0 could have been given one")


def _form(record: Json, openings: Json) -> Iterator[str]:
    yield from wrong_form(openings, AUDITOR)
    if openings.get("format") != FORMAT or openings.get("view") != "auditor":
        yield f"these are no auditor's openings of the format {FORMAT}"
    if openings.get("commitment") != record.get("commitment"):
        yield "they belong to another record"
    committed, people = record["committed"], len(record["committed"]["pool"])
    for key in ("rows", "ids"):
        if len(openings[key]) != people:
            yield f"{key}: {people} people have {len(openings[key])}"
    if len(openings["panels"]) != committed["panels"]["count"]:
        yield f"panels: {committed['panels']['count']} were sealed, {len(openings['panels'])} are there"
    for number, panel in enumerate(openings["panels"]):
        if any(at >= people for at in panel):
            yield f"panel {number} has somebody who is not in the pool"
    if len(set(openings["ids"])) != len(openings["ids"]):
        yield "ids: somebody stands there twice"


def _rows(committed: Json, openings: Json, found: list[Pool]) -> Iterator[str]:
    places = {(quota["feature"], quota["value"]) for quota in committed["quotas"]}
    features = list(dict.fromkeys(quota["feature"] for quota in committed["quotas"]))
    for name, row in zip(committed["pool"], openings["rows"], strict=True):
        pairs = list(zip(features, row["values"], strict=False))
        if len(row["values"]) != len(features) or not set(pairs) <= places:
            yield f"{name}: {row['values']} are not one value of each feature"
            return
    found.append(pool_of(committed["quotas"], committed["method"]["size"], openings["rows"]))


def _seals(committed: Json, openings: Json, pool: Pool) -> Iterator[str]:
    secret, names = openings["secret"], committed["pool"]
    rows = [row["values"] for row in openings["rows"]]
    blindings = [blinding_of(secret, name, row) for name, row in zip(names, rows, strict=True)]
    seals = Seals([(quota["feature"], quota["value"]) for quota in committed["quotas"]], len(names))
    made = seals.seal_rows([list(answer) for answer in pool.answers], blindings)
    for name, text, point in zip(names, committed["seals"], made, strict=True):
        if decode(text) != point:
            yield f"{name}: the row is not the one that was sealed"


def _pseudonyms(report: Report, committed: Json, openings: Json) -> Iterator[str]:
    if committed["method"]["pseudonyms"] == "given":
        yield from _given(report, committed, openings)
        return
    for name, one in zip(committed["pool"], openings["ids"], strict=True):
        if keyed(openings["secret"], "pseudonym", one)[:16] != name:
            yield f"{name} is not the pseudonym of {one}"


def _given(report: Report, committed: Json, openings: Json) -> Iterator[str]:
    """Pseudonyms that came with the pool: the portal's own stand for themselves; what others stand for is not sealed."""
    other = [(name, one) for name, one in zip(committed["pool"], openings["ids"], strict=True) if name != one]
    if len(other) == len(openings["ids"]):
        report.unchecked.append(
            "which id belongs to which pseudonym: they were given, and nothing in the seal ties them"
        )
        return
    for name, one in other:
        yield f"{name} is called {one}, while others stand for themselves"


def _numbers(openings: Json) -> list[list[int]]:
    """For each person the numbers of the panels the person is on."""
    numbers: list[list[int]] = [[] for _ in openings["rows"]]
    for number, panel in enumerate(openings["panels"]):
        for at in panel:
            numbers[at].append(number)
    return numbers


def _people(committed: Json, openings: Json) -> Iterator[str]:
    for at, (row, own) in enumerate(zip(openings["rows"], _numbers(openings), strict=True)):
        place = {"household": row["household"], "chance": row["chance"], "numbers": own}
        if leaf(openings["secret"], "person", at, place) != committed["leaves"][at]:
            yield f"{committed['pool'][at]}: household, chance or numbers are not what was sealed"


def _panels(committed: Json, openings: Json) -> Iterator[str]:
    for number, panel in enumerate(openings["panels"]):
        if leaf(openings["secret"], "panel", number, panel) != committed["panels"]["leaves"][number]:
            yield f"panel {number} is not the one that was sealed"


def _valid(committed: Json, openings: Json, pool: Pool) -> Iterator[str]:
    size, homes = committed["method"]["size"], [row["household"] for row in openings["rows"]]
    for number, panel in enumerate(openings["panels"]):
        if len(panel) != size or len(set(panel)) != size:
            yield f"panel {number} does not have {size} different people"
        if len({homes[at] for at in panel}) != len(panel):
            yield f"panel {number} has two people of one household"
        have = Counter(answer for at in panel for answer in pool.answers[at])
        for place, quota in enumerate(committed["quotas"]):
            if not quota["min"] <= have[place] <= quota["max"]:
                yield f"panel {number}: {quota['feature']} = {quota['value']}: {have[place]} is out of bounds"


def _chances(record: Json, openings: Json) -> Iterator[str]:
    committed, count = record["committed"], len(openings["panels"])
    size = committed["method"]["size"]
    chances = [Fraction(row["chance"]) for row in openings["rows"]]
    shares = [Fraction(len(own), count) for own in _numbers(openings)]
    if abs(sum(chances) - size) > SAME:
        yield f"the chances do not add up to {size} seats"
    for name, chance, share in zip(committed["pool"], chances, shares, strict=True):
        if abs(chance - share) > Fraction(2, count) + SAME:
            yield f"{name}: the chance is {float(chance):.6f}, the list gives {float(share):.6f}"
    groups = defaultdict(list)
    for at, key in enumerate(pool_of(committed["quotas"], size, openings["rows"]).keys):
        groups[key].append(at)
    for members in groups.values():
        own = [chances[at] for at in members]
        if max(own) - min(own) > SAME:
            yield f"{committed['pool'][members[0]]} and others have the same features and different chances"


def _summary(committed: Json, openings: Json) -> Iterator[str]:
    chances = [Fraction(row["chance"]) for row in openings["rows"]]
    possible = [chance for chance in chances if chance > NONE]
    listed = [bool(own) for own in _numbers(openings)]
    summary = committed["chances"]
    if abs(Fraction(summary["smallest"]) - min(possible)) > NONE:
        yield f"the smallest is {float(min(possible)):.12f}"
    if abs(Fraction(summary["largest"]) - max(possible)) > NONE:
        yield f"the largest is {float(max(possible)):.12f}"
    if summary["without"] != len(chances) - len(possible):
        yield f"{len(chances) - len(possible)} have none"
    unlisted = sum(not there for chance, there in zip(chances, listed, strict=True) if chance > NONE)
    if summary["unlisted"] != unlisted:
        yield f"{unlisted} are on no panel"


def _proof(committed: Json, openings: Json) -> Iterator[str]:
    if leaf(openings["secret"], "proof", 0, openings["proof"]) != committed["proof"]:
        yield "the multipliers, the bound or the inequalities are not what was sealed"


def _optimum(report: Report, record: Json, openings: Json, pool: Pool) -> Iterator[str]:
    proof, algorithm = openings["proof"], record["committed"]["method"]["algorithm"]
    smallest = min(Fraction(row["chance"]) for row in openings["rows"] if Fraction(row["chance"]) > NONE)
    if not proof["multipliers"]:
        if proof["bound"] or proof["cuts"]:
            yield "there is a bound or an inequality, and no multipliers that prove it"
        report.unchecked.append(
            "that no mixture has a higher smallest chance: the record has no proof (there is none where no quota holds it)"
        )
        return
    yield from _broken_inequalities(proof["cuts"], openings["panels"], pool)
    can = [any(Fraction(openings["rows"][at]["chance"]) > NONE for at in own) for own in pool.members]
    bound = bound_of(pool, proof, can)
    if bound is None:
        yield "the multipliers prove no bound"
        return
    if str(bound) != proof["bound"]:
        yield f"the multipliers prove {bound}, not {proof['bound']}"
    elif smallest > bound + SAME:
        yield f"the smallest chance {float(smallest):.9f} is above what the proof allows"
    elif algorithm in ("leximin", "maximin") and smallest < bound - SAME:
        yield f"the smallest chance is {float(smallest):.9f}; the proof allows {float(bound):.9f}"
    report.findings.append(f"no mixture gives everybody more than {bound} = {float(bound):.9f}")
    if any(int(row) >= pool.first_cut for row in proof["multipliers"]):
        report.unchecked.append("inequalities that only the integer program decided; they take part in the proof")
    if algorithm not in ("leximin", "maximin"):
        report.unchecked.append(f"that the chances are best by {algorithm}: only the smallest chance has a proof")
    elif algorithm == "leximin":
        report.unchecked.append("the levels above the smallest chance: run the draw again and compare")


def _broken_inequalities(cuts: list[Json], panels: list[list[int]], pool: Pool) -> Iterator[str]:
    """What only the integer program decided must at least hold for the panels that are there."""
    kind = {at: number for number, members in enumerate(pool.members) for at in members}
    for place, cut in enumerate(cuts):
        if set(cut) != {"weights", "bound"} or len(cut["weights"]) != len(pool.members):
            yield f"inequality {place} is not one over {len(pool.members)} kinds of people"
            continue
        for number, panel in enumerate(panels):
            if sum(cut["weights"][kind[at]] for at in panel) > cut["bound"]:
                yield f"inequality {place} does not hold for panel {number}"
                break


def _drawn(record: Json, openings: Json) -> Iterator[str]:
    pool, drawn = record["committed"]["pool"], record["drawn"]
    for panel in [drawn["panel"], *drawn["opened"]]:
        number = panel["number"]
        if panel["members"] != [pool[at] for at in openings["panels"][number]]:
            yield f"panel {number} is another one"
        if panel["salt"] != salt(openings["secret"], "panel", number):
            yield f"panel {number} has another salt"
