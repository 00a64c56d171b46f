"""Which addresses may name a source. The fetch checks again what they resolve to, at every step."""

import ipaddress
from urllib.parse import urlsplit


def is_plausible(url: str) -> bool:
    """Whether it is https, names a host, and that host is not plainly one of our own network."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or not host or parts.username is not None or any(c.isspace() for c in url):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.endswith((".local", ".internal", ".localhost", ".localdomain"))
