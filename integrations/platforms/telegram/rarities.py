"""The rarer contents of a Telegram message (Bot API, "Message"): read aloud, for a person to look at.

No assistant is asked: it can neither see a story nor judge a payment.
"""

from collections.abc import Callable
from typing import Any

from integrations.platforms.content import Content, plain
from integrations.platforms.reading import mapping, mappings, required_mapping, string

Message = dict[str, Any]
Reader = Callable[[Message], Content]
WHOLE_UNITS = {"BIF", "CLP", "JPY", "KRW", "PYG", "UGX", "VND", "XTR"}
"""Currencies without cents; XTR are Telegram's stars."""


def noted(key: str, label: str, *path: str, private: bool = False) -> Reader:
    """A label, with the text at a path below the key where there is one. What is private is not kept."""

    def read(message: Message) -> Content:
        source: Any = required_mapping(message, key)
        for step in path[:-1]:
            source = mapping(source.get(step))
        said = (string(source.get(path[-1])) if path else "") or string(message.get("caption"))
        return Content(f"[{label}] {said}".strip(), metadata={} if private else {key: message[key]}, wants_answer=False)

    return read


def checklist(message: Message) -> Content:
    listed = required_mapping(message, "checklist")
    tasks = ", ".join(filter(None, (string(task.get("text")) for task in mappings(listed.get("tasks")))))
    shown = ": ".join(filter(None, (string(listed.get("title")), tasks)))
    return Content(f"[lista] {shown}".strip(), metadata={"checklist": listed})


def payment(key: str, label: str) -> Reader:
    def read(message: Message) -> Content:
        paid = required_mapping(message, key)
        return Content(f"[{label}] {money(paid)}".strip(), metadata={"payment": paid}, wants_answer=False)

    return read


def invoice(message: Message) -> Content:
    bill = required_mapping(message, "invoice")
    shown = " ".join(filter(None, ("[factura]", string(bill.get("title")), money(bill))))
    return Content(shown, metadata={"invoice": bill}, wants_answer=False)


def money(source: dict[str, Any]) -> str:
    """`total_amount` counts the smallest unit of the currency."""
    amount, currency = source.get("total_amount"), string(source.get("currency"))
    if not string(amount) or not isinstance(amount, int):
        return currency
    return f"{amount} {currency}" if currency in WHOLE_UNITS else f"{amount / 100:.2f} {currency}"


def users_shared(message: Message) -> Content:
    """Whom the customer picked from their contacts."""
    shared = required_mapping(message, "users_shared")
    names = [
        " ".join(filter(None, (string(user.get("first_name")), string(user.get("last_name")))))
        or string(user.get("username"))
        for user in mappings(shared.get("users"))
    ]
    shown = ", ".join(filter(None, names))
    return Content(f"[contacto] {shown}".strip(), metadata={"users_shared": shared}, wants_answer=False)


def web_app_data(message: Message) -> Content:
    """What a web app sent in the customer's name, at the tap of a button."""
    sent = required_mapping(message, "web_app_data")
    data = string(sent.get("data"))
    return plain(string(sent.get("button_text")) or data[:4096], payload=data)


READERS: dict[str, Reader] = {
    "checklist": checklist,
    "story": noted("story", "historia", "chat", "title"),
    "game": noted("game", "juego", "title"),
    "invoice": invoice,
    "successful_payment": payment("successful_payment", "pago recibido"),
    "refunded_payment": payment("refunded_payment", "pago devuelto"),
    "paid_media": noted("paid_media", "contenido de pago"),
    "giveaway": noted("giveaway", "sorteo", "prize_description"),
    "giveaway_winners": noted("giveaway_winners", "ganadores del sorteo", "prize_description"),
    "gift": noted("gift", "regalo", "text"),
    "unique_gift": noted("unique_gift", "regalo", "gift", "name"),
    "gift_upgrade_sent": noted("gift_upgrade_sent", "regalo", "text"),
    "users_shared": users_shared,
    "user_shared": noted("user_shared", "contacto"),
    "chat_shared": noted("chat_shared", "chat compartido", "title"),
    "passport_data": noted("passport_data", "documentos de Telegram Passport", private=True),
    "web_app_data": web_app_data,
}
