"""Proving a WhatsApp number's credentials and subscribing to its business account ("Get started", Cloud API)."""

from collections.abc import Iterator
from typing import Any

from integrations.platforms.base import Account, Exchange, Method, Obstacle, PlatformError, Request, Response, Standing
from integrations.platforms.meta import errors
from integrations.platforms.reading import mapping, mappings, string
from integrations.platforms.whatsapp import sending

FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,name_status,status,code_verification_status,health_status"
)


def connect(account: Account) -> Exchange[Standing]:
    number = yield from answered(number_request(account))
    token = yield from debug_token(account)
    if account.credentials.get("business_account_id"):
        yield from answered(subscribed_apps(account, "POST"))
    apps = yield from subscribers(account)
    return standing(account, number, apps, token)


def check(account: Account) -> Exchange[Standing]:
    number = yield from answered(number_request(account))
    apps = yield from subscribers(account)
    return standing(account, number, apps, {})


def disconnect(account: Account) -> Exchange[None]:
    if account.credentials.get("business_account_id"):
        yield from answered(subscribed_apps(account, "DELETE"))


def answered(request: Request) -> Exchange[dict[str, Any]]:
    """The answer's object. Raises PlatformError when it is a refusal."""
    response: Response = yield request
    refusal = errors.refusal(response)
    if refusal:
        raise refusal
    return mapping(response.body)


def number_request(account: Account) -> Request:
    return sending.call(account, "GET", "phone_number_id", params={"fields": FIELDS})


def subscribed_apps(account: Account, method: Method) -> Request:
    return sending.call(account, method, "business_account_id", "/subscribed_apps")


def debug_token(account: Account) -> Exchange[dict[str, Any]]:
    """What the token is, asked as the app: that proves the app's id and secret too. Empty without both."""
    credentials = account.credentials
    if not credentials.get("app_id") or not credentials.get("app_secret"):
        return {}
    app_token = f"{credentials['app_id']}|{credentials['app_secret']}"
    answer = yield from answered(
        Request(
            "GET",
            f"{account.graph_url}/debug_token",
            headers={"Authorization": f"Bearer {app_token}"},
            params={"input_token": credentials.get("access_token", "")},
        )
    )
    data = mapping(answer.get("data"))
    if data.get("is_valid") is False:
        error = mapping(data.get("error"))
        raise PlatformError("reauth", string(error.get("code")), errors.describe(error) or "The token is not valid.")
    return data


def subscribers(account: Account) -> Exchange[list[str] | None]:
    """Ids of the apps that get the business account's events; None when we do not know which account that is."""
    if not account.credentials.get("business_account_id"):
        return None
    answer = yield from answered(subscribed_apps(account, "GET"))
    apps = (mapping(entry.get("whatsapp_business_api_data")) for entry in mappings(answer.get("data")))
    return [string(app.get("id")) for app in apps]


def standing(account: Account, number: dict[str, Any], apps: list[str] | None, token: dict[str, Any]) -> Standing:
    facts = {key: string(number.get(key)) for key in ("display_phone_number", "quality_rating", "status")}
    expires_at = token.get("expires_at")
    if isinstance(expires_at, int) and expires_at:
        facts["token_expires_at"] = str(expires_at)
    name = string(number.get("verified_name")) or facts["display_phone_number"]
    return Standing(name, tuple(obstacles(account.credentials.get("app_id", ""), number, apps, token)), facts)


def obstacles(app_id: str, number: dict[str, Any], apps: list[str] | None, token: dict[str, Any]) -> Iterator[Obstacle]:
    if string(number.get("status")) not in ("", "CONNECTED"):
        yield "not_connected"
    if mapping(number.get("health_status")).get("can_send_message") == "BLOCKED":
        yield "blocked"
    if app_id and string(token.get("app_id")) not in ("", app_id):
        yield "wrong_app"
    if apps is not None and (app_id not in apps if app_id else not apps):
        yield "not_subscribed"
