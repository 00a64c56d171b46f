"""A customer's phone and a storage, for tests about files."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.sandbox.client import Client
from integrations.tests.fixtures import Wire
from integrations.tests.receiver import Receiver

HEADERS = {"telegram": {"x-telegram-bot-api-secret-token": "bot-webhook-secret"}}
ACCOUNTS = {"whatsapp": "2007", "telegram": "7001"}
CONTACTS = {"whatsapp": "5215559999", "telegram": "7777"}


@dataclass
class Phone:
    """Sends files through the sandbox; its webhook goes through our own door."""

    sandbox: Client
    receiver: Receiver
    wire: Wire

    def send(self, platform: str, content: bytes, **file: Any) -> dict[str, Any]:
        """The webhook's body, handled."""
        account = ACCOUNTS[platform]
        self.sandbox.register(platform, account, "shop-app-secret", self.receiver.url)
        order = {"content": content, "account_key": account, **file}
        self.sandbox.send_file(platform, CONTACTS[platform], **order)
        body: dict[str, Any] = json.loads(self.receiver.got[-1][1])
        self.again(platform, body)
        return body

    def again(self, platform: str, body: dict[str, Any]) -> None:
        self.wire.post(platform, body, HEADERS.get(platform))
        self.wire.receive()


@dataclass
class Folder:
    path: Path

    @property
    def files(self) -> list[Path]:
        return sorted(path for path in self.path.rglob("*") if path.is_file())

    @property
    def contents(self) -> list[bytes]:
        return [path.read_bytes() for path in self.files]
