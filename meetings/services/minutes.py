"""Minutes: begun after a session, noted beside what is generated, laid before the members, approved and published."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.messages import send
from accounts.models import Person, User
from accounts.permissions import is_at_desk
from audit.canonical import digest
from audit.clock import clock, local_date
from audit.services import label, record, require
from documents.models import File
from documents.pdf import render
from documents.services import discard_file, store_file
from meetings.models import AgendaItem, Meeting, Minutes, MinutesNote, Objection, Speech
from meetings.permissions import can, can_object
from meetings.services.chronicle import chronicle_of
from meetings.services.heard import as_blocks, guest_label
from meetings.services.promises import approval_title
from meetings.services.rows import locked, members_of

State = Minutes.State


@transaction.atomic
def begin_minutes(meeting: Meeting, *, by: User) -> Minutes:
    """The minutes of a closed meeting; asked twice they are the same."""
    meeting = locked(meeting, "write_minutes", by)
    minutes, is_new = Minutes.objects.get_or_create(meeting=meeting)
    if is_new:
        record("minutes.begun", minutes, by=by, meeting=meeting.pk)
    return minutes


@transaction.atomic
def write_note(minutes: Minutes, *, item: AgendaItem | None, text: str, by: User) -> None:
    """The secretariat's own words on an item, or on the whole; empty takes them away. What is generated stays.

    After the minutes were laid before the members only while an objection to them is accepted or open.
    """
    minutes = _locked(minutes, by)
    require(minutes.state != State.APPROVED, _("The minutes are approved and are not changed any more."))
    require(item is None or item.meeting_id == minutes.meeting_id)
    require(
        minutes.state == State.DRAFT or minutes.objections.exclude(state=Objection.State.DISMISSED).exists(),
        _("The minutes lie before the members. They are changed only on an objection."),
    )
    text = text.strip()[:10_000]
    if text:
        assert by.person is not None  # noqa: S101  (an office belongs to a person)
        MinutesNote.objects.update_or_create(
            minutes=minutes, item=item, defaults={"text": text, "written_by": by.person, "written_at": clock()}
        )
    else:
        MinutesNote.objects.filter(minutes=minutes, item=item).delete()
    record("minutes.noted", minutes, by=by, item=item.pk if item else 0, text=digest(text))


@transaction.atomic
def lay_before_members(minutes: Minutes, *, by: User) -> Minutes:
    """Lay the minutes before the members, who may object until a later meeting approves them."""
    minutes = _locked(minutes, by)
    require(minutes.state == State.DRAFT, _("The minutes lie before the members already."))
    minutes.state, minutes.laid_at = State.LAID, clock()
    minutes.save(update_fields=["state", "laid_at"])
    record("minutes.laid", minutes, by=by)
    for membership in members_of(minutes.meeting.council):
        send("minutes_laid", to=membership.person, about=label(minutes), meeting=minutes.meeting)
    return minutes


@transaction.atomic
def object_to_minutes(minutes: Minutes, *, person: Person, text: str, by: User) -> Objection:
    """A member finds the minutes wrong (`by` is the member, or the desk that enters it). Refused once approved."""
    meeting = locked(minutes.meeting)
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
    require(can_object(by, meeting, person))
    require(minutes.state == State.LAID, _("Objections are raised while the minutes lie before the members."))
    membership = members_of(meeting.council).filter(person=person).first()
    require(membership is not None)
    text = text.strip()[:2_000]
    require(bool(text), _("Please say what is wrong, and what it should be."))
    assert membership is not None  # noqa: S101  (for the type checker)
    clerk = by.person if by.person_id != person.pk else None
    found = Objection.objects.create(
        minutes=minutes, membership=membership, text=text, raised_at=clock(), entered_by=clerk
    )
    record("minutes.objected", minutes, by=by, seat=membership.seat.number, objection=found.pk)
    return found


@transaction.atomic
def decide_objection(objection: Objection, *, is_accepted: bool, answer: str, by: User) -> Objection:
    """Say what became of an objection; who raised it reads the answer in the minutes."""
    minutes = _locked(objection.minutes, by)
    objection = Objection.objects.select_for_update().get(pk=objection.pk)
    require(objection.state == Objection.State.OPEN, _("This objection has been answered."))
    answer = answer.strip()[:2_000]
    require(bool(answer), _("Please say what was changed, or why nothing was."))
    objection.state = Objection.State.ACCEPTED if is_accepted else Objection.State.DISMISSED
    objection.answer, objection.decided_by, objection.decided_at = answer, by.person, clock()
    objection.save()
    record("minutes.objection_decided", minutes, by=by, objection=objection.pk, is_accepted=is_accepted)
    return objection


@transaction.atomic
def approve_minutes(minutes: Minutes, *, meeting: Meeting, by: User) -> Minutes:
    """The later `meeting` approves the minutes: their content is frozen, hashed and printed, public and closed apart.

    Refused while an objection is open, and in any meeting but a later one of the same council that is in session.
    """
    meeting = locked(meeting, "approve_minutes", by)
    minutes = (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__council__organization")
        .get(pk=minutes.pk)
    )
    require(minutes.state == State.LAID, _("Only minutes that lie before the members can be approved."))
    require(
        minutes.meeting.council_id == meeting.council_id and minutes.meeting.starts_at < meeting.starts_at,
        _("The minutes of a meeting are approved by a later one."),
    )
    require(
        not minutes.objections.filter(state=Objection.State.OPEN).exists(),
        _("An objection is open. Please answer it first."),
    )
    minutes.approved_at, minutes.approved_in, minutes.state = clock(), meeting, State.APPROVED
    _freeze(minutes)
    minutes.save()
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Approved without objection.")
    meeting.items.filter(title=approval_title(minutes.meeting), resolution="").update(resolution=words)
    record("minutes.approved", minutes, by=by, meeting=meeting.pk, hash=digest(minutes.content))
    return minutes


def _freeze(minutes: Minutes) -> None:
    """Content and files of the public part, and of the closed one if there is any."""
    assert minutes.approved_at is not None  # noqa: S101  (set by the caller)
    day = local_date(minutes.approved_at)
    minutes.content = chronicle_of(minutes, date=day)
    minutes.file = _printed(minutes, minutes.content, is_public=True)
    if minutes.meeting.items.filter(is_public=False).exists():
        minutes.closed_content = chronicle_of(minutes, is_closed_part=True, date=day)
        minutes.closed_file = _printed(minutes, minutes.closed_content, is_public=False)


def _printed(minutes: Minutes, content: dict[str, Any], *, is_public: bool) -> File:
    with translation.override(settings.LANGUAGE_CODE):
        name = _("minutes-%(number)s") % {"number": minutes.meeting_id}
        name += ".pdf" if is_public else _("-not-public") + ".pdf"
    return store_file(
        render("minutes", paper_of(content)),
        name=name,
        media_type="application/pdf",
        owner=label(minutes),
        is_public=is_public,
    )


def paper_of(content: dict[str, Any]) -> dict[str, Any]:
    """The content as the paper prints it: remarks, times and corrections become paragraphs of their item."""
    with translation.override(settings.LANGUAGE_CODE):
        items = [_printed_item(item) for item in content["items"]]
        return {**content, "items": items, "sections": _sections(content)}


def _sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands on the paper behind the items: what fell under none, and the course of the session."""
    found = []
    beside = as_blocks(content)
    if beside:
        found.append({"heading": _("Under no item"), "body": beside})
    if content.get("course"):
        rows = [[row["time"], row["text"]] for row in content["course"]]
        table = {"type": "table", "head": [_("Time"), _("What happened")], "rows": rows, "widths": [1, 6]}
        found.append({"heading": _("Course of the session"), "body": [table]})
    return found


