"""Proving an Instagram account's credentials and subscribing to it ("Webhooks", Instagram Platform)."""

from typing import Any

from integrations.platforms.base import Account, Contact, Exchange, Standing
from integrations.platforms.instagram import accounts
from integrations.platforms.meta import graph, profiles, subscribing
from integrations.platforms.reading import mapping, string, without_empty

FIELDS = (
    "messages,messaging_postbacks,messaging_seen,message_reactions,message_edit,messaging_referral,"
    "messaging_optins,messaging_handover,standby"
)


def connect(account: Account) -> Exchange[Standing]:
    found = yield from me(account)
    token = {} if accounts.signed_in(account) else (yield from debug_token(account))
    if own_id(found) == account.credentials.get("instagram_account_id", ""):
        fields = FIELDS if accounts.signed_in(account) else subscribing.PAGE_FIELDS
        yield from subscribing.subscribe(accounts.speaker(account), fields)
    return (yield from standing(account, found, token))


def check(account: Account) -> Exchange[Standing]:
    found = yield from me(account)
    return (yield from standing(account, found, {}))


def disconnect(account: Account) -> Exchange[None]:
    yield from subscribing.unsubscribe(accounts.speaker(account))


def me(account: Account) -> Exchange[dict[str, Any]]:
    """The account that the token speaks for: {user_id, username, account_type?}."""
    speaker = accounts.speaker(account)
    if accounts.signed_in(account):
        # Webhooks name `user_id`; `id` belongs to the app.
        return (yield from graph.answered(speaker.ask("GET", "me", params={"fields": "user_id,username,account_type"})))
    page = yield from graph.answered(speaker.call("GET", params={"fields": "instagram_business_account{id,username}"}))
    linked = mapping(page.get("instagram_business_account"))
    return {"user_id": linked.get("id"), "username": linked.get("username")}


def debug_token(account: Account) -> Exchange[dict[str, Any]]:
    return (yield from graph.debug_token(account, accounts.speaker(account).token))


def own_id(found: dict[str, Any]) -> str:
    return string(found.get("user_id"))


def standing(account: Account, found: dict[str, Any], token: dict[str, Any]) -> Exchange[Standing]:
    username = string(found.get("username"))
    facts = without_empty({"username": username, "account_type": string(found.get("account_type"))})
    facts |= graph.token_facts(token)
    if own_id(found) != account.credentials.get("instagram_account_id", ""):
        return Standing(f"@{username}", ("wrong_account",), facts)
    app_id = "" if accounts.signed_in(account) else account.credentials.get("app_id", "")
    subscribed = yield from subscribing.is_subscribed(accounts.speaker(account), app_id)
    problems = subscribing.obstacles(app_id, token, subscribed=subscribed)
    return Standing(f"@{username}", tuple(problems), facts)


def profile(account: Account, contact: str) -> Exchange[Contact]:
    return (yield from profiles.look_up(accounts.speaker(account), contact, "name,username"))
