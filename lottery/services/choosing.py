"""From the panels to the panel: the commitment by two, the public number, the choice, the auditor's word."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.permissions import require_now
from audit.canonical import digest
from audit.clock import clock, today
from audit.jobs import start_job
from audit.personal import years
from audit.services import label, record, require
from councils.services import rules_at, vacant_seats
from lottery import record as published
from lottery.algorithms.alternates import alternates_table
from lottery.algorithms.choosing import WrongValue, check_value, chosen_number
from lottery.algorithms.opening import alternates, open_record
from lottery.beacon import WrongSignature, network
from lottery.models import Draw, DrawApproval, DrawEntry, Invitation, Opening
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.drawing import require_frozen, require_same_pool, sign
from lottery.services.outsiders import tell_outsiders
from lottery.services.preparation import locked
from lottery.services.stamping import start_stamping
from lottery.sources import Source, moment_of, plain_value, together, words_of
from lottery.stages import SIGNING_ROLES
from lottery.verify import verify
from lottery.volunteers import Table, Volunteer, problem_of, volunteers

State = Draw.State


@pool_open()
def commit(draw: Draw, *, by: User, sources: Sequence[Source] = ()) -> Draw:
    """Sign the commitment: a salted hash of pool, quotas and panels, and of where the number will come from.

    Called once by the draw officer, who names the `sources` (`lottery.sources`), and once by the auditor. With the
    second signature it is published and mailed to everybody outside the house who was named. Refused once a source
    has spoken: its value could be known.
    """
    draw = locked(draw)
    require(can(by, "sign_commitment", draw))
    if draw.source is None:
        require(bool(sources), _("Name where the number will come from, before anybody knows it."))
        draw.source = together(sources)
        draw.randomness_source = words_of(draw.source)[:1000]
    _require_future(draw.source)
    pool = volunteers(draw)
    require_same_pool(draw, pool)
    table = published.quota_table(draw)
    require_frozen(draw, table)
    opening = Opening.objects.select_for_update().get(draw=draw)
    draw.sealed, opening.content = published.with_source(draw.sealed or {}, opening.content, draw.source)
    opening.save(update_fields=["content"])
    draw.commitment = draw.sealed["commitment"]
    require(
        not verify(draw.sealed).faults, _("The panels are not the ones that were computed. Please tell the auditor.")
    )
    if sign(draw, step="commitment", content_hash=draw.commitment, by=by):
        draw.state = State.COMMITTED
        record("draw.committed", draw, by=by, commitment=draw.commitment, source=draw.randomness_source)
        tell_outsiders(draw)
        start_stamping(draw)
    draw.save(update_fields=["source", "randomness_source", "sealed", "commitment", "state"])
    return draw


def _require_future(source: Source) -> None:
    now = clock()
    for one in source["sources"]:
        require(
            moment_of(one) > now,
            _("“%(name)s” speaks before the commitment is signed: its value could be known. Name a later one.")
            % {"name": one["name"]},
        )


@transaction.atomic
def take_back_source(draw: Draw, *, by: User) -> Draw:
    """Name the sources anew before both have signed, for example because their hour has passed."""
    draw = locked(draw)
    require(can(by, "name_source", draw))
    draw.source, draw.randomness_source, draw.commitment = None, "", ""
    draw.save(update_fields=["source", "randomness_source", "commitment"])
    record("source.taken_back", draw, by=by)
    return draw


def record_randomness(draw: Draw, *, value: str, by: User, place: int = 0, witnesses: Sequence[str] = ()) -> Draw:
    """Enter what source number `place` gave. A drand signature proves itself; all else is typed by two, independently.

    Refused before the source has spoken, and for a value it cannot give. Two entries that differ are both void. The
    number follows from the last value; `witnesses` (two at least) are named by whoever types first.
    """
    draw, differs = _enter(draw, value, by, place, witnesses)
    require(not differs, _("The two entries differ. Both of you please look again and type it anew."))
    return draw


@transaction.atomic
def _enter(draw: Draw, value: str, by: User, place: int, witnesses: Sequence[str]) -> tuple[Draw, bool]:
    """The draw, and whether the entry differs from the other person's."""
    draw = locked(draw)
    require(can(by, "record_randomness", draw))
    source = _source_at(draw, place)
    _require_spoken(draw, source)
    plain = plain_value(source, value)
    require(_is_value(source, plain), _wanted(source))
    _keep_witnesses(draw, witnesses)
    person = require_now(by, *SIGNING_ROLES)
    if source["kind"] == "drand":
        _require_signature(source, plain)
    else:
        found = _typed(draw, place, plain, person, by)
        if found is None or found != plain:
            return draw, found is not None
    values = [*draw.values, *[None] * (len((draw.source or {})["sources"]) - len(draw.values))]
    values[place] = plain
    draw.values = values
    record("value.recorded", draw, by=by, source=source["name"], value=plain)
    if None not in values:
        _keep_number(draw, by)
    draw.save(update_fields=["values", "randomness", "state"])
    return draw, False


