"""Codes for the door: a poster that says which meeting, a badge that says which seat. Signed, nothing is kept."""

from django.conf import settings
from django.core.signing import BadSignature, Signer

from councils.models import Membership
from meetings.models import Meeting

LENGTH = 12


def door_code(meeting: Meeting) -> str:
    """What stands in the address on the poster of a meeting."""
    return Signer(salt="meetings.door").signature(str(meeting.public_id))[:LENGTH].replace("_", "x")


def is_door_code(meeting: Meeting, code: str) -> bool:
    """Whether `code` stands on this meeting's poster."""
    from django.utils.crypto import constant_time_compare

    return constant_time_compare(code, door_code(meeting))


def badge_token(membership: Membership) -> str:
    """What stands in the address on the badge of a seat's holder."""
    return Signer(salt="meetings.badge", sep="~").sign(str(membership.pk))


def membership_key(token: str) -> int | None:
    """Whose badge it is; None for one that is not ours."""
    try:
        return int(Signer(salt="meetings.badge", sep="~").unsign(token))
    except (BadSignature, ValueError):
        return None


def absolute(path: str) -> str:
    """The full address of a path, for paper."""
    return settings.PUBLIC_URL.rstrip("/") + path
