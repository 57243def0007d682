"""Dates of deletion are kept across all apps, and what anybody asks for is erased everywhere."""

import datetime
import json

import pytest
from django.urls import reverse

from accounts.models import Person, Role
from accounts.tests.factories import CityFactory, ResidentFactory, UserFactory, user_with_role
from audit.clock import today
from audit.services import export_chain, label
from audit.verify import faults
from portal import mydata, tasks
from proposals.models import Comment
from proposals.tests.factories import CommentFactory, ProposalFactory

pytestmark = pytest.mark.django_db


def test_who_is_past_the_date_is_erased_in_every_app_and_the_chain_stays_whole():
    person = ResidentFactory(family_name="Kanarienvogel", delete_on=today(), verified_until=datetime.date(2020, 1, 1))
    CommentFactory(author=person, author_label="Frau Kanarienvogel")
    tasks.purge()
    person.refresh_from_db()
    assert person.erased_at is not None
    assert "Kanarienvogel" not in str(person)
    assert not Comment.objects.filter(author_label__contains="Kanarienvogel").exists()
    assert faults(export_chain(label(person))) == []


def test_who_takes_part_stays():
    person = ResidentFactory(delete_on=today())
    tasks.purge()
    person.refresh_from_db()
    assert person.erased_at is None
    assert person.delete_on > today()


def test_every_app_that_links_to_people_answers_for_them():
    from django.apps import apps

    linked = {
        model.__module__.split(".")[0]
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Person and model.__module__.split(".")[0] != "wagtail"
    }
    assert linked <= set(mydata.APPS)


@pytest.fixture
def signed_in(client):
    CityFactory()
    return sign_in(client, UserFactory())


def sign_in(client, user):
    """Signed in, and the password given once more, as the page asks."""
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": "ein langes Passwort 1"})
    return user


def test_my_data_comes_from_all_apps(client, signed_in):
    ProposalFactory(author=signed_in.person, title="Mein Vorschlag")
    answer = client.get(reverse("portal:my_data_export"))
    data = json.loads(answer.content)
    assert set(mydata.APPS) <= set(data)
    assert "Mein Vorschlag" in json.dumps(data["proposals"])
    assert signed_in.person.family_name in json.dumps(data["accounts"])
    assert "attachment" in answer["Content-Disposition"]


def test_erasing_asks_once_then_signs_out_and_leaves_no_name(client, signed_in):
    name = signed_in.person.family_name
    page = client.get(reverse("portal:my_data_erase"))
    assert "lässt sich nicht rückgängig machen" in page.text
    client.post(reverse("portal:my_data_erase"))
    person = Person.objects.get(pk=signed_in.person_id)
    assert person.erased_at is not None
    assert name not in json.dumps(mydata.export(person), default=str)
    assert "_auth_user_id" not in client.session


def test_whoever_holds_an_office_ends_it_first(client):
    CityFactory()
    user = sign_in(client, user_with_role(Role.Kind.MEMBER))
    client.post(reverse("portal:my_data_erase"))
    user.person.refresh_from_db()
    assert user.person.erased_at is None


def test_the_daily_purge_takes_the_closed_files_whose_date_is_over(monkeypatch):
    called = []
    names = ("erase_people_due", "purge_people", "purge_draws", "purge_board_files", "purge_files")
    for name in names:
        monkeypatch.setattr(tasks, name, lambda name=name: called.append(name))
    tasks.purge()
    assert called == list(names), "documents last: what the others let go of is deleted the same day"