def _is_value(source: Source, value: str) -> bool:
    try:
        check_value(source, value)
    except WrongValue:
        return False
    return True


def _source_at(draw: Draw, place: int) -> Source:
    sources = (draw.source or {}).get("sources", [])
    require(0 <= place < len(sources))
    require(len(draw.values) <= place or draw.values[place] is None, _("This value is known already."))
    return sources[place]


def _require_spoken(draw: Draw, source: Source) -> None:
    """The source has spoken, and after both had signed."""
    signed = DrawApproval.objects.filter(draw=draw, step="commitment", content_hash=draw.commitment, is_void=False)
    last = max(one.at for one in signed)
    require(moment_of(source) > last, _("This value was published before the commitment. The draw is begun anew."))
    require(
        clock() >= moment_of(source),
        _("“%(name)s” has not spoken yet; nobody can know its value before %(time)s.")
        % {"name": source["name"], "time": words_of({"sources": [source]}).removeprefix(f"{source['name']}, ")},
    )


def _wanted(source: Source) -> str:
    """What a source gives, in words."""
    if source["kind"] == "digits":
        return _("The number has exactly %(length)s digits.") % {"length": source["count"]}
    if source["kind"] == "numbers":
        words = _("Type %(count)s different numbers from %(low)s to %(high)s.")
        return words % {"count": source["count"], "low": source["from"], "high": source["to"]}
    return _("Paste the signature of round %(round)s: 96 characters from 0 to 9 and a to f.") % {
        "round": source["round"]
    }


def _keep_witnesses(draw: Draw, witnesses: Sequence[str]) -> None:
    named = list(dict.fromkeys(" ".join(name.split()) for name in witnesses if name.strip()))
    if not draw.witnesses:
        require(len(named) >= 2, _("Name at least two witnesses."))
        draw.witnesses = "\n".join(named)
        draw.save(update_fields=["witnesses"])


def _require_signature(source: Source, signature: str) -> None:
    try:
        network(source["network"]).check(source["round"], signature)
    except WrongSignature:
        require(False, _("This is not the network’s signature of round %(round)s.") % {"round": source["round"]})


def _typed(draw: Draw, place: int, value: str, person: Person, by: User) -> str | None:
    """What another person typed for this source, None if nobody yet. Entries that differ become void."""
    others = DrawEntry.objects.filter(draw=draw, place=place, is_void=False)
    other = others.first()
    require(other is None or other.by_id != person.pk, _("You have typed this value. A second person types it too."))
    if other is not None and other.value != value:
        others.update(is_void=True)
        record("entries.differed", draw, by=by, place=place)
        return other.value
    DrawEntry.objects.create(draw=draw, place=place, value=value, by=person, at=clock())
    record("value.typed", draw, by=by, place=place)
    return other.value if other else None


def _keep_number(draw: Draw, by: User) -> None:
    number = chosen_number(draw.source or {}, draw.values, draw.commitment, draw.panel_count)
    draw.randomness = f"{number:0{published.digits_of(draw.panel_count)}d}"
    draw.state = State.RANDOMNESS_RECORDED
    record("number.recorded", draw, by=by, number=draw.randomness, witnesses=len(draw.witnesses.splitlines()))


