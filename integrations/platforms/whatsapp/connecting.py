"""Proving a WhatsApp number's credentials and subscribing to its business account ("Get started", Cloud API)."""

from collections.abc import Iterator
from typing import Any

from integrations.platforms.base import Account, Exchange, Method, Obstacle, Request, Standing
from integrations.platforms.meta import graph
from integrations.platforms.reading import mapping, mappings, string
from integrations.platforms.whatsapp import sending

FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,name_status,status,code_verification_status,health_status"
)


def connect(account: Account) -> Exchange[Standing]:
    number = yield from graph.answered(number_request(account))
    token = yield from graph.debug_token(account, account.credentials.get("access_token", ""))
    if account.credentials.get("business_account_id"):
        yield from graph.answered(subscribed_apps(account, "POST"))
    apps = yield from subscribers(account)
    return standing(account, number, apps, token)


def check(account: Account) -> Exchange[Standing]:
    number = yield from graph.answered(number_request(account))
    apps = yield from subscribers(account)
    return standing(account, number, apps, {})


def disconnect(account: Account) -> Exchange[None]:
    if account.credentials.get("business_account_id"):
        yield from graph.answered(subscribed_apps(account, "DELETE"))


def number_request(account: Account) -> Request:
    return sending.call(account, "GET", "phone_number_id", params={"fields": FIELDS})


def subscribed_apps(account: Account, method: Method) -> Request:
    return sending.call(account, method, "business_account_id", "/subscribed_apps")


def subscribers(account: Account) -> Exchange[list[str] | None]:
    """Ids of the apps that get the business account's events; None when we do not know which account that is."""
    if not account.credentials.get("business_account_id"):
        return None
    answer = yield from graph.answered(subscribed_apps(account, "GET"))
    apps = (mapping(entry.get("whatsapp_business_api_data")) for entry in mappings(answer.get("data")))
    return [string(app.get("id")) for app in apps]


def standing(account: Account, number: dict[str, Any], apps: list[str] | None, token: dict[str, Any]) -> Standing:
    facts = {key: string(number.get(key)) for key in ("display_phone_number", "quality_rating", "status")}
    facts |= graph.token_facts(token)
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
