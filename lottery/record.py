"""What is hashed, signed and published of a draw: quotas, pool, panels, record. Never anybody's features."""

import base64
from collections.abc import Sequence
from typing import Any

from audit.canonical import digest
from lottery.algorithms.drawing import Lottery
from lottery.algorithms.leaves import commitment_of, part_hashes
from lottery.algorithms.record import build_record
from lottery.models import Draw, DrawApproval, Feature, Quota, TimeStamp
from lottery.volunteers import Table, Volunteer

Json = dict[str, Any]


def quota_table(draw: Draw) -> Table:
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


def method_of(draw: Draw) -> dict[str, Any]:
    """How the panels are found: the objective, and whether people of one household may sit together."""
    return {"name": draw.algorithm, "version": 2, "one_per_household": draw.is_one_per_household}


def pool_hash(draw: Draw, pool: list[Volunteer]) -> str:
    """The salted hash of the pool with its features: whoever holds salt and rows can open it, nobody can guess it."""
    rows = [[one.pseudonym, dict(one.values), one.household] for one in pool]
    return digest({"draw": str(draw.public_id), "salt": draw.pool_salt, "pool": rows})


def counts_of(pool: list[Volunteer], table: Table) -> dict[str, dict[str, int]]:
    """How many have each value, per feature."""
    return {
        one["feature"]: {
            value["value"]: sum(1 for person in pool if person.values.get(one["feature"]) == value["value"])
            for value in one["values"]
        }
        for one in table
    }


def quota_content(draw: Draw, table: Table) -> dict[str, Any]:
    """What is signed when the quotas are frozen."""
    return {
        "draw": str(draw.public_id),
        "size": draw.size,
        "quotas": table,
        "method": method_of(draw),
        "pool_hash": draw.pool_hash,
    }


def seal(draw: Draw, lottery: Lottery, table: Table) -> tuple[Json, Json]:
    """The record as it will be committed to, and what opens it (the source is named later: `with_source`)."""
    return build_record(
        lottery,
        draw.commitment_salt,
        pseudonyms=lottery.problem.ids,
        census={"features": table},
        context={
            "id": str(draw.public_id),
            "title": draw.title,
            "council": draw.council.organization.name,
            "legal_basis": draw.legal_basis,
            "one_per_household": draw.is_one_per_household,
            "sample": {"size": draw.sample_size, "sha256": draw.sample_hash},
            "replies": {"received": draw.response_count, "volunteered": draw.interested_count},
            "pool_hash": draw.pool_hash,
            "quotas_signed": digest(quota_content(draw, table)),
        },
    )


def with_source(sealed: Json, openings: Json, source: Json) -> tuple[Json, Json]:
    """Record and openings with the source of the number in them, and the commitment over all of it."""
    committed = {**sealed["committed"], "source": source}
    parts = part_hashes(committed)
    commitment = commitment_of(parts)
    record = {**sealed, "committed": committed, "parts": parts, "commitment": commitment}
    return record, {**openings, "commitment": commitment}


def protocol_of(draw: Draw) -> Json:
    """What is kept beside the result: witnesses and signatures, and the time stamp on the seal if there is one."""
    signed = DrawApproval.objects.filter(draw=draw, is_void=False).order_by("id")
    stamp = TimeStamp.objects.filter(draw=draw).first()
    return {
        "witnesses": draw.witnesses.splitlines(),
        "approvals": [
            {"step": one.step, "role": one.role, "content": one.content_hash, "at": one.at.isoformat()}
            for one in signed
        ],
        **({"time_stamp": base64.b64encode(stamp.response).decode()} if stamp else {}),
    }


def counts_by_value(draw: Draw, counts: Sequence[int]) -> dict[str, dict[str, int]]:
    """The opened totals of a panel by feature and value."""
    names = Quota.objects.filter(feature__draw=draw).order_by("feature__order", "order")
    found: dict[str, dict[str, int]] = {}
    for (feature, value), count in zip(names.values_list("feature__name", "value"), counts, strict=True):
        found.setdefault(feature, {})[value] = count
    return found


def digits_of(panels: int) -> int:
    """How many digits name one of so many panels: three for 1,000."""
    return len(str(panels - 1))
