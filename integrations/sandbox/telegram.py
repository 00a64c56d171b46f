"""Telegram's customers: the updates that they cause."""

import time
from itertools import count
from typing import Any

from integrations.platforms.reading import string
from integrations.sandbox.state import ChatKey, State

Body = dict[str, Any]

# Ids must keep growing over restarts, since whoever listens remembers the old ones: they start at the clock.
_ids = count(int(time.time() * 1000))


def next_id() -> int:
    return next(_ids)


def private_chat(contact: str) -> Body:
    return {"id": int(contact) if contact.isdecimal() else contact, "type": "private"}


def inbound(_state: State, key: ChatKey, name: str, content: Body) -> tuple[str, Body]:
    """A customer's message: its id and the webhook body."""
    number = next_id()
    chat = private_chat(key.contact)
    sender = {"id": chat["id"], "is_bot": False, "first_name": name, "language_code": "es"}
    message = {"message_id": number, "date": int(time.time()), "from": sender, "chat": {**chat, "first_name": name}}
    return f"{key.contact}:{number}", {"update_id": next_id(), "message": {**message, **content}}


def text(body: str) -> Body:
    return {"text": body}


def shown(content: Body) -> str:
    kind = next((key for key in content if key != "caption"), "")
    return string(content.get("text")) or string(content.get("caption")) or f"[{kind}]"
