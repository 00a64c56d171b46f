"""Talking to a running sandbox's control API."""

import base64
from typing import Any
from urllib.parse import quote

import requests

from integrations.sandbox.exchange import MARK

TIMEOUT = (2.0, 60.0)


class SandboxError(Exception):
    """The sandbox refused, in its own words."""


class SandboxAbsent(Exception):
    """Nobody answers like a sandbox at that address."""


class Client:
    """`url` ends in /sandbox. Every call raises SandboxError or SandboxAbsent."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy has no business with a loopback address

    def close(self) -> None:
        self._session.close()

    def accounts(self) -> list[dict[str, str]]:
        accounts: list[dict[str, str]] = self._call("GET", "accounts")["accounts"]
        return accounts

    def register(self, platform: str, account_key: str, secret: str, webhook_url: str) -> None:
        self._call("PUT", f"accounts/{platform}/{account_key}", {"secret": secret, "webhook_url": webhook_url})

    def write(self, platform: str, contact: str, text: str = "", **order: Any) -> list[dict[str, Any]]:
        """A customer writes (`control.Inbound`). Answers [{id, statuses}], one per message."""
        order = {"platform": platform, "contact": contact, "text": text, **order}
        messages: list[dict[str, Any]] = self._call("POST", "inbound", order)["messages"]
        return messages

    def send_file(
        self, platform: str, contact: str, content: bytes, account_key: str = "", **file: Any
    ) -> dict[str, Any]:
        """A customer sends a file (`files.Sending`). Answers {id, statuses}."""
        sending = {"content": base64.b64encode(content).decode(), **file}
        return self.write(platform, contact, account_key=account_key, file=sending)[0]

    def file(self, file_id: str) -> tuple[bytes, str, str]:
        """Content, type and name of a file that somebody sent."""
        kept = self._call("GET", f"files/{quote(file_id, safe='')}")
        return base64.b64decode(kept["content"]), kept["mime"], kept["name"]

    def chat(self, platform: str, account_key: str, contact: str) -> dict[str, Any]:
        """{lines: [{direction, id, text, at, status, client_ref}], receipts}."""
        return self._call(
            "GET", "/".join(["chats", *(quote(part, safe="") for part in (platform, account_key, contact))])
        )

    def sent(self, platform: str = "", account_key: str = "") -> list[dict[str, Any]]:
        query = f"sent?platform={quote(platform)}&account_key={quote(account_key)}"
        sent: list[dict[str, Any]] = self._call("GET", query)["sent"]
        return sent

    def add_fault(self, **rule: Any) -> None:
        self._call("POST", "chaos", rule)

    def add_trouble(self, name: str, **rule: Any) -> None:
        """A fault by its name (`troubles.TROUBLES`)."""
        self._call("POST", f"troubles/{quote(name, safe='')}", rule)

    def clear_faults(self) -> None:
        self._call("DELETE", "chaos")

    def set_delays(self, sent: float = 0.0, delivered: float = 0.0, read: float = 0.0) -> None:
        self._call("PUT", "delays", {"sent": sent, "delivered": delivered, "read": read})

    def clear(self) -> None:
        self._call("DELETE", "state")

    def _call(self, method: str, path: str, json: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._session.request(method, f"{self.url}/control/{path}", json=json, timeout=TIMEOUT)
            body: dict[str, Any] = answer.json()
        except requests.RequestException as error:
            raise SandboxAbsent(f"No sandbox answers at {self.url} ({type(error).__name__}).") from None
        if MARK not in answer.headers:
            raise SandboxAbsent(f"What answers at {self.url} is no sandbox.")
        if not answer.ok:
            raise SandboxError(str(body.get("error", f"HTTP {answer.status_code}")))
        return body
