"""Where a request comes from, as far as our own proxies can vouch for it."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_network(request: HttpRequest) -> str:
    """What to count a caller by: its IPv4 address, or the /64 that one IPv6 customer has to itself.

    Each of the TRUSTED_PROXIES appended the address it saw to X-Forwarded-For; what stands further left, the caller
    wrote. With 0 the header is not read at all.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.TRUSTED_PROXIES else ""
    hops = [*filter(None, forwarded.split(",")), request.META.get("REMOTE_ADDR") or ""]
    return _network(hops[max(-len(hops), -1 - settings.TRUSTED_PROXIES)].strip())


def _network(text: str) -> str:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return "unknown"  # a socket file, or a proxy that is not ours: all of them share one count
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))
