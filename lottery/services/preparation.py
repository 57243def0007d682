"""Opening a draw, its features, the register sample and the letters."""

import datetime
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Municipality, User
from audit.clock import today
from audit.jobs import start_job
from audit.models import Job
from audit.services import label, record, require
from councils.models import Council
from lottery.codes import hash_of, new_code, new_pseudonym
from lottery.features import FeatureTable, FeatureValue, Problem, TableError, propose_bounds
from lottery.imports import SampleRow, read_sample
from lottery.models import Draw, Feature, Invitation, Quota, RegisterSample
from lottery.permissions import can, can_open
from lottery.pool import pool_open
from lottery.wording import is_letter_signed

State = Draw.State


class SampleRefused(Exception):
    """A file that was not imported; `problems` names every line that cannot be used. Nothing of it was kept."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = list(problems)
        super().__init__(f"{len(self.problems)} lines cannot be used")


def locked(draw: Draw) -> Draw:
    """The row, held until the transaction ends; writers of one draw queue here."""
    rows = Draw.objects.light().select_for_update(of=("self",))
    return rows.select_related("council__organization").get(pk=draw.pk)


@transaction.atomic
def open_draw(council: Council, *, title: str, size: int, legal_basis: str, by: User) -> Draw:
    """Prepare a draw for `size` seats of `council`. Refused without a legal basis or with no seat to draw."""
    require(can_open(by))
    require(0 < size <= council.seat_count, _("A draw fills at least one seat, and no more than the council has."))
    require(bool(legal_basis.strip()), _("Name the legal basis on which the register may be used."))
    draw = Draw.objects.create(council=council, title=title.strip(), size=size, legal_basis=legal_basis.strip())
    record("draw.opened", draw, by=by, size=size)
    return draw


@transaction.atomic
def define_features(draw: Draw, *, features: Sequence[FeatureTable], by: User) -> Draw:
    """Set the features people are drawn by, with the census figures; bounds are proposed from them.

    Replaces what was set before. Refused without a feature, and for one with a single value.
    """
    draw = locked(draw)
    require(can(by, "define_features", draw))
    require(bool(features), _("A draw needs at least one feature."))
    require(
        all(len(one.values) > 1 and sum(value.population for value in one.values) > 0 for one in features),
        _("A feature has at least two values, and people who have them."),
    )
    draw.features.all().delete()
    for order, table in enumerate(features, start=1):
        feature = Feature.objects.create(
            draw=draw, name=table.name, label=table.label, source=table.source, is_asked=table.is_asked, order=order
        )
        bounds = propose_bounds([value.population for value in table.values], draw.size)
        Quota.objects.bulk_create(
            Quota(
                feature=feature,
                value=value.value,
                label=value.label,
                population=value.population,
                minimum=low,
                maximum=high,
                order=place,
            )
            for place, (value, (low, high)) in enumerate(zip(table.values, bounds, strict=True), start=1)
        )
    record("features.defined", draw, by=by, features=[one.name for one in features])
    return draw


def feature_tables(draw: Draw) -> list[FeatureTable]:
    """The features of a draw as plain values."""
    return [
        FeatureTable(
            feature.name,
            feature.label,
            feature.source,
            feature.is_asked,
            [FeatureValue(quota.value, quota.label, quota.population) for quota in feature.quotas.all()],
        )
        for feature in draw.features.prefetch_related("quotas").order_by("order")
    ]


@pool_open()
def import_sample(draw: Draw, *, data: bytes, by: User, columns: Mapping[str, str] | None = None) -> Draw:
    """Read the rows the registration office drew (CSV in UTF-8 or Windows-1252); all of them or none.

    `columns` says which of the file's columns is which of ours, where its head does not. SampleRefused lists every
    line that cannot be used. Published are the number of rows and the file's hash.
    """
    draw, rows = checked_sample(draw, data=data, by=by, columns=columns)
    Invitation.objects.bulk_create(invitations_of(draw, rows), batch_size=1000)
    return finish_import(draw, data=data, count=len(rows), by=by)


def checked_sample(
    draw: Draw, *, data: bytes, by: User, columns: Mapping[str, str] | None = None
) -> tuple[Draw, list[SampleRow]]:
    """The locked draw and the rows of the file, if both allow an import now. SampleRefused lists what is wrong."""
    draw = locked(draw)
    require(can(by, "import_sample", draw))
    require(draw.features.exists(), _("Set the features first: they say which columns are needed."))
    register = RegisterSample.objects.filter(draw=draw).first()
    require(
        register is None or register.route == RegisterSample.Route.TRANSFER,
        _("On this route no rows are transferred: the office posts the letters."),
    )
    try:
        return draw, rows_in(draw, data, columns)
    except TableError as error:
        raise SampleRefused(error.problems) from error


def finish_import(draw: Draw, *, data: bytes, count: int, by: User) -> Draw:
    """The rows stand: say how many, and from which file."""
    draw.sample_size, draw.sample_hash = count, hashlib.sha256(data).hexdigest()
    draw.state = State.SAMPLE_IMPORTED
    draw.save(update_fields=["sample_size", "sample_hash", "state"])
    record("sample.imported", draw, by=by, rows=count, sha256=draw.sample_hash)
    return draw


def rows_in(draw: Draw, data: bytes, columns: Mapping[str, str] | None = None) -> list[SampleRow]:
    """The rows of a file, checked against the features of the draw; TableError names every line that cannot be used."""
    features = feature_tables(draw)
    return read_sample(decoded(data), features=features, districts=_districts(draw), day=today(), columns=columns)


def decoded(data: bytes) -> str:
    """The text of a CSV in UTF-8 or Windows-1252."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _districts(draw: Draw) -> dict[str, tuple[int, str]]:
    """Official keys and names of all municipalities and districts that are known."""
    rows = list(Municipality.objects.values_list("pk", "ags", "name"))
    return {name: (pk, ags) for pk, ags, name in rows} | {ags: (pk, ags) for pk, ags, _name in rows}


