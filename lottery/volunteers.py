"""The pool and the quotas of a draw, as the mathematics reads them. Stays inside: this is where features are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lottery.algorithms.feasibility import Change, Infeasible
from lottery.algorithms.problem import Problem, Quota, build_problem
from lottery.models import Draw, Invitation
from lottery.pool import pool_open

Table = list[dict[str, Any]]
"""The features of a draw in order, each with its values and bounds (`lottery.record.quota_table`)."""


@dataclass(frozen=True)
class Volunteer:
    """One of the pool: a pseudonym, one value for each feature, and a household (empty: lives alone)."""

    pseudonym: str
    values: Mapping[str, str]
    household: str = ""


def volunteers(draw: Draw) -> list[Volunteer]:
    """The pool by pseudonym, with features. Nothing of it is published but the pseudonyms."""
    rows = Invitation.objects.filter(draw=draw, state=Invitation.State.INTERESTED).order_by("pseudonym")
    with pool_open():
        return [Volunteer(*row) for row in rows.values_list("pseudonym", "features", "household_hash")]


def problem_of(draw: Draw, pool: Sequence[Volunteer], table: Table) -> Problem:
    """What the draw asks for; InputError where pool and quotas do not fit together (a value without a quota)."""
    quotas = [
        Quota(one["feature"], value["value"], value["min"], value["max"]) for one in table for value in one["values"]
    ]
    names = [one["feature"] for one in table]
    return build_problem(
        size=draw.size,
        quotas=quotas,
        ids=[one.pseudonym for one in pool],
        values=[[str(one.values.get(name, "")) for name in names] for one in pool],
        addresses=[[one.household] for one in pool] if draw.is_one_per_household else None,
    )


def seating_of(draw: Draw, people: Sequence[Volunteer], table: Table) -> Problem:
    """As `problem_of`, for who is left after the draw: they may be fewer than the quotas ask for."""
    quotas = [
        Quota(one["feature"], value["value"], value["min"], value["max"]) for one in table for value in one["values"]
    ]
    place = {(quota.feature, quota.value): number for number, quota in enumerate(quotas)}
    answers = [[place[one["feature"], person.values[one["feature"]]] for one in table] for person in people]
    homes: dict[str, int] = {}
    households = [
        homes.setdefault(person.household or person.pseudonym, len(homes))
        if draw.is_one_per_household
        else homes.setdefault(person.pseudonym, len(homes))
        for person in people
    ]
    return Problem(
        draw.size,
        tuple(quotas),
        tuple(person.pseudonym for person in people),
        np.array(answers, dtype=np.int32).reshape(len(people), len(table)),
        np.array(households, dtype=np.int64),
    )


def explain(error: Infeasible, table: Table) -> str:
    """Why no panel meets the quotas and the smallest relaxation, with the labels people know."""
    if not error.together:
        return _("The pool has only %(count)s households, one person each.") % {"count": error.households}
    changes = "; ".join(describe(error.problem, change, table) for change in error.together)
    head = ngettext("The smallest change that helps:", "The smallest changes that help together:", len(error.together))
    return f"{head} {changes}"


def describe(problem: Problem, change: Change, table: Table) -> str:
    """One change of a quota in words: new bounds instead of the old, and how many of the pool there are."""
    quota = problem.quotas[change.quota]
    feature, value = labels_of(table)[quota.feature, quota.value]
    return _("%(feature)s, %(value)s: %(low)s to %(high)s instead of %(old_low)s to %(old_high)s") % {
        "feature": feature,
        "value": value,
        "low": change.minimum,
        "high": change.maximum,
        "old_low": quota.minimum,
        "old_high": quota.maximum,
    }


def labels_of(table: Table) -> dict[tuple[str, str], tuple[str, str]]:
    """(feature, value) → their labels."""
    return {
        (one["feature"], value["value"]): (one["label"], value["label"]) for one in table for value in one["values"]
    }
