"""Links to files that need no token."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from flame.lib.signed_links import signed_link

LIFETIME = timedelta(minutes=15)
PLATFORM_LIFETIME = timedelta(hours=1)
"""A platform fetches what it is sent when it gets to it."""


def link_to(attachment_id: uuid.UUID, expires_at: datetime) -> str:
    """A path of this server; it never names what is in the file."""
    return signed_link(f"/api/media/{attachment_id}", expires_at)


def public_link_to(attachment_id: uuid.UUID) -> str:
    """The same as an address for a platform, or "" where this server has none that a platform could reach."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return ""
    return settings.PUBLIC_URL + link_to(attachment_id, timezone.now() + PLATFORM_LIFETIME)
