"""Whatever happens in a room: presence, quorum and the votes counted never disagree.

A machine lets members come and go, be suspended, recused or resign, opens votes, casts them online and from paper,
corrects and closes; beside the database it keeps its own simple books, and after each step both must say the same.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Role
from accounts.tests.factories import user_with_role
from audit.clock import today
from audit.services import Refused
from councils.models import Membership
from councils.services import end_membership
from councils.tests.factories import CouncilFactory
from meetings.models import Presence
from meetings.services import (
    begin_recess,
    close_vote,
    decide_recusal,
    end_recess,
    note_leaving,
    note_presence,
    open_vote,
    present_count,
    propose_recusal,
)
from meetings.tests.factories import item_of, session
from voting.models import OpenBallot
from voting.services import cast_open, discard_paper, enter_paper

SEATS = 5
CHOICES = ("yes", "no", "abstain")
SEAT, CHOICE = st.integers(0, SEATS - 1), st.sampled_from(CHOICES)
BASES = ("cast", "cast_with_abstentions", "present", "entitled", "statutory")


class Room(RuleBasedStateMachine):
    """`here`, `recused`, `gone`: seats by index; `cast`: what counts so far, by seat; `papers`: entered by one."""

    closed = 0
    """Votes that some room counted to the end; a run that never gets there has shown nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.office, self.clerk = user_with_role(Role.Kind.SECRETARIAT), user_with_role(Role.Kind.CLERK)
        self.made = 0
        self.here: set[int] = set()
        self.gone: set[int] = set()
        self.is_break = False
        self.begin_item()

    def begin_item(self) -> None:
        if not self.made:
            council = CouncilFactory(seat_count=SEATS)
            self.meeting, self.users = session(present=0, council=council, by=self.office)
        self.made += 1
        self.item = item_of(self.meeting, title=f"Punkt {self.made}", by=self.office)
        self.vote = None
        self.recused: set[int] = set()
        self.roll: set[int] = set()
        self.cast: dict[int, str] = {}
        self.papers: dict[int, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(
        seats=st.sets(SEAT, min_size=SEATS // 2 + 1), recused=st.sets(SEAT, max_size=2), base=st.sampled_from(BASES)
    )
    def a_session_begins(self, seats, recused, base):
        """Most are there, some are recused, a vote is opened; left to the rules alone few runs would come to a count."""
        for seat in sorted(seats):
            self.come(seat)
        for seat in sorted(recused):
            self.recuse(seat)
        self.open(base)

    @rule(seat=SEAT)
    def come(self, seat):
        user = self.users[seat]
        if seat in self.gone:
            with pytest.raises(Refused):
                note_presence(self.meeting, person=user.person, by=user)
            return
        note_presence(self.meeting, person=user.person, by=user)
        self.here.add(seat)

    @rule(seat=SEAT)
    def go(self, seat):
        note_leaving(self.meeting, person=self.users[seat].person, by=self.clerk)
        self.here.discard(seat)

    @precondition(lambda self: len(self.gone) < 2)
    @rule(seat=SEAT)
    def resign(self, seat):
        if seat in self.gone:
            return
        held = Membership.objects.current().get(person=self.users[seat].person)
        note_leaving(self.meeting, person=self.users[seat].person, by=self.clerk)
        end_membership(held, reason="resigned", end_date=today(), by=self.office)
        self.here.discard(seat)
        self.gone.add(seat)

    @rule(seat=SEAT)
    def recuse(self, seat):
        if self.vote is not None or seat in self.recused or seat in self.gone:
            with pytest.raises(Refused):
                propose_recusal(self.item, person=self.users[seat].person, grounds="betroffen", by=self.office)
            return
        asked = propose_recusal(self.item, person=self.users[seat].person, grounds="betroffen", by=self.office)
        decide_recusal(asked, is_recused=True, how="council", reason="betroffen", by=self.office)
        self.recused.add(seat)

    @rule()
    def break_off_or_go_on(self):
        if self.is_break:
            end_recess(self.meeting, by=self.office)
        elif self.vote is not None:
            with pytest.raises(Refused):
                begin_recess(self.meeting, by=self.office)
            return
        else:
            begin_recess(self.meeting, by=self.office)
        self.is_break = not self.is_break

    @precondition(lambda self: self.vote is None)
    @rule(base=st.sampled_from(BASES))
    def open(self, base):
        majority = {"numerator": 1, "denominator": 2, "strict": True, "of": base}
        self.meeting.council.statutes.update(settings={"majority": majority})
        voters = self.here - self.recused
        if self.is_break or 2 * len(voters) <= SEATS:
            with pytest.raises(Refused):
                open_vote(self.item, by=self.office)
            return
        self.vote, self.roll = open_vote(self.item, by=self.office), voters
        assert (self.vote.members_present, self.vote.roll_count) == (len(voters), len(voters))
        assert self.vote.entitled_members == SEATS - len(self.recused)
        assert self.vote.statutory_members == SEATS

    @precondition(lambda self: self.vote is not None)
    @rule(seat=SEAT, choice=CHOICE)
    def vote_online(self, seat, choice):
        user = self.users[seat]
        if seat not in self.roll:
            with pytest.raises(PermissionDenied):
                cast_open(self.vote, person=user.person, choice=choice, by=user)
        elif seat in self.papers or OpenBallot.objects.filter(entry__person=user.person, channel="paper").exists():
            with pytest.raises(Refused):
                cast_open(self.vote, person=user.person, choice=choice, by=user)
        else:
            cast_open(self.vote, person=user.person, choice=choice, by=user)
            self.cast[seat] = choice

    @precondition(lambda self: self.vote is not None)
    @rule(seat=SEAT, choice=CHOICE)
    def enter_from_paper(self, seat, choice):
        if seat not in self.roll or seat in self.cast:
            return
        person = self.users[seat].person
        enter_paper(self.vote, person=person, choice=choice, by=self.clerk)
        self.papers[seat] = choice

    @precondition(lambda self: self.vote is not None and self.papers)
    @rule(is_same=st.booleans())
    def second_entry(self, is_same):
        seat, choice = sorted(self.papers.items())[0]
        person = self.users[seat].person
        if is_same:
            enter_paper(self.vote, person=person, choice=choice, by=self.office)
            self.cast[seat] = self.papers.pop(seat)
            return
        other = CHOICES[(CHOICES.index(choice) + 1) % 3]
        with pytest.raises(Refused):
            enter_paper(self.vote, person=person, choice=other, by=self.office)
        discard_paper(self.vote, person=person, by=self.office)
        self.papers.pop(seat)

    @precondition(lambda self: self.vote is not None)
    @rule()
    def close(self):
        if self.papers:
            with pytest.raises(Refused):
                close_vote(self.item, by=self.office)
        while self.papers:  # what one entered waits for the second
            self.second_entry(is_same=True)
        result = close_vote(self.item, by=self.office).result
        Room.closed += 1
        counted = {choice: list(self.cast.values()).count(choice) for choice in CHOICES}
        assert {choice: result[choice] for choice in CHOICES} == counted
        bases = {
            "cast": counted["yes"] + counted["no"],
            "cast_with_abstentions": len(self.cast),
            "present": len(self.roll),
            "entitled": SEATS - len(self.recused),
            "statutory": SEATS,
        }
        assert result["denominator"] == bases[result["of"]]
        assert result["cast"] + result["not_cast"] == self.vote.roll_count == result["present"] == len(self.roll)
        assert result["has_quorum"] is (2 * len(self.roll) > SEATS) is True
        assert result["is_adopted"] is (2 * counted["yes"] > result["denominator"])
        self.begin_item()

    @invariant()
    def the_room_is_as_the_books_say(self):
        assert present_count(self.meeting) == len(self.here)
        rows = Presence.objects.filter(meeting=self.meeting, left_at__isnull=True)
        assert rows.count() == rows.values("membership").distinct().count()

    @invariant()
    def no_ballot_without_a_line_on_the_roll(self):
        if self.vote is not None:
            ballots = OpenBallot.objects.filter(entry__vote=self.vote)
            assert ballots.count() == len(self.cast) + len(self.papers) <= self.vote.roll_count
            assert not ballots.filter(entry__is_excluded=True).exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_presence_quorum_and_votes_counted_never_disagree():
    run_state_machine_as_test(
        Room,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Room.closed >= 5
