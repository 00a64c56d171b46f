"""Facebook Messenger."""

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
from integrations.platforms.facebook import connecting
from integrations.platforms.facebook.capabilities import CAPABILITIES
from integrations.platforms.files import Attachment, FileSource
from integrations.platforms.keys import secret_digest
from integrations.platforms.meta import envelope, events, media, sending, signature
from integrations.platforms.splitting import split_text


class Facebook:
    name = "facebook"
    object = "page"
    unnamed = "Cliente de Messenger"
    capabilities = CAPABILITIES
    credential_fields: tuple[str, ...] = ("page_id", "page_access_token", "app_id", "app_secret", "verify_token")
    secret_fields: tuple[str, ...] = ("page_access_token", "app_secret", "verify_token")
    file_hosts: tuple[str, ...] = media.HOSTS

    def account_key(self, account: Account) -> str:
        return account.credentials.get("page_id", "")

    def parent_key(self, account: Account) -> str:
        return ""

    def webhook_key(self, account: Account) -> str:
        return secret_digest(account.credentials.get("verify_token", ""))

    def named_by(self, headers: Mapping[str, str]) -> str:
        return ""

    def secret(self, account: Account) -> str:
        return account.credentials.get("app_secret", "")

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
        return media.upload(connecting.page(account), message)

    def request(self, account: Account, message: OutboundMessage) -> Request:
        return sending.request(connecting.page(account), message, CAPABILITIES)

    def external_id(self, message: OutboundMessage, response: Response) -> str:
        return sending.external_id(response)

    def gesture(self, account: Account, gesture: Gesture) -> Exchange[None] | None:
        return sending.gesture(connecting.page(account), gesture)

    def connect(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.connect(account)

    def check(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return connecting.check(account)

    def disconnect(self, account: Account) -> Exchange[None]:
        return connecting.disconnect(account)

    def profile(self, account: Account, contact: str) -> Exchange[Contact]:
        return connecting.profile(account, contact)

    def renewal(self, account: Account, now: datetime) -> Renewal | None:
        return None

    def split_text(self, text: str) -> list[str]:
        return split_text(text, CAPABILITIES.max_text)
