"""Writes of councils: founding, statutes, seats and who holds them."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.messages import send
from accounts.models import Organization, Person, Role, User
from audit.canonical import digest
from audit.clock import today
from audit.personal import years
from audit.services import Refused, label, record, require
from councils.models import Company, Council, Membership, Seat, SeatQuerySet, StatuteVersion, Term
from councils.permissions import can
from councils.statutes import Rules, complete, rules_from
from documents.models import File
from voting.rules import quorum_of


@transaction.atomic
def found_council(
    *, organization: Organization, seat_count: int, about: str, companies: list[Company], by: User
) -> Council:
    """Enter a council that the city decided to have, with its seats, all vacant. Refused without a seat."""
    require(can(by, "found_council"))
    require(seat_count > 0, _("A council has at least one seat."))
    council = Council.objects.create(organization=organization, seat_count=seat_count, about=about)
    council.companies.set(companies)
    Seat.objects.bulk_create(Seat(council=council, number=number) for number in range(1, seat_count + 1))
    record("council.founded", council, by=by, seats=seat_count)
    return council


@transaction.atomic
def enact_statute(
    council: Council,
    *,
    kind: str,
    title: str,
    text: str,
    settings: dict[str, Any],
    in_force_on: datetime.date,
    enacted_by: str,
    by: User,
    file: File | None = None,
) -> StatuteVersion:
    """Record a version of the mandate or of the rules, in force from `in_force_on` (a local date).

    `settings` are the figures of `councils.statutes.Rules`; defaults are written out into the version. Refused for
    figures that make no sense and for a version that would come into force before the one it follows.
    """
    council = _locked(council)
    require(can(by, "enact_statute", council))
    last = council.statutes.filter(kind=kind).order_by("-number").first()
    require(
        last is None or last.in_force_on <= in_force_on,
        _("A new version cannot come into force before the one it follows."),
    )
    figures = _complete(settings)
    number = last.number + 1 if last else 1
    content = {"council": label(council), "kind": kind, "number": number, "title": title, "text": text}
    content |= {"settings": figures, "in_force_on": in_force_on.isoformat(), "enacted_by": enacted_by}
    version = StatuteVersion.objects.create(
        council=council,
        kind=kind,
        number=number,
        title=title,
        text=text,
        settings=figures,
        hash=digest(content),
        in_force_on=in_force_on,
        enacted_by=enacted_by,
        file=file,
    )
    record("statute.enacted", council, by=by, kind=kind, number=number, hash=version.hash)
    return version


def _complete(settings: dict[str, Any]) -> dict[str, Any]:
    try:
        return complete(settings)
    except (ValueError, TypeError) as error:
        raise Refused(_("The figures of the statute make no sense: %(error)s") % {"error": error}) from error


def statute_at(council: Council, date: datetime.date, kind: str = StatuteVersion.Kind.RULES) -> StatuteVersion:
    """The version in force on `date`. Refused if there is none yet."""
    version = (
        StatuteVersion.objects.filter(council=council, kind=kind, in_force_on__lte=date).order_by("-number").first()
    )
    require(version is not None, _("The council has no rules of procedure in force yet."))
    assert version is not None  # noqa: S101  (for the type checker)
    return version


def rules_at(council: Council, date: datetime.date) -> Rules:
    """The figures of the rules in force on `date`. Refused if there are none yet."""
    return rules_from(statute_at(council, date).settings)


@transaction.atomic
def fill_seat(
    council: Council, *, person: Person, begin_date: datetime.date, by: User, number: int | None = None
) -> Membership:
    """Give `person` a vacant seat (the lowest, or seat `number`) from `begin_date`, and the office of a member.

    Refused without a vacant seat and for somebody who holds one.
    """
    council = _locked(council)
    require(can(by, "fill_seat", council))
    require(
        not Membership.objects.current().filter(person=person).exists(),
        _("This person already holds a seat."),
    )
    vacant = vacant_seats(council)
    seat = (vacant.filter(number=number) if number else vacant).order_by("number").first()
    require(seat is not None, _("This seat is not vacant.") if number else _("No seat is vacant."))
    assert seat is not None  # noqa: S101  (for the type checker)
    require(
        not seat.memberships.filter(end_date__gt=begin_date).exists(),
        _("The seat is still held on this date."),
    )
    membership = Membership.objects.create(seat=seat, person=person, begin_date=begin_date)
    accounts.grant_role(person, kind=Role.Kind.MEMBER, organization=council.organization, begin_date=begin_date, by=by)
    record("seat.filled", council, by=by, seat=seat.number, person=label(person), begin_date=begin_date.isoformat())
    send("membership_began", to=person, about=label(council), council=council, seat=seat, begin_date=begin_date)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, reason: str, end_date: datetime.date, by: User) -> Membership:
    """End a membership; `end_date` is the first day on which the seat is vacant, today at the latest.

    The office of the member ends the day before. Refused for one that has ended and for a date ahead or too early.
    """
    council = _locked(membership.seat.council)
    membership = Membership.objects.select_for_update().select_related("seat", "person").get(pk=membership.pk)
    require(can(by, "end_membership", council))
    require(membership.end_date is None, _("This membership has already ended."))
    require(
        membership.begin_date <= end_date <= today(),
        _("A membership ends after it began, today at the latest."),
    )
    membership.state = Membership.State.ENDED
    membership.end_date, membership.end_reason = end_date, reason
    membership.save(update_fields=["state", "end_date", "end_reason"])
    accounts.end_role(
        membership.person,
        kind=Role.Kind.MEMBER,
        organization=council.organization,
        end_date=end_date - datetime.timedelta(days=1),
        by=by,
    )
    number = membership.seat.number
    record("membership.ended", council, by=by, seat=number, reason=reason, end_date=end_date.isoformat())
    send("membership_ended", to=membership.person, about=label(council), council=council, membership=membership)
    return membership


def vacant_seats(council: Council) -> SeatQuerySet:
    """The seats of `council` that nobody holds, by number."""
    return Seat.objects.filter(council=council).vacant().order_by("number")


@transaction.atomic
def constitute(council: Council, *, by: User) -> Council:
    """Begin the first term. Refused without rules in force, or while the seats filled are fewer than a quorum."""
    council = _locked(council)
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


def _locked(council: Council) -> Council:
    """The row, held until the transaction ends; writers of one council queue here."""
    return Council.objects.select_for_update(of=("self",)).select_related("organization").get(pk=council.pk)
