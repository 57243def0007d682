"""An open vote from its announcement to its result: who may cast what when, and what is frozen."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from accounts.tests.factories import ResidentFactory, UserFactory, user_with_role
from audit.canonical import digest
from audit.clock import clock, set_clock
from audit.models import Event
from audit.services import Refused
from voting.models import OpenBallot, RollEntry, Vote
from voting.services import Voter, announce, ballots_of, cast_open, close, open_casting
from voting.tests.factories import SIMPLE, announced_vote, casting_vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def users():
    return UserFactory.create_batch(5)


@pytest.fixture
def vote(users):
    return casting_vote([user.person for user in users])


def cast_all(vote, users, choices):
    for user, choice in zip(users, choices, strict=False):
        cast_open(vote, person=user.person, choice=choice, by=user)


def test_rule_roll_and_basis_are_frozen_and_hashed():
    vote = announced_vote()
    lines = [{"number": n, "label": f"Platz {n}", "exclusion_reason": ""} for n in range(1, 6)]
    assert (vote.rule_hash, vote.roll_hash, vote.roll_count) == (digest(SIMPLE), digest(lines), 5)
    facts = Event.objects.get(chain=f"vote:{vote.pk}", name="vote.announced").facts
    assert facts == {"rule": vote.rule_hash, "roll": vote.roll_hash, "basis": vote.basis_hash}


def test_the_database_refuses_to_change_a_roll():
    entry = announced_vote().roll.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        RollEntry.objects.filter(pk=entry.pk).update(label="Platz 99")
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()


def test_an_empty_roll_and_an_unknown_rule_are_refused(officer):
    with pytest.raises(Refused):
        announced_vote([])
    with pytest.raises(ValueError, match="method is yes_no or one of"):
        announced_vote(rule={"method": "loudest"})


def test_a_vote_opens_only_at_its_time(officer):
    vote = announced_vote(opens_at=clock() + datetime.timedelta(hours=1))
    with pytest.raises(Refused):
        open_casting(vote, by=officer)
    set_clock(clock() + datetime.timedelta(hours=1))
    assert open_casting(vote, by=officer).state == Vote.State.CASTING


def test_nobody_casts_before_it_opens(users):
    vote = announced_vote([user.person for user in users])
    with pytest.raises(Refused):
        cast_open(vote, person=users[0].person, choice="yes", by=users[0])


def test_a_choice_can_be_changed_until_the_close_and_is_one_row(vote, users, officer):
    cast_all(vote, users, ["yes", "yes", "no"])
    cast_open(vote, person=users[0].person, choice="abstain", by=users[0])
    cast_open(vote, person=users[0].person, choice="abstain", by=users[0])
    assert OpenBallot.objects.filter(entry__vote=vote).count() == 3
    close(vote, by=officer)
    with pytest.raises(Refused):
        cast_open(vote, person=users[0].person, choice="yes", by=users[0])


def test_the_database_refuses_a_ballot_after_the_close(vote, users, officer):
    cast_all(vote, users, ["yes"])
    close(vote, by=officer)
    ballot = ballots_of(vote).get()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpenBallot.objects.filter(pk=ballot.pk).update(choice="no")
    with pytest.raises(IntegrityError), transaction.atomic():
        ballot.delete()
    other = vote.roll.last()
    with pytest.raises(IntegrityError), transaction.atomic():
        OpenBallot.objects.create(entry=other, choice="yes", cast_at=clock())


def test_a_stranger_an_excluded_member_and_somebody_elses_login_cannot_cast(vote, users):
    stranger = UserFactory()
    with pytest.raises(PermissionDenied):
        cast_open(vote, person=stranger.person, choice="yes", by=stranger)
    with pytest.raises(PermissionDenied):
        cast_open(vote, person=users[1].person, choice="yes", by=users[0])
    recused = UserFactory()
    electorate = [Voter(users[0].person, "Platz 1", 1), Voter(recused.person, "Platz 2", 2, "befangen")]
    second = casting_vote(None, electorate=electorate, statutory_members=2, members_present=1)
    assert second.roll_count == 1
    with pytest.raises(PermissionDenied):
        cast_open(second, person=recused.person, choice="yes", by=recused)


def test_a_choice_that_does_not_exist_is_refused(vote, users):
    with pytest.raises(Refused):
        cast_open(vote, person=users[0].person, choice="perhaps", by=users[0])


def test_the_result_counts_every_ballot_once_with_its_channel(vote, users, officer):
    cast_all(vote, users, ["yes", "yes", "no", "abstain"])
    result = close(vote, by=officer).result
    assert result == {
        "yes": 2,
        "no": 1,
        "abstain": 1,
        "cast": 4,
        "not_cast": 1,
        "present": 5,
        "denominator": 3,
        "of": "cast",
        "needed": 2,
        "quorum_needed": 3,
        "has_quorum": True,
        "is_adopted": True,
        "statutory": 5,
        "entitled": 5,
        "by_channel": {"online": 4, "paper": 0, "hall": 0},
    }


@pytest.mark.parametrize(
    ("of", "choices", "is_adopted", "denominator"),
    [
        ("cast", ["yes", "no"], False, 2),
        ("cast", ["yes"], True, 1),
        ("cast", [], False, 0),
        ("cast_with_abstentions", ["yes", "yes", "no", "abstain"], False, 4),
        ("present", ["yes", "yes"], False, 5),
        ("present", ["yes", "yes", "yes"], True, 5),
        ("statutory", ["yes", "yes", "yes"], False, 9),
        ("statutory", ["yes"] * 5, True, 9),
    ],
)
def test_the_denominator_is_the_statutes(users, officer, of, choices, is_adopted, denominator):
    rule = {**SIMPLE, "majority": {**SIMPLE["majority"], "of": of}}
    vote = casting_vote([user.person for user in users], rule=rule, statutory_members=9)
    cast_all(vote, users, choices)
    result = close(vote, by=officer).result
    assert (result["is_adopted"], result["denominator"]) == (is_adopted, denominator)


def test_without_a_quorum_nothing_is_adopted(users, officer):
    vote = casting_vote([user.person for user in users], statutory_members=11)
    cast_all(vote, users, ["yes"] * 5)
    result = close(vote, by=officer).result
    assert (result["has_quorum"], result["quorum_needed"], result["is_adopted"]) == (False, 6, False)


def test_outside_a_meeting_those_who_vote_are_present(users, officer):
    vote = casting_vote([user.person for user in users], rule={**SIMPLE, "present": "cast"})
    cast_all(vote, users, ["yes", "yes"])
    assert close(vote, by=officer).result["has_quorum"] is False


def test_what_was_cast_is_hashed_into_the_chain(vote, users, officer):
    cast_all(vote, users, ["yes", "no"])
    close(vote, by=officer)
    facts = Event.objects.get(chain=f"vote:{vote.pk}", name="vote.closed").facts
    published = [[1, "Platz 1", "yes", "online"], [2, "Platz 2", "no", "online"]]
    assert facts == {"ballots": digest(published), "is_adopted": False}


def test_a_vote_closes_once(vote, officer):
    close(vote, by=officer)
    with pytest.raises(Refused):
        close(vote, by=officer)


def test_a_vote_with_a_time_stays_open_until_then_and_the_databases_clock_decides(users, officer):
    until = clock() + datetime.timedelta(days=1)
    vote = casting_vote([user.person for user in users], closes_at=until)
    with pytest.raises(Refused):
        close(vote, by=officer)
    set_clock(until - datetime.timedelta(seconds=2))
    cast_open(vote, person=users[0].person, choice="yes", by=users[0])
    set_clock(until)
    with pytest.raises(Refused):
        cast_open(vote, person=users[1].person, choice="yes", by=users[1])
    assert close(vote, by=None).result["yes"] == 1


def test_a_result_only_after_the_close(vote, users):
    cast_all(vote, users, ["yes"])
    vote.refresh_from_db()
    assert vote.result is None
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE voting_vote SET state = 'closed' WHERE id = %s", [vote.pk])


def test_only_those_who_run_votes_announce(users):
    with pytest.raises(PermissionDenied):
        announce(
            subject="x",
            title="x",
            question="x",
            rule=SIMPLE,
            basis="x",
            basis_hash="x",
            electorate=[Voter(ResidentFactory(), "Platz 1", 1)],
            statutory_members=1,
            members_present=1,
            opens_at=clock(),
            closes_at=None,
            by=users[0],
        )
