"""WhatsApp Cloud API."""

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
)
from integrations.platforms.files import Attachment, FileSource
from integrations.platforms.keys import secret_digest
from integrations.platforms.meta import signature
from integrations.platforms.splitting import split_text
from integrations.platforms.whatsapp import connecting, items, media, payloads, people, sending
from integrations.platforms.whatsapp.capabilities import CAPABILITIES


class WhatsApp:
    name = "whatsapp"
    object = "whatsapp_business_account"
    unnamed = ""
    capabilities = CAPABILITIES
    credential_fields: tuple[str, ...] = (
        "phone_number_id",
        "business_account_id",
        "access_token",
        "app_id",
        "app_secret",
        "verify_token",
    )
    secret_fields: tuple[str, ...] = ("access_token", "app_secret", "verify_token")
    file_hosts: tuple[str, ...] = media.HOSTS

    def account_key(self, account: Account) -> str:
        return account.credentials.get("phone_number_id", "")

    def parent_key(self, account: Account) -> str:
        return account.credentials.get("business_account_id", "")

    def webhook_key(self, account: Account) -> str:
        return secret_digest(account.credentials.get("verify_token", ""))

    def named_by(self, headers: Mapping[str, str]) -> str:
        return ""

    def secret(self, account: Account) -> str:
        return account.credentials.get("app_secret", "")

    def verify(self, raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
        return signature.verify(raw, headers, secret)

    def contact(self, written: str, phone: str) -> Contact:
        return people.meant(written.strip() or phone.strip())

    def split(self, body: Any) -> list[Item]:
        return items.split(body)

    def parse(self, payload: dict[str, Any]) -> list[InboundEvent]:
        return payloads.parse(payload)

    def acknowledgement(self, account: Account, metadata: Mapping[str, Any]) -> Exchange[None] | None:
        return None

    def locate(self, account: Account, attachment: Attachment) -> Exchange[FileSource]:
        return media.locate(account, attachment)

    def prepare(self, account: Account, message: OutboundMessage) -> Exchange[OutboundMessage]:
        return media.upload(account, message)

    def request(self, account: Account, message: OutboundMessage) -> Request:
        return sending.request(account, message)

    def external_id(self, message: OutboundMessage, response: Response) -> str:
        return sending.external_id(message, response)

    def gesture(self, account: Account, gesture: Gesture) -> Exchange[None] | None:
        return sending.gesture(account, gesture)

    def connect(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.connect(account)

    def check(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.check(account)

    def disconnect(self, account: Account) -> Exchange[None]:
        return connecting.disconnect(account)

    def profile(self, account: Account, contact: str) -> Exchange[Contact] | None:
        return None

    def renewal(self, account: Account, now: datetime) -> Renewal | None:
        return None

    def split_text(self, text: str) -> list[str]:
        return split_text(text, CAPABILITIES.max_text)
