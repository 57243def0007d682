"""Founding a real city: once, with two different people, and no harm before their second factor."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import City, Message, Role, User
from audit.services import export_chain, label
from audit.verify import faults

pytestmark = pytest.mark.django_db

ARGUMENTS = {
    "city": "Musterstadt",
    "ags": "01234567",
    "population": 1000,
    "authority": "Stadt Musterstadt",
    "street": "Markt 1",
    "postal_town": "12345 Musterstadt",
    "phone": "0123 4",
    "email": "rat@musterstadt.example",
    "represented_by": "die Oberbürgermeisterin",
    "data_protection": "datenschutz@musterstadt.example",
    "first": "Erna;Eins;eins@musterstadt.example",
    "second": "Zoran;Zwei;zwei@musterstadt.example",
}


def test_a_city_is_founded_with_two_secretaries_who_vouch_for_each_other():
    call_command("bootstrap", **ARGUMENTS)
    roles = list(Role.objects.select_related("person").order_by("pk"))
    assert City.objects.get().name == "Musterstadt"
    assert [role.kind for role in roles] == ["secretariat", "secretariat"]
    chain = export_chain(label(roles[0].person))
    assert chain["events"][0]["facts"]["vouched_by"] == label(roles[1].person)
    assert faults(chain) == []


def test_the_mailed_link_sets_the_password_and_the_role_opens_nothing_without_second_factor(client):
    call_command("bootstrap", **ARGUMENTS)
    text = Message.objects.order_by("pk").first().text
    link = re.search(r"http\S+", text).group().split("8000")[1]
    page = client.get(link, follow=True)
    assert page.status_code == 200
    secret = "ein langes neues Passwort"
    client.post(page.request["PATH_INFO"], {"password1": secret, "password2": secret})
    assert User.objects.get(email="eins@musterstadt.example").check_password(secret)
    client.force_login(User.objects.get(email="eins@musterstadt.example"))
    assert client.get(reverse("portal:job_list")).url == reverse("mfa_index")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"second": "Erna;Eins;eins@musterstadt.example"}, "different people"),
        ({"second": "Zoran Zwei"}, "not of the form"),
        ({"first": "Erna;Eins;keine-adresse"}, "not an e-mail"),
    ],
)
def test_bad_input_says_what_to_do_and_leaves_nothing(change, words):
    with pytest.raises(CommandError, match=words):
        call_command("bootstrap", **{**ARGUMENTS, **change})
    assert not City.objects.exists()


def test_a_second_founding_is_refused():
    call_command("bootstrap", **ARGUMENTS)
    with pytest.raises(CommandError, match="has a city already"):
        call_command("bootstrap", **ARGUMENTS)
