"""Seats in organs of companies: who is sent, the closed file of each sitting, the council's mandate, how was voted."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Organization, Person, User
from accounts.permissions import entered_by
from audit.clock import clock, today
from audit.personal import years
from audit.services import label, record, require
from councils.models import (
    BoardFile,
    BoardMandate,
    BoardPaper,
    BoardSeat,
    Council,
    Delegate,
    Membership,
    Organ,
    Sitting,
)
from councils.permissions import may, may_as_delegate, may_fill_file
from councils.services.statutes import rules_at
from councils.statutes import Rules
from documents.models import File
from documents.services import delete_files
from voting.models import Vote


@transaction.atomic
def enter_board_seat(
    organ: Organ,
    *,
    sends: str,
    kind: str,
    basis_document: str,
    basis_date: datetime.date,
    by: User,
    council: Council | None = None,
    organization: Organization | None = None,
    term_years: int = 3,
) -> BoardSeat:
    """Enter a seat of `organ` that the council, organised civil society or the city fills. Refused without a document."""
    require(may(by, "manage_board_seats"))
    organ = Organ.objects.select_for_update(of=("self",)).get(pk=organ.pk)
    is_council = sends == BoardSeat.Sends.COUNCIL
    require((council is not None) == is_council, _("Choose the council that sends."))
    require((organization is not None) != is_council, _("Choose the organization that sends."))
    require(bool(basis_document.strip()), _("Name the document that gives the seat."))
    seat = BoardSeat.objects.create(
        organ=organ,
        number=organ.board_seats.count() + 1,
        sends=sends,
        council=council,
        organization=organization,
        kind=kind,
        basis_document=basis_document.strip(),
        basis_date=basis_date,
        term_years=term_years,
    )
    record("board_seat.entered", seat, by=by, organ=label(organ), sends=sends, kind=kind)
    return seat


@transaction.atomic
def send_delegate(
    seat: BoardSeat,
    *,
    person: Person,
    begin_date: datetime.date,
    election_reference: str,
    by: User,
    election: Vote | None = None,
) -> Delegate:
    """Note whom the sender sends, by which resolution, and tell them. The council sends its members only.

    Refused while somebody holds the seat, and for a vote that did not carry.
    """
    require(may(by, "manage_board_seats"))
    seat = _locked(seat)
    require(bool(election_reference.strip()), _("Name the resolution by which this person is sent."))
    require(election is None or _carried(election), _("This vote did not send anybody."))
    require(not seat.delegates.filter(end_date__isnull=True).exists(), _("Somebody holds this seat."))
    require(not seat.delegates.filter(end_date__gt=begin_date).exists(), _("The seat is still held on this date."))
    if seat.council is not None:
        member = Membership.objects.active().filter(seat__council=seat.council, person=person)
        require(member.exists(), _("The council sends one of its active members."))
    delegate = Delegate.objects.create(
        seat=seat,
        person=person,
        begin_date=begin_date,
        election=election,
        election_reference=election_reference.strip(),
    )
    record("delegate.sent", seat, by=by, person=label(person), begin_date=begin_date.isoformat())
    send("board_delegate_sent", to=person, about=label(seat), seat=seat, delegate=delegate)
    return delegate


def _carried(vote: Vote) -> bool:
    is_over = vote.state in (Vote.State.CLOSED, Vote.State.CERTIFIED)
    result = vote.result or {}
    return is_over and bool(result.get("is_adopted") or result.get("is_decided"))  # yes to somebody, or an election


@transaction.atomic
def end_delegation(delegate: Delegate, *, reason: str, end_date: datetime.date, by: User) -> Delegate:
    """End a delegation; `end_date` is the first day on which the seat is free, today at the latest."""
    require(may(by, "manage_board_seats"))
    return _end(delegate, reason=reason, end_date=end_date, by=by)


def _end(delegate: Delegate, *, reason: str, end_date: datetime.date, by: User | None) -> Delegate:
    _locked(delegate.seat)
    delegate = Delegate.objects.select_for_update(of=("self",)).select_related("seat", "person").get(pk=delegate.pk)
    require(delegate.end_date is None, _("This delegation has ended already."))
    require(delegate.begin_date <= end_date <= today(), _("A delegation ends after it began, today at the latest."))
    delegate.end_date, delegate.end_reason = end_date, reason
    delegate.save(update_fields=["end_date", "end_reason"])
    record("delegate.ended", delegate.seat, by=by, reason=reason, end_date=end_date.isoformat())
    send("board_delegation_ended", to=delegate.person, about=label(delegate.seat), delegate=delegate)
    return delegate


@transaction.atomic
def settle_delegations() -> int:
    """End what time or a lost seat in the council has ended; how many. A second run changes nothing."""
    day, ended = today(), 0
    open_ones = Delegate.objects.filter(end_date__isnull=True, begin_date__lte=day).select_related("seat__council")
    for delegate in open_ones.order_by("pk"):
        left = _left_council_on(delegate)
        if left is not None:
            _end(delegate, reason=Delegate.EndReason.LEFT_COUNCIL, end_date=max(left, delegate.begin_date), by=None)
        elif delegate.until <= day:
            _end(delegate, reason=Delegate.EndReason.TERM, end_date=delegate.until, by=None)
        ended += int(left is not None or delegate.until <= day)
    return ended


def _left_council_on(delegate: Delegate) -> datetime.date | None:
    """The day from which the delegate no longer belongs to the council that sent them; None while they do."""
    if delegate.seat.council_id is None:
        return None
    held = Membership.objects.filter(person=delegate.person_id, seat__council=delegate.seat.council_id)
    if held.current().exists():
        return None
    return held.order_by("-end_date").values_list("end_date", flat=True).first() or today()


# --- The closed file ----------------------------------------------------------------------------------------------


@transaction.atomic
def declare_confidentiality(delegate: Delegate, *, by: User) -> Delegate:
    """The delegate declares to keep confidential what the file holds; a signed sheet is entered at the desk."""
    delegate = Delegate.objects.select_for_update(of=("self",)).select_related("seat", "person").get(pk=delegate.pk)
    require(may_as_delegate(by, delegate) or may(by, "enter_for_delegates"))
    entered_by(delegate.person, by)
    if delegate.confidential_on is None:
        delegate.confidential_on = today()
        delegate.save(update_fields=["confidential_on"])
        record("delegate.declared_confidentiality", delegate.seat, by=by)
    return delegate


@transaction.atomic
def open_file(seat: BoardSeat, *, sitting: Sitting, by: User) -> BoardFile:
    """The closed file of a seat for a sitting, made when it is first needed."""
    seat = _locked(seat)
    require(may_fill_file(by, seat))
    require(sitting.organ_id == seat.organ_id, _("This sitting is another organ's."))
    defaults = {"created_at": clock(), "delete_on": years(_years_kept(seat), sitting.date)}
    file, is_new = BoardFile.objects.get_or_create(seat=seat, sitting=sitting, defaults=defaults)
    if is_new:
        record("board_file.opened", seat, by=by, sitting=sitting.date.isoformat())
    return file


def _years_kept(seat: BoardSeat) -> int:
    """For how many years a file that is opened today is kept: as the sending council's rules say."""
    return rules_at(seat.council, today()).board_file_years if seat.council else Rules().board_file_years


