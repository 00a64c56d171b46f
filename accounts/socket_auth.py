"""Who a websocket belongs to: subprotocol `bearer.<jwt>`, `?ticket=`, or, where WS_QUERY_TOKEN=1, `?token=`."""

from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from accounts.tickets import redeem
from accounts.tokens import SignIn, TokenError, sign_in_of

BEARER = "bearer."


def sign_in_of_socket(scope: dict[str, Any]) -> SignIn | None:
    """None when the handshake names nobody: then an `auth` frame is awaited. Raises TokenError."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    token = next((name.removeprefix(BEARER) for name in scope["subprotocols"] if name.startswith(BEARER)), "")
    if not token and settings.WS_QUERY_TOKEN:
        token = query.get("token", [""])[0]
    if token:
        return sign_in_of(token)
    if ticket := query.get("ticket", [""])[0]:
        sign_in = redeem(ticket)
        if sign_in is None:
            raise TokenError
        return sign_in
    return None
