"""Who is in the room: members come and go, the quorum counts them."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from audit.clock import clock
from audit.services import require
from councils.models import Council
from councils.statutes import Rules
from meetings.models import Meeting, Presence
from meetings.permissions import can_note
from meetings.services.rows import locked, members_of
from voting.rules import quorum_of


@transaction.atomic
def note_presence(meeting: Meeting, *, person: Person, way: str = "", by: User) -> Presence:
    """Note that a member is in the room; noting it twice gives the same row. Refused for anybody but a member.

    `way` is how it was noted; without one the member's own device, or the desk.
    """
    meeting = locked(meeting)
    require(can_note(by, meeting, person))
    membership = members_of(meeting.council).filter(person=person).first()
    require(membership is not None, _("Only members of the council are noted as present."))
    assert membership is not None  # noqa: S101  (for the type checker)
    present = Presence.objects.filter(meeting=meeting, membership=membership, left_at__isnull=True).first()
    if present is not None:
        return present
    clerk = by.person if by.person_id != person.pk else None
    way = way or (Presence.Way.DESK if clerk else Presence.Way.ONLINE)
    return Presence.objects.create(meeting=meeting, membership=membership, way=way, came_at=clock(), entered_by=clerk)


@transaction.atomic
def note_leaving(meeting: Meeting, *, person: Person, by: User) -> None:
    """Note that a member has left the room; without a presence nothing changes."""
    meeting = locked(meeting)
    require(can_note(by, meeting, person))
    here = Presence.objects.filter(meeting=meeting, membership__person=person, left_at__isnull=True)
    here.update(left_at=clock())


@transaction.atomic
def count_guests(meeting: Meeting, *, count: int, by: User) -> Meeting:
    """How many people besides the council are in the room, as the door counts them; no names."""
    meeting = locked(meeting, "note_presence", by)
    require(0 <= count <= 100_000, _("Please enter a number of people."))
    meeting.guest_count = count
    meeting.save(update_fields=["guest_count"])
    return meeting


def present_count(meeting: Meeting) -> int:
    """How many members are in the room now."""
    return Presence.objects.filter(meeting=meeting, left_at__isnull=True).count()


def quorum_needed(rules: Rules, council: Council) -> int:
    """How many members must be present for a vote under `rules`."""
    return quorum_of(rules.quorum).needed(council.seat_count)
