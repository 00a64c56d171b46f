"""Calls of the Graph API that WhatsApp, Messenger and Instagram share ("Graph API: Overview", "Debug Token")."""

from typing import Any

from integrations.platforms.base import Account, Exchange, PlatformError, Request, Response
from integrations.platforms.meta import errors
from integrations.platforms.reading import mapping, string


def answered(request: Request) -> Exchange[dict[str, Any]]:
    """The answer's object. Raises PlatformError when it is a refusal."""
    response: Response = yield request
    refusal = errors.refusal(response)
    if refusal:
        raise refusal
    return mapping(response.body)


def debug_token(account: Account, token: str) -> Exchange[dict[str, Any]]:
    """What the token is, asked as the app: that proves the app's id and secret too. Empty without both.

    Raises PlatformError for a token that no longer holds.
    """
    credentials = account.credentials
    if not credentials.get("app_id") or not credentials.get("app_secret"):
        return {}
    app_token = f"{credentials['app_id']}|{credentials['app_secret']}"
    answer = yield from answered(
        Request(
            "GET",
            f"{account.graph_url}/debug_token",
            headers={"Authorization": f"Bearer {app_token}"},
            params={"input_token": token},
        )
    )
    data = mapping(answer.get("data"))
    if data.get("is_valid") is False:
        error = mapping(data.get("error"))
        raise PlatformError("reauth", string(error.get("code")), errors.describe(error) or "The token is not valid.")
    return data


def token_facts(token: dict[str, Any]) -> dict[str, str]:
    """What of `debug_token` is worth showing: when the token ends, if it does."""
    expires_at = token.get("expires_at")
    return {"token_expires_at": str(expires_at)} if isinstance(expires_at, int) and expires_at else {}
