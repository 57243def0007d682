"""Proofs that every sealed row has exactly one value of each feature, without saying which. Standard library only.

Without them somebody who plays along with the office could be sealed as "three times under 30, minus twice over 75" and
so hide a panel's broken quota. For each feature a row's point is split off, and it is shown (Cramer, Damgård,
Schoenmakers, CRYPTO 1994; made non-interactive by SHA-256) that it seals one of the feature's values: a Schnorr proof
for each value, of which all but one are simulated; the challenges of a feature add up to the row's.

The proofs are about points that are sealed already and may be made and published at any time. They say nothing about
whether the value is the true one: the volunteer sees that, and the auditor.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from audit.canonical import canonical_json
from lottery.algorithms.commitments import (
    NEUTRAL,
    ORDER,
    Point,
    Powers,
    add,
    add_all,
    decode,
    double,
    encode,
    generator,
    hiding_table,
    negative,
    plain,
    scalar,
    scalar_of,
    scalar_text,
    total,
)
from lottery.algorithms.leaves import FORMAT
from lottery.algorithms.opening import blinding_of

Json = dict[str, Any]
CHALLENGE = 2**128
BUCKETS = 9  # bits of a window when many multiples are summed


def prove_rows(record: Json, openings: Json) -> Json:
    """The proofs for all rows, to be published beside the record; about 15 ms a person."""
    committed, secret = record["committed"], openings["secret"]
    features = _features(committed["quotas"])
    rows = [row["values"] for row in openings["rows"]]
    hiding = hiding_table(8)
    bases = {pair: generator("value", *pair) for pair in _pairs(features)}
    splits = [_split(secret, name, row) for name, row in zip(committed["pool"], rows, strict=True)]
    columns = []
    for place, (feature, _values) in enumerate(features):
        own = [row[place] for row in rows]
        sums = hiding.times([split[place] for split in splits])
        columns.append(add_all(sums, [bases[feature, value] for value in own]))
    masks = _masks(record, secret, features, rows)
    points = _first_moves(features, rows, splits, masks, hiding, bases)
    made = []
    for at, name in enumerate(committed["pool"]):
        moves = [encode(point) for point in points[at]]
        parts = [encode(column[at]) for column in columns]
        challenge = _challenge(record["commitment"], name, committed["seals"][at], parts, moves)
        answers = _answers(features, rows[at], splits[at], masks[at], challenge)
        made.append({"parts": parts, "moves": moves, **answers})
    return {"format": FORMAT, "view": "proofs", "commitment": record["commitment"], "rows": made}


def wrong_rows(record: Json, proofs: Json) -> list[str]:
    """The pseudonyms whose proof does not hold. ValueError and the like where it cannot be read."""
    committed = record["committed"]
    features = _features(committed["quotas"])
    if len(proofs["rows"]) != len(committed["pool"]):
        raise ValueError(f"there are {len(committed['pool'])} people and {len(proofs['rows'])} proofs")
    wrong, terms = [], {}
    for name, seal, row in zip(committed["pool"], committed["seals"], proofs["rows"], strict=True):
        try:
            terms[name] = _terms(record["commitment"], name, seal, row, features)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            wrong.append(name)
    return sorted(wrong + _not_adding_up(features, terms, list(terms)))


def _features(quotas: Sequence[Json]) -> list[tuple[str, list[str]]]:
    """Each feature with its values, in the order of the quotas."""
    found: dict[str, list[str]] = {}
    for quota in quotas:
        found.setdefault(quota["feature"], []).append(quota["value"])
    return list(found.items())


def _pairs(features: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    return [(feature, value) for feature, values in features for value in values]


def _split(secret: str, name: str, row: Sequence[str]) -> list[int]:
    """A blinding for each feature; they add up to the row's."""
    parts = [scalar(secret, "part", name, list(row), place) for place in range(len(row) - 1)]
    return [*parts, (blinding_of(secret, name, row) - sum(parts)) % ORDER]


def _masks(record: Json, secret: str, features: list, rows: Sequence[Sequence[str]]) -> list[list[tuple[int, int]]]:
    """For each row and value a secret number, and the challenge of a simulated proof; bound to all that is proven."""
    return [
        [
            (
                scalar(secret, "mask", record["commitment"], name, list(row), *pair),
                scalar(secret, "simulated", record["commitment"], name, list(row), *pair) % CHALLENGE,
            )
            for pair in _pairs(features)
        ]
        for name, row in zip(record["committed"]["pool"], rows, strict=True)
    ]


def _first_moves(features: list, rows: list, splits: list, masks: list, hiding: Powers, bases: dict) -> list:
    """Per row one point per value: mask · h for the true one, else mask · h - e · (own value's base - its base)."""
    columns = []
    at = 0
    for place, (feature, values) in enumerate(features):
        tables = {value: Powers(bases[feature, value], 5) for value in values}
        for value in values:
            hidden = hiding.times(
                [
                    mask[at][0] if row[place] == value else (mask[at][0] - mask[at][1] * split[place]) % ORDER
                    for row, split, mask in zip(rows, splits, masks, strict=True)
                ]
            )
            challenges = [0 if row[place] == value else mask[at][1] for row, mask in zip(rows, masks, strict=True)]
            plus = tables[value].times(challenges)
            minus: list[Point] = [None] * len(rows)
            for other in values:
                mine = [index for index, row in enumerate(rows) if row[place] == other and other != value]
                for index, point in zip(mine, tables[other].times([challenges[i] for i in mine]), strict=True):
                    minus[index] = negative(point)
            columns.append(add_all(add_all(hidden, plus), minus))
            at += 1
    return [list(row) for row in zip(*columns, strict=True)]


