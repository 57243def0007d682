"""Founding a council and beginning its first term."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from audit.clock import today
from audit.personal import years
from audit.services import record, require
from councils.models import Company, Council, Membership, Seat, Term
from councils.permissions import can
from councils.services.locking import locked
from councils.services.statutes import rules_at
from voting.rules import quorum_of


@transaction.atomic
def found_council(
    *,
    organization: Organization,
    seat_count: int,
    about: str,
    companies: list[Company],
    by: User,
    kind: str = Council.Kind.GENERAL,
) -> Council:
    """Enter a council that the city decided to have, with its seats, all vacant. Refused without a seat."""
    require(can(by, "found_council"))
    require(seat_count > 0, _("A council has at least one seat."))
    council = Council.objects.create(organization=organization, seat_count=seat_count, about=about, kind=kind)
    council.companies.set(companies)
    Seat.objects.bulk_create(Seat(council=council, number=number) for number in range(1, seat_count + 1))
    record("council.founded", council, by=by, seats=seat_count, kind=kind)
    return council


@transaction.atomic
def constitute(council: Council, *, by: User) -> Council:
    """Begin the first term. Refused without rules in force, or while the seats filled are fewer than a quorum."""
    council = locked(council)
    require(can(by, "constitute", council))
    begin_date = today()
    rules = rules_at(council, begin_date)
    filled = Membership.objects.active().filter(seat__council=council).count()
    needed = quorum_of(rules.quorum).needed(council.seat_count)
    require(
        filled >= needed,
        _("Only %(filled)s seats are filled; the council needs %(needed)s to begin.")
        % {"filled": filled, "needed": needed},
    )
    end_date = years(rules.term_years, begin_date)
    Term.objects.create(council=council, number=1, begin_date=begin_date, end_date=end_date)
    council.state = Council.State.IN_TERM
    council.save(update_fields=["state"])
    record("council.constituted", council, by=by, members=filled, term_ends=end_date.isoformat())
    return council
