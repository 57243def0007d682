"""The pages of meetings and their votes: who sees what and when, the desk, and what comes back when refused."""

import datetime
import re

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import ResidentFactory, UserFactory, user_with_role
from audit.clock import clock, today
from councils.tests.budgets import cost_of
from councils.tests.factories import CouncilFactory, full_council, seated
from meetings.models import AgendaItem, Meeting, Presence
from meetings.services import close_vote, note_presence, open_vote
from meetings.tests.factories import AgendaItemFactory, MeetingFactory, item_of, session
from proposals.tests.factories import ProposalFactory
from voting.models import OpenBallot, Vote
from voting.services import cast_open, confirm_paper, enter_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def words(html):
    """The text of a page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def vote_url(item, query=""):
    return reverse("meetings:vote", args=[item.pk]) + query


def test_meetings_are_listed_the_latest_first_and_narrowed(client):
    old = MeetingFactory(state="closed", starts_at=datetime.datetime(2026, 1, 5, 18, tzinfo=datetime.UTC))
    new = MeetingFactory()
    url = reverse("meetings:list")
    assert client.get(url).context["meetings"] == [new, old]
    assert client.get(url + "?zeit=past").context["meetings"] == [old]
    assert client.get(url + f"?rat={new.council_id}").context["meetings"] == [new]
    assert client.get(url + "?rat=x&zeit=y").status_code == 200


def test_a_meeting_shows_agenda_quorum_and_who_is_there(client):
    meeting, _ = session(present=4)
    item_of(meeting, title="Begrüßung")
    html = words(page(client, meeting.get_absolute_url()))
    assert "1. Begrüßung" in html and "4 Mitglieder sind da" in html and "beschlussfähig: 3 Mitglieder" in html


def test_too_few_present_is_said(client):
    meeting, _ = session(present=2)
    assert "noch nicht beschlussfähig" in page(client, meeting.get_absolute_url())


def test_who_was_there_stays_to_be_read(client):
    meeting, _ = session(present=3)
    meeting.presences.update(left_at=meeting.starts_at + datetime.timedelta(hours=1))
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")
    assert "3 Mitglieder waren da" in page(client, meeting.get_absolute_url())


CLOSED_READERS = {"secretariat", "facilitator", "member", "alternate", "auditor"}


@pytest.mark.parametrize("kind", [None, *Role.Kind.values])
def test_a_closed_item_is_withheld_from_everybody_without_the_right(client, kind, office):
    meeting, _users = session()
    item = item_of(meeting, title="Personalfrage Meier", is_public=False)
    open_vote(item, by=office)
    user = user_with_role(kind, meeting.council.organization) if kind else None
    if user:
        client.force_login(user)
    expected = kind in CLOSED_READERS
    assert ("Personalfrage Meier" in page(client, meeting.get_absolute_url())) == expected
    page(client, vote_url(item), 200 if expected else 404)


def test_a_member_says_that_they_have_come_and_gone(client):
    meeting, users = session(present=0)
    client.force_login(users[1])
    url = reverse("meetings:presence_note", args=[meeting.pk])
    assert "Ich bin da" in page(client, meeting.get_absolute_url())
    client.post(url, {"action": "come"})
    assert Presence.objects.get().membership.seat.number == 2
    assert "Ich gehe" in page(client, meeting.get_absolute_url())
    client.post(url, {"action": "leave"})
    assert Presence.objects.get().left_at is not None


def test_a_stranger_is_not_noted(client):
    meeting, _ = session(present=0)
    client.force_login(UserFactory())
    response = client.post(reverse("meetings:presence_note", args=[meeting.pk]), {"action": "come"}, follow=True)
    assert "nur Mitglieder" in response.content.decode() and Presence.objects.count() == 0


def test_the_list_at_the_door_notes_only_what_was_changed(client):
    meeting, users = session(present=2)
    clerk = user_with_role(Role.Kind.CLERK)
    client.force_login(clerk)
    url = reverse("meetings:presence", args=[meeting.pk])
    html = page(client, url)
    assert str(users[4].person) in html
    keys = {row["member"].seat.number: row["member"].pk for row in client.get(url).context["members"]}
    note_presence(meeting, person=users[4].person, by=users[4])
    client.post(url, {"was": [keys[1], keys[2]], "present": [keys[2], keys[3]]})
    here = Presence.objects.filter(meeting=meeting, left_at__isnull=True)
    assert {row.membership.seat.number for row in here} == {2, 3, 5}
    assert here.get(membership__seat__number=3).entered_by == clerk.person


def test_a_meeting_is_called_and_its_agenda_written(client, office):
    council = CouncilFactory()
    seated(council, 1)
    client.force_login(office)
    day = today() + datetime.timedelta(days=20)
    data = {
        "council": council.pk,
        "title": "7. Sitzung",
        "place": "Rathaus",
        "date": day.isoformat(),
        "begins": "18:00",
        "ends": "21:00",
        "agenda": "Begrüßung\n\nVerschiedenes",
    }
    response = client.post(reverse("meetings:create"), {**data, "ends": "17:00"})
    assert response.status_code == 422 and "7. Sitzung" in response.content.decode()
    late = client.post(reverse("meetings:create"), {**data, "date": today().isoformat()})
    assert late.status_code == 422 and "14 Tage" in late.content.decode()
    client.post(reverse("meetings:create"), data)
    meeting = Meeting.objects.get()
    assert [item.title for item in meeting.items.all()] == ["Begrüßung", "Verschiedenes"]
    proposal = ProposalFactory(council=council, stage="deliberation", title="Nachtbus")
    url = reverse("meetings:agenda", args=[meeting.pk])
    assert client.post(url, {"title": ""}).status_code == 422
    client.post(url, {"proposal": proposal.pk})
    last = meeting.items.last()
    assert (last.title, last.proposal) == ("Nachtbus", proposal)
    client.post(reverse("meetings:item_move", args=[last.pk]), {"direction": "up"})
    client.post(reverse("meetings:item_remove", args=[meeting.items.first().pk]))
    assert [item.title for item in meeting.items.all()] == ["Nachtbus", "Verschiedenes"]


def test_a_session_is_opened_and_closed_with_a_warning(client, office):
    meeting = MeetingFactory(starts_at=clock())
    client.force_login(office)
    client.post(reverse("meetings:open", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.OPEN
    url = reverse("meetings:close", args=[meeting.pk])
    assert "nicht wieder eröffnet" in page(client, url)
    client.post(url)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.CLOSED


def test_a_member_votes_and_changes_until_the_close_and_nobody_sees_a_count(client, office):
    meeting, users = session()
    item = item_of(meeting, proposal=ProposalFactory(council=meeting.council, stage="deliberation"))
    client.force_login(office)
    client.post(reverse("meetings:item_vote_open", args=[item.pk]), {"electorate": "hall", "question": "Soll es?"})
    item.refresh_from_db()
    assert item.vote.question == "Soll es?"
    client.force_login(users[0])
    assert client.post(vote_url(item), {}).status_code == 422
    client.post(vote_url(item), {"choice": "yes"})
    client.post(vote_url(item), {"choice": "no"})
    assert OpenBallot.objects.get().choice == "no"
    assert "Sie haben gestimmt: Nein" in words(page(client, vote_url(item)))
    for reader in (None, users[1], office, user_with_role(Role.Kind.AUDITOR)):
        client.logout()
        if reader:
            client.force_login(reader)
        response = client.get(vote_url(item))
        assert response.context["result"] is None and "named" not in response.context
        assert "<svg role=" not in response.content.decode()


def test_after_the_close_every_seat_is_shown_with_its_vote(client, office):
    meeting, users = session()
    item = item_of(meeting)
    vote = open_vote(item, by=office)
    for user, choice in zip(users, ["yes", "yes", "no"], strict=False):
        cast_open(vote, person=user.person, choice=choice, by=user)
    clerk = user_with_role(Role.Kind.CLERK)
    enter_paper(vote, person=users[3].person, choice="abstain", by=clerk)
    confirm_paper(vote, person=users[3].person, choice="abstain", by=office)
    client.force_login(office)
    client.post(reverse("meetings:item_vote_close", args=[item.pk]))
    client.logout()
    html = words(page(client, vote_url(item)))
    assert "Platz 1 Ja online" in html and "Platz 3 Nein online" in html and "Platz 4 Enthaltung auf Papier" in html
    assert "Platz 5 nicht abgegeben" in html and "Angenommen" in html
    assert "2 Ja von 3 abgegebenen Stimmen" in html
    assert users[0].person.family_name not in html
    assert "Angenommen mit 2 Ja, 1 Nein und 1 Enthaltungen." in page(client, meeting.get_absolute_url())


def test_two_clerks_enter_a_paper_without_the_second_seeing_the_first(client, office):
    meeting, users = session()
    item = item_of(meeting)
    open_vote(item, by=office)
    query = f"?person={users[2].person.uuid}"
    clerk = user_with_role(Role.Kind.CLERK)
    client.force_login(clerk)
    assert "Sie tragen für" in page(client, vote_url(item, query))
    client.post(vote_url(item, query), {"choice": "yes"})
    assert "Jemand anderes muss" in page(client, vote_url(item, query))
    client.force_login(office)
    refused = client.post(reverse("meetings:item_vote_close", args=[item.pk]), follow=True)
    assert "warten auf die zweite Eingabe: Platz 3" in words(refused.content.decode())
    listed = page(client, vote_url(item))
    assert query in listed and "wartet auf Ihre Eingabe" in listed
    second = page(client, vote_url(item, query))
    assert "checked" not in second
    wrong = client.post(vote_url(item, query), {"choice": "no"})
    assert wrong.status_code == 422 and "unterscheiden sich" in wrong.content.decode()
    client.post(vote_url(item, query), {"choice": "yes"})
    assert OpenBallot.objects.get().confirmed_by == office.person
    assert close_vote(item, by=office).result["by_channel"]["paper"] == 1


def test_an_entry_for_the_wrong_seat_is_taken_back(client, office):
    meeting, users = session()
    item = item_of(meeting)
    open_vote(item, by=office)
    query = f"?person={users[2].person.uuid}"
    client.force_login(user_with_role(Role.Kind.CLERK))
    client.post(vote_url(item, query), {"choice": "yes"})
    client.post(reverse("meetings:paper_discard", args=[item.pk]) + query)
    assert OpenBallot.objects.count() == 0


def test_who_is_not_on_the_roll_cannot_vote(client, office):
    meeting, users = session(present=4)
    item = item_of(meeting)
    open_vote(item, by=office)
    for user in (users[4], UserFactory()):
        client.force_login(user)
        assert client.get(vote_url(item)).context["can_cast"] is False
        assert client.post(vote_url(item), {"choice": "yes"}).status_code == 403
    client.logout()
    assert client.post(vote_url(item), {"choice": "yes"}).status_code == 403
    client.force_login(users[4])
    page(client, vote_url(item, f"?person={users[0].person.uuid}"), 404)


def test_a_refused_vote_says_why_and_keeps_the_question(client, office):
    meeting, _ = session(present=1)
    item = item_of(meeting)
    client.force_login(office)
    data = {"electorate": "hall", "question": "Meine Frage?"}
    response = client.post(reverse("meetings:item_vote_open", args=[item.pk]), data)
    html = response.content.decode()
    assert response.status_code == 422 and "Meine Frage?" in html and "nur 1 Mitglieder" in html
    assert Vote.objects.count() == 0


@pytest.mark.parametrize(
    "kind", [None, Role.Kind.MEMBER, Role.Kind.CLERK, Role.Kind.AUDITOR, Role.Kind.BOARD_SECRETARY]
)
def test_nobody_else_runs_a_meeting(client, kind):
    meeting, _ = session()
    item = item_of(meeting)
    client.force_login(user_with_role(kind, meeting.council.organization) if kind else UserFactory())
    page(client, reverse("meetings:create"), 403)
    page(client, reverse("meetings:agenda", args=[meeting.pk]), 403)
    page(client, reverse("meetings:close", args=[meeting.pk]), 403)
    page(client, reverse("meetings:item_vote_open", args=[item.pk]), 403)
    page(client, reverse("meetings:presence", args=[meeting.pk]), 200 if kind == "clerk" else 403)
    for name in ("item_move", "item_remove", "item_vote_close"):
        assert client.post(reverse(f"meetings:{name}", args=[item.pk])).status_code == 403
    assert client.post(reverse("meetings:open", args=[meeting.pk])).status_code == 403


def test_strangers_sign_in_first(client):
    meeting, _ = session()
    for name in ("agenda", "presence", "close"):
        assert client.get(reverse(f"meetings:{name}", args=[meeting.pk])).url.startswith("/konto/")
    assert client.get(reverse("meetings:create")).url.startswith("/konto/")


def test_an_item_without_a_vote_leads_to_its_meeting(client):
    item = AgendaItemFactory()
    assert client.get(vote_url(item)).url == item.meeting.get_absolute_url()


def test_tombstones_are_not_found(client):
    meeting = MeetingFactory(deleted_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    for url in (meeting.get_absolute_url(), vote_url(AgendaItemFactory(meeting=meeting))):
        assert meeting.title not in page(client, url, 404)


@pytest.mark.parametrize("size", [5, 100])
def test_a_meeting_costs_the_same_however_many_seats_and_items(client, size):
    meeting = MeetingFactory(council=full_council(seat_count=size), state="open")
    for _ in range(size // 5):
        AgendaItemFactory(meeting=meeting, proposal=ProposalFactory(council=meeting.council))
    cost = cost_of(client, meeting.get_absolute_url())
    assert cost.sql <= 12, cost.statements
    assert cost.instances <= 6 * max(1, size // 5) + 6


def test_a_closed_vote_costs_the_same_however_many_voted(client, office):
    costs = []
    for size in (5, 60):
        meeting, users = session(present=size, council=CouncilFactory(seat_count=size), by=office)
        item = item_of(meeting, by=office)
        vote = open_vote(item, by=office)
        for user in users[: size // 2 + 1]:
            cast_open(vote, person=user.person, choice="yes", by=user)
        close_vote(item, by=office)
        costs.append(cost_of(client, vote_url(item)))
    assert costs[0].sql == costs[1].sql <= 8, costs[1].statements
    assert costs[0].instances == costs[1].instances
    assert costs[1].size <= 25_000


def test_the_list_of_meetings_stays_within_its_budget(client):
    council = CouncilFactory()
    for _ in range(60):
        MeetingFactory(council=council)
    cost = cost_of(client, reverse("meetings:list"))
    assert cost.sql <= 8 and cost.instances <= 6 * 25 and cost.size <= 10_000, cost.statements
    assert len(cost.response.context["meetings"]) == 25


def test_names_stand_only_where_presence_is_noted(client):
    council = CouncilFactory()
    seated(council, 1, ResidentFactory(family_name="Verborgen"))
    meeting = MeetingFactory(council=council, state="open")
    assert "Verborgen" not in page(client, meeting.get_absolute_url())
    client.force_login(user_with_role(Role.Kind.CLERK))
    assert "Verborgen" in page(client, reverse("meetings:presence", args=[meeting.pk]))
    assert AgendaItem.objects.count() == 0
