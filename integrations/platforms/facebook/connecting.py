"""Proving a page's credentials and subscribing to it ("Get started", Messenger Platform)."""

from typing import Any

from integrations.platforms.base import Account, Contact, Exchange, Standing
from integrations.platforms.meta import graph, profiles, subscribing
from integrations.platforms.meta.sending import Speaker
from integrations.platforms.reading import string


def page(account: Account) -> Speaker:
    credentials = account.credentials
    id_, token = credentials.get("page_id", ""), credentials.get("page_access_token", "")
    secret = credentials.get("app_secret", "")
    return Speaker(account.graph_url, id_, token, "page_id + page_access_token", secret)


def connect(account: Account) -> Exchange[Standing]:
    found = yield from me(account)
    token = yield from graph.debug_token(account, page(account).token)
    if not wrong_account(account, found):
        yield from subscribing.subscribe(page(account), subscribing.PAGE_FIELDS)
    return (yield from standing(account, found, token))


def check(account: Account) -> Exchange[Standing]:
    found = yield from me(account)
    return (yield from standing(account, found, {}))


def disconnect(account: Account) -> Exchange[None]:
    yield from subscribing.unsubscribe(page(account))


def me(account: Account) -> Exchange[dict[str, Any]]:
    """Whose the token is."""
    return (yield from graph.answered(page(account).ask("GET", "me", params={"fields": "id,name"})))


def wrong_account(account: Account, found: dict[str, Any]) -> bool:
    return string(found.get("id")) != page(account).id


def standing(account: Account, found: dict[str, Any], token: dict[str, Any]) -> Exchange[Standing]:
    app_id = account.credentials.get("app_id", "")
    if wrong_account(account, found):
        return Standing(string(found.get("name")), ("wrong_account",), graph.token_facts(token))
    subscribed = yield from subscribing.is_subscribed(page(account), app_id)
    problems = subscribing.obstacles(app_id, token, subscribed=subscribed)
    return Standing(string(found.get("name")), tuple(problems), graph.token_facts(token))


def profile(account: Account, contact: str) -> Exchange[Contact]:
    return (yield from profiles.look_up(page(account), contact, "first_name,last_name,name"))
