"""Before the quotas are signed: can they be met, which smallest change helps, and how fair is the draw they give?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.canonical import digest
from audit.jobs import start_job
from audit.models import Job
from audit.services import label, record, require
from lottery import record as published
from lottery.algorithms.classes import Classes, find_classes
from lottery.algorithms.comparison import Comparison, compare_objectives
from lottery.algorithms.feasibility import Change, Infeasible, require_feasible
from lottery.algorithms.greedy import naive_chances
from lottery.algorithms.objectives import OBJECTIVES
from lottery.algorithms.polytope import Polytope
from lottery.algorithms.problem import InputError
from lottery.models import Draw, Quota
from lottery.permissions import can
from lottery.services.preparation import locked
from lottery.volunteers import Table, describe, explain, problem_of, volunteers

Bounds = Mapping[int, tuple[int, int]]
"""Minimum and maximum by the key of a quota."""

NAIVE_ENOUGH = 10
"""Finished naive draws below which their chances are not shown."""


@dataclass(frozen=True)
class Relaxation:
    """Changes of quotas that make a panel possible, in words and as bounds, and by how many seats in all."""

    words: tuple[str, ...]
    bounds: dict[int, tuple[int, int]]
    seats: int


@dataclass(frozen=True)
class Feasibility:
    """Whether a panel can meet the quotas; if not, the smallest change as a whole and each of one quota alone."""

    problem: str = ""
    together: Relaxation | None = None
    alone: tuple[Relaxation, ...] = ()

    @property
    def is_met(self) -> bool:
        return not self.problem


def assess_quotas(draw: Draw, *, bounds: Bounds | None = None) -> Feasibility:
    """Can any panel of the pool meet the quotas, as they are kept or with `bounds` in their place? Changes nothing."""
    table, keys = published.quota_table(draw), _keys(draw)
    if bounds:
        _put(table, keys, bounds)
    try:
        problem = problem_of(draw, volunteers(draw), table)
        require_feasible(problem, find_classes(problem))
    except InputError as error:
        return Feasibility(problem=_sums(draw, table) or str(error))
    except Infeasible as error:
        return _infeasible(error, table, keys)
    return Feasibility()


def _keys(draw: Draw) -> list[int]:
    """The keys of the quotas in the order of the table."""
    rows = Quota.objects.filter(feature__draw=draw).order_by("feature__order", "order")
    return list(rows.values_list("pk", flat=True))


def _put(table: Table, keys: list[int], bounds: Bounds) -> None:
    values = [value for one in table for value in one["values"]]
    for key, value in zip(keys, values, strict=True):
        value["min"], value["max"] = bounds.get(key, (value["min"], value["max"]))


def _sums(draw: Draw, table: Table) -> str:
    """Which feature leaves no room for the seats, in words."""
    words = _("%(label)s: minima and maxima do not leave room for the seats.")
    broken = [
        words % {"label": one["label"]}
        for one in table
        if not sum(v["min"] for v in one["values"]) <= draw.size <= sum(v["max"] for v in one["values"])
    ]
    return " ".join(broken)


def _infeasible(error: Infeasible, table: Table, keys: list[int]) -> Feasibility:
    def relaxation(changes: tuple[Change, ...]) -> Relaxation:
        words = tuple(describe(error.problem, change, table) for change in changes)
        bounds = {keys[change.quota]: (change.minimum, change.maximum) for change in changes}
        return Relaxation(words, bounds, sum(change.seats for change in changes))

    together = relaxation(error.together) if error.together else None
    return Feasibility(explain(error, table), together, tuple(relaxation((one,)) for one in error.alone[:5]))


@transaction.atomic
def relax_quotas(draw: Draw, *, bounds: Bounds, reason: str, by: User) -> Draw:
    """Widen quotas that no panel meets, with a reason that is published. Refused for a quota that would be narrower."""
    draw = locked(draw)
    require(can(by, "edit_quotas", draw))
    require(bool(reason.strip()), _("Say why these quotas are widened."))
    rows = list(Quota.objects.filter(feature__draw=draw, pk__in=bounds).select_related("feature"))
    require(bool(rows) and len(rows) == len(bounds))
    for row in rows:
        low, high = bounds[row.pk]
        require(0 <= low <= row.minimum and row.maximum <= high <= draw.size, _("A quota can only be widened here."))
        row.minimum, row.maximum = low, high
    Quota.objects.bulk_update(rows, ["minimum", "maximum"])
    changed = [f"{row.feature.label}, {row.label}: {row.minimum}–{row.maximum}" for row in rows]
    record("quotas.relaxed", draw, by=by, changed=changed, reason=reason.strip()[:500])
    return draw


@transaction.atomic
def choose_method(draw: Draw, *, algorithm: str, is_one_per_household: bool, by: User) -> Draw:
    """Set the objective of the draw and whether people of one household may sit together; signed with the quotas."""
    draw = locked(draw)
    require(can(by, "edit_quotas", draw))
    require(algorithm in Draw.Algorithm.values)
    if (draw.algorithm, draw.is_one_per_household) != (algorithm, is_one_per_household):
        draw.algorithm, draw.is_one_per_household = algorithm, is_one_per_household
        draw.save(update_fields=["algorithm", "is_one_per_household"])
        record("method.chosen", draw, by=by, algorithm=algorithm, one_per_household=is_one_per_household)
    return draw


def simulated_hash(draw: Draw, table: Table) -> str:
    """What a simulation was made for: quotas and pool, whichever objective is chosen."""
    content = published.quota_content(draw, table)
    return digest({**content, "method": {"one_per_household": draw.is_one_per_household}})


@transaction.atomic
def simulate(draw: Draw, *, by: User) -> Job:
    """Start the job that computes the chances under each objective, so that it is known what is being signed."""
    draw = locked(draw)
    require(can(by, "edit_quotas", draw))
    return start_job("lottery.simulate", subject=label(draw), total=len(OBJECTIVES), draw=draw.pk)


def run_simulation(draw: Draw, *, tell: Callable[[int, int], None] = lambda done, total: None) -> Draw:
    """Compute and keep the chances under each objective and those of a naive draw: sorted figures, nobody's name."""
    draw = Draw.objects.get(pk=draw.pk)
    table = published.quota_table(draw)
    problem = problem_of(draw, volunteers(draw), table)
    classes = find_classes(problem)
    require_feasible(problem, classes)
    compared = compare_objectives(problem, progress=tell)
    found = {name: OBJECTIVES[name](Polytope(classes)).chances for name in OBJECTIVES}
    simulation = {
        **curves_of(draw, table, classes, found),
        "objectives": [_result(one, table) for one in compared],
    }
    Draw.objects.filter(pk=draw.pk).update(simulation=simulation)
    draw.simulation = simulation
    return draw


