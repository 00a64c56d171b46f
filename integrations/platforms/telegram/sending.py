"""Calls of the Bot API: `POST /bot<token>/<method>` with JSON, or multipart where a file comes along."""

import json
from dataclasses import replace
from typing import Any

from integrations.platforms.base import (
    Account,
    CredentialsMissing,
    OutboundFile,
    OutboundMessage,
    PlatformError,
    Request,
    Response,
    refuse_fileless,
)
from integrations.platforms.files import FilePart
from integrations.platforms.reading import mapping, string
from integrations.platforms.telegram import errors
from integrations.platforms.telegram.capabilities import CAPABILITIES

METHODS = {
    "image": ("sendPhoto", "photo"),
    "file": ("sendDocument", "document"),
    "audio": ("sendAudio", "audio"),
    "video": ("sendVideo", "video"),
}


def request(account: Account, message: OutboundMessage) -> Request:
    refuse_fileless(message)
    if message.template is not None:
        raise PlatformError("permanent", "templates", "Telegram has no templates.")
    if message.file is not None:
        return with_file(account, message, message.file)
    return call(account, "sendMessage", {"text": message.text, **formatting(message), **envelope(message)})


def with_file(account: Account, message: OutboundMessage, file: OutboundFile) -> Request:
    """One call uploads and sends ("Sending files", Bot API)."""
    voice = file.type == "audio" and file.mime == "audio/ogg"
    method, name = ("sendVoice", "voice") if voice else METHODS[file.type]
    caption = {"caption": message.text, **formatting(message)} if message.text else {}
    body = {**envelope(message), **caption}
    if not file.content:
        return call(account, method, {**body, name: file.url})
    form = {key: value if isinstance(value, str) else json.dumps(value) for key, value in body.items()}
    part = FilePart(name, file.name or name, file.mime, file.content)
    return replace(call(account, method, {}), json=None, form=form, files=(part,))


def envelope(message: OutboundMessage) -> dict[str, Any]:
    body: dict[str, Any] = {"chat_id": chat_id(message.to)}
    chat, _, replied = message.reply_to.partition(":")
    if chat == message.to and replied.isdecimal():
        body["reply_parameters"] = {"message_id": int(replied), "allow_sending_without_reply": True}
    if message.choices:
        body["reply_markup"] = {"inline_keyboard": keyboard(message)}
    return body


def formatting(message: OutboundMessage) -> dict[str, Any]:
    return {"parse_mode": "HTML"} if message.format == "html" else {}


def keyboard(message: OutboundMessage) -> list[list[dict[str, str]]]:
    """One choice a row: titles side by side are cut on a phone."""
    if CAPABILITIES.style(message.text, message.choices) is None:
        raise PlatformError("permanent", "choices", "These choices fit no inline keyboard.")
    return [[{"text": choice.title, "callback_data": choice.id}] for choice in message.choices]


def call(account: Account, method: str, body: dict[str, Any]) -> Request:
    token = account.credentials.get("bot_token", "")
    if not token:
        raise CredentialsMissing("bot_token")
    return Request("POST", f"{account.telegram_url}/bot{token}/{method}", json=body)


def chat_id(to: str) -> int | str:
    return int(to) if to.removeprefix("-").isdecimal() else to


def external_id(message: OutboundMessage, response: Response) -> str:
    refusal = errors.refusal(response)
    if refusal:
        refusal.instead = remedy(message, response, refusal)
        raise refusal
    sent = string(mapping(mapping(response.body).get("result")).get("message_id"))
    if not sent:
        raise PlatformError("unknown", "no_id", "The answer names no message, so it may or may not be on its way.")
    return f"{message.to}:{sent}"


def remedy(message: OutboundMessage, response: Response, refusal: PlatformError) -> OutboundMessage | None:
    """What Telegram would take in the message's place, where its refusal says so."""
    said = refusal.message.lower()
    moved = string(mapping(mapping(response.body).get("parameters")).get("migrate_to_chat_id"))
    if moved and moved != message.to:
        return replace(message, to=moved, reply_to="")
    if message.reply_to and ("message to be replied not found" in said or "replied message not found" in said):
        return replace(message, reply_to="")
    if message.format != "plain" and "can't parse" in said:
        return replace(message, format="plain")
    return None