def purge_board_files() -> int:
    """Delete the closed files whose date is over, their papers with the bytes, and how was voted; how many."""
    due = BoardFile.objects.filter(delete_on__lt=today()).order_by("pk")
    return sum(_purge(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _purge(pk: int) -> int:
    file = BoardFile.objects.select_for_update(of=("self",)).select_related("seat", "sitting").filter(pk=pk).first()
    if file is None:
        return 0
    documents = list(file.papers.values_list("document", flat=True))
    BoardMandate.objects.filter(seat=file.seat_id, sitting=file.sitting_id).update(
        choice="", choice_note="", noted_on=None
    )
    record("board_file.purged", file.seat, sitting=file.sitting.date.isoformat(), papers=len(documents))
    file.delete()
    delete_files(File.objects.filter(pk__in=documents))
    return 1


@transaction.atomic
def fill_file(file: BoardFile, *, agenda: str, outside: str, by: User) -> BoardFile:
    """Write down the agenda, and what may be told outside; nothing of it reaches the trail."""
    file = BoardFile.objects.select_for_update(of=("self",)).select_related("seat__organ").get(pk=file.pk)
    require(may_fill_file(by, file.seat))
    file.agenda, file.outside = agenda.strip(), outside.strip()
    file.save(update_fields=["agenda", "outside"])
    record("board_file.filled", file.seat, by=by, sitting=file.sitting.date.isoformat())
    return file


@transaction.atomic
def add_paper(file: BoardFile, *, title: str, document: File, by: User) -> BoardPaper:
    """Put a paper into the closed file; its bytes stay private. Refused without a title and for a public file."""
    file = BoardFile.objects.select_for_update(of=("self",)).select_related("seat__organ").get(pk=file.pk)
    require(may_fill_file(by, file.seat) and by.person is not None)
    require(bool(title.strip()), _("A paper has a title."))
    require(not document.is_public and document.delete_on is None, _("Only a private document can be a paper here."))
    assert by.person is not None  # noqa: S101  (for the type checker)
    paper = BoardPaper.objects.create(
        file=file, title=title.strip(), document=document, added_at=clock(), added_by=by.person
    )
    record("board_paper.added", file.seat, by=by, sitting=file.sitting.date.isoformat())
    return paper


# --- The council's mandate -----------------------------------------------------------------------------------------


@transaction.atomic
def give_mandate(
    seat: BoardSeat,
    *,
    sitting: Sitting,
    title: str,
    text: str,
    reference: str,
    by: User,
    vote: Vote | None = None,
    is_public: bool = True,
) -> BoardMandate:
    """Note what the council asks its delegate for on one matter, with the resolution that says so, and tell them.

    Refused without a resolution, for a vote that did not carry, and once the sitting is over.
    """
    require(may(by, "give_mandate") and by.person is not None)
    assert by.person is not None  # noqa: S101  (for the type checker)
    seat = _locked(seat)
    require(seat.sends == BoardSeat.Sends.COUNCIL, _("The council gives a mandate to those whom it sends."))
    require(sitting.organ_id == seat.organ_id, _("This sitting is another organ's."))
    require(sitting.date >= today(), _("This sitting is over."))
    require(bool(title.strip() and text.strip()), _("A mandate says on which matter, and what the council asks for."))
    require(bool(reference.strip()), _("Name the resolution of the council."))
    require(vote is None or _carried(vote), _("The council did not adopt this."))
    mandate = BoardMandate.objects.create(
        seat=seat,
        sitting=sitting,
        title=title.strip(),
        text=text.strip(),
        reference=reference.strip(),
        vote=vote,
        is_public=is_public,
        given_on=today(),
        given_by=by.person,
    )
    record("mandate.given", seat, by=by, sitting=sitting.date.isoformat(), mandate=mandate.pk)
    holder = seat.delegates.current().first()
    if holder is not None:
        send("board_mandate_given", to=holder.person, about=label(seat), seat=seat, sitting=sitting)
    return mandate


@transaction.atomic
def note_vote(mandate: BoardMandate, *, delegate: Delegate, choice: str, by: User, note: str = "") -> BoardMandate:
    """The delegate notes how they voted on the matter; the desk enters it for somebody without a login.

    Part of the closed file: the council sees the mandate, not the vote. Refused before the sitting.
    """
    mandate = BoardMandate.objects.select_for_update(of=("self",)).select_related("sitting", "seat").get(pk=mandate.pk)
    require(delegate.seat_id == mandate.seat_id)
    require(may_as_delegate(by, delegate) or may(by, "enter_for_delegates"))
    entered_by(delegate.person, by)
    require(choice in BoardMandate.Choice.values, _("Please choose how was voted."))
    require(mandate.sitting.date <= today(), _("The sitting is still to come."))
    mandate.choice, mandate.choice_note, mandate.noted_on = choice, note.strip(), today()
    mandate.save(update_fields=["choice", "choice_note", "noted_on"])
    record("mandate.vote_noted", mandate.seat, by=by, mandate=mandate.pk)
    return mandate


def _locked(seat: BoardSeat) -> BoardSeat:
    rows = BoardSeat.objects.select_for_update(of=("self",))
    return rows.select_related("organ__company", "organ__organization", "council", "organization").get(pk=seat.pk)