def _challenge(commitment: str, name: str, seal: str, parts: list[str], moves: list[str]) -> int:
    message = canonical_json([FORMAT, "row", commitment, name, seal, parts, moves])
    return int.from_bytes(hashlib.sha256(message).digest(), "big") % CHALLENGE


def _answers(features: list, row: Sequence[str], split: list[int], masks: list, challenge: int) -> Json:
    challenges, answers = [], []
    at = 0
    for place, (_feature, values) in enumerate(features):
        own = values.index(row[place])
        simulated = sum(masks[at + index][1] for index in range(len(values)) if index != own)
        for index in range(len(values)):
            mask, given = masks[at + index]
            true = (challenge - simulated) % CHALLENGE
            challenges.append(f"{true if index == own else given:032x}")
            answers.append(scalar_text((mask + true * split[place]) % ORDER if index == own else mask))
        at += len(values)
    return {"challenges": challenges, "answers": answers}


def _terms(commitment: str, name: str, seal: str, row: Json, features: list) -> list:
    """What has to add up to nothing: per value (part, move, e, z). ValueError where the row contradicts itself."""
    if set(row) != {"parts", "moves", "challenges", "answers"}:
        raise ValueError("a proof has parts, moves, challenges and answers")
    parts = [decode(text) for text in row["parts"]]
    if len(parts) != len(features) or total(parts) != decode(seal):
        raise ValueError("the parts do not add up to the row")
    challenge = _challenge(commitment, name, seal, row["parts"], row["moves"])
    values = [(part, value) for part, (_feature, values) in zip(parts, features, strict=True) for value in values]
    challenges = [_challenge_of(text) for text in row["challenges"]]
    at = 0
    for _feature, own in features:
        if sum(challenges[at : at + len(own)]) % CHALLENGE != challenge:
            raise ValueError("the challenges do not add up")
        at += len(own)
    moves, answers = [decode(text) for text in row["moves"]], [scalar_of(text) for text in row["answers"]]
    return [
        (part, move, one, answer)
        for (part, _value), move, one, answer in zip(values, moves, challenges, answers, strict=True)
    ]


def _challenge_of(text: str) -> int:
    if len(text) != 32 or set(text) - set("0123456789abcdef"):
        raise ValueError("a challenge has 32 hexadecimal digits")
    return int(text, 16)


def _not_adding_up(features: list, terms: dict[str, list], names: list[str]) -> list[str]:
    """Those of `names` whose equations do not hold: all at once with random weights, by halves where they do not."""
    if not names or _adds_up(features, [terms[name] for name in names]):
        return []
    if len(names) == 1:
        return names
    half = len(names) // 2
    return _not_adding_up(features, terms, names[:half]) + _not_adding_up(features, terms, names[half:])


def _adds_up(features: list, rows: list[list]) -> bool:
    """Σ weight · (z·h - e·(part - base) - move) = 0 over all rows and values; weights follow from all of it."""
    seed = hashlib.sha256(repr(rows).encode()).digest()
    pairs = _pairs(features)
    by_base = [0] * len(pairs)
    by_part: dict[Point, int] = {}
    by_move: list[tuple[Point, int]] = []
    hiding, turn = 0, 0
    for row in rows:
        for place, (part, move, challenge, answer) in enumerate(row):
            block = hashlib.sha256(seed + turn.to_bytes(8, "big")).digest()
            weight, turn = int.from_bytes(block[:16], "big"), turn + 1
            hiding += weight * answer
            by_base[place] += weight * challenge
            by_part[part] = by_part.get(part, 0) + weight * challenge
            by_move.append((negative(move), weight))
    terms = [(generator("blinding"), hiding % ORDER), *by_move]
    terms += [(generator("value", *pair), factor % ORDER) for pair, factor in zip(pairs, by_base, strict=True)]
    terms += [(negative(part), factor % ORDER) for part, factor in by_part.items()]
    return sum_multiples(terms) is None


def sum_multiples(terms: Iterable[tuple[Point, int]]) -> Point:
    """Σ factor · point, by buckets (Pippenger 1976): a few additions per term instead of hundreds."""
    terms = [(point, factor) for point, factor in terms if point is not None and factor]
    top = max((factor.bit_length() for _point, factor in terms), default=0)
    result = NEUTRAL
    for shift in reversed(range(0, top, BUCKETS)):
        for _ in range(BUCKETS):
            result = double(result)
        buckets = [NEUTRAL] * 2**BUCKETS
        for point, factor in terms:
            digit = factor >> shift & (2**BUCKETS - 1)
            if digit:
                buckets[digit] = add(buckets[digit], point)
        running: Point = None
        sums: list[Point] = []
        for bucket in reversed(plain(buckets[1:])):
            running = total([running, bucket])
            sums.append(running)
        result = add(result, total(sums))
    return plain([result])[0]
