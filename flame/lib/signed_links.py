"""Links that need no token: a path of ours, signed, good for a while. Who may have one is decided when it is made."""

from datetime import datetime
from urllib.parse import urlencode

from django.core.signing import Signer
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

MAX_DIGITS = 11
"""Of a UNIX time: until the year 5138."""


def signed_link(path: str, expires_at: datetime) -> str:
    expires = str(int(expires_at.timestamp()))
    return f"{path}?{urlencode({'expires': expires, 'signature': _signature(path, expires)})}"


def has_good_signature(request: HttpRequest) -> bool:
    expires, signature = request.GET.get("expires", ""), request.GET.get("signature", "")
    if not (signature and expires.isascii() and expires.isdecimal() and len(expires) <= MAX_DIGITS):
        return False
    good = constant_time_compare(signature, _signature(request.path_info, expires))
    return good and timezone.now().timestamp() < int(expires)


def _signature(path: str, expires: str) -> str:
    return Signer(salt="link").signature(f"{path}\n{expires}")
