"""Announcing a vote: question, rule, basis and roll are frozen and hashed; then the roll may vote."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from audit.canonical import digest
from audit.clock import clock
from audit.services import record, require
from voting.models import RollEntry, Vote
from voting.permissions import can
from voting.rules import check_rule


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
    entitled_members: int | None = None,
    opens_at: datetime.datetime,
    closes_at: datetime.datetime | None,
    by: User,
) -> Vote:
    """Freeze question, rule, basis and roll, and publish them with their hashes.

    `subject` and `basis` are labels ("agendaitem:7", "statuteversion:2"); `rule` is that of `voting.rules`, with the
    options of a vote on options. `entitled_members` are the statutory ones without those recused (default: all).
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
        entitled_members=statutory_members if entitled_members is None else entitled_members,
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


def _roll_line(voter: Voter) -> dict[str, Any]:
    """What the hash of a roll covers: the published line, so that anybody can recompute it."""
    return {"number": voter.number, "label": voter.label, "exclusion_reason": voter.exclusion_reason}
