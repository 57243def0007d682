"""Writes of open votes: announce, cast, enter paper by two, close and count.

Rule, basis and roll are frozen and hashed when a vote is announced; only the database's clock decides what
was cast in time, and a count exists only after the close.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person, User
from audit.canonical import digest
from audit.clock import clock
from audit.services import record, require
from voting.models import OpenBallot, RollEntry, Vote
from voting.permissions import can
from voting.rules import check_rule, outcome

Choice, Channel = OpenBallot.Choice, OpenBallot.Channel


@dataclass(frozen=True)
class Voter:
    """One line of a roll: who, under which published label, at which number; a reason excludes from this vote."""

    person: Person
    label: str
    number: int
    exclusion_reason: str = ""


@transaction.atomic
def announce(
    *,
    subject: str,
    title: str,
    question: str,
    rule: dict[str, Any],
    basis: str,
    basis_hash: str,
    electorate: list[Voter],
    statutory_members: int,
    members_present: int,
    opens_at: datetime.datetime,
    closes_at: datetime.datetime | None,
    by: User,
) -> Vote:
    """Freeze question, rule, basis and roll, and publish them with their hashes.

    `subject` and `basis` are labels ("agendaitem:7", "statuteversion:2"); `rule` is that of `voting.rules`.
    Refused for an empty roll; ValueError for a rule nobody could count by.
    """
    require(can(by, "announce"))
    check_rule(rule)
    entitled = [voter for voter in electorate if not voter.exclusion_reason]
    require(bool(entitled), _("Nobody could vote: the roll is empty."))
    vote = Vote.objects.create(
        subject=subject,
        title=title,
        question=question,
        rule=rule,
        rule_hash=digest(rule),
        basis=basis,
        basis_hash=basis_hash,
        opens_at=opens_at,
        closes_at=closes_at,
        roll_count=len(entitled),
        roll_hash=digest([_roll_line(voter) for voter in sorted(electorate, key=lambda voter: voter.number)]),
        statutory_members=statutory_members,
        members_present=members_present,
    )
    _write_roll(vote, electorate)
    record("vote.announced", vote, by=by, rule=vote.rule_hash, roll=vote.roll_hash, basis=basis_hash)
    return vote


def _write_roll(vote: Vote, electorate: list[Voter]) -> None:
    RollEntry.objects.bulk_create(
        RollEntry(
            vote=vote,
            person=voter.person,
            label=voter.label,
            number=voter.number,
            is_excluded=bool(voter.exclusion_reason),
            exclusion_reason=voter.exclusion_reason,
        )
        for voter in electorate
    )


@transaction.atomic
def open_casting(vote: Vote, *, by: User) -> Vote:
    """Let the roll vote. Refused before the announced time."""
    vote = Vote.objects.select_for_update().get(pk=vote.pk)
    require(can(by, "open", vote))
    require(clock() >= vote.opens_at, _("This vote opens later."))
    vote.state = Vote.State.CASTING
    vote.save(update_fields=["state"])
    record("vote.opened", vote, by=by)
    return vote


@transaction.atomic
def cast_open(vote: Vote, *, person: Person, choice: str, by: User, channel: str = Channel.ONLINE) -> OpenBallot:
    """Note what `person` chose, or chose anew, until the close. The same choice again changes nothing.

    Refused after the close and where a paper ballot stands. What a clerk enters goes through `enter_paper`.
    """
    if by.person_id != person.pk:
        return enter_paper(
            vote, person=person, choice=choice, by=by, channel=Channel.PAPER if channel == Channel.ONLINE else channel
        )
    now = _require_casting(vote)
    require(choice in Choice.values, _("Please choose yes, no or abstention."))
    entry = _locked_entry(vote, person)
    require(can(by, "cast", vote, entry=entry))
    ballot = OpenBallot.objects.filter(entry=entry).first()
    require(
        ballot is None or ballot.channel == Channel.ONLINE,
        _("A ballot on paper has been entered for you. Please speak to the secretariat to change it."),
    )
    if ballot is None:
        return OpenBallot.objects.create(entry=entry, choice=choice, channel=Channel.ONLINE, cast_at=now)
    if ballot.choice != choice:
        ballot.choice, ballot.cast_at = choice, now
        ballot.save(update_fields=["choice", "cast_at"])
    return ballot


@transaction.atomic
def enter_paper(vote: Vote, *, person: Person, choice: str, by: User, channel: str = Channel.PAPER) -> OpenBallot:
    """Enter what `person` chose on paper or by hand; it counts once another clerk has entered the same.

    Entered again by the first clerk, or after both, it replaces what stood and waits anew. Refused after the close
    and for somebody who voted online.
    """
    now = _require_casting(vote)
    require(can(by, "enter_paper", vote) and by.person_id is not None and by.person_id != person.pk)
    require(choice in Choice.values, _("Please choose yes, no or abstention."))
    require(channel in (Channel.PAPER, Channel.HALL), _("A clerk enters what was voted on paper or in the hall."))
    entry = _locked_entry(vote, person)
    require(not entry.is_excluded, _("This member is excluded from the vote."))
    ballot = OpenBallot.objects.filter(entry=entry).first()
    require(
        ballot is None or ballot.channel != Channel.ONLINE,
        _("%(seat)s has already voted online.") % {"seat": entry.label},
    )
    if ballot is not None and ballot.confirmed_by_id is None and ballot.entered_by_id != by.person_id:
        return _confirm(ballot, choice, by)
    ballot = ballot or OpenBallot(entry=entry)
    ballot.choice, ballot.channel, ballot.cast_at = choice, channel, now
    ballot.entered_by, ballot.confirmed_by = by.person, None
    ballot.save()
    record("ballot.entered", vote, by=by, label=entry.label, channel=channel)
    return ballot


@transaction.atomic
def confirm_paper(vote: Vote, *, person: Person, choice: str, by: User) -> OpenBallot:
    """The second entry of a paper ballot, made without seeing the first. Refused for the same clerk or if they differ."""
    _require_casting(vote)
    require(can(by, "enter_paper", vote) and by.person_id is not None and by.person_id != person.pk)
    ballot = OpenBallot.objects.filter(entry=_locked_entry(vote, person)).first()
    require(ballot is not None and ballot.confirmed_by_id is None, _("No paper ballot of this member is waiting."))
    assert ballot is not None  # noqa: S101  (for the type checker)
    require(ballot.channel != Channel.ONLINE and ballot.entered_by_id is not None)
    require(ballot.entered_by_id != by.person_id, _("A second person has to confirm what you entered."))
    return _confirm(ballot, choice, by)


def _confirm(ballot: OpenBallot, choice: str, by: User) -> OpenBallot:
    require(
        ballot.choice == choice,
        _("%(seat)s: the two entries differ. Please look at the paper again; who entered first may correct it.")
        % {"seat": ballot.entry.label},
    )
    ballot.confirmed_by = by.person
    ballot.save(update_fields=["confirmed_by"])
    record("ballot.confirmed", ballot.entry.vote, by=by, label=ballot.entry.label)
    return ballot


@transaction.atomic
def discard_paper(vote: Vote, *, person: Person, by: User) -> None:
    """Take back a paper ballot that nobody has confirmed yet (entered for the wrong seat)."""
    _require_casting(vote)
    require(can(by, "enter_paper", vote))
    entry = _locked_entry(vote, person)
    waiting = OpenBallot.objects.filter(entry=entry, confirmed_by__isnull=True).exclude(channel=Channel.ONLINE)
    require(waiting.exists(), _("No paper ballot of this member is waiting."))
    waiting.delete()
    record("ballot.discarded", vote, by=by, label=entry.label)


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
    ballots = list(ballots_of(vote).values_list("entry__number", "entry__label", "choice", "channel"))
    record("vote.closed", vote, by=by, ballots=digest(ballots), is_adopted=vote.result["is_adopted"])
    return vote


def waiting_labels(vote: Vote) -> list[str]:
    """The labels whose paper ballot was entered by one only."""
    waiting = ballots_of(vote).exclude(channel=Channel.ONLINE).filter(confirmed_by__isnull=True)
    return list(waiting.values_list("entry__label", flat=True))


def ballots_of(vote: Vote) -> QuerySet[OpenBallot]:
    """The ballots of a vote by number on the roll. Before the close only for the services here."""
    return OpenBallot.objects.filter(entry__vote=vote).order_by("entry__number")


def _roll_line(voter: Voter) -> dict[str, Any]:
    """What the hash of a roll covers: the published line, so that anybody can recompute it."""
    return {"number": voter.number, "label": voter.label, "exclusion_reason": voter.exclusion_reason}


def _count(vote: Vote) -> dict[str, Any]:
    """The result of the ballots as they stand: counted by the database, decided by the frozen rule."""
    counted = ballots_of(vote).order_by().values_list("choice", "channel").annotate(number=Count("pk"))
    votes = dict.fromkeys(Choice.values, 0)
    by_channel = dict.fromkeys(Channel.values, 0)
    for choice, channel, number in counted:
        votes[choice] += number
        by_channel[channel] += number
    result = outcome(votes, vote.rule, present=vote.members_present, statutory=vote.statutory_members)
    return {**result, "not_cast": vote.roll_count - result["cast"], "by_channel": by_channel}


def _require_casting(vote: Vote) -> datetime.datetime:
    """The time, if the vote is open now; holds the vote open until the transaction ends.

    A shared lock: voters do not wait for each other, but the close waits for all of them and all after it for the
    close.
    """
    now = clock()
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, closes_at FROM voting_vote WHERE id = %s FOR SHARE", [vote.pk])
        row = cursor.fetchone()
    is_open = row is not None and row[0] == Vote.State.CASTING and (row[1] is None or now < row[1])
    require(is_open, _("This vote is not open."))
    vote.state = Vote.State.CASTING
    return now


def _locked_entry(vote: Vote, person: Person) -> RollEntry:
    """The person's line on the roll, held until the transaction ends; a stranger to the vote is refused."""
    entry = RollEntry.objects.select_for_update().filter(vote=vote, person=person).first()
    require(entry is not None)
    assert entry is not None  # noqa: S101  (for the type checker)
    return entry
