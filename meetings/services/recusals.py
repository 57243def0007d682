"""Recusals: proposed by anyone of the council or by declared interests, decided with a reason before the vote."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person, User
from audit.clock import clock
from audit.services import record, require
from councils.models import Company, Interest, Membership
from meetings.models import AgendaItem, Recusal
from meetings.permissions import can_propose_recusal
from meetings.services.rows import locked, locked_item, members_of


@transaction.atomic
def propose_recusal(item: AgendaItem, *, person: Person, grounds: str, by: User) -> Recusal:
    """Ask that the member `person` be recused on an item; a member may ask for themselves or for another.

    Refused without grounds, a second time, and once the vote on the item has been opened.
    """
    meeting = locked(item.meeting)
    require(can_propose_recusal(by, meeting) and by.person is not None)
    membership = members_of(meeting.council).filter(person=person).first()
    require(membership is not None, _("Only members of the council can be recused."))
    _require_before_vote(item)
    grounds = " ".join(grounds.split())[:300]
    require(bool(grounds), _("Please say in a sentence what ties the member to the matter."))
    require(
        not Recusal.objects.filter(item=item, membership=membership).exists(),
        _("The recusal of this member has been proposed already."),
    )
    assert membership is not None and by.person is not None  # noqa: S101  (for the type checker)
    found = Recusal.objects.create(
        item=item, membership=membership, grounds=grounds, proposed_by=by.person, proposed_at=clock()
    )
    record("recusal.proposed", meeting, by=by, item=item.pk, seat=membership.seat.number)
    return found


@transaction.atomic
def decide_recusal(recusal: Recusal, *, is_recused: bool, how: str, reason: str, by: User) -> Recusal:
    """Write down what was decided about a recusal, by whom (`Recusal.Body`) and why; may be revised until the vote."""
    meeting = locked(recusal.item.meeting, "decide_recusal", by)
    recusal = (
        Recusal.objects.select_for_update(of=("self",)).select_related("item", "membership__seat").get(pk=recusal.pk)
    )
    _require_before_vote(recusal.item)
    reason = " ".join(reason.split())[:300]
    require(bool(reason), _("Please give the reason: it stands in the minutes."))
    require(how in Recusal.Body.values, _("Please say who decided."))
    recusal.state = Recusal.State.RECUSED if is_recused else Recusal.State.DISMISSED
    recusal.decided_how, recusal.reason = how, reason
    recusal.decided_by, recusal.decided_at = by.person, clock()
    recusal.save()
    seat = recusal.membership.seat.number
    record("recusal.decided", meeting, by=by, item=recusal.item_id, seat=seat, is_recused=is_recused)
    return recusal


def _require_before_vote(item: AgendaItem) -> None:
    item = locked_item(item)
    require(item.vote_id is None, _("The vote on this item has been opened; a recusal comes too late."))


def recused_on(item: AgendaItem) -> dict[int, Recusal]:
    """Membership → its decided recusal on the item."""
    rows = Recusal.objects.filter(item=item, state=Recusal.State.RECUSED).select_related("membership__seat")
    return {row.membership_id: row for row in rows}


def companies_of(item: AgendaItem) -> Iterable[Company]:
    """The companies that an item concerns: that of its proposal."""
    company = item.proposal.company if item.proposal_id and item.proposal else None
    return [company] if company else []


def touched_members(item: AgendaItem) -> QuerySet[Membership]:
    """Members who declared an interest that touches the item, and about whose recusal nobody has asked yet."""
    companies = list(companies_of(item))
    members = members_of(item.meeting.council)
    if not companies:
        return members.none()
    asked = Recusal.objects.filter(item=item).values("membership")
    tied = Interest.objects.touching(companies).values("membership")
    return members.filter(pk__in=tied).exclude(pk__in=asked)


def require_recusals_decided(item: AgendaItem) -> None:
    """Refused, naming the seats, while somebody's recusal on the item is proposed or suggested and not decided."""
    proposed = Recusal.objects.filter(item=item, state=Recusal.State.PROPOSED).select_related("membership__seat")
    waiting = [str(row.membership.seat) for row in proposed] + [str(row.seat) for row in touched_members(item)]
    require(
        not waiting,
        _("Please decide first whether they are recused: %(seats)s.") % {"seats": ", ".join(waiting)},
    )
