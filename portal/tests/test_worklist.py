"""What waits for whoever is sent into an organ of a company, member of the council or not."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import Organization, Role
from accounts.tests.factories import OrganizationFactory, PersonFactory, UserFactory, user_with_role
from audit.clock import today
from councils.models import BoardReport
from councils.services import declare_no_interests, give_mandate, open_file
from councils.tests.factories import CouncilFactory, OrganFactory, board_seat_for, seated, sent, sitting_on
from portal.worklist import tasks_of

pytestmark = pytest.mark.django_db


def titles(user):
    return [task.title for task in tasks_of(user)]


@pytest.fixture
def outsider():
    """A login whose person holds no seat and no role."""
    return UserFactory(person=PersonFactory())


def test_a_delegate_of_civil_society_finds_declaration_sitting_and_report(client, outsider):
    organ = OrganFactory(organization__name="Aufsichtsrat der Netze")
    civil = OrganizationFactory(kind=Organization.Kind.CIVIL)
    seat = board_seat_for(None, organ, sends="civil", organization=civil)
    delegate = sent(seat, outsider.person, confidential_on=None)
    sitting_on(organ, 9)
    due = today() + datetime.timedelta(days=4)
    over = sitting_on(organ, -10)
    report = BoardReport.objects.create(seat=seat, sitting=over, delegate=delegate, due_on=due)
    found = {task.title: task for task in tasks_of(outsider)}
    words = " ".join(found)
    assert "Verschwiegenheit" in words and "Aufsichtsrat der Netze" in words
    assert reverse("councils:board_report_write", args=[report.pk]) in {task.url for task in found.values()}
    client.force_login(outsider)
    assert "Aufsichtsrat der Netze" in client.get(reverse("portal:tasks")).text


def test_a_mandate_stands_there_until_its_sitting(outsider):
    council, organ = CouncilFactory(), OrganFactory()
    seat, sitting = board_seat_for(council, organ), sitting_on(organ, 9)
    sent(seat, outsider.person)
    office = user_with_role(Role.Kind.SECRETARIAT)
    give_mandate(seat, sitting=sitting, title="Tarif offenlegen", text="Ja.", reference="3/2026", by=office)
    [task] = [task for task in tasks_of(outsider) if "Tarif offenlegen" in task.title]
    assert (task.due_on, task.url) == (sitting.date, reverse("councils:delegate_seats"))
    file = open_file(seat, sitting=sitting, by=outsider)
    assert file.get_absolute_url() in {task.url for task in tasks_of(outsider)}
    sitting.date = today() - datetime.timedelta(days=1)
    sitting.agenda_closes_on = sitting.date
    sitting.save()
    assert "Tarif offenlegen" not in " ".join(titles(outsider))


def test_whoever_is_sent_no_longer_finds_nothing(outsider):
    organ = OrganFactory()
    end = today() - datetime.timedelta(days=1)
    sent(board_seat_for(CouncilFactory(), organ), outsider.person, end_date=end, end_reason="recalled")
    sitting_on(organ, 9)
    assert "vorbereiten" not in " ".join(titles(outsider))


def test_a_member_is_asked_for_interests_until_they_are_declared():
    user = UserFactory()
    held = seated(CouncilFactory(), 1, user.person)
    assert any("Interessen" in title for title in titles(user))
    declare_no_interests(held, by=user)
    assert not any("Interessen" in title for title in titles(user))
