"""Tickets for a websocket's address line, where a token would end up in logs: single use, thirty seconds."""

import hashlib
import secrets
import uuid

from django.core.cache import cache

from accounts.tokens import SignIn, TokenError, live_user

LIFETIME_SECONDS = 30


def open_ticket(sign_in: SignIn) -> str:
    ticket = secrets.token_urlsafe(32)
    cache.set(_key(ticket), (sign_in.user.id.hex, sign_in.family_id.hex), LIFETIME_SECONDS)
    return ticket


def redeem(ticket: str) -> SignIn | None:
    """The sign-in behind a ticket, once. None when it is unknown, late, spent, or the sign-in has ended."""
    key = _key(ticket)
    held = cache.get(key)
    # Of two who read it, `delete` answers True to one, by local memory's lock as by Redis' DEL.
    if held is None or not cache.delete(key):
        return None
    user_id, family_id = (uuid.UUID(part) for part in held)
    try:
        return SignIn(live_user(user_id, family_id), family_id)
    except TokenError:
        return None


def _key(ticket: str) -> str:
    return f"ws-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
