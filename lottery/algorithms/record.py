"""The record of a draw: what is published and sealed before the number, and what the auditor gets to open it with.

The *public* record has quotas, pseudonyms, for each person one point that seals the row (`commitments`), and salted
hashes ("leaves") of everything else: each person's chance and numbers on the list, each panel. `commitment` is the hash over all parts; whoever has it before the public number exists can check afterwards
that nothing was changed.

The panels themselves are not public before they are opened one by one: where the list is longer than the pool, the
panels alone give away every feature whose quota is the same in each panel, by linear algebra, without a single published
count. How many are opened follows from what the attacks of benchmarks/attacks.py find (docs/verify.md).

The *auditor's* openings have the rows, the panels and the secret from which all salts and blindings follow. `opening`
makes what everybody sees after the number, and what a volunteer gets.
"""

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np

from audit.canonical import digest
from lottery.algorithms.certificate import certify_smallest
from lottery.algorithms.choosing import check_source, drum
from lottery.algorithms.classes import Classes
from lottery.algorithms.commitments import Seals, encode
from lottery.algorithms.drawing import Lottery
from lottery.algorithms.leaves import FORMAT, commitment_of, keyed, leaf, part_hashes
from lottery.algorithms.mixture import Mixture
from lottery.algorithms.opening import blinding_of, open_totals
from lottery.algorithms.problem import Problem
from lottery.algorithms.weights import PRECISE

OPENED = 0
"""Panels opened beside the drawn one. One is enough to tell which of the seated are in demand, hence rare: guesses at a
feature of theirs get 11 points better on average (docs/verify.md). With none, nobody can do better than the totals."""

Json = dict[str, Any]


def default_secret(problem: Problem) -> str:
    """A secret that follows from the whole input, for draws from files; whoever knows all of it can derive it too."""
    quotas = [[q.feature, q.value, q.minimum, q.maximum] for q in problem.quotas]
    rows = sorted(
        [name, *(str(answer) for answer in row)]
        for name, row in zip(problem.ids, problem.answers.tolist(), strict=True)
    )
    return digest([FORMAT, problem.size, quotas, rows])


def build_record(
    lottery: Lottery,
    secret: str,
    *,
    pseudonyms: Sequence[str] | None = None,
    source: Json | None = None,
    census: Json | None = None,
    context: Json | None = None,
    opened: int = OPENED,
) -> tuple[Json, Json]:
    """The sealed public record and the auditor's openings, both fit for canonical JSON.

    `secret` is new for every draw. `pseudonyms` has one text per person in the pool's order (default: derived from
    secret and id). `source` names where the number will come from (default: a drum; see `choosing`), `census` where the
    shares behind the quotas come from, `context` what else is sealed with it (title, council, hashes of what went
    before). `opened` panels beside the drawn one will be opened. `rowproofs.prove_rows` proves to everybody, at any time
    afterwards, that each row has exactly one value per feature.
    """
    problem = lottery.problem
    names = list(pseudonyms) if pseudonyms else [keyed(secret, "pseudonym", name)[:16] for name in problem.ids]
    if len(set(names)) != problem.people:
        raise ValueError("every person of the pool needs a pseudonym of their own")
    order = sorted(range(problem.people), key=lambda person: names[person])
    source = source or drum(len(lottery.panels))
    check_source(source, len(lottery.panels))
    openings = _openings(lottery, secret, order)
    pool = [names[person] for person in order]
    blindings = [blinding_of(secret, name, row["values"]) for name, row in zip(pool, openings["rows"], strict=True)]
    committed: Json = {
        "draw": context or {},
        "method": _method(lottery, opened, are_given=bool(pseudonyms)),
        "quotas": [
            {"feature": q.feature, "value": q.value, "min": q.minimum, "max": q.maximum} for q in problem.quotas
        ],
        "census": census or {},
        "pool": pool,
        "seals": _seals(problem, order, blindings),
        "leaves": [leaf(secret, "person", at, place) for at, place in enumerate(_places(openings))],
        "panels": _panels(lottery, secret, openings),
        "chances": _summary(lottery),
        "proof": leaf(secret, "proof", 0, openings["proof"]),
        "source": source,
    }
    record: Json = {"format": FORMAT, "view": "public", "stage": "sealed", "committed": committed}
    committed["totals"] = open_totals(record, openings, range(problem.people), blindings)
    record["parts"] = part_hashes(committed)
    record["commitment"] = openings["commitment"] = commitment_of(record["parts"])
    return record, openings


