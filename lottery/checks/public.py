"""What everybody can check of a record. Standard library only."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lottery.algorithms.choosing import check_source, chosen_number, opened_numbers, ranking_of
from lottery.algorithms.commitments import NotAPoint, Seals, decode, scalar_of, total
from lottery.algorithms.leaves import FORMAT, commitment_of, hash_leaf, part_hashes, result_hash
from lottery.checks.form import DRAWN, RECORD, wrong_form
from lottery.checks.report import Report
from lottery.checks.stamp import read_stamp, stamp_of, wrong_stamp

Json = dict[str, Any]
STAGES = {"sealed": RECORD, "drawn": DRAWN}
UNSEEN = (
    "whether the features behind the seals are true: each volunteer sees the own row, the auditor sees all",
    "panels that were not opened, households, and whether the chances are as equal as can be: the auditor sees them",
    "that this commitment was out of the house before the number: compare it with the mail, print or time stamp",
    "that the number is the one that was drawn: compare it with the source named in the seal, and with the witnesses",
)


def check_public(record: Json) -> Report:
    """Everything that can be seen without an opening."""
    stage = record.get("stage")
    report = Report("public", stage if isinstance(stage, str) else "unknown")
    is_formed = report.check("form", lambda: _form(record))
    report.check("parts: each is the one that was sealed", lambda: _parts(record))
    report.check("commitment: the hash over all parts", lambda: _commitment(record))
    if stage == "drawn":
        report.check("result: the hash over commitment, draw and protocol", lambda: _result(record))
    if not is_formed:
        return report
    committed = record["committed"]
    report.check("quotas: can be read and can be met", lambda: _quotas(committed))
    is_pool = report.check("pool: everybody once, with a seal", lambda: _pool(committed))
    report.check("list: its length and the source of the number", lambda: _list(committed))
    if is_pool:
        seals = Seals([(quota["feature"], quota["value"]) for quota in committed["quotas"]])
        points = dict(zip(committed["pool"], [decode(text) for text in committed["seals"]], strict=True))
        report.check("totals of the pool: they open the sum of all seals", lambda: _totals(committed, seals, points))
        if stage == "drawn":
            _check_drawn(report, record, seals, points)
    _say_what_was_not_seen(report, record)
    return report


def _say_what_was_not_seen(report: Report, record: Json) -> None:
    report.unchecked += UNSEEN if report.stage == "drawn" else UNSEEN[:3]
    source = record["committed"]["source"]
    if report.stage == "sealed":
        report.unchecked.append("the draw itself: no number has been drawn yet, no panel is opened")
    if not all(one.get("name") for one in source["sources"]):
        report.unchecked.append("the source of the number: the seal names none")
    if any(one.get("kind") == "drand" for one in source["sources"]):
        report.unchecked.append("drand's signature (BLS): it needs a library, e.g. py_ecc or drand's own client")


def _form(record: Json) -> Iterator[str]:
    if record.get("format") != FORMAT or record.get("view") != "public":
        yield f"this is no public record of the format {FORMAT}"
    form = STAGES.get(record.get("stage", ""))
    if form is None:
        yield f"there is no stage {record.get('stage')!r}"
    else:
        yield from wrong_form(record, form)


def _parts(record: Json) -> Iterator[str]:
    hashes, given = part_hashes(record["committed"]), record["parts"]
    for name in sorted({*hashes, *given}):
        if hashes.get(name) != given.get(name):
            yield f"{name} is not what was sealed"


def _commitment(record: Json) -> Iterator[str]:
    if commitment_of(record["parts"]) != record["commitment"]:
        yield "it is not the hash of the parts"


def _result(record: Json) -> Iterator[str]:
    if result_hash(record) != record["result"]:
        yield "draw or protocol are not what the result was signed for"


def _quotas(committed: Json) -> Iterator[str]:
    size, quotas = committed["method"]["size"], committed["quotas"]
    if not quotas or size < 1:
        yield "there are no quotas or no seats"
    if len({(quota["feature"], quota["value"]) for quota in quotas}) != len(quotas):
        yield "a value stands twice"
    for quota in quotas:
        if quota["min"] > quota["max"]:
            yield f"{quota['feature']} = {quota['value']}: the minimum is above the maximum"
    for feature in dict.fromkeys(quota["feature"] for quota in quotas):
        own = [quota for quota in quotas if quota["feature"] == feature]
        if not sum(quota["min"] for quota in own) <= size <= sum(quota["max"] for quota in own):
            yield f"{feature}: no panel of {size} can meet these quotas"


def _pool(committed: Json) -> Iterator[str]:
    pool = committed["pool"]
    if pool != sorted(set(pool)):
        yield "it is not sorted or names somebody twice"
    if not len(pool) == len(committed["seals"]) == len(committed["leaves"]):
        yield f"{len(pool)} people have {len(committed['seals'])} seals and {len(committed['leaves'])} leaves"
    for name, text in zip(pool, committed["seals"], strict=False):
        try:
            decode(text)
        except NotAPoint as error:
            yield f"the seal of {name} cannot be opened by anybody: {error}"
    if len(pool) < committed["method"]["size"]:
        yield f"{len(pool)} people cannot fill {committed['method']['size']} seats"


def _list(committed: Json) -> Iterator[str]:
    panels = committed["panels"]
    if panels["count"] < 1 or panels["count"] != len(panels["leaves"]):
        yield f"{panels['count']} panels have {len(panels['leaves'])} leaves"
    if panels["digits"] != len(str(panels["count"] - 1)):
        yield f"{panels['digits']} digits do not number {panels['count']} panels"
    check_source(committed["source"], panels["count"])


def _opens(committed: Json, seals: Seals, points: list, opened: Json, people: int) -> Iterator[str]:
    """Whether counts and blinding open the sum of these points, and the counts are possible for so many people."""
    quotas, counts = committed["quotas"], opened["counts"]
    if len(counts) != len(quotas):
        yield f"there are {len(quotas)} values and {len(counts)} totals"
        return
    for feature in dict.fromkeys(quota["feature"] for quota in quotas):
        if sum(n for quota, n in zip(quotas, counts, strict=True) if quota["feature"] == feature) != people:
            yield f"{feature}: the totals do not add up to {people}"
    if seals.seal_counts(counts, scalar_of(opened["blinding"])) != total(points):
        yield "the totals do not open the sum of the seals"


def _totals(committed: Json, seals: Seals, points: dict) -> Iterator[str]:
    yield from _opens(committed, seals, list(points.values()), committed["totals"], len(points))


def _check_drawn(report: Report, record: Json, seals: Seals, points: dict) -> None:
    committed, drawn = record["committed"], record["drawn"]
    report.check("number: it follows from the randomness", lambda: _number(record))
    report.check("panel: the one the number names", lambda: _panel(committed, drawn["panel"], drawn["number"]))
    report.check("quotas of the panel", lambda: _kept(committed, seals, points, drawn["panel"]))
    report.check(f"further panels named by the same number: {len(drawn['opened'])}", lambda: _opened(record))
    if drawn["opened"]:
        report.check("quotas of the further panels", lambda: _all_kept(committed, seals, points, drawn["opened"]))
    report.check("alternates: in the order that seal and randomness give", lambda: _ranking(record))
    if "time_stamp" in record["protocol"]:
        report.check("time stamp: it is on this commitment", lambda: _stamp(report, record))


def _number(record: Json) -> Iterator[str]:
    committed, drawn = record["committed"], record["drawn"]
    count = committed["panels"]["count"]
    number = chosen_number(committed["source"], drawn["values"], record["commitment"], count)
    if drawn["number"] != number:
        yield f"the randomness gives {number}, not {drawn['number']}"


def _panel(committed: Json, panel: Json, number: int) -> Iterator[str]:
    at = {pseudonym: place for place, pseudonym in enumerate(committed["pool"])}
    members, size = panel["members"], committed["method"]["size"]
    if panel["number"] != number:
        yield f"it is panel {panel['number']}, not {number}"
    if len(members) != size or len(set(members)) != size or not set(members) <= set(at):
        yield f"it does not have {size} different people of the pool"
        return
    places = [at[pseudonym] for pseudonym in members]
    if hash_leaf(panel["salt"], "panel", panel["number"], places) != committed["panels"]["leaves"][panel["number"]]:
        yield f"panel {panel['number']} is not the one that was sealed"


def _kept(committed: Json, seals: Seals, points: dict, panel: Json) -> Iterator[str]:
    members = [points[pseudonym] for pseudonym in panel["members"]]
    for fault in _opens(committed, seals, members, panel, len(members)):
        yield f"panel {panel['number']}: {fault}"
    for quota, count in zip(committed["quotas"], panel["counts"], strict=True):
        if not quota["min"] <= count <= quota["max"]:
            name = f"{quota['feature']} = {quota['value']}"
            yield f"panel {panel['number']}: {name}: {count} is not within {quota['min']}–{quota['max']}"


def _opened(record: Json) -> Iterator[str]:
    committed, drawn = record["committed"], record["drawn"]
    count, wanted = committed["panels"]["count"], committed["method"]["opened"]
    named = opened_numbers(drawn["number"], drawn["values"], record["commitment"], count, wanted)
    if [panel["number"] for panel in drawn["opened"]] != named:
        yield f"the number names {named}"
        return
    for panel, number in zip(drawn["opened"], named, strict=True):
        yield from _panel(committed, panel, number)


def _all_kept(committed: Json, seals: Seals, points: dict, panels: list[Json]) -> Iterator[str]:
    for panel in panels:
        yield from _kept(committed, seals, points, panel)


def _ranking(record: Json) -> Iterator[str]:
    drawn, pool = record["drawn"], record["committed"]["pool"]
    if drawn["ranking"]["order"] != ranking_of(pool, drawn["values"], record["commitment"]):
        yield "the ranking is not the one that seal and randomness give"


def _stamp(report: Report, record: Json) -> Iterator[str]:
    """A stamp may come too late to prove anything; that is told, and is no fault of the record."""
    response = stamp_of(record["protocol"])
    faults = wrong_stamp(response, record["commitment"])
    yield from faults
    if faults:
        return
    at, first = read_stamp(response).at, _first_source(record["committed"]["source"]["sources"])
    when = f"time stamp: {at.isoformat(timespec='seconds')} by the authority's clock"
    if first is not None:
        is_before = at < first
        when += ", before the first source" if is_before else ", too late: it proves nothing about what was known"
    report.findings.append(when)
    command = f"openssl ts -verify -digest {record['commitment']} -in commitment.tsr -CAfile authority.pem"
    report.unchecked.append(f"the signature of the time stamp: {command}, with the authority's own root certificate")


def _first_source(sources: list[Json]) -> datetime | None:
    """The first moment that a source of the seal names; draws from files name none."""
    found = []
    for source in sources:
        try:
            found.append(datetime.fromisoformat(source["at"]).astimezone(UTC))
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return min(found, default=None)
