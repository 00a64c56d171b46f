"""Signed WhatsApp webhooks as the bytes that go over the wire, each with an id of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.sandbox import whatsapp
from integrations.sandbox.postman import encode, meta_headers

DOOR = "/api/webhooks/whatsapp"
PLAIN = "/plain/webhooks/whatsapp"


@dataclass(frozen=True)
class Sender:
    """Customers of one account. Message ids begin with `prefix`, so that a benchmark can count its own."""

    account_key: str
    secret: str
    prefix: str
    contacts: int
    path: str = DOOR

    def requests(self, count: int) -> Iterator[bytes]:
        return (self.request(number) for number in range(count))

    def request(self, number: int, text: str = "¿A qué hora abren?") -> bytes:
        contact = self.contact(number)
        message = {
            "from": contact,
            "id": self.message_id(number),
            "timestamp": whatsapp.now(),
            "type": "text",
            "text": {"body": text},
        }
        contacts = [{"profile": {"name": f"Cliente {contact[-4:]}"}, "wa_id": contact}]
        raw = encode(whatsapp.envelope(self.account_key, {"contacts": contacts, "messages": [message]}))
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(raw)),
            **meta_headers(raw, self.secret),
        }
        lines = [
            f"POST {self.path} HTTP/1.1",
            "Host: 127.0.0.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + raw

    def contact(self, number: int) -> str:
        return f"52155500{number % self.contacts:05d}"

    def message_id(self, number: int) -> str:
        return f"wamid.{self.prefix}.{number}"
