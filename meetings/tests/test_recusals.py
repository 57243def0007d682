"""Recusal: proposed by anyone of the council or by what was declared, decided with a reason, applied to every count."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.services import Refused
from councils.services import declare_interest
from councils.tests.factories import CompanyFactory, CouncilFactory
from meetings.models import Recusal
from meetings.mydata import export_person
from meetings.services import close_vote, decide_recusal, open_vote, propose_recusal, touched_members
from meetings.tests.factories import item_of, session
from proposals.tests.factories import ProposalFactory
from voting.services import cast_open

pytestmark = pytest.mark.django_db

WHY = {"grounds": "arbeitet bei den Stadtwerken"}
DECIDED = {"is_recused": True, "how": "chair", "reason": "Eigenes Gehalt betroffen"}
ABSOLUTE = {"numerator": 1, "denominator": 2, "strict": True, "of": "entitled"}
STATUTORY = {**ABSOLUTE, "of": "statutory"}


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


def recused(item, user, by, **changes):
    return decide_recusal(propose_recusal(item, person=user.person, by=by, **WHY), by=by, **{**DECIDED, **changes})


@pytest.mark.parametrize(("majority", "denominator", "needed"), [(ABSOLUTE, 4, 3), (STATUTORY, 5, 3)])
def test_the_recused_leaves_roll_presence_and_denominator_but_not_the_meeting(office, majority, denominator, needed):
    meeting, users = session(council=CouncilFactory(rules={"majority": majority}))
    item = item_of(meeting)
    recused(item, users[4], office)
    vote = open_vote(item, by=office)
    assert (vote.roll_count, vote.members_present, vote.statutory_members, vote.entitled_members) == (4, 4, 5, 4)
    entry = vote.roll.get(person=users[4].person)
    assert (entry.is_excluded, entry.exclusion_reason) == (True, "befangen")
    with pytest.raises(PermissionDenied):
        cast_open(vote, person=users[4].person, choice="yes", by=users[4])
    for user in users[:2]:
        cast_open(vote, person=user.person, choice="yes", by=user)
    result = close_vote(item, by=office).result
    assert (result["denominator"], result["needed"], result["is_adopted"]) == (denominator, needed, False)
    assert meeting.presences.filter(left_at__isnull=True).count() == 5, "the recused stays in the room"


def test_a_recusal_can_take_the_quorum_away(office):
    meeting, users = session(present=3)
    item = item_of(meeting)
    recused(item, users[0], office)
    with pytest.raises(Refused, match="2"):
        open_vote(item, by=office)
    other = CouncilFactory(rules={"quorum": {"numerator": 1, "denominator": 3, "strict": True, "of": "entitled"}})
    meeting, users = session(present=3, council=other)
    item = item_of(meeting)
    recused(item, users[0], office)
    assert open_vote(item, by=office).roll_count == 2, "more than a third of the four entitled"


def test_a_member_asks_for_themselves_or_for_another_and_strangers_do_not(office):
    meeting, users = session()
    item = item_of(meeting)
    own = propose_recusal(item, person=users[0].person, by=users[0], **WHY)
    assert (own.state, own.proposed_by) == ("proposed", users[0].person)
    assert propose_recusal(item, person=users[1].person, by=users[0], **WHY).membership.seat.number == 2
    with pytest.raises(Refused):
        propose_recusal(item, person=users[1].person, by=users[0], **WHY)
    with pytest.raises(Refused):
        propose_recusal(item, person=users[2].person, by=users[0], grounds=" ")
    with pytest.raises(PermissionDenied):
        propose_recusal(item, person=users[2].person, by=UserFactory(), **WHY)
    with pytest.raises(PermissionDenied):
        decide_recusal(own, by=users[0], **DECIDED)


def test_declared_interests_suggest_a_recusal_that_has_to_be_decided(office):
    meeting, users = session()
    company = CompanyFactory()
    held = meeting.council.seats.get(number=2).memberships.get()
    declare_interest(held, kind="work", text="Angestellt", companies=[company], sectors=[], by=office)
    proposal = ProposalFactory(council=meeting.council, stage="deliberation", company=company)
    item = item_of(meeting, proposal=proposal)
    assert [row.seat.number for row in touched_members(item)] == [2]
    with pytest.raises(Refused, match="Platz 2"):
        open_vote(item, by=office)
    recused(item, users[1], office, is_recused=False)
    assert not touched_members(item)
    assert open_vote(item, by=office).roll_count == 5


def test_an_open_question_of_recusal_holds_the_vote_and_afterwards_it_is_too_late(office):
    meeting, users = session()
    item = item_of(meeting)
    asked = propose_recusal(item, person=users[0].person, by=users[0], **WHY)
    with pytest.raises(Refused, match="Platz 1"):
        open_vote(item, by=office)
    with pytest.raises(Refused):
        decide_recusal(asked, by=office, is_recused=True, how="chair", reason=" ")
    decide_recusal(asked, by=office, **DECIDED)
    open_vote(item, by=office)
    with pytest.raises(Refused):
        decide_recusal(asked, by=office, **{**DECIDED, "is_recused": False})
    with pytest.raises(Refused):
        propose_recusal(item, person=users[1].person, by=users[1], **WHY)


def test_a_member_takes_along_what_was_decided_about_them(office):
    meeting, users = session()
    recused(item_of(meeting), users[0], office)
    (row,) = export_person(users[0].person)["recusals"]
    assert (row["state"], row["grounds"], row["reason"]) == ("recused", WHY["grounds"], DECIDED["reason"])
    assert Recusal.objects.count() == 1
