"""Ballots of an open vote: cast or changed until the close, entered from paper or hands by two."""

import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from audit.clock import clock
from audit.services import record, require
from voting.models import OpenBallot, RollEntry, Vote
from voting.permissions import can
from voting.services.choices import Choice, read_choice

Channel = OpenBallot.Channel


@transaction.atomic
def cast_open(vote: Vote, *, person: Person, choice: Choice, by: User, channel: str = Channel.ONLINE) -> OpenBallot:
    """Note what `person` chose, or chose anew, until the close. The same choice again changes nothing.

    Refused after the close and where a paper ballot stands. What a clerk enters goes through `enter_paper`.
    """
    if by.person_id != person.pk:
        return enter_paper(
            vote, person=person, choice=choice, by=by, channel=Channel.PAPER if channel == Channel.ONLINE else channel
        )
    now = _require_casting(vote)
    chosen = read_choice(vote, choice)
    entry = _locked_entry(vote, person)
    require(can(by, "cast", vote, entry=entry))
    ballot = OpenBallot.objects.filter(entry=entry).first()
    require(
        ballot is None or ballot.channel == Channel.ONLINE,
        _("A ballot on paper has been entered for you. Please speak to the secretariat to change it."),
    )
    if ballot is None:
        return OpenBallot.objects.create(entry=entry, **chosen, channel=Channel.ONLINE, cast_at=now)
    if _differs(ballot, chosen):
        ballot.choice, ballot.marks, ballot.cast_at = chosen["choice"], chosen["marks"], now
        ballot.save(update_fields=["choice", "marks", "cast_at"])
    return ballot


@transaction.atomic
def enter_paper(vote: Vote, *, person: Person, choice: Choice, by: User, channel: str = Channel.PAPER) -> OpenBallot:
    """Enter what `person` chose on paper or by hand; it counts once another clerk has entered the same.

    Entered again by the first clerk, or after both, it replaces what stood and waits anew. Refused after the close
    and for somebody who voted online.
    """
    now = _require_casting(vote)
    require(can(by, "enter_paper", vote) and by.person_id is not None and by.person_id != person.pk)
    chosen = read_choice(vote, choice)
    require(channel in (Channel.PAPER, Channel.HALL), _("A clerk enters what was voted on paper or in the hall."))
    entry = _locked_entry(vote, person)
    require(not entry.is_excluded, _("This member is excluded from the vote."))
    ballot = OpenBallot.objects.filter(entry=entry).first()
    require(
        ballot is None or ballot.channel != Channel.ONLINE,
        _("%(seat)s has already voted online.") % {"seat": entry.label},
    )
    if ballot is not None and ballot.confirmed_by_id is None and ballot.entered_by_id != by.person_id:
        return _confirm(ballot, chosen, by)
    ballot = ballot or OpenBallot(entry=entry)
    ballot.choice, ballot.marks, ballot.channel, ballot.cast_at = chosen["choice"], chosen["marks"], channel, now
    ballot.entered_by, ballot.confirmed_by = by.person, None
    ballot.save()
    record("ballot.entered", vote, by=by, label=entry.label, channel=channel)
    return ballot


@transaction.atomic
def confirm_paper(vote: Vote, *, person: Person, choice: Choice, by: User) -> OpenBallot:
    """The second entry of a paper ballot, made without seeing the first. Refused for the same clerk or if they differ."""
    _require_casting(vote)
    require(can(by, "enter_paper", vote) and by.person_id is not None and by.person_id != person.pk)
    ballot = OpenBallot.objects.filter(entry=_locked_entry(vote, person)).first()
    require(ballot is not None and ballot.confirmed_by_id is None, _("No paper ballot of this member is waiting."))
    assert ballot is not None  # noqa: S101  (for the type checker)
    require(ballot.channel != Channel.ONLINE and ballot.entered_by_id is not None)
    require(ballot.entered_by_id != by.person_id, _("A second person has to confirm what you entered."))
    return _confirm(ballot, read_choice(vote, choice), by)


def _differs(ballot: OpenBallot, chosen: dict[str, Any]) -> bool:
    return bool(ballot.choice != chosen["choice"] or ballot.marks != chosen["marks"])


def _confirm(ballot: OpenBallot, chosen: dict[str, Any], by: User) -> OpenBallot:
    require(
        not _differs(ballot, chosen),
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
