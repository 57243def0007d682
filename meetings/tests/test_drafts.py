"""A draft of rules goes on an agenda, the vote asks for exactly it, and what was adopted comes into force."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Role
from accounts.tests.factories import CityFactory, UserFactory, user_with_role
from audit.clock import clock, today
from audit.services import Refused
from councils.models import StatuteVersion
from councils.services import propose_rules, statute_at, withdraw_draft
from councils.tests.factories import CouncilFactory, StatuteVersionFactory, seated
from meetings.services import Choosing, close_vote, open_vote, remove_item, schedule_draft
from meetings.tests.factories import MeetingFactory, session
from voting.methods import options_of
from voting.services import cast_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    CityFactory()
    return user_with_role(Role.Kind.SECRETARIAT)


def drafted(council, by, **settings):
    return propose_rules(council, title="Geschäftsordnung", text="§ 1 Neu", settings=settings, reasons="Besser.", by=by)


def adopted(item, users, office, choice="yes", **more):
    vote = open_vote(item, by=office, **more)
    for user in users:
        cast_open(vote, person=user.person, choice=choice, by=user)
    return close_vote(item, by=office)


def test_from_the_draft_over_agenda_and_vote_into_force_by_pages(client, office):
    meeting, users = session(by=office)
    draft = drafted(meeting.council, users[0], support_needed=80)
    client.force_login(office)
    assert "Auf eine Tagesordnung setzen" in client.get(draft.get_absolute_url()).text
    client.post(reverse("meetings:draft_schedule", args=[draft.pk]), {"meeting": meeting.pk})
    item = draft.agenda_items.get()
    client.logout()
    assert reverse("councils:draft_detail", args=[draft.pk]) in client.get(meeting.get_absolute_url()).text
    page = client.get(draft.get_absolute_url()).text
    assert meeting.title in page and "<ins>" in page, "everybody reads what would change, and where it is decided"
    client.force_login(office)
    opening = client.get(reverse("meetings:item_vote_open", args=[item.pk])).text
    assert draft.fingerprint in opening and 'name="question"' not in opening
    client.post(reverse("meetings:item_vote_open", args=[item.pk]), {"electorate": "hall", "question": "Kaffee?"})
    item.refresh_from_db()
    assert draft.fingerprint in item.vote.question and "Kaffee" not in item.vote.question
    assert "In Kraft setzen" not in client.get(draft.get_absolute_url()).text
    for user in users:
        cast_open(item.vote, person=user.person, choice="yes", by=user)
    client.post(reverse("meetings:item_vote_close", args=[item.pk]))
    enact = reverse("councils:draft_enact", args=[draft.pk])
    assert enact in client.get(draft.get_absolute_url()).text
    client.post(enact, {"vote": item.vote.pk, "in_force_on": today().isoformat()})
    draft.refresh_from_db()
    assert draft.state == "enacted" and statute_at(meeting.council, today()) == draft.version


def test_who_sees_the_button_that_enacts(client, office):
    meeting, users = session(by=office)
    draft = drafted(meeting.council, office, support_needed=80)
    adopted(schedule_draft(draft, meeting=meeting, by=office), users, office)
    enact = reverse("councils:draft_enact", args=[draft.pk])
    for user, sees in ((office, True), (users[0], False), (user_with_role(Role.Kind.AUDITOR), False)):
        client.force_login(user)
        assert (enact in client.get(draft.get_absolute_url()).text) == sees
        assert (client.get(enact).status_code == 200) == sees


def test_what_was_rejected_offers_nothing_to_enact_and_may_come_again(client, office):
    meeting, users = session(by=office)
    draft = drafted(meeting.council, office, support_needed=80)
    adopted(schedule_draft(draft, meeting=meeting, by=office), users, office, "no")
    client.force_login(office)
    page = client.get(draft.get_absolute_url()).text
    assert reverse("councils:draft_enact", args=[draft.pk]) not in page and "Abgelehnt mit" in page
    assert schedule_draft(draft, meeting=MeetingFactory(council=meeting.council), by=office, reason="noch einmal").pk


def test_a_draft_stands_on_one_agenda_at_a_time(office):
    council = CouncilFactory()
    draft = drafted(council, office, support_needed=80)
    first, second = (MeetingFactory(council=council) for _number in range(2))
    item = schedule_draft(draft, meeting=first, by=office)
    with pytest.raises(Refused):
        schedule_draft(draft, meeting=second, by=office)
    remove_item(item, by=office)
    assert schedule_draft(draft, meeting=second, by=office).meeting == second


def test_a_member_puts_a_draft_on_the_agenda_until_the_session_begins(office):
    meeting, users = session(by=office)
    draft = drafted(meeting.council, users[0], support_needed=80)
    with pytest.raises(PermissionDenied):
        schedule_draft(draft, meeting=meeting, by=users[0])
    coming = MeetingFactory(council=meeting.council)
    stranger = UserFactory()
    seated(CouncilFactory(), 1, stranger.person)
    for wrong in (stranger, user_with_role(Role.Kind.AUDITOR), user_with_role(Role.Kind.CLERK)):
        with pytest.raises(PermissionDenied):
            schedule_draft(draft, meeting=coming, by=wrong)
    assert schedule_draft(draft, meeting=coming, by=users[0]).rules_draft == draft


def test_a_draft_comes_late_only_with_a_reason_and_to_its_own_council(office):
    council = CouncilFactory(rules={"invitation_days": 14})
    draft = drafted(council, office, support_needed=80)
    soon = MeetingFactory(council=council, starts_at=clock() + datetime.timedelta(days=5))
    with pytest.raises(Refused):
        schedule_draft(draft, meeting=soon, by=office)
    with pytest.raises(Refused):
        schedule_draft(draft, meeting=MeetingFactory(), by=office)
    with pytest.raises(Refused):
        schedule_draft(draft, meeting=MeetingFactory(council=council, kind="assembly"), by=office)
    assert schedule_draft(draft, meeting=soon, by=office, reason="Frist der Satzung").changes.get().reason


def test_no_vote_opens_on_a_draft_that_could_not_come_into_force(office):
    meeting, _users = session(by=office)
    draft = drafted(meeting.council, office, support_needed=80)
    item = schedule_draft(draft, meeting=meeting, by=office)
    with pytest.raises(Refused):
        open_vote(item, by=office, choosing=Choosing("plurality", options_of(["Ja", "Nein"])))
    StatuteVersionFactory(council=meeting.council, number=2, in_force_on=today())
    with pytest.raises(Refused):
        open_vote(item, by=office)
    StatuteVersion.objects.filter(council=meeting.council, number=2).delete()
    withdraw_draft(draft, by=office)
    with pytest.raises(Refused):
        open_vote(item, by=office)


def test_a_draft_is_taken_back_by_whoever_proposed_it(client, office):
    user = UserFactory()
    council = CouncilFactory()
    seated(council, 1, user.person)
    draft = drafted(council, user, support_needed=80)
    url = reverse("councils:draft_withdraw", args=[draft.pk])
    client.force_login(UserFactory())
    assert client.post(url).status_code == 403
    client.force_login(user)
    assert "Den Entwurf zurücknehmen" in client.get(draft.get_absolute_url()).text
    client.post(url)
    draft.refresh_from_db()
    assert draft.state == "withdrawn"
