"""What councils keep about a person. Seats held stay as the history of the council; the person behind them is blanked."""

import datetime
from typing import Any

from accounts.models import Person
from councils.models import BoardReport, CivilNomination, CivilSeat, Delegate, Interest, Membership, NameConsent


def export_person(person: Person) -> dict[str, Any]:
    """Every seat the person holds or held, what they declared, and whether they wanted to be named."""
    held = Membership.objects.filter(person=person).select_related("seat__council__organization")
    rows = held.prefetch_related("interests__companies__organization", "suspensions", "group_places__group")
    consents = NameConsent.objects.filter(person=person)
    civil = CivilSeat.objects.filter(person=person).select_related("council__organization", "organization")
    sent = Delegate.objects.filter(person=person).select_related("seat__organ__organization")
    reports = BoardReport.objects.filter(delegate__person=person).select_related("sitting")
    return {
        "memberships": [_membership(one) for one in rows],
        "name_consents": [
            {"wording": one.wording, "given_at": _iso(one.given_at), "withdrawn_at": _iso(one.withdrawn_at)}
            for one in consents
        ],
        "civil_seats": [
            {"council": str(one.council), "for": str(one.organization), **_dates(one.begin_date, one.end_date)}
            for one in civil
        ],
        "civil_nominations": [
            {
                "council": str(one.council),
                "for": str(one.organization),
                "letter": one.letter,
                "nominated_on": _iso(one.nominated_on),
                "declined_on": _iso(one.declined_on),
                "reason": one.reason,
            }
            for one in CivilNomination.objects.filter(person=person).select_related(
                "council__organization", "organization"
            )
        ],
        "delegations": [
            {
                "organ": str(one.seat.organ),
                "seat": one.seat.number,
                **_dates(one.begin_date, one.end_date),
                "end_reason": one.end_reason,
                "election_reference": one.election_reference,
                "confidential_on": _iso(one.confidential_on),
            }
            for one in sent
        ],
        "board_reports": [
            {
                "sitting": _iso(one.sitting.date),
                "due_on": _iso(one.due_on),
                "given_on": _iso(one.given_on),
                "text": one.text,
            }
            for one in reports
        ],
    }


def _membership(one: Membership) -> dict[str, Any]:
    return {
        "council": str(one.seat.council),
        "seat": one.seat.number,
        "state": one.state,
        **_dates(one.begin_date, one.end_date),
        "end_reason": one.end_reason,
        "oath_on": _iso(one.oath_on),
        "interests_declared_on": _iso(one.interests_declared_on),
        "interests": [
            {
                "kind": interest.kind,
                "text": interest.text,
                "companies": [str(company) for company in interest.companies.all()],
                "sectors": interest.sectors,
                "declared_on": _iso(interest.declared_on),
                "ended_on": _iso(interest.ended_on),
            }
            for interest in one.interests.all()
        ],
        "suspensions": [
            {"reason": row.reason, **_dates(row.begin_date, row.end_date)} for row in one.suspensions.all()
        ],
        "groups": [{"group": row.group.name, **_dates(row.begin_date, row.end_date)} for row in one.group_places.all()],
    }


def _dates(begin_date: datetime.date, end_date: datetime.date | None) -> dict[str, str | None]:
    return {"begin_date": _iso(begin_date), "end_date": _iso(end_date)}


def _iso(value: datetime.date | None) -> str | None:
    return value.isoformat() if value else None


def erase_person(person: Person) -> None:
    """Take away declared interests and reasons. The seat's history stays: it points to a person without a name."""
    Interest.objects.filter(membership__person=person).delete()
    for membership in Membership.objects.filter(person=person):
        membership.suspensions.update(reason="")
    NameConsent.objects.filter(person=person).delete()
    CivilSeat.objects.filter(person=person).update(person=None)
    CivilNomination.objects.filter(person=person, declined_on__isnull=True).update(person=None, letter="")
    CivilNomination.objects.filter(person=person).update(person=None, letter="", reason="–")
