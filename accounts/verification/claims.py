"""What an identity provider says about somebody, whoever the provider is.

OpenID Connect Core 1.0, section 5.1 names the claims; eIDAS levels of assurance come as `acr` or in our mapping.
Providers (BundID, the eID function, a Land's account) are configured in allauth; this is all they have to fill.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.verification.identity import first_name, normalise

TRUSTED_LEVELS = frozenset(
    {"substantial", "high", "http://eidas.europa.eu/LoA/substantial", "http://eidas.europa.eu/LoA/high"}
)
STANDARD_CLAIMS = {
    "subject": "sub",
    "given_name": "given_name",
    "family_name": "family_name",
    "birth_date": "birthdate",
    "street": "address.street_address",
    "postal_code": "address.postal_code",
    "town": "address.locality",
    "level": "acr",
}
"""Our field → the provider's claim, a dot for each step into a claim that has parts."""


class ClaimError(ValueError):
    """The provider's answer lacks what is needed, or says it without the level that is needed."""


@dataclass(frozen=True)
class Claim:
    """Who somebody is, as a trusted provider says."""

    provider: str
    subject: str
    given_name: str
    family_name: str
    birth_date: datetime.date
    street: str
    postal_code: str
    town: str

    def is_about(self, given_name: str, family_name: str) -> bool:
        """Whether the claim names the same person as the record; a provider may give all given names."""
        return normalise(self.family_name) == normalise(family_name) and (
            first_name(self.given_name) == first_name(given_name) != ""
        )


def claim_from_oidc(
    provider: str, extra_data: Mapping[str, Any], mapping: Mapping[str, str] = STANDARD_CLAIMS
) -> Claim:
    """Read the claims of `extra_data` (allauth's `SocialAccount.extra_data`) by `mapping`.

    Raises ClaimError when a claim is missing, the birth date is no date, or the level is below substantial.
    """
    data = {**extra_data.get("id_token", {}), **extra_data.get("userinfo", extra_data)}
    values = {field: _follow(data, path) for field, path in mapping.items()}
    missing = sorted(field for field, value in values.items() if not value)
    if missing:
        raise ClaimError(f"claims missing: {', '.join(missing)}")
    if values.pop("level") not in TRUSTED_LEVELS:
        raise ClaimError("level of assurance below substantial")
    try:
        birth_date = datetime.date.fromisoformat(values.pop("birth_date"))
    except ValueError as error:
        raise ClaimError("birth date is not a full date") from error
    return Claim(provider=provider, birth_date=birth_date, **values)


def _follow(data: Mapping[str, Any], path: str) -> str:
    value: Any = data
    for step in path.split("."):
        value = value.get(step, "") if isinstance(value, Mapping) else ""
    return str(value).strip()