def _printed_item(item: dict[str, Any]) -> dict[str, Any]:
    if item.get("closed"):
        return item
    body: list[Any] = [_("Treated: %(time)s.") % {"time": item["time"]}] if item.get("time") else []
    body += as_blocks(item) + item["body"]
    body += [told["asked"] for told in item.get("motions", []) + item.get("resolutions", []) if told.get("asked")]
    body += item.get("corrections", [])
    if item.get("remarks"):
        body.append({"type": "note", "title": _("Remarks of the secretariat"), "text": item["remarks"]})
    return {**item, "body": body}


@transaction.atomic
def unname_guest(speech: Speech, *, by: User) -> Speech:
    """A guest takes back that the minutes name them: whatever is printed already is printed anew without the name."""
    meeting = locked(speech.meeting)
    is_own = speech.person_id is not None and speech.person_id == by.person_id
    require(is_own or is_at_desk(by) or can(by, "run_speeches", meeting) or can(by, "write_minutes", meeting))
    forget_name(speech)
    record("guest.unnamed", meeting, by=by, number=speech.number)
    speech.refresh_from_db()
    return speech


def forget_name(speech: Speech) -> None:
    """Nothing of a meeting names this guest any more; inside a transaction."""
    meeting = speech.meeting
    rows = Speech.objects.filter(meeting=meeting, membership__isnull=True, number=speech.number)
    names = set(rows.exclude(public_name="").values_list("public_name", flat=True))
    rows.update(public_name="")
    minutes = Minutes.objects.select_for_update(of=("self",)).filter(meeting=meeting, state=State.APPROVED).first()
    if minutes is not None and names:
        minutes.meeting = meeting
        _reprint_without(minutes, speech.number, names)


def _reprint_without(minutes: Minutes, number: int, names: set[str]) -> None:
    """The frozen content as it was, but for the names of one guest; the papers that held them are destroyed."""
    old = [minutes.file, minutes.closed_file]
    with translation.override(settings.LANGUAGE_CODE):
        words = {guest_label(number, name): guest_label(number, "") for name in names}
    minutes.content = _replaced(minutes.content, words)
    minutes.file = _printed(minutes, minutes.content, is_public=True)
    if minutes.closed_content is not None:
        minutes.closed_content = _replaced(minutes.closed_content, words)
        minutes.closed_file = _printed(minutes, minutes.closed_content, is_public=False)
    minutes.save()
    for file in old:
        if file is not None:
            discard_file(file)


def _replaced(content: Any, words: dict[str, str]) -> Any:
    """A copy of JSON in which some texts read otherwise."""
    if isinstance(content, dict):
        return {key: _replaced(value, words) for key, value in content.items()}
    if isinstance(content, list):
        return [_replaced(value, words) for value in content]
    return words.get(content, content) if isinstance(content, str) else content


def _locked(minutes: Minutes, by: User) -> Minutes:
    """The row for its writers, held until the transaction ends."""
    require(can(by, "write_minutes", minutes.meeting))
    rows = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__council__organization")
    return rows.get(pk=minutes.pk)
