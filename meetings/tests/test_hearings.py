"""Experts with their list and interests, the right of some seats to one more, questions and answers."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Message, Role
from accounts.tests.factories import UserFactory, user_with_role
from audit.clock import today
from audit.services import Refused
from councils.tests.factories import CouncilFactory, StatuteVersionFactory
from meetings.models import CounterCall, Expert, Question
from meetings.services import (
    answer_question,
    ask_counter,
    ask_question,
    call_expert,
    counter_needed,
    decide_question,
    note_heard,
    open_vote,
    withdraw_counter,
)
from meetings.tests.factories import MeetingFactory, item_of, session

pytestmark = pytest.mark.django_db
EXPERT = {
    **{"given_name": "Eva", "family_name": "Kundig", "email": "eva@netz.example", "profession": "Netzplanung"},
    **{"chosen_by": "council", "list_name": "Liste der Kammer 2026", "interests": "berät den Netzbetreiber"},
}


@pytest.fixture
def office():
    return user_with_role(Role.Kind.SECRETARIAT)


@pytest.fixture
def hearing(office):
    meeting, users = session(by=office, council=CouncilFactory(seat_count=9), present=9)
    return item_of(meeting, by=office, kind="hearing"), users


def test_everybody_reads_who_chose_an_expert_and_with_which_interests(client, office, hearing):
    item, _ = hearing
    call_expert(item, by=office, **EXPERT)
    html = client.get(reverse("meetings:hearing", args=[item.pk])).content.decode()
    for word in ("Eva Kundig", "Netzplanung", "der Rat, durch Beschluss", "Liste der Kammer 2026", "Netzbetreiber"):
        assert word in html
    assert "eva@netz.example" not in html
    assert Message.objects.get(event="expert_called").email == "eva@netz.example"


def test_an_expert_without_declared_interests_is_not_called(office, hearing):
    with pytest.raises(Refused, match="keine"):
        call_expert(hearing[0], by=office, **{**EXPERT, "interests": " "})
    with pytest.raises(PermissionDenied):
        call_expert(hearing[0], by=hearing[1][0], **EXPERT)


def test_a_quarter_of_nine_seats_is_three(office, hearing):
    item, users = hearing
    assert counter_needed(item.meeting) == 3
    counter = {**EXPERT, "chosen_by": "quarter"}
    for user in users[:2]:
        ask_counter(item, person=user.person, by=user)
    ask_counter(item, person=users[0].person, by=users[0])
    assert CounterCall.objects.count() == 2
    with pytest.raises(Refused, match="3"):
        call_expert(item, by=office, **counter)
    ask_counter(item, person=users[2].person, by=user_with_role(Role.Kind.CLERK))
    assert call_expert(item, by=office, **counter).is_counter
    with pytest.raises(Refused):
        withdraw_counter(item, person=users[0].person, by=users[0])


def test_no_vote_opens_until_the_counter_expert_was_heard(office, hearing):
    item, users = hearing
    for user in users[:3]:
        ask_counter(item, person=user.person, by=user)
    with pytest.raises(Refused, match="Gegensachverständige"):
        open_vote(item, by=office)
    expert = call_expert(item, by=office, **{**EXPERT, "chosen_by": "quarter"})
    with pytest.raises(Refused):
        open_vote(item, by=office)
    note_heard(expert, by=office)
    assert open_vote(item, by=office).state == "casting"


@pytest.mark.parametrize(("percent", "needed"), [(10, 1), (34, 4), (100, 9)])
def test_the_rules_of_the_sessions_day_say_how_many_seats_call_a_counter_expert(hearing, percent, needed):
    item, _users = hearing
    StatuteVersionFactory(
        council=item.meeting.council, number=2, settings={"counter_expert_percent": percent}, in_force_on=today()
    )
    StatuteVersionFactory(
        council=item.meeting.council,
        number=3,
        settings={"counter_expert_percent": 50},
        in_force_on=today() + datetime.timedelta(days=300),
    )
    assert counter_needed(item.meeting) == needed


def test_a_signature_taken_back_does_not_count(office, hearing):
    item, users = hearing
    for user in users[:3]:
        ask_counter(item, person=user.person, by=user)
    withdraw_counter(item, person=users[1].person, by=users[1])
    assert open_vote(item, by=office).state == "casting"


def test_strangers_sign_nothing(hearing):
    stranger = UserFactory()
    with pytest.raises(PermissionDenied):
        ask_counter(hearing[0], person=stranger.person, by=stranger)
    with pytest.raises(PermissionDenied):
        ask_counter(hearing[0], person=hearing[1][0].person, by=hearing[1][1])


def test_a_member_asks_an_expert_and_the_answer_stays(client, office, hearing):
    item, users = hearing
    expert = call_expert(item, by=office, **EXPERT)
    url = reverse("meetings:hearing", args=[item.pk])
    client.force_login(users[4])
    assert client.post(url, {"text": "", "expert": expert.pk}).status_code == 422
    client.post(url, {"text": "Was kostet das Netz?", "expert": expert.pk})
    question = Question.objects.get()
    answer_question(question, answer="Zwei Millionen.", answered_by="Kammer", by=office)
    html = client.get(url).content.decode()
    assert "Platz 5: Was kostet das Netz?" in html and "Zwei Millionen." in html
    client.force_login(UserFactory())
    assert client.post(url, {"text": "Und ich?", "expert": expert.pk}).status_code == 403


def test_a_question_from_the_public_is_admitted_answered_and_shown(client, office):
    meeting, asker = MeetingFactory(), UserFactory()
    client.force_login(asker)
    client.post(reverse("meetings:question_ask", args=[meeting.pk]), {"text": "Wann kommt der Nachtbus?"})
    question = Question.objects.get()
    page = meeting.get_absolute_url()
    assert "Nachtbus" not in client.get(page).content.decode()
    decide_question(question, is_admitted=True, by=office)
    assert "Nachtbus" in client.get(page).content.decode()
    answer_question(question, answer="Im Mai.", answered_by="Verkehrsbetrieb", by=office)
    html = client.get(page).content.decode()
    assert "Im Mai." in html and asker.person.family_name not in html.split("Fragen aus der Öffentlichkeit")[1]
    assert Message.objects.filter(event="question_decided").count() == 2


def test_a_question_is_refused_with_a_reason_its_asker_reads(office):
    meeting, asker = MeetingFactory(), UserFactory()
    question = ask_question(meeting, person=asker.person, text="Wer ist dumm?", by=asker)
    with pytest.raises(Refused):
        decide_question(question, is_admitted=False, by=office)
    decide_question(question, is_admitted=False, reason="Keine Sachfrage.", by=office)
    assert "Keine Sachfrage." in Message.objects.get(event="question_decided").text
    with pytest.raises(Refused):
        decide_question(question, is_admitted=True, by=office)


def test_the_desk_enters_a_question_from_paper(office):
    meeting, asker, clerk = MeetingFactory(), UserFactory(), user_with_role(Role.Kind.CLERK)
    question = ask_question(meeting, person=asker.person, text="Wo?", by=clerk)
    assert (question.channel, question.entered_by) == ("paper", clerk.person)
    other = UserFactory()
    with pytest.raises(PermissionDenied):
        ask_question(meeting, person=asker.person, text="Wo?", by=other)


def test_questions_of_the_public_end_with_the_beginning(office, hearing):
    item, _ = hearing
    asker = UserFactory()
    with pytest.raises(PermissionDenied):
        ask_question(item.meeting, person=asker.person, text="Noch?", by=asker)
    assert not Expert.objects.exists()
