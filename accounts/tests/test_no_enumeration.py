"""Nobody finds out who has an account: the same answer, the same length, the same number of mails."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Message
from accounts.tests.factories import CityFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "ein langes Passwort 1"
COUNT = 20
VARYING = re.compile(rb'(csrfmiddlewaretoken" value="|nonce=")[^"]+')


@pytest.fixture
def addresses():
    """20 known and 20 unknown e-mails of the same length."""
    CityFactory()
    known = [f"bekannt{number:03}@beispiel.example" for number in range(COUNT)]
    for email in known:
        UserFactory(email=email)
    return known, [f"unbekan{number:03}@beispiel.example" for number in range(COUNT)]


def send(name, email, data):
    """What a fresh browser sees after the form and after the redirect, and how many mails are written."""
    client, before = Client(), Message.objects.count()
    client.get(reverse(name))
    answer = client.post(reverse(name), data)
    page = VARYING.sub(rb"\1", answer.content).replace(email.encode(), b"@")
    target = answer.get("Location", "")
    shown = VARYING.sub(rb"\1", client.get(target).content).replace(email.encode(), b"@") if target else b""
    return answer.status_code, target, len(page), len(shown), Message.objects.count() - before


def answers(name, emails, **data):
    field = "login" if name == "account_login" else "email"
    return {send(name, email, {field: email, **data}) for email in emails}


@pytest.mark.parametrize(
    ("name", "data", "mails"),
    [
        ("account_login", {"password": "falsch und lang genug"}, 0),
        ("account_signup", {"password1": PASSWORD, "password2": PASSWORD}, 1),
        ("account_reset_password", {}, 1),
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(addresses, name, data, mails):
    known, unknown = (answers(name, emails, **data) for emails in addresses)
    assert known == unknown and len(known) == 1
    assert {answer[-1] for answer in known} == {mails}


def test_a_mail_with_a_secret_link_belongs_to_nobody_s_card(addresses):
    answers("account_reset_password", addresses[0])
    assert Message.objects.filter(person__isnull=False).count() == 0
    assert Message.objects.count() == COUNT
