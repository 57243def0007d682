"""Verification by an identity provider that allauth has connected to the login."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from accounts.models import Person, User
from accounts.services.identity import (
    Outcome,
    claim_identity,
    fits_identity,
    is_locked,
    note_failure,
    note_verification,
)
from accounts.verification.claims import STANDARD_CLAIMS, Claim, ClaimError, claim_from_oidc
from audit.services import require


def claims_of(user: User) -> list[Claim]:
    """What the providers connected to the login say, as far as it is complete and trusted.

    `IDENTITY_CLAIMS` maps a provider's id to its names of the claims; without an entry OpenID Connect's are read.
    """
    mappings = settings.IDENTITY_CLAIMS
    claims = []
    for account in SocialAccount.objects.filter(user=user).order_by("pk"):
        mapping = STANDARD_CLAIMS | mappings.get(account.provider, {})
        try:
            claims.append(claim_from_oidc(account.provider, account.extra_data, mapping))
        except ClaimError:
            continue
    return claims


@transaction.atomic
def accept_claim(user: User, claim: Claim) -> Outcome:
    """Verify the person of `user` by `claim`, whose address replaces the one they typed.

    A claim about somebody of another name is wrong: whoever is signed in is not who the provider says.
    """
    require(user.is_authenticated and user.person is not None)
    person = Person.objects.select_for_update().get(user=user)
    if is_locked(person):
        return Outcome.LOCKED
    is_theirs = claim.is_about(person.given_name, person.family_name) and fits_identity(person, claim.birth_date)
    if not is_theirs:
        note_failure(person)
        return Outcome.WRONG
    if claim_identity(person, claim.birth_date, method="provider"):
        return Outcome.CONFLICT
    person.street, person.postal_code, person.town = claim.street, claim.postal_code, claim.town
    person.save(update_fields=["street", "postal_code", "town"])
    note_verification(person, method="provider", by=user)
    return Outcome.VERIFIED
