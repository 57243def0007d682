"""A role that can do harm opens nothing until its holder has a second factor."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import HARMFUL_ROLES, Role
from accounts.tests.factories import CityFactory, OrganizationFactory, UserFactory, user_with_role
from audit.clock import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city():
    return CityFactory()


@pytest.mark.parametrize("kind", Role.Kind.values)
def test_without_it_a_harmful_role_is_led_to_set_one_up(client, kind):
    user = user_with_role(kind)
    Authenticator.objects.all().delete()
    client.force_login(user)
    answer = client.get(reverse("accounts:me"))
    if kind in HARMFUL_ROLES:
        assert answer.url == reverse("mfa_index")
        assert client.get(answer.url).status_code == 200
        assert client.post(reverse("accounts:person_new"), {}).url == reverse("mfa_index")
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("kind", sorted(HARMFUL_ROLES))
def test_with_it_the_role_works(client, kind):
    client.force_login(user_with_role(kind))
    assert client.get(reverse("accounts:me")).status_code == 200


def test_a_role_granted_meanwhile_asks_for_it_with_the_next_page(client):
    user = UserFactory()
    client.force_login(user)
    assert client.get(reverse("accounts:me")).status_code == 200
    Role.objects.create(person=user.person, organization=OrganizationFactory(), kind="clerk", begin_date=today())
    assert client.get(reverse("accounts:person_list")).url == reverse("mfa_index")
    assert client.get("/static/css/none.css").status_code == 404