@pool_open()
def select(draw: Draw, *, by: User) -> Draw:
    """Let the number choose the panel and publish the record. Nobody decides anything here.

    What was sealed is opened; it is published only if the public verifier finds no fault in it.
    """
    draw = locked(draw)
    require(can(by, "select", draw))
    pool, table = volunteers(draw), published.quota_table(draw)
    require_same_pool(draw, pool)
    require_frozen(draw, table)
    draw.record = _opened(draw)
    panel = draw.record["drawn"]["panel"]["members"]
    _assign(draw, panel, _alternates(draw, pool, table, panel, alternates(draw.record)))
    draw.state = State.SELECTED
    draw.purge_on = years(rules_at(draw.council, today()).term_years, today())
    draw.save(update_fields=["record", "state", "purge_on"])
    record("draw.selected", draw, by=by, number=draw.randomness, result=draw.record["result"])
    start_job("lottery.print_letters", subject=label(draw), draw=draw.pk)
    return draw


def _opened(draw: Draw) -> dict[str, Any]:
    """The sealed record with what the values choose; refused unless it is what was committed to."""
    sealed, openings = draw.sealed or {}, Opening.objects.get(draw=draw).content
    message = _("This is not what was committed to. Please tell the auditor.")
    require(sealed.get("commitment") == draw.commitment, message)
    opened = open_record(sealed, openings, draw.values, published.protocol_of(draw))
    require(not verify(opened).faults, message)
    return opened


def _alternates(draw: Draw, pool: list[Volunteer], table: Table, panel: list[str], ranked: list[str]) -> dict[str, int]:
    """Who waits, with their rank: as many as there are seats, and three for each seat who would keep every quota."""
    problem = problem_of(draw, pool, table)
    place = {one.pseudonym: number for number, one in enumerate(pool)}
    ranking = [place[pseudonym] for pseudonym in ranked]
    members = [place[pseudonym] for pseudonym in panel]
    fitting = {person for found in alternates_table(problem, members, ranking).values() for person in found}
    return {
        pseudonym: rank
        for rank, pseudonym in enumerate(ranked, start=1)
        if rank <= draw.size or place[pseudonym] in fitting
    }


def _assign(draw: Draw, panel: list[str], rank_of: dict[str, int]) -> None:
    """Seats to those drawn, ranks to the alternates, thanks to all others.

    Which pseudonym gets which seat is mixed by the secret salt: else names at seats would give pseudonyms away.
    """
    seats = list(vacant_seats(draw.council)[: draw.size].values_list("number", flat=True))
    require(len(seats) == draw.size, _("The council has fewer vacant seats than were drawn for."))
    mixed = sorted(panel, key=lambda pseudonym: digest([draw.pool_salt, pseudonym]))
    seat_of = dict(zip(mixed, seats, strict=True))
    weeks = rules_at(draw.council, today()).confirmation_weeks
    rows = list(Invitation.objects.filter(draw=draw, state=Invitation.State.INTERESTED))
    for row in rows:
        row.seat_number, row.alternate_rank = seat_of.get(row.pseudonym), rank_of.get(row.pseudonym)
        if row.seat_number:
            row.state, row.confirm_until = Invitation.State.SELECTED, today() + datetime.timedelta(weeks=weeks)
        elif row.alternate_rank:
            row.state = Invitation.State.ALTERNATE
        else:
            row.state, row.identity_hash = Invitation.State.NOT_SELECTED, ""
    fields = ["seat_number", "alternate_rank", "state", "confirm_until", "identity_hash"]
    Invitation.objects.bulk_update(rows, fields, batch_size=500)


@transaction.atomic
def certify(draw: Draw, *, by: User) -> Draw:
    """The auditor signs that the record was checked: commitment, number and panel belong together."""
    draw = locked(draw)
    require(can(by, "certify", draw))
    person: Person = require_now(by, SIGNING_ROLES[1])
    DrawApproval.objects.create(
        draw=draw,
        step="certify",
        content_hash=(draw.record or {})["result"],
        by=person,
        role=SIGNING_ROLES[1],
        at=clock(),
    )
    draw.state = State.CERTIFIED
    draw.save(update_fields=["state"])
    record("draw.certified", draw, by=by)
    return draw
