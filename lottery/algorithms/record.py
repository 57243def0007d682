"""The record of a draw: what is published, and what the auditor gets to open it with.

The *public* record has the quotas, the pseudonyms and salted hashes ("leaves") of everything else: each person's row,
each person's numbers on the list, each panel, the ranking of alternates. `commitment` is the hash of all of it; whoever
has it before the public number exists can check afterwards that nothing was changed.

The panels themselves are not public before they are opened one by one: where the list is longer than the pool, the
panels alone give away every feature whose quota is the same in each panel, by linear algebra, without a single published
count (see docs/lottery-method.md).

The *auditor's* openings have the rows, the panels and the secret from which all salts follow.
"""

import hashlib
import hmac
from typing import Any

import highspy
import numpy as np

from audit.canonical import canonical_json, digest
from lottery.algorithms.alternates import rank_alternates
from lottery.algorithms.certificate import certify_smallest
from lottery.algorithms.drawing import Lottery
from lottery.algorithms.mixture import Mixture
from lottery.algorithms.problem import Problem
from lottery.algorithms.weights import PRECISE

FORMAT = "allmende-draw-1"


def default_secret(problem: Problem) -> str:
    """A secret that follows from the whole input, for draws from files; whoever knows all of it can derive it too."""
    quotas = [[q.feature, q.value, q.minimum, q.maximum] for q in problem.quotas]
    rows = sorted(
        [name, *(str(answer) for answer in row)]
        for name, row in zip(problem.ids, problem.answers.tolist(), strict=True)
    )
    return digest([FORMAT, problem.size, quotas, rows])


def build_record(lottery: Lottery, secret: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The public record and the auditor's openings, both fit for canonical JSON."""
    problem = lottery.problem
    names = [_keyed(secret, "pseudonym", name)[:16] for name in problem.ids]
    order = sorted(range(problem.people), key=lambda person: names[person])
    place = {person: at for at, person in enumerate(order)}
    panels = [sorted(place[person] for person in panel) for panel in lottery.panels.tolist()]
    lists: list[list[int]] = [[] for _ in order]
    for number, panel in enumerate(panels):
        for at in panel:
            lists[at].append(number)
    rows = [_row(problem, person) for person in order]
    ranking = [place[person] for person in rank_alternates(problem.ids, secret)]
    record: dict[str, Any] = {
        "format": FORMAT,
        "view": "public",
        "algorithm": lottery.algorithm,
        "size": problem.size,
        "quotas": [
            {"feature": q.feature, "value": q.value, "min": q.minimum, "max": q.maximum} for q in problem.quotas
        ],
        "pool": [names[person] for person in order],
        "panels": len(panels),
        "digits": lottery.digits,
        "row_leaves": [leaf(secret, "row", at, row) for at, row in enumerate(rows)],
        "list_leaves": [leaf(secret, "list", at, numbers) for at, numbers in enumerate(lists)],
        "panel_leaves": [leaf(secret, "panel", number, panel) for number, panel in enumerate(panels)],
        "ranking_leaf": leaf(secret, "ranking", 0, ranking),
        "chances": _summary(lottery),
        "tolerances": {"chance": f"{PRECISE:.0e}"},
        "versions": {"highspy": _highspy_version(), "numpy": np.__version__},
    }
    record["commitment"] = digest(record)
    openings = {
        "format": FORMAT,
        "view": "auditor",
        "commitment": record["commitment"],
        "secret": secret,
        "ids": [problem.ids[person] for person in order],
        "rows": rows,
        "panels": panels,
        "ranking": ranking,
        "proof": _proof(lottery.mixture),
    }
    return record, openings


def salt(secret: str, kind: str, number: int) -> str:
    """The salt of one leaf; opening it opens no other."""
    return _keyed(secret, "salt", f"{kind}/{number}")


def leaf(secret: str, kind: str, number: int, value: Any) -> str:
    """The hash that commits to one row, list, panel or ranking."""
    return hash_leaf(salt(secret, kind, number), kind, number, value)


def hash_leaf(salted: str, kind: str, number: int, value: Any) -> str:
    """As `leaf`, from the opened salt."""
    return hashlib.sha256(canonical_json([salted, kind, number, value])).hexdigest()


def _keyed(secret: str, *parts: str) -> str:
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def _row(problem: Problem, person: int) -> dict[str, Any]:
    values = [problem.quotas[answer].value for answer in problem.answers[person].tolist()]
    return {"values": values, "household": int(problem.households[person])}


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
    multipliers = {str(row): str(value) for row, value in sorted(certificate.multipliers.items())}
    return {"multipliers": multipliers, "bound": str(certificate.bound), "cuts": cuts}


def _highspy_version() -> str:
    return highspy.Highs().version()
