"""A rehearsal with invented people: the whole way of a draw, clearly marked, without a letter, deleted with one press."""

import csv
import datetime
import hashlib
import io

from django.utils.translation import gettext as _

from accounts.models import Municipality, User
from audit.clock import clock, today
from audit.services import record, require
from lottery.features import FeatureTable
from lottery.models import Draw, DrawApproval, Invitation, RegisterSample
from lottery.permissions import can_open
from lottery.pool import pool_open
from lottery.services.answers import Answers, features_of, set_answers
from lottery.services.preparation import define_features, feature_tables, import_sample, locked, open_draw

PEOPLE = 400
"""Invented people in the sample, of whom more than half volunteer: enough for any quota of a small council."""


def _part(*key: object) -> float:
    """A number from 0 to 1 that follows from its key: the same rehearsal every time."""
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:6]) / 2**48


@pool_open()
def rehearse(draw: Draw, *, by: User) -> Draw:
    """Make a draw like this one, with invented people who have answered, ready for the quotas. Refused without features."""
    require(can_open(by))
    tables = feature_tables(draw)
    require(bool(tables), _("Set the features first: they say what is asked."))
    trial = open_draw(
        draw.council,
        title=_("Rehearsal: %(title)s") % {"title": draw.title[:150]},
        size=draw.size,
        legal_basis=_("none: all people are invented"),
        by=by,
    )
    RegisterSample.objects.create(draw=trial, is_rehearsal=True)
    define_features(trial, features=tables, by=by)
    trial = import_sample(trial, data=_invented(tables), by=by)
    trial = locked(trial)
    trial.state, trial.reply_until = Draw.State.INVITED, today() - datetime.timedelta(days=1)
    _answer(trial, tables)
    trial.save()
    record("rehearsal.opened", trial, by=by)
    return trial


def _invented(tables: list[FeatureTable]) -> bytes:
    """A register file of people who do not exist; their features follow the census of the draw."""
    text = io.StringIO()
    writer = csv.writer(text)
    known = [one for one in tables if not one.is_asked and one.name not in ("age", "district")]
    writer.writerow(
        ["vorname", "familienname", "strasse", "plz", "ort", "bezirk", "geburtsdatum", *(one.name for one in known)]
    )
    places = [one for one in tables if one.name == "district"]
    names = [value.value for value in places[0].values] if places else []
    first = Municipality.objects.order_by("pk").values_list("ags", flat=True)[0]
    for number in range(PEOPLE):
        district = _value(places[0], number) if names else first
        row = [f"Probe {number + 1}", "Erfunden", f"Beispielweg {number + 1}", "00000", "Beispielstadt", district]
        writer.writerow([*row, _birth(tables, number).isoformat(), *(_value(one, number) for one in known)])
    return text.getvalue().encode()


def _value(table: FeatureTable, number: int) -> str:
    """The value of an invented person, as frequent as in the census."""
    total = sum(one.population for one in table.values)
    place = _part(table.name, number) * total
    for one in table.values:
        place -= one.population
        if place < 0:
            return one.value
    return table.values[-1].value


def _birth(tables: list[FeatureTable], number: int) -> datetime.date:
    ages = [one for one in tables if one.name == "age"]
    years = 40
    if ages:
        band = _value(ages[0], number).replace("+", "-90").split("-")
        low, high = int(band[0]), int(band[1])
        years = low + int(_part("years", number) * (high - low + 1))
    return datetime.date(today().year - years, 1, 1)


def _answer(trial: Draw, tables: list[FeatureTable]) -> None:
    """Six in ten volunteer; what the register does not know follows the census too."""
    asked = [one for one in tables if one.is_asked]
    rows, features = list(Invitation.objects.filter(draw=trial)), features_of(trial)
    for row in rows:
        wants = _part("wants", row.number) < 0.6
        values = {one.name: _value(one, row.number) for one in asked}
        row.draw = trial
        set_answers(row, trial, Answers(wants=wants, features=values, consent=wants), features)
        row.channel, row.replied_at = Invitation.Channel.ONLINE, clock()
    Invitation.objects.bulk_update(
        rows, ["features", "state", "channel", "replied_at", "consent_version"], batch_size=500
    )
    trial.response_count = len(rows)
    trial.interested_count = sum(row.state == Invitation.State.INTERESTED for row in rows)


def is_rehearsal(draw: Draw) -> bool:
    """Whether the people of a draw are invented."""
    return RegisterSample.objects.filter(draw=draw, is_rehearsal=True).exists()


@pool_open()
def delete_rehearsal(draw: Draw, *, by: User) -> None:
    """Delete a rehearsal with all its rows. Refused for a draw of real people."""
    draw = locked(draw)
    require(can_open(by))
    require(is_rehearsal(draw), _("Only a rehearsal can be deleted."))
    DrawApproval.objects.filter(draw=draw).delete()
    record("rehearsal.deleted", draw, by=by)
    draw.delete()
