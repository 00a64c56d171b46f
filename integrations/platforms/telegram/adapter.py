"""Telegram Bot API. Its webhooks are not signed: a secret of ours comes back in a header, and names the bot."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from integrations.platforms import keys
from integrations.platforms.base import (
    Account,
    Contact,
    Exchange,
    Gesture,
    InboundEvent,
    Item,
    OutboundMessage,
    Renewal,
    Request,
    Response,
    Standing,
    unprepared,
)
from integrations.platforms.files import Attachment, FileSource
from integrations.platforms.reading import mapping, string
from integrations.platforms.splitting import split_text
from integrations.platforms.telegram import connecting, media, payloads, sending
from integrations.platforms.telegram.capabilities import CAPABILITIES

HEADER = "x-telegram-bot-api-secret-token"


class Telegram:
    name = "telegram"
    object = ""
    unnamed = ""
    capabilities = CAPABILITIES
    credential_fields: tuple[str, ...] = ("bot_token", "webhook_secret")
    secret_fields: tuple[str, ...] = ("bot_token", "webhook_secret")
    file_hosts: tuple[str, ...] = media.HOSTS

    def account_key(self, account: Account) -> str:
        return account.credentials.get("bot_token", "").partition(":")[0]

    def parent_key(self, account: Account) -> str:
        return ""

    def webhook_key(self, account: Account) -> str:
        return keys.secret_digest(self.secret(account))

    def named_by(self, headers: Mapping[str, str]) -> str:
        return keys.secret_digest(headers.get(HEADER, ""))

    def secret(self, account: Account) -> str:
        return account.credentials.get("webhook_secret", "")

    def verify(self, raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
        return bool(secret) and hmac.compare_digest(secret.encode(), headers.get(HEADER, "").encode())

    def contact(self, written: str, phone: str) -> Contact:
        return Contact(written.strip())

    def split(self, body: Any) -> list[Item]:
        """A body is one update."""
        if not isinstance(body, dict):
            return []
        update_id = string(body.get("update_id"))
        event_key = f"u:{update_id}" if update_id else keys.digest(body)
        return [Item("", keys.bounded(event_key), keys.bounded(chat_of(body)), body)]

    def parse(self, payload: dict[str, Any]) -> list[InboundEvent]:
        return payloads.parse(payload)

    def acknowledgement(self, account: Account, metadata: Mapping[str, Any]) -> Exchange[None] | None:
        query = string(metadata.get("callback_query_id"))
        return connecting.acknowledge(account, query) if query else None

    def locate(self, account: Account, attachment: Attachment) -> Exchange[FileSource]:
        return media.locate(account, attachment)

    def prepare(self, account: Account, message: OutboundMessage) -> Exchange[OutboundMessage]:
        return unprepared(message)

    def request(self, account: Account, message: OutboundMessage) -> Request:
        return sending.request(account, message)

    def external_id(self, message: OutboundMessage, response: Response) -> str:
        return sending.external_id(message, response)

    def gesture(self, account: Account, gesture: Gesture) -> Exchange[None] | None:
        return connecting.typing(account, gesture.to) if gesture.kind == "typing" else None

    def connect(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.connect(account, webhook_url)

    def check(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.check(account, webhook_url)

    def disconnect(self, account: Account) -> Exchange[None]:
        return connecting.disconnect(account)

    def profile(self, account: Account, contact: str) -> Exchange[Contact] | None:
        return None

    def renewal(self, account: Account, now: datetime) -> Renewal | None:
        return None

    def split_text(self, text: str) -> list[str]:
        return split_text(text, CAPABILITIES.max_text, CAPABILITIES.size)


def chat_of(update: dict[str, Any]) -> str:
    """The chat of an update's one part; a tap on a button names it in the message, or only its sender."""
    for part in (mapping(value) for key, value in update.items() if key != "update_id"):
        chat = mapping(part.get("chat")) or mapping(mapping(part.get("message")).get("chat"))
        found = string(chat.get("id")) or string(mapping(part.get("from")).get("id"))
        if found:
            return found
    return ""
