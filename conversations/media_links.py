"""Links to files that need no token: signed, and good for a while. Who may have one is decided when it is made."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import Signer
from django.utils import timezone
from django.utils.crypto import constant_time_compare

LIFETIME = timedelta(minutes=15)
PLATFORM_LIFETIME = timedelta(hours=1)
"""A platform fetches what it is sent when it gets to it."""


def link_to(attachment_id: uuid.UUID, expires_at: datetime) -> str:
    """A path of this server; it never names what is in the file."""
    expires = int(expires_at.timestamp())
    return f"/api/media/{attachment_id}?expires={expires}&signature={_signature(attachment_id, expires)}"


def public_link_to(attachment_id: uuid.UUID) -> str:
    """The same as an address for a platform, or "" where this server has none that a platform could reach."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return ""
    return settings.PUBLIC_URL + link_to(attachment_id, timezone.now() + PLATFORM_LIFETIME)


def is_good_link(attachment_id: uuid.UUID, expires: str, signature: str) -> bool:
    if not (expires.isascii() and expires.isdecimal() and len(expires) < 12):  # noqa: PLR2004 - until the year 5138
        return False
    good = constant_time_compare(signature, _signature(attachment_id, int(expires)))
    return good and timezone.now().timestamp() < int(expires)


def _signature(attachment_id: uuid.UUID, expires: int) -> str:
    return Signer(salt="media").signature(f"{attachment_id}:{expires}")