def curves_of(draw: Draw, table: Table, classes: Classes, chances: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The sorted chances under each objective (one probability per class), and those of a naive draw beside them."""
    seed = simulated_hash(draw, table)
    naive = naive_chances(classes, seed)
    return {
        "for": seed,
        "people": int(classes.people.sum()),
        "curves": {name: _steps(classes, values) for name, values in chances.items()},
        "naive": _steps(classes, naive.chances) if naive.finished >= NAIVE_ENOUGH else [],
    }


def _result(one: Comparison, table: Table) -> dict[str, Any]:
    """One objective: chances as fractions of one, and the false answer that would gain most."""
    answer = one.false_answer
    labels = {(feature["feature"], value["value"]): value["label"] for feature in table for value in feature["values"]}
    names = {feature["feature"]: feature["label"] for feature in table}
    return {
        "algorithm": one.algorithm,
        "smallest": one.smallest,
        "largest": one.largest,
        "without": one.without,
        "gain": one.gain,
        "false_answer": {
            "feature": names[answer.feature],
            "truth": labels[answer.feature, answer.truth],
            "claim": labels[answer.feature, answer.claim],
            "before": answer.before,
            "after": answer.after,
        }
        if answer
        else None,
    }


def _steps(classes: Classes, chances: np.ndarray) -> list[list[float]]:
    """Sorted chances as steps: so many people, this chance each (rounded to a millionth)."""
    found: dict[float, int] = {}
    for people, chance in zip(classes.people.tolist(), np.clip(chances, 0.0, 1.0).tolist(), strict=True):
        key = round(chance, 6)
        found[key] = found.get(key, 0) + people
    return [[people, chance] for chance, people in sorted(found.items())]