def _method(lottery: Lottery, opened: int, *, are_given: bool) -> Json:
    """How the chances were found, and with what."""
    return {
        "algorithm": lottery.algorithm,
        "size": lottery.problem.size,
        "opened": min(opened, len(lottery.panels) - 1),
        "pseudonyms": "given" if are_given else "derived",
        "tolerances": {"chance": f"{PRECISE:.0e}"},
        "versions": {"highspy": _highspy_version(), "numpy": np.__version__},
    }


def _panels(lottery: Lottery, secret: str, openings: Json) -> Json:
    """Each panel sealed under its number."""
    leaves = [leaf(secret, "panel", number, panel) for number, panel in enumerate(openings["panels"])]
    return {"count": len(lottery.panels), "digits": lottery.digits, "leaves": leaves}


def _openings(lottery: Lottery, secret: str, order: list[int]) -> Json:
    """Everything, in the order of the pseudonyms."""
    problem = lottery.problem
    place = {person: at for at, person in enumerate(order)}
    homes: dict[int, int] = {}
    rows = []
    for person in order:
        values = [problem.quotas[answer].value for answer in problem.answers[person].tolist()]
        home = homes.setdefault(int(problem.households[person]), len(homes))
        rows.append({"values": values, "household": home, "chance": f"{lottery.chances[person]:.12f}"})
    return {
        "format": FORMAT,
        "view": "auditor",
        "secret": secret,
        "ids": [problem.ids[person] for person in order],
        "rows": rows,
        "panels": [sorted(place[person] for person in panel) for panel in lottery.panels.tolist()],
        "proof": _proof(lottery.mixture),
    }


def _places(openings: Json) -> list[Json]:
    """What each person's leaf commits to; as `opening.place_of`, for all at once."""
    numbers: list[list[int]] = [[] for _ in openings["rows"]]
    for number, panel in enumerate(openings["panels"]):
        for at in panel:
            numbers[at].append(number)
    return [
        {"household": row["household"], "chance": row["chance"], "numbers": own}
        for row, own in zip(openings["rows"], numbers, strict=True)
    ]


def _seals(problem: Problem, order: list[int], blindings: list[int]) -> list[str]:
    """One point per person, in the order of the pseudonyms."""
    quotas = [(quota.feature, quota.value) for quota in problem.quotas]
    rows = [problem.answers[person].tolist() for person in order]
    return [encode(point) for point in Seals(quotas, len(rows)).seal_rows(rows, blindings)]


def _summary(lottery: Lottery) -> dict[str, Any]:
    possible = lottery.chances[lottery.chances > 1e-12]
    return {
        "smallest": f"{possible.min():.12f}",
        "largest": f"{possible.max():.12f}",
        "without": len(lottery.never),
        "unlisted": len(lottery.unlisted),
    }


def _proof(mixture: Mixture) -> dict[str, Any]:
    """Multipliers that prove the smallest chance, and the inequalities that rest on the integer program."""
    try:
        certificate = certify_smallest(mixture.polytope, mixture.target)
    except ValueError:
        return {"multipliers": {}, "bound": "", "cuts": []}
    cuts = [{"weights": cut.weights.tolist(), "bound": cut.bound} for cut in mixture.polytope.cuts]
    multipliers = {
        str(row_number(mixture.polytope.classes, row)): str(value)
        for row, value in sorted(certificate.multipliers.items())
    }
    return {"multipliers": multipliers, "bound": str(certificate.bound), "cuts": cuts}


def row_number(classes: Classes, row: int) -> int:
    """The number in the published proof of a row of the relaxation: there the patterns of merged households count too."""
    group = row - len(classes.lower) - 1
    return len(classes.lower) + 1 + classes.groups[group].number if 0 <= group < len(classes.groups) else row


def _highspy_version() -> str:
    return highspy.Highs().version()