def invitations_of(draw: Draw, rows: Sequence[SampleRow]) -> list[Invitation]:
    """An invitation for each row, with a pseudonym and a code nobody knows; not saved."""
    taken: set[str] = set()
    invitations = []
    for number, row in enumerate(rows, start=1):
        pseudonym = new_pseudonym()
        while pseudonym in taken:
            pseudonym = new_pseudonym()
        taken.add(pseudonym)
        invitations.append(
            Invitation(
                draw=draw,
                number=number,
                pseudonym=pseudonym,
                code=row.code,
                code_hash=hash_of(row.code or new_code()),
                given_name=row.given_name,
                family_name=row.family_name,
                street=row.street,
                postal_code=row.postal_code,
                town=row.town,
                district_id=row.district,
                birth_date=row.birth_date,
                household_hash=household_of(row.postal_code, row.street, row.family_name),
                features=row.features,
            )
        )
    return invitations


def household_of(postal_code: str, street: str, family_name: str) -> str:
    """A keyed hash of the address and family name: the nearest the register tells of a household."""
    plain = "|".join(part.casefold().replace(" ", "") for part in (postal_code, street, family_name))
    return hmac.new(settings.PERSON_KEY.encode(), f"household:{plain}".encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def send_invitations(draw: Draw, *, reply_until: datetime.date, by: User) -> Job:
    """Open the time for replies, and start the job that prints a letter with a code for everyone in the sample."""
    draw = locked(draw)
    require(can(by, "send_invitations", draw))
    require(reply_until > today(), _("The last day for replies lies ahead."))
    require(is_letter_signed(draw), _("Both offices sign the letter before it is printed."))
    draw.state, draw.reply_until = State.INVITED, reply_until
    draw.save(update_fields=["state", "reply_until"])
    record("draw.invited", draw, by=by, letters=draw.sample_size, reply_until=reply_until.isoformat())
    return start_job("lottery.print_letters", subject=label(draw), total=draw.sample_size, draw=draw.pk)


@transaction.atomic
def print_again(draw: Draw, *, by: User) -> Job:
    """Print the letters that are due: to those drawn, the alternates, those not drawn, and who moved up."""
    draw = locked(draw)
    require(can(by, "print_letters", draw))
    return start_job("lottery.print_letters", subject=label(draw), total=count_due(draw), draw=draw.pk)


@pool_open()
def count_due(draw: Draw) -> int:
    """How many letters wait to be printed."""
    return due_letters(draw).count()


def due_letters(draw: Draw) -> QuerySet[Invitation]:
    """Invitations whose state has a letter that was not printed yet, in the order of the postman."""
    kinds = {
        Invitation.State.INVITED: "invited",
        Invitation.State.SELECTED: "selected",
        Invitation.State.ALTERNATE: "alternate",
        Invitation.State.NOT_SELECTED: "not_selected",
    }
    due = Q(pk__in=[])
    for state, letter in kinds.items():
        due |= Q(state=state) & ~Q(letter=letter)
    due |= Q(state=Invitation.State.INTERESTED, postcard_at__isnull=False) & ~Q(letter="interested")
    rows = Invitation.objects.filter(due, draw=draw, returned_at__isnull=True)
    rows = rows.exclude(draw__register__is_rehearsal=True)
    rows = rows.exclude(family_name="", origin=Invitation.Origin.TRANSFER)
    if draw.state != State.INVITED:
        rows = rows.exclude(state=Invitation.State.INVITED)
    return rows.order_by("postal_code", "street", "number")


def new_salt() -> str:
    """256 random bits as hexadecimal digits."""
    return secrets.token_hex(32)
