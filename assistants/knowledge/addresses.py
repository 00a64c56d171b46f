"""Which addresses may name a source. The fetch checks again what they resolve to, at every step."""

import ipaddress

from django.conf import settings

from flame.lib.fetching import UnsafeURL, checked, origin

INSIDE = (".local", ".internal", ".localhost", ".localdomain")


def is_plausible(url: str) -> bool:
    """Whether it may be fetched at all, and does not plainly name a machine of our own network."""
    trusted = settings.FETCH_TRUSTED_ORIGINS
    try:
        parts = checked(url, None, trusted)
    except UnsafeURL:
        return False
    if origin(parts) in trusted:
        return True
    host = str(parts.host).strip("[]")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith(INSIDE)
