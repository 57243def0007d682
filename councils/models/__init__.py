"""Companies with their organs, and the councils bound to them: statutes, terms, seats and who holds them."""

from councils.models.bodies import Council, Renewal, StatuteVersion, Term, WorkingGroup
from councils.models.companies import BindingBasis, Company, Organ, Share, Sitting
from councils.models.members import (
    CivilSeat,
    GroupPlace,
    Interest,
    Membership,
    MembershipQuerySet,
    NameConsent,
    Seat,
    SeatQuerySet,
    Suspension,
)
from councils.models.published import PublishedQuerySet

__all__ = [
    "BindingBasis",
    "CivilSeat",
    "Company",
    "Council",
    "GroupPlace",
    "Interest",
    "Membership",
    "MembershipQuerySet",
    "NameConsent",
    "Organ",
    "PublishedQuerySet",
    "Renewal",
    "Seat",
    "SeatQuerySet",
    "Share",
    "Sitting",
    "StatuteVersion",
    "Suspension",
    "Term",
    "WorkingGroup",
]
