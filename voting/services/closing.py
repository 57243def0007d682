"""The close and the count: only the database's clock decides what was cast in time."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from audit.canonical import digest
from audit.clock import clock
from audit.services import record, require
from voting.models import OpenBallot, Vote
from voting.permissions import can
from voting.rules import choice_among, outcome

Choice, Channel = OpenBallot.Choice, OpenBallot.Channel


@transaction.atomic
def close(vote: Vote, *, by: User | None) -> Vote:
    """End the vote and count it. Refused while a paper ballot waits for its second entry, naming which.

    `by` is None when the time the vote announced for itself is over. What was cast is hashed into the audit
    chain, so that a ballot changed afterwards no longer fits.
    """
    vote = Vote.objects.select_for_update().get(pk=vote.pk)
    require(vote.state == Vote.State.CASTING, _("This vote is not open."))
    now = clock()
    if by is None:
        require(vote.closes_at is not None and vote.closes_at <= now)
    else:
        require(can(by, "close", vote))
        require(
            vote.closes_at is None or vote.closes_at <= now,
            _("This vote stays open until the time that was announced."),
        )
    waiting = waiting_labels(vote)
    require(
        not waiting,
        _("Paper ballots wait for their second entry: %(seats)s.") % {"seats": ", ".join(waiting)},
    )
    vote.state, vote.closed_at, vote.result = Vote.State.CLOSED, now, _count(vote)
    vote.save(update_fields=["state", "closed_at", "result"])
    ballots: list[tuple[Any, ...]] = list(
        ballots_of(vote).values_list("entry__number", "entry__label", "choice", "channel")
    )
    if vote.method != "yes_no":
        marked = dict(ballots_of(vote).values_list("entry__number", "marks"))
        ballots = [(*line, marked[line[0]]) for line in ballots]
    record("vote.closed", vote, by=by, ballots=digest(ballots), is_adopted=vote.result["is_adopted"])
    return vote


def waiting_labels(vote: Vote) -> list[str]:
    """The labels whose paper ballot was entered by one only."""
    waiting = ballots_of(vote).exclude(channel=Channel.ONLINE).filter(confirmed_by__isnull=True)
    return list(waiting.values_list("entry__label", flat=True))


def ballots_of(vote: Vote) -> QuerySet[OpenBallot]:
    """The ballots of a vote by number on the roll. Before the close only for the services here."""
    return OpenBallot.objects.filter(entry__vote=vote).order_by("entry__number")


def _count(vote: Vote, *, seed: str | None = None) -> dict[str, Any]:
    """The result of the ballots as they stand: counted by the database, decided by the frozen rule."""
    channels = ballots_of(vote).order_by().values_list("channel").annotate(number=Count("pk"))
    by_channel = {**dict.fromkeys(Channel.values, 0), **dict(channels)}
    if vote.method == "yes_no":
        counted = ballots_of(vote).order_by().values_list("choice").annotate(number=Count("pk"))
        result = figures_of(vote, words=dict(counted), marks=[])
    else:
        rows = list(ballots_of(vote).values_list("choice", "marks"))
        result = figures_of(
            vote,
            words=Counter(choice for choice, marks in rows if marks is None),
            marks=[marks for _choice, marks in rows if marks is not None],
            seed=seed,
        )
    return {**result, "not_cast": vote.roll_count - result["cast"], "by_channel": by_channel}


def figures_of(
    vote: Vote, *, words: Mapping[str, int], marks: list[dict[str, Any]], seed: str | None = None
) -> dict[str, Any]:
    """What so many yes, no and abstentions (`words`), or these `marks`, decide by the rule of `vote`."""
    room = {
        "present": vote.members_present,
        "statutory": vote.statutory_members,
        "entitled": vote.entitled_members,
    }
    if vote.method == "yes_no":
        return outcome({key: words.get(key, 0) for key in Choice.values}, vote.rule, **room)
    abstain = words.get(Choice.ABSTAIN, 0)
    return choice_among(marks, vote.rule, abstain=abstain, seed=seed, vote=str(vote.public_id), **room)


@transaction.atomic
def draw_lot(vote: Vote, *, seed: str, by: User) -> Vote:
    """Break the tie that a closed vote on options left open, by a number drawn in public after the close.

    Counted anew with the order of SHA-256(seed ‖ vote ‖ option). Refused without a tie, and a second time.
    """
    vote = Vote.objects.select_for_update().get(pk=vote.pk)
    require(can(by, "draw_lot", vote))
    result = vote.result or {}
    require(bool(result.get("is_unresolved")), _("No tie is open in this vote."))
    seed = " ".join(seed.split())[:200]
    require(bool(seed), _("Please enter what was drawn in public, for example the numbers of the dice."))
    vote.result = _count(vote, seed=seed)
    vote.save(update_fields=["result"])
    record("vote.lot_drawn", vote, by=by, seed=seed, winners=vote.result["winners"])
    return vote
