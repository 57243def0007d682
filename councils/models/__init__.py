"""Companies with their organs, and the councils bound to them: statutes, terms, seats and who holds them."""

from councils.models.boards import BoardFile, BoardMandate, BoardPaper, BoardReport, BoardSeat, Delegate
from councils.models.bodies import Council, Renewal, RulesDraft, StatuteVersion, Term, WorkingGroup
from councils.models.companies import BindingBasis, Company, KeyFigure, Organ, Share, Sitting, percent
from councils.models.members import (
    CivilNomination,
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
    "BoardFile",
    "BoardMandate",
    "BoardPaper",
    "BoardReport",
    "BoardSeat",
    "CivilNomination",
    "CivilSeat",
    "Company",
    "Council",
    "Delegate",
    "GroupPlace",
    "Interest",
    "KeyFigure",
    "Membership",
    "MembershipQuerySet",
    "NameConsent",
    "Organ",
    "PublishedQuerySet",
    "Renewal",
    "RulesDraft",
    "Seat",
    "SeatQuerySet",
    "Share",
    "Sitting",
    "StatuteVersion",
    "Suspension",
    "Term",
    "WorkingGroup",
    "percent",
]
