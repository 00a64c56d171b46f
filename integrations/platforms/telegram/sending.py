"""Calls of the Bot API: `POST /bot<token>/<method>` with JSON."""

from typing import Any

from integrations.platforms.base import Account, OutboundMessage, PlatformError, Request, Response
from integrations.platforms.reading import mapping, string
from integrations.platforms.telegram import errors


def request(account: Account, message: OutboundMessage) -> Request:
    if message.type != "text":
        raise PlatformError("permanent", "unsupported_type", f"Messages of type {message.type} cannot be sent.")
    body: dict[str, Any] = {"chat_id": chat_id(message.to), "text": message.text}
    chat, _, replied = message.reply_to.partition(":")
    if chat == message.to and replied.isdecimal():
        body["reply_parameters"] = {"message_id": int(replied), "allow_sending_without_reply": True}
    return call(account, "sendMessage", body)


def call(account: Account, method: str, body: dict[str, Any]) -> Request:
    token = account.credentials.get("bot_token", "")
    if not token:
        raise PlatformError("reauth", "credentials", "bot_token is missing.")
    return Request("POST", f"{account.telegram_url}/bot{token}/{method}", json=body)


def chat_id(to: str) -> int | str:
    return int(to) if to.removeprefix("-").isdecimal() else to


def external_id(message: OutboundMessage, response: Response) -> str:
    refusal = errors.refusal(response)
    if refusal:
        raise refusal
    sent = string(mapping(mapping(response.body).get("result")).get("message_id"))
    if not sent:
        raise PlatformError("unknown", "no_id", "The answer names no message, so it may or may not be on its way.")
    return f"{message.to}:{sent}"
