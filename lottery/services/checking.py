"""The second pair of eyes: somebody else enters a card again without seeing the first entry; what differs is counted."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.clock import clock, today
from audit.services import Refused, record, require
from councils.models import Council
from councils.services import rules_at
from lottery.models import Draw, Invitation, RegisterSample, ReplyCheck
from lottery.permissions import can
from lottery.pool import pool_open
from lottery.services.answers import Answers, count_change, set_answers
from lottery.services.preparation import locked

COMPARED = ("state", "features", "email", "phone", "needs", "consent_version", "research_version")
"""What two entries of one card must agree on."""

CHECKED_CHANNELS = (Invitation.Channel.CARD, Invitation.Channel.FILE)
"""What somebody typed from paper: here, or elsewhere before it came as a file."""

LEAST_PERCENT = 10
"""Of the cards, where a council has no rules yet; no statute goes below (`councils.statutes`)."""


def least_checked(council: Council) -> int:
    """The share of cards in percent that the council's rules want looked at twice."""
    try:
        return rules_at(council, today()).checked_cards_percent
    except Refused:
        return LEAST_PERCENT


def plan_check(invitation: Invitation, *, is_doubtful: bool) -> None:
    """Let a card that was just entered wait for a second look: every doubtful one, and a random share."""
    ReplyCheck.objects.filter(invitation=invitation).delete()
    share = 100 if is_doubtful else share_checked(invitation.draw)
    plan_checks([invitation], share, ReplyCheck.Reason.DOUBTFUL if is_doubtful else ReplyCheck.Reason.RANDOM)


def share_checked(draw: Draw) -> int:
    """How many cards of a hundred wait for a second look: the statute says, and the plan of a draw may only raise it."""
    planned = RegisterSample.objects.filter(draw=draw.pk).values_list("check_percent", flat=True).first()
    return max(planned or 0, least_checked(draw.council))


def plan_checks(rows: Sequence[Invitation], share: int, reason: str = ReplyCheck.Reason.RANDOM) -> int:
    """Let so many in a hundred of `rows`, which were just entered, wait for a second look; how many it became."""
    chosen = [row for row in rows if secrets.randbelow(100) < share]
    ReplyCheck.objects.bulk_create(
        ReplyCheck(invitation=row, reason=reason, entered_by=row.entered_by) for row in chosen if row.entered_by
    )
    return len(chosen)


def waiting_checks(draw: Draw, by: User) -> QuerySet[ReplyCheck]:
    """Cards that wait for eyes other than those that entered them, the oldest first."""
    rows = ReplyCheck.objects.filter(invitation__draw=draw, checked_at__isnull=True)
    return rows.exclude(entered_by=by.person_id).select_related("invitation").order_by("pk")


@pool_open()
def check_reply(invitation: Invitation, *, answers: Answers, by: User) -> list[str]:
    """Enter a card a second time; the names of what differs, and then the second entry stands.

    Refused for whoever entered it first.
    """
    draw = locked(invitation.draw)
    require(by.person is not None and can(by, "check_reply", draw))
    check = ReplyCheck.objects.select_for_update(of=("self",)).filter(invitation=invitation.pk).first()
    require(check is not None and check.checked_at is None, _("This card waits for no second look."))
    assert check is not None  # noqa: S101  (for the type checker)
    require(check.entered_by_id != by.person_id, _("Somebody else looks at what you entered."))
    row = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    row.draw = draw
    before = {name: getattr(row, name) for name in COMPARED}
    set_answers(row, draw, answers)
    differing = [name for name in COMPARED if getattr(row, name) != before[name]]
    if differing:
        row.save()
        count_change(draw, before["state"], row.state)
    check.checked_by, check.checked_at, check.differing = by.person, clock(), differing
    check.save()
    record("reply.checked", draw, by=by, differing=len(differing))
    return differing


@dataclass(frozen=True)
class CheckFigures:
    """How many cards (typed here or read from a file) came, were looked at again, still wait; how many differed."""

    cards: int
    checked: int
    waiting: int
    differing: int

    @property
    def error_percent(self) -> float | None:
        """The share of checked cards whose entries differed, in percent; None before the first."""
        return round(100 * self.differing / self.checked, 1) if self.checked else None

    @property
    def error_words(self) -> str:
        """The same in words: “2.5 %”."""
        return f"{number_format(self.error_percent or 0, 1)} %"


@pool_open()
def check_figures(draw: Draw) -> CheckFigures:
    """The figures of the second look, for the desk and the cockpit."""
    counted = ReplyCheck.objects.filter(invitation__draw=draw).aggregate(
        checked=Count("pk", filter=Q(checked_at__isnull=False)),
        waiting=Count("pk", filter=Q(checked_at__isnull=True)),
        differing=Count("pk", filter=Q(checked_at__isnull=False) & ~Q(differing=[])),
    )
    cards = Invitation.objects.filter(draw=draw, channel__in=CHECKED_CHANNELS).count()
    return CheckFigures(cards=cards, **counted)
