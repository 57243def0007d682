"""People, their logins, offices and how messages reach them."""

from accounts.models.messages import LetterBatch, Message, Subscription
from accounts.models.people import (
    HARMFUL_ROLES,
    Person,
    PersonQuerySet,
    Role,
    RoleQuerySet,
    RoleRequest,
    User,
    UserManager,
    UserQuerySet,
    Viewer,
    has_role,
    role_kinds,
)
from accounts.models.places import City, Municipality, Organization
from accounts.models.verification import IdentityConflict, LetterCode, PersonCorrection, RegisterMatch, Verification

__all__ = [
    "HARMFUL_ROLES",
    "City",
    "IdentityConflict",
    "LetterBatch",
    "LetterCode",
    "Message",
    "Municipality",
    "Organization",
    "Person",
    "PersonCorrection",
    "PersonQuerySet",
    "RegisterMatch",
    "Role",
    "RoleQuerySet",
    "RoleRequest",
    "Subscription",
    "User",
    "UserManager",
    "UserQuerySet",
    "Verification",
    "Viewer",
    "has_role",
    "role_kinds",
]
