"""What is hashed, signed and published of a draw: quotas, pool, panels, record. Never anybody's features."""

from typing import Any

from audit.canonical import digest
from lottery.models import Draw, Feature, Invitation
from lottery.pool import pool_open
from lottery.quota_draw import Quotas, Volunteer

FORMAT = "allmende-draw-1"
METHOD = {"name": "quota", "version": 1}


def quota_table(draw: Draw) -> list[dict[str, Any]]:
    """The features in order, each with its values, census figures and bounds."""
    features = Feature.objects.filter(draw=draw).prefetch_related("quotas").order_by("order")
    return [
        {
            "feature": feature.name,
            "label": feature.label,
            "source": feature.source,
            "values": [
                {
                    "value": quota.value,
                    "label": quota.label,
                    "population": quota.population,
                    "min": quota.minimum,
                    "max": quota.maximum,
                }
                for quota in feature.quotas.all()
            ],
        }
        for feature in features
    ]


def bounds_of(table: list[dict[str, Any]]) -> Quotas:
    """A quota table as the draw reads it."""
    return {one["feature"]: {v["value"]: (v["min"], v["max"]) for v in one["values"]} for one in table}


def volunteers(draw: Draw) -> list[Volunteer]:
    """The pool by pseudonym, with features. Stays inside: nothing of it is published but the pseudonyms."""
    rows = Invitation.objects.filter(draw=draw, state=Invitation.State.INTERESTED).order_by("pseudonym")
    with pool_open():
        return [Volunteer(*row) for row in rows.values_list("pseudonym", "features", "household_hash")]


def pool_hash(draw: Draw, pool: list[Volunteer]) -> str:
    """The salted hash of the pool with its features: whoever holds salt and rows can open it, nobody can guess it."""
    rows = [[one.pseudonym, dict(one.values), one.household] for one in pool]
    return digest({"draw": str(draw.public_id), "salt": draw.pool_salt, "pool": rows})


def counts_of(pool: list[Volunteer], table: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """How many have each value, per feature."""
    return {
        one["feature"]: {
            value["value"]: sum(1 for person in pool if person.values.get(one["feature"]) == value["value"])
            for value in one["values"]
        }
        for one in table
    }


def quota_content(draw: Draw, table: list[dict[str, Any]]) -> dict[str, Any]:
    """What is signed when the quotas are frozen."""
    return {"draw": str(draw.public_id), "size": draw.size, "quotas": table, "pool_hash": draw.pool_hash}


def committed_content(draw: Draw, table: list[dict[str, Any]], pool: list[str]) -> dict[str, Any]:
    """What the commitment covers: salt, pool, quotas, the panels in their order, and where the number comes from."""
    return {
        "format": FORMAT,
        "draw": str(draw.public_id),
        "size": draw.size,
        "pool": pool,
        "pool_hash": draw.pool_hash,
        "quotas": table,
        "panels": draw.panels,
        "method": METHOD,
        "source": draw.randomness_source,
        "salt": draw.commitment_salt,
    }


def digits_of(panels: int) -> int:
    """How many digits name one of so many panels: three for 1,000."""
    return len(str(panels - 1))


def alternates_seed(commitment: str, digits: str) -> str:
    """What orders the alternates: known to nobody before the number is."""
    return f"{commitment}:{digits}"
