"""What `check` says of settings that only a draw needs."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register

from documents.timestamps import read_certificates

HINT = "Set TIME_STAMP_CERTIFICATES to a PEM file with the authority's root certificate (docs/settings.md)."


@register()
def time_stamps_can_be_checked(**_chosen: Any) -> list[Error]:
    """`lottery.E001` to `E003`: an authority without an address, or whose answers could not be checked."""
    address, path = settings.TIME_STAMP_URL, settings.TIME_STAMP_CERTIFICATES
    if not address:
        return []
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return [Error("TIME_STAMP_URL is no address that starts with http:// or https://.", id="lottery.E001")]
    if not path:
        return [Error("TIME_STAMP_URL is set, but no certificates to check answers.", hint=HINT, id="lottery.E002")]
    try:
        read_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        return [Error(f"TIME_STAMP_CERTIFICATES cannot be used: {error}", hint=HINT, id="lottery.E003")]
    return []
