"""Who a websocket belongs to: subprotocol `bearer.<jwt>`, `?ticket=`, or, where WS_QUERY_TOKEN=1, `?token=`."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from accounts.models import User
from accounts.tickets import redeem
from accounts.tokens import SignIn, live_user, user_of

BEARER = "bearer."


@dataclass(frozen=True)
class Credential:
    """What let a socket in, asked again at each heartbeat. A ticket is spent at once and stands for its sign-in."""

    token: str = ""
    sign_in: SignIn | None = None

    def user(self) -> User:
        """Raises TokenError when it no longer lets anybody in."""
        if self.sign_in:
            return live_user(self.sign_in.user.id, self.sign_in.family_id)
        return user_of(self.token)


def credential_of(scope: dict[str, Any]) -> Credential | None:
    """None when the handshake names nobody: then an `auth` frame is awaited."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    token = next((name.removeprefix(BEARER) for name in scope["subprotocols"] if name.startswith(BEARER)), "")
    if not token and settings.WS_QUERY_TOKEN:
        token = query.get("token", [""])[0]
    if token:
        return Credential(token=token)
    if ticket := query.get("ticket", [""])[0]:
        return Credential(token=ticket, sign_in=redeem(ticket))
    return None
