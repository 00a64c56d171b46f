"""Tokens of Instagram Login last 60 days and are renewed in time (`GET /refresh_access_token`, Instagram Platform)."""

from datetime import datetime, timedelta

from integrations.platforms.base import UNDATED, Account, Credentials, Exchange, PlatformError, Renewal
from integrations.platforms.instagram import accounts
from integrations.platforms.meta import graph
from integrations.platforms.reading import moment, string

AHEAD = timedelta(days=10)


def renewal(account: Account, now: datetime) -> Renewal | None:
    """When the token ends soon, or nobody knows when."""
    if not accounts.signed_in(account):
        return None
    ends_at = expires_at(account)
    return Renewal(renew(account, now), ends_at) if ends_at is None or ends_at < now + AHEAD else None


def expires_at(account: Account) -> datetime | None:
    """None when nobody knows."""
    ends = moment(account.credentials.get("expires_at"))
    return None if ends == UNDATED else ends


def renew(account: Account, now: datetime) -> Exchange[Credentials]:
    params = {"grant_type": "ig_refresh_token"}
    answer = yield from graph.answered(accounts.speaker(account).ask("GET", "refresh_access_token", params=params))
    token, seconds = string(answer.get("access_token")), answer.get("expires_in")
    if not token or not isinstance(seconds, int):
        raise PlatformError("unknown", "no_token", "The answer holds no token.")
    return {"access_token": token, "expires_at": str(int(now.timestamp()) + seconds)}
