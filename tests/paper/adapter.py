"""Letters: the smallest platform there can be. One body is a post-bag, one answer a receipt with a number."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from integrations.platforms import keys
from integrations.platforms.base import (
    Account,
    Exchange,
    Gesture,
    Item,
    OutboundMessage,
    PlatformError,
    Renewal,
    Request,
    Response,
    Standing,
    unprepared,
)
from integrations.platforms.capabilities import Capabilities
from integrations.platforms.events import Contact, Ignored, InboundEvent, InboundMessage
from integrations.platforms.files import Attachment, FileSource
from integrations.platforms.reading import mapping, mappings, moment, required, string
from integrations.platforms.splitting import split_text

SEAL = "x-paper-seal"


class Paper:
    name = "paper"
    object = ""
    unnamed = ""
    capabilities = Capabilities(max_text=500, echoes_ref=False, receipts=False, window_hours=None)
    credential_fields: tuple[str, ...] = ("box", "url", "token", "seal")
    secret_fields: tuple[str, ...] = ("token", "seal")
    file_hosts: tuple[str, ...] = ()

    def account_key(self, account: Account) -> str:
        return account.credentials.get("box", "")

    def parent_key(self, account: Account) -> str:
        return ""

    def webhook_key(self, account: Account) -> str:
        return ""

    def named_by(self, headers: Mapping[str, str]) -> str:
        return ""

    def secret(self, account: Account) -> str:
        return account.credentials.get("seal", "")

    def verify(self, raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
        expected = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return bool(secret) and hmac.compare_digest(expected.encode(), headers.get(SEAL, "").encode())

    def contact(self, written: str, phone: str) -> Contact:
        return Contact(written.strip())

    def split(self, body: Any) -> list[Item]:
        return [item(letter) for letter in mappings(mapping(body).get("letters"))]

    def parse(self, payload: dict[str, Any]) -> list[InboundEvent]:
        if "from" not in payload:
            return [Ignored("A letter without a sender.")]
        sender = Contact(required(payload, "from"))
        text = string(payload.get("text")) or "[carta vacía]"
        return [InboundMessage(sender, required(payload, "id"), text, moment(payload.get("at")))]

    def acknowledgement(self, account: Account, metadata: Mapping[str, Any]) -> Exchange[None] | None:
        return None

    def locate(self, account: Account, attachment: Attachment) -> Exchange[FileSource]:
        yield from ()
        raise PlatformError("permanent", "no_files", "Letters carry no files.")

    def prepare(self, account: Account, message: OutboundMessage) -> Exchange[OutboundMessage]:
        return unprepared(message)

    def request(self, account: Account, message: OutboundMessage) -> Request:
        url, token = (account.credentials.get(key, "") for key in ("url", "token"))
        if not url or not token:
            raise PlatformError("reauth", "credentials", "url or token is missing.")
        letter = {"to": message.to, "text": message.text}
        return Request("POST", url, headers={"Authorization": f"Bearer {token}"}, json=letter)

    def external_id(self, message: OutboundMessage, response: Response) -> str:
        number = string(mapping(response.body).get("number"))
        if not number:
            raise PlatformError("unknown", str(response.status), "No receipt came.")
        return number

    def gesture(self, account: Account, gesture: Gesture) -> Exchange[None] | None:
        return None

    def connect(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        yield from ()
        return Standing("Paper")

    def check(self, account: Account, webhook_url: str) -> Exchange[Standing]:
        return self.connect(account, webhook_url)

    def disconnect(self, account: Account) -> Exchange[None]:
        yield from ()

    def profile(self, account: Account, contact: str) -> Exchange[Contact] | None:
        return None

    def renewal(self, account: Account, now: datetime) -> Renewal | None:
        return None

    def split_text(self, text: str) -> list[str]:
        return split_text(text, self.capabilities.max_text)


def item(letter: dict[str, Any]) -> Item:
    key = keys.bounded(f"m:{string(letter.get('id'))}")
    return Item(keys.account_key(string(letter.get("to"))), key, keys.bounded(string(letter.get("from"))), letter)
