"""Instagram messaging, of a professional account that is linked to a page or that signed in itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
from integrations.platforms.instagram import accounts, connecting, tokens
from integrations.platforms.instagram.capabilities import CAPABILITIES
from integrations.platforms.keys import secret_digest
from integrations.platforms.meta import envelope, events, media, sending, signature
from integrations.platforms.splitting import split_text


class Instagram:
    name = "instagram"
    object = "instagram"
    unnamed = "Cliente de Instagram"
    capabilities = CAPABILITIES
    credential_fields: tuple[str, ...] = (
        "instagram_account_id",
        "access_token",
        "expires_at",
        "instagram_app_secret",
        "page_id",
        "page_access_token",
        "app_id",
        "app_secret",
        "verify_token",
    )
    secret_fields: tuple[str, ...] = (
        "access_token",
        "page_access_token",
        "instagram_app_secret",
        "app_secret",
        "verify_token",
    )
    file_hosts: tuple[str, ...] = media.HOSTS

    def account_key(self, account: Account) -> str:
        return account.credentials.get("instagram_account_id", "")

    def parent_key(self, account: Account) -> str:
        """A linked account's events are subscribed to at its page."""
        return "" if accounts.signed_in(account) else account.credentials.get("page_id", "")

    def webhook_key(self, account: Account) -> str:
        return secret_digest(account.credentials.get("verify_token", ""))

    def named_by(self, headers: Mapping[str, str]) -> str:
        return ""

    def secret(self, account: Account) -> str:
        return accounts.secret(account)

    def verify(self, raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
        return signature.verify(raw, headers, secret)

    def contact(self, written: str, phone: str) -> Contact:
        return Contact(written.strip())

    def split(self, body: Any) -> list[Item]:
        return envelope.split(body)

    def parse(self, payload: dict[str, Any]) -> list[InboundEvent]:
        return events.parse(payload)

    def acknowledgement(self, account: Account, metadata: Mapping[str, Any]) -> Exchange[None] | None:
        return None

    def locate(self, account: Account, attachment: Attachment) -> Exchange[FileSource]:
        return media.locate(attachment)

    def prepare(self, account: Account, message: OutboundMessage) -> Exchange[OutboundMessage]:
        """By its address where there is one: not every kind of account may upload every kind of file."""
        if message.file is None or message.file.url:
            return unprepared(message)
        return media.upload(accounts.speaker(account), message, platform="instagram")

    def request(self, account: Account, message: OutboundMessage) -> Request:
        return sending.request(accounts.speaker(account), message, CAPABILITIES)

    def external_id(self, message: OutboundMessage, response: Response) -> str:
        return sending.external_id(response)

    def gesture(self, account: Account, gesture: Gesture) -> Exchange[None] | None:
        return sending.gesture(accounts.speaker(account), gesture)

    def connect(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.connect(account)

    def check(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.check(account)

    def disconnect(self, account: Account) -> Exchange[None]:
        return connecting.disconnect(account)

    def profile(self, account: Account, contact: str) -> Exchange[Contact]:
        return connecting.profile(account, contact)

    def renewal(self, account: Account, now: datetime) -> Renewal | None:
        return tokens.renewal(account, now)

    def split_text(self, text: str) -> list[str]:
        return split_text(text, CAPABILITIES.max_text, CAPABILITIES.size)
