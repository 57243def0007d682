"""What an identity provider says counts when it is complete, trusted, and about who is signed in."""

import datetime

import pytest
from allauth.socialaccount.models import SocialAccount

from accounts import services
from accounts.models import Person
from accounts.services import Outcome
from accounts.tests.factories import PersonFactory, UserFactory
from accounts.verification import open_methods
from accounts.verification.claims import STANDARD_CLAIMS, ClaimError, claim_from_oidc

CLAIMS = {
    "sub": "4711",
    "given_name": "Erika Maria",
    "family_name": "Muster",
    "birthdate": "1970-12-31",
    "address": {"street_address": "Neue Gasse 7", "postal_code": "12345", "locality": "Musterstadt"},
    "acr": "substantial",
}


def test_openid_connect_s_claims_are_read():
    claim = claim_from_oidc("bundid", {"userinfo": CLAIMS, "id_token": {"acr": "substantial"}})
    assert (claim.given_name, claim.birth_date, claim.street) == (
        "Erika Maria",
        datetime.date(1970, 12, 31),
        "Neue Gasse 7",
    )
    assert (
        claim.is_about("Erika", "MUSTER") and not claim.is_about("Max", "Muster") and not claim.is_about("", "Muster")
    )


def test_a_provider_s_own_names_of_claims_are_mapped():
    own = {**CLAIMS, "gebdat": "1970-12-31"}
    del own["birthdate"]
    mapping = STANDARD_CLAIMS | {"birth_date": "gebdat"}
    assert claim_from_oidc("land", own, mapping).birth_date == datetime.date(1970, 12, 31)


@pytest.mark.parametrize(
    "change",
    [{"acr": "low"}, {"acr": ""}, {"birthdate": "1970"}, {"family_name": ""}, {"address": {}}, {"address": "Gasse 7"}],
)
def test_an_answer_that_is_incomplete_or_of_a_low_level_counts_for_nothing(change):
    with pytest.raises(ClaimError):
        claim_from_oidc("bundid", CLAIMS | change)


@pytest.fixture
def user(db):
    user = UserFactory(person=PersonFactory(given_name="Erika", family_name="Muster"))
    SocialAccount.objects.create(user=user, provider="bundid", uid="4711", extra_data=CLAIMS)
    return user


def test_a_claim_verifies_and_brings_the_address(user):
    [claim] = services.claims_of(user)
    assert services.accept_claim(user, claim) == Outcome.VERIFIED
    person = Person.objects.get(pk=user.person.pk)
    assert (person.street, person.is_verified) == ("Neue Gasse 7", True)
    assert person.verifications.get().method == "provider"


def test_a_claim_about_somebody_else_is_wrong(user):
    Person.objects.filter(pk=user.person.pk).update(given_name="Max")
    assert services.accept_claim(user, services.claims_of(user)[0]) == Outcome.WRONG
    assert not Person.objects.get(pk=user.person.pk).is_verified


def test_an_untrusted_account_gives_no_claim(user):
    SocialAccount.objects.update(extra_data=CLAIMS | {"acr": "low"})
    assert services.claims_of(user) == []


def test_the_way_is_shown_only_where_a_provider_is_set_up(settings):
    assert "provider" not in [method.name for method in open_methods()]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{}]}}
    assert "provider" in [method.name for method in open_methods()]


def test_a_city_can_switch_a_way_off(settings):
    settings.VERIFICATION_METHODS = ["desk"]
    assert [method.name for method in open_methods()] == ["desk"]
