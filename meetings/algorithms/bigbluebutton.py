"""Links to a BigBlueButton server, signed as its API asks (docs.bigbluebutton.org/development/api).

The checksum is the hash of the call's name, the query string exactly as it is sent, and the shared secret, joined
without anything between them; SHA-256 by default, SHA-1 for servers that know nothing else. Standard library only.
"""

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}


def checksum(call: str, query: str, secret: str, algorithm: str = "sha256") -> str:
    """The hex checksum of a call. ValueError for an algorithm that the API does not know."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"BigBlueButton knows {', '.join(ALGORITHMS)}, not {algorithm!r}")
    return ALGORITHMS[algorithm](f"{call}{query}{secret}".encode()).hexdigest()


def link(base: str, call: str, parameters: Mapping[str, str], *, secret: str, algorithm: str = "sha256") -> str:
    """The signed address of `call` below `base` ("https://host/bigbluebutton/api"). Empty parameters are left out."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    signed = f"checksum={checksum(call, query, secret, algorithm)}"
    return f"{base.rstrip('/')}/{call}?{query}{'&' if query else ''}{signed}"


def create_parameters(*, meeting_id: str, name: str, welcome: str = "", minutes: int = 0) -> dict[str, str]:
    """What `create` takes: nothing is recorded, and nobody can begin to record."""
    return {
        "meetingID": meeting_id,
        "name": name,
        "welcome": welcome,
        "duration": str(minutes) if minutes else "",
        "record": "false",
        "autoStartRecording": "false",
        "allowStartStopRecording": "false",
    }


def join_parameters(*, meeting_id: str, name: str, is_moderator: bool, user_id: str = "") -> dict[str, str]:
    """What `join` takes; in the room a member is called by the seat."""
    role = "MODERATOR" if is_moderator else "VIEWER"
    return {"meetingID": meeting_id, "fullName": name, "userID": user_id, "role": role, "redirect": "true"}
