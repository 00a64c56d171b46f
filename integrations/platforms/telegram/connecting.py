"""Proving a bot's token and pointing its webhook at us (Bot API, "Getting updates")."""

from collections.abc import Iterator
from typing import Any

from integrations.platforms.base import Account, CredentialsMissing, Exchange, Obstacle, Response, Standing
from integrations.platforms.reading import mapping, string, without_empty
from integrations.platforms.telegram import errors, sending

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]


def connect(account: Account, webhook_url: str) -> Exchange[Standing]:
    secret = account.credentials.get("webhook_secret", "")
    if not secret:
        raise CredentialsMissing("webhook_secret")
    bot = yield from called(account, "getMe")
    # Left out, `allowed_updates` would keep whatever another program had asked for.
    yield from called(account, "setWebhook", url=webhook_url, secret_token=secret, allowed_updates=UPDATES)
    webhook = yield from called(account, "getWebhookInfo")
    return standing(bot, webhook, webhook_url)


def check(account: Account, webhook_url: str) -> Exchange[Standing]:
    bot = yield from called(account, "getMe")
    webhook = yield from called(account, "getWebhookInfo")
    return standing(bot, webhook, webhook_url)


def disconnect(account: Account) -> Exchange[None]:
    yield from called(account, "deleteWebhook")


def acknowledge(account: Account, query: str) -> Exchange[None]:
    """Until then the button that was tapped shows a spinner."""
    yield from called(account, "answerCallbackQuery", callback_query_id=query)


def typing(account: Account, to: str) -> Exchange[None]:
    """Shows for five seconds at most, or until a message comes ("sendChatAction")."""
    yield from called(account, "sendChatAction", chat_id=sending.chat_id(to), action="typing")


def called(account: Account, method: str, **body: Any) -> Exchange[dict[str, Any]]:
    """The `result`, when it is an object. Raises PlatformError when the answer is a refusal."""
    response: Response = yield sending.call(account, method, body)
    refusal = errors.refusal(response)
    if refusal:
        raise refusal
    return mapping(mapping(response.body).get("result"))


def standing(bot: dict[str, Any], webhook: dict[str, Any], webhook_url: str) -> Standing:
    username = string(bot.get("username"))
    keys = ("pending_update_count", "last_error_date", "last_error_message")
    facts = {"username": username, **{key: string(webhook.get(key)) for key in keys}}
    name = f"@{username}" if username else string(bot.get("first_name"))
    return Standing(name, tuple(obstacles(webhook, webhook_url)), without_empty(facts))


def obstacles(webhook: dict[str, Any], webhook_url: str) -> Iterator[Obstacle]:
    if webhook.get("url") != webhook_url:
        yield "webhook_elsewhere"
    elif webhook.get("last_error_message") and webhook.get("pending_update_count"):
        yield "webhook_failing"
