"""Partial renewal and the end of a term: by the number of a seat and by the clock, so that nobody chooses who goes."""

import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import today
from audit.personal import years
from audit.services import record, require
from councils.algorithms.rotation import GROUPS, groups_due, seats_due
from councils.models import Council, Membership, Renewal, Term
from councils.permissions import can
from councils.services.locking import locked
from councils.services.seats import close_renewal, end_held, finish_if_full
from councils.services.statutes import rules_at

State = Council.State


def renewal_due_on(council: Council) -> datetime.date | None:
    """The first day of the next partial renewal: so many months after the last, or after the council began to work.

    None for a council that is drawn as a whole, and before its first term.
    """
    rules = rules_at(council, today())
    if rules.renewal_thirds not in (1, 2):
        return None
    last = council.renewals.order_by("-number").values_list("begun_on", flat=True).first()
    since = last or council.terms.order_by("number").values_list("begin_date", flat=True).first()
    return add_months(since, rules.renewal_months) if since else None


def add_months(date: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the first of the month after where that month has no such day."""
    index = date.year * 12 + date.month - 1 + months
    year, month = index // 12, index % 12 + 1
    try:
        return datetime.date(year, month, date.day)
    except ValueError:
        return datetime.date(year + month // 12, month % 12 + 1, 1)


@transaction.atomic
def begin_renewal(council: Council, *, by: User) -> Renewal:
    """Free the seats whose turn it is (`councils.algorithms.rotation`), for a draw; the share is the rules' own.

    Refused before its day, while one is open, and where the rules renew nothing or everything at once.
    """
    council = locked(council)
    require(can(by, "begin_renewal", council))
    rules = rules_at(council, today())
    require(rules.renewal_thirds in (1, 2), _("This council is drawn as a whole at the end of its term."))
    due_on = renewal_due_on(council)
    require(
        due_on is None or due_on <= today(),
        _("The next renewal may begin on %(date)s.") % {"date": date_format(due_on) if due_on else ""},
    )
    return _free(council, rules.renewal_thirds, on=today(), by=by)


@transaction.atomic
def finish_renewal(council: Council, *, by: User) -> Renewal:
    """End a renewal although seats of it are still vacant, so that the council can work in full again."""
    council = locked(council)
    require(can(by, "finish_renewal", council))
    renewal = council.renewals.select_for_update().filter(finished_on__isnull=True).first()
    require(renewal is not None, _("No renewal is open."))
    assert renewal is not None  # noqa: S101  (for the type checker)
    close_renewal(council, renewal, by=by)
    return renewal


def next_seats(council: Council) -> list[int]:
    """The numbers of the seats whose turn it is at the next renewal; none where the council is drawn as a whole."""
    thirds = rules_at(council, today()).renewal_thirds
    return seats_due(council.seat_count, _next_groups(council, thirds)) if thirds in (1, 2) else []


def _next_groups(council: Council, thirds: int) -> list[int]:
    before = [group for renewal in council.renewals.order_by("number") for group in renewal.groups]
    return groups_due(before, thirds)


def _free(council: Council, thirds: int, *, on: datetime.date, by: User | None) -> Renewal:
    """End the memberships of the groups that are due; the locked council is renewing from now on."""
    groups = _next_groups(council, thirds)
    seats = seats_due(council.seat_count, groups)
    last = council.renewals.order_by("-number").first()
    renewal = Renewal.objects.create(
        council=council, number=last.number + 1 if last else 1, groups=groups, seats=seats, begun_on=today()
    )
    for membership in Membership.objects.current().filter(seat__council=council, seat__number__in=seats):
        end_held(council, membership, reason=Membership.EndReason.TERM, end_date=max(on, membership.begin_date), by=by)
    council.state = State.RENEWING
    council.save(update_fields=["state"])
    record("renewal.begun", council, by=by, number=renewal.number, groups=groups, seats=seats)
    return renewal


@transaction.atomic
def end_term(council: Council, *, by: User | None = None) -> Term:
    """End the term whose last day is over, and begin the next. `by` is None when the clock does it.

    With partial renewal whoever's turn it is leaves, unless a renewal began in this term; a council that is drawn as
    a whole becomes vacant. Refused before the day.
    """
    council = locked(council)
    if by is not None:
        require(can(by, "end_term", council))
    term = council.terms.select_for_update().order_by("-number").first()
    require(term is not None and term.end_date <= today(), _("The term of office is not over yet."))
    assert term is not None  # noqa: S101  (for the type checker)
    rules = rules_at(council, today())
    is_whole = rules.renewal_thirds not in (1, 2)
    if is_whole or not council.renewals.filter(begun_on__gte=term.begin_date).exists():
        open_one = council.renewals.select_for_update().filter(finished_on__isnull=True).first()
        if open_one is not None:
            close_renewal(council, open_one, by=by)
        _free(council, GROUPS if is_whole else rules.renewal_thirds, on=term.end_date, by=by)
    following = Term.objects.create(
        council=council,
        number=term.number + 1,
        begin_date=term.end_date,
        end_date=years(rules.term_years, term.end_date),
    )
    record("term.ended", council, by=by, number=term.number, next_ends=following.end_date.isoformat())
    finish_if_full(council, by=by)
    return following


def settle_terms() -> int:
    """End every term whose last day is over; how many. A second run changes nothing."""
    ended = 0
    for council in Council.objects.filter(state__in=[State.IN_TERM, State.RENEWING]).order_by("pk"):
        while council.terms.exists() and not council.terms.filter(end_date__gt=today()).exists():
            end_term(council)
            ended += 1
    return ended
