"""Replies from a file: looked at first, then all of them entered or none.

A reply by file counts like a card typed at the desk: it was typed from paper elsewhere, or another tool took it down, and
nobody here saw it being given. So it needs consent and every asked feature, it names who read the file, and the share of
cards that the statute wants looked at twice is drawn from the file too. It never overwrites what somebody said already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock
from audit.services import record, require
from documents.models import File
from documents.services import read_file
from lottery.codes import hash_of
from lottery.features import Problem, RowError, TableError, gettext_noop
from lottery.models import Draw, Feature, Invitation
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.respondents import Reading, Respondent, read_respondents
from lottery.services.answers import (
    ADDRESS,
    Answers,
    asked_features,
    features_of,
    is_known,
    needed_address,
    set_answers,
)
from lottery.services.checking import COMPARED, plan_checks, share_checked
from lottery.services.preparation import SampleRefused, decoded, feature_tables, locked
from lottery.services.replies import OPEN_STATES, is_in_time
from lottery.services.staging import forget_uploads, keep_upload, kept_upload

State = Invitation.State
WRITTEN = (
    *("state", "features", "email", "phone", "needs", "consent_version", "research_version", "helper_name"),
    *(*ADDRESS, "household_hash", "channel", "replied_at", "entered_by", "call_asked_at"),
)
BATCH = 1_000


@dataclass
class Preview:
    """What a file would do: `rows` to be entered, `same` stand already with exactly these answers, `problems` by line."""

    rows: list[Invitation] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()

    @property
    def yes(self) -> int:
        return sum(row.state == State.INTERESTED for row in self.rows)

    @property
    def no(self) -> int:
        return len(self.rows) - self.yes


def _files(draw: Draw) -> str:
    return f"replies:{draw.pk}"


def _require_open(draw: Draw, by: User) -> None:
    require(can(by, "import_replies", draw) and by.person_id is not None)
    require(is_in_time(draw), _("Replies to this draw are closed."))


@transaction.atomic
def keep_replies(draw: Draw, *, data: bytes, by: User) -> File:
    """Keep an uploaded file until it is entered, at most until the end of the day. Refused once replies are closed."""
    draw = locked(draw)
    _require_open(draw, by)
    file = keep_upload(data, name="rueckmeldungen.csv", owner=_files(draw))
    record("replies.uploaded", draw, by=by, sha256=file.sha256)
    return file


def kept_replies(draw: Draw) -> File | None:
    """The file that waits."""
    return kept_upload(_files(draw))


@pool_open()
def preview_replies(draw: Draw, *, file: File, by: User) -> Preview:
    """What the file would do now, with every line that cannot be used; changes nothing."""
    _require_open(draw, by)
    return _understood(draw, read_file(file), is_locked=False)


@pool_open()
def import_replies(draw: Draw, *, sha256: str, by: User) -> Preview:
    """Enter the file that waits, all of it or nothing. SampleRefused lists every line that cannot be used.

    `sha256` is the file that was looked at: refused where somebody uploaded another one since.
    """
    draw = locked(draw)
    _require_open(draw, by)
    file = kept_replies(draw)
    require(file is not None and file.sha256 == sha256, _("Another file was uploaded since. Please look at it first."))
    assert file is not None  # noqa: S101  (for the type checker)
    found = _understood(draw, read_file(file), is_locked=True)
    if found.problems:
        raise SampleRefused(found.problems)
    now = clock()
    for row in found.rows:
        row.channel, row.replied_at = Invitation.Channel.FILE, now
        row.entered_by, row.call_asked_at = by.person, None
    _save(found.rows)
    Draw.objects.filter(pk=draw.pk).update(
        response_count=F("response_count") + len(found.rows), interested_count=F("interested_count") + found.yes
    )
    checked = plan_checks(found.rows, share_checked(draw))
    counts = {"rows": len(found.rows), "yes": found.yes, "no": found.no, "same": found.same, "to_check": checked}
    record("replies.imported", draw, by=by, channel=Invitation.Channel.FILE.value, sha256=sha256, **counts)
    forget_uploads(_files(draw))
    return found


def _save(rows: Sequence[Invitation]) -> None:
    """Write rows that exist. As an insert that meets its own key: for 2,000 rows a second instead of 15 (`bulk_update`
    writes a case for each row and column)."""
    Invitation.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )


def _understood(draw: Draw, data: bytes, *, is_locked: bool) -> Preview:
    """The rows of the pool as the file would have them, not saved."""
    try:
        read = read_respondents(decoded(data), feature_tables(draw))
    except TableError as error:
        return Preview(problems=error.problems)
    found = Preview(problems=read.problems, columns=read.columns, ignored=read.ignored)
    features, by_name, by_code = features_of(draw), *_invited(draw, read, is_locked=is_locked)
    lines: dict[int, int] = {}
    for one in read.rows:
        try:
            row = _person_of(one, by_name, by_code)
            if row.pk in lines:
                raise RowError(gettext_noop("the same person stands in line %(line)s"), line=lines[row.pk])
            lines[row.pk] = one.line
            if _answered(row, one, draw, features):
                found.rows.append(row)
            else:
                found.same += 1
        except RowError as error:
            found.problems.append(Problem(one.line, error.text, error.values))
    found.problems.sort(key=lambda problem: problem.line)
    return found


def _invited(draw: Draw, read: Reading, *, is_locked: bool) -> tuple[dict[str, Invitation], dict[str, Invitation]]:
    """Those the file names, by pseudonym and by the hash of a code: one question, however many there are."""
    hashes = {hash_of(one.code) for one in read.rows if one.code}
    named = Q(pseudonym__in={one.pseudonym for one in read.rows})
    named |= Q(code_hash__in=hashes) | Q(earlier_hash__in=hashes)
    rows = Invitation.objects.filter(named, draw=draw).order_by("pk")
    by_name, by_code = {}, {}
    for row in rows.select_for_update(of=("self",)) if is_locked else rows:
        row.draw = draw
        by_name[row.pseudonym] = by_code[row.code_hash] = row
        by_code.setdefault(row.earlier_hash, row)
    return by_name, by_code


def _person_of(one: Respondent, by_name: Mapping[str, Invitation], by_code: Mapping[str, Invitation]) -> Invitation:
    named, coded = by_name.get(one.pseudonym), by_code.get(hash_of(one.code)) if one.code else None
    if one.pseudonym and named is None:
        raise RowError(gettext_noop("the id belongs to nobody who was invited to this draw"))
    if one.code and coded is None:
        raise RowError(gettext_noop("the code opens no invitation of this draw, or a later letter ended it"))
    if named and coded and named.pk != coded.pk:
        raise RowError(gettext_noop("id and code belong to two people"))
    row = named or coded
    assert row is not None  # noqa: S101  (a row names one of them)
    return row


def _answered(row: Invitation, one: Respondent, draw: Draw, features: Sequence[Feature]) -> bool:
    """Put the answers onto the row; False if they stand there already. RowError for what cannot be entered."""
    if row.state not in OPEN_STATES:
        raise RowError(gettext_noop("this person can no longer reply"))
    if row.returned_at is not None:
        raise RowError(gettext_noop("this letter came back; if the reply is genuine, enter it at the replies desk"))
    _compare(row, one, draw, features)
    before = {name: getattr(row, name) for name in COMPARED}
    set_answers(row, draw, _answers(one), features)
    if before["state"] == State.INVITED:
        return True
    if any(getattr(row, name) != before[name] for name in COMPARED):
        raise RowError(
            gettext_noop("this person has answered otherwise already; changes are entered at the replies desk")
        )
    return False


def _compare(row: Invitation, one: Respondent, draw: Draw, features: Sequence[Feature]) -> None:
    """RowError where the file and the register disagree, or an answer is missing."""
    family_name = one.texts.get("family_name", "")
    if is_known(row) and family_name and family_name.casefold() != row.family_name.casefold():
        raise RowError(gettext_noop("the family name is not the one in the register"))
    if one.wants and not all(one.texts.get(name) for name in needed_address(row)):
        raise RowError(gettext_noop("name and address are missing: the register did not tell them"))
    asked = [feature.pk for feature in asked_features(draw, row, features)]
    for feature in features if one.wants else ():
        given = one.values.get(feature.name)
        if feature.pk not in asked and given and given != row.features.get(feature.name):
            raise RowError(gettext_noop("%(feature)s is not what the register says"), feature=feature.label)
        if feature.pk in asked and not given:
            raise RowError(gettext_noop("%(feature)s is empty"), feature=feature.label)


def _answers(one: Respondent) -> Answers:
    """As the service of replies takes them; a row that says yes without consent did not get this far."""
    return Answers(
        wants=one.wants, features=one.values, consent=one.wants, research=one.wants and one.research, **one.texts
    )
